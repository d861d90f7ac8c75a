// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

package main

import "sync"

var mu sync.Mutex
var shared int

func main() {
	workers, n := argument(1), argument(2)
	var wg sync.WaitGroup
	start()
	wg.Add(workers)
	for i := 0; i < workers; i++ {
		go func() {
			for i := 0; i < n; i++ {
				mu.Lock()
				shared++
				mu.Unlock()
			}
			wg.Done()
		}()
	}
	wg.Wait()
	stop(float64(workers * n))
	if shared != workers*n {
		panic("lost")
	}
}
