// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

package main

import (
	"context"
	"sync"
)

func waitFor(ctx context.Context, ready, gone *sync.WaitGroup) {
	done := ctx.Done()
	ready.Done()
	select {
	case <-done:
		gone.Done()
	}
}

func main() {
	const children, rounds = 10000, 20
	var cancel [children]context.CancelFunc
	var ready, gone sync.WaitGroup
	start()
	for r := 0; r < rounds; r++ {
		parent, end := context.WithCancel(context.Background())
		ready.Add(children)
		gone.Add(children)
		for i := range cancel {
			var ctx context.Context
			ctx, cancel[i] = context.WithCancel(parent)
			go waitFor(ctx, &ready, &gone)
		}
		ready.Wait()
		end()
		gone.Wait()
		for i := range cancel {
			cancel[i]()
		}
	}
	stop(rounds * children)
}
