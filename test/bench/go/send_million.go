// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

package main

func main() {
	const n = 1000000
	c := make(chan int)
	sum := 0
	start()
	for i := 0; i < n; i++ {
		go func() { c <- 1 }()
	}
	for i := 0; i < n; i++ {
		sum += <-c
	}
	stop(1)
	if sum != n {
		panic(sum)
	}
}
