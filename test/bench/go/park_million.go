// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

package main

func park(ready, never chan int) {
	ready <- 1
	<-never
}

func main() {
	const n = 1000000
	ready, never := make(chan int, 1024), make(chan int)
	start()
	for i := 0; i < n; i++ {
		go park(ready, never)
		if i >= 512 {
			<-ready
		}
	}
	for i := 0; i < 512; i++ {
		<-ready
	}
	stop(n)
}
