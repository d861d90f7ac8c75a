// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

package main

func generate(out chan int) {
	for i := 2; ; i++ {
		out <- i
	}
}

func filter(in, out chan int, prime int) {
	for {
		i := <-in
		if i%prime != 0 {
			out <- i
		}
	}
}

func main() {
	const n = 2500
	c := make(chan int)
	prime := 0
	start()
	go generate(c)
	for i := 0; i < n; i++ {
		prime = <-c
		next := make(chan int)
		go filter(c, next, prime)
		c = next
	}
	stop(1)
	if prime != 22307 {
		panic(prime)
	}
}
