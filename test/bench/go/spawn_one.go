// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

package main

func work(done chan int) { done <- 1 }

func main() {
	const n = 1000000
	done := make(chan int)
	start()
	for i := 0; i < n; i++ {
		go work(done)
		<-done
	}
	stop(n)
}
