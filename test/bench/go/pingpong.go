// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

package main

func player(in, out chan int) {
	for v := range in {
		out <- v
	}
}

func main() {
	const n = 1000000
	a, b := make(chan int), make(chan int)
	go player(a, b)
	start()
	for i := 0; i < n; i++ {
		a <- i
		<-b
	}
	stop(n)
}
