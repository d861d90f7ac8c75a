// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

package main

func pass(in, out chan int) {
	for v := range in {
		out <- v - 1
	}
}

func main() {
	const ring, n = 503, 2000000
	first := make(chan int)
	c := first
	for i := 1; i < ring; i++ {
		next := make(chan int)
		go pass(c, next)
		c = next
	}
	start()
	v := n
	for v > 0 {
		first <- v - 1
		v = <-c
	}
	stop(n)
}
