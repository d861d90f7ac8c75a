// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

package main

func main() {
	const n = 20000000
	c := make(chan int, 1)
	start()
	for i := 0; i < n; i++ {
		c <- i
		<-c
	}
	stop(n)
}
