// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

package main

func produce(c chan int, n int) {
	for i := 0; i < n; i++ {
		c <- i
	}
	close(c)
}

func main() {
	n := argument(2)
	c := make(chan int, argument(1))
	start()
	go produce(c, n)
	for range c {
	}
	stop(float64(n))
}
