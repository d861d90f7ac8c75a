// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// As pool.gc.

package main

import (
	"runtime"
	"time"
)

const workers, n, few = 8, 400000, 20000

// About a microsecond.
//
//go:noinline
func work(seed uint32) uint32 {
	for i := 0; i < 600; i++ {
		seed = seed*1664525 + 1013904223 ^ seed>>7
	}
	return seed
}

// What a task takes when there is nothing else.
func alone(sum *uint32) float64 {
	best := 1e9
	for round := 0; round < 5; round++ {
		start := time.Now()
		for i := uint32(0); i < few; i++ {
			*sum += work(i)
		}
		took := float64(time.Since(start).Nanoseconds()) / few
		if took < best {
			best = took
		}
	}
	return best
}

func main() {
	tasks, results := make(chan uint32, 64), make(chan uint32, 64)
	var sum uint32
	ideal := alone(&sum) / float64(runtime.GOMAXPROCS(0))
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
	stop(n * ideal / 1000)
	if sum == 1 {
		panic(sum)
	}
}
