// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

package main

func work(seed uint32) uint32 {
	for i := 0; i < 300; i++ {
		seed = seed*1664525 + 1013904223 ^ seed>>7
	}
	return seed
}

func main() {
	const workers, n = 8, 500000
	tasks, results := make(chan uint32, 64), make(chan uint32, 64)
	var sum uint32
	for i := 0; i < workers; i++ {
		go func() {
			for t := range tasks {
				results <- work(t)
			}
		}()
	}
	start()
	go func() {
		for i := uint32(0); i < n; i++ {
			tasks <- i
		}
		close(tasks)
	}()
	for i := 0; i < n; i++ {
		sum += <-results
	}
	stop(n)
	if sum == 1 {
		panic(sum)
	}
}
