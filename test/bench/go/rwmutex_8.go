// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

package main

import "sync"

var mu sync.RWMutex
var shared int

func main() {
	const workers, n = 8, 4000000
	var wg sync.WaitGroup
	start()
	wg.Add(workers)
	for i := 0; i < workers; i++ {
		go func() {
			seen := 0
			for i := 0; i < n; i++ {
				mu.RLock()
				seen += shared
				mu.RUnlock()
			}
			if seen != 0 {
				panic("seen")
			}
			wg.Done()
		}()
	}
	wg.Wait()
	stop(workers * n)
}
