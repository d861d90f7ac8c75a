// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

package main

func produce(c chan int, n int) {
	for i := 0; i < n; i++ {
		c <- i
	}
	close(c)
}

func main() {
	const n = 10000000
	c := make(chan int, 128)
	start()
	go produce(c, n)
	for range c {
	}
	stop(n)
}
