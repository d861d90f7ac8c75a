// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

package main

func produce(c chan int, n int) {
	for i := 0; i < n; i++ {
		c <- i
	}
}

func main() {
	const producers, n = 100, 30000
	c := make(chan int)
	start()
	for i := 0; i < producers; i++ {
		go produce(c, n)
	}
	for i := 0; i < producers*n; i++ {
		<-c
	}
	stop(producers * n)
}
