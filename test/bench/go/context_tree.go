// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

package main

import "context"

func main() {
	const children, rounds = 10000, 50
	var child [children]context.Context
	var cancel [children]context.CancelFunc
	start()
	for r := 0; r < rounds; r++ {
		parent, end := context.WithCancel(context.Background())
		for i := range child {
			child[i], cancel[i] = context.WithCancel(parent)
		}
		end()
		for i := range child {
			if child[i].Err() == nil {
				panic("not cancelled")
			}
			cancel[i]()
		}
	}
	stop(rounds * children)
}
