// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

package main

import (
	"context"
	"sync"
	"sync/atomic"
)

// What golang.org/x/sync/errgroup does, out of the standard library.
type group struct {
	wg     sync.WaitGroup
	once   sync.Once
	err    error
	cancel context.CancelCauseFunc
}

func (g *group) Go(f func() error) {
	g.wg.Add(1)
	go func() {
		defer g.wg.Done()
		if err := f(); err != nil {
			g.once.Do(func() {
				g.err = err
				g.cancel(err)
			})
		}
	}()
}

func (g *group) Wait() error {
	g.wg.Wait()
	g.cancel(g.err)
	return g.err
}

var sum atomic.Int64

func work(i int) error {
	sum.Add(int64(i))
	return nil
}

func main() {
	const batch, rounds = 1000, 1000
	start()
	for r := 0; r < rounds; r++ {
		g := &group{}
		_, g.cancel = context.WithCancelCause(context.Background())
		for i := 0; i < batch; i++ {
			g.Go(func() error { return work(i) })
		}
		if g.Wait() != nil {
			panic("error")
		}
	}
	stop(batch * rounds)
}
