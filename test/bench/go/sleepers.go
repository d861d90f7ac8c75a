// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

package main

import "sync"
import "time"

func main() {
	const n, times = 100000, 10
	var wg sync.WaitGroup
	wg.Add(n)
	for i := 0; i < n; i++ {
		go func(i int) {
			for k := 0; k < times; k++ {
				time.Sleep(time.Duration(i*7919%50+1) * time.Millisecond)
			}
			wg.Done()
		}(i)
	}
	wg.Wait()
	cpu(1)
}
