// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

package main

import (
	"sync"
	"sync/atomic"
)

// The standard library's semaphore is a channel with room for its holders.
var sem = make(chan struct{}, 4)
var inside atomic.Int32

func main() {
	const workers, n = 8, 500000
	var wg sync.WaitGroup
	start()
	wg.Add(workers)
	for i := 0; i < workers; i++ {
		go func() {
			for i := 0; i < n; i++ {
				sem <- struct{}{}
				inside.Add(1)
				inside.Add(-1)
				<-sem
			}
			wg.Done()
		}()
	}
	wg.Wait()
	stop(workers * n)
}
