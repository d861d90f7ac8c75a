// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

package main

func skynet(c chan int, num, size int) {
	if size == 1 {
		c <- num
		return
	}
	children := make(chan int)
	sum := 0
	for i := 0; i < 10; i++ {
		go skynet(children, num+i*(size/10), size/10)
	}
	for i := 0; i < 10; i++ {
		sum += <-children
	}
	c <- sum
}

func main() {
	c := make(chan int)
	start()
	go skynet(c, 0, 1000000)
	sum := <-c
	stop(1)
	if sum != 499999500000 {
		panic(sum)
	}
}
