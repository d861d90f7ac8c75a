// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

package main

import "sync"

var mu sync.RWMutex
var shared int

func main() {
	const workers = 8
	every, n := argument(1), argument(2)
	var wg sync.WaitGroup
	start()
	wg.Add(workers)
	for i := 0; i < workers; i++ {
		go func() {
			seen, left := 0, every
			for i := 0; i < n; i++ {
				if left--; left == 0 {
					mu.Lock()
					shared++
					mu.Unlock()
					left = every
				} else {
					mu.RLock()
					seen += shared
					mu.RUnlock()
				}
			}
			if seen < 0 {
				panic("seen")
			}
			wg.Done()
		}()
	}
	wg.Wait()
	stop(float64(workers * n))
}
