// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

package main

func produce(c chan int) {
	for {
		c <- 1
	}
}

func main() {
	const n = 2000000
	var c [2]chan int
	sum := 0
	for i := range c {
		c[i] = make(chan int)
		go produce(c[i])
	}
	start()
	for i := 0; i < n; i++ {
		select {
		case v := <-c[0]:
			sum += v
		case v := <-c[1]:
			sum += v
		}
	}
	stop(n)
	if sum != n {
		panic("sum")
	}
}
