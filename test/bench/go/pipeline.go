// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

package main

func stage(in, out chan int) {
	for v := range in {
		out <- v + 1
	}
	close(out)
}

func main() {
	const stages, n = 10, 300000
	first := make(chan int)
	c := first
	for i := 0; i < stages; i++ {
		next := make(chan int)
		go stage(c, next)
		c = next
	}
	start()
	go func() {
		for i := 0; i < n; i++ {
			first <- i
		}
		close(first)
	}()
	for range c {
	}
	stop(stages * n)
}
