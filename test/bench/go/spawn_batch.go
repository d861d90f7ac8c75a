// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

package main

import "sync"

func main() {
	const batches, batch = 2000, 1000
	var wg sync.WaitGroup
	start()
	for b := 0; b < batches; b++ {
		wg.Add(batch)
		for i := 0; i < batch; i++ {
			go wg.Done()
		}
		wg.Wait()
	}
	stop(batches * batch)
}
