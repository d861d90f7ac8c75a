// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

package main

type block [8]int64

func produce(c chan block, n int) {
	for i := 0; i < n; i++ {
		c <- block{int64(i)}
	}
	close(c)
}

func main() {
	const n = 5000000
	c := make(chan block, 128)
	start()
	go produce(c, n)
	for range c {
	}
	stop(n)
}
