// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

package main

import "sync"

func main() {
	const sides, n = 4, 2000000
	c := make(chan int, 128)
	var producers, consumers sync.WaitGroup
	start()
	producers.Add(sides)
	consumers.Add(sides)
	for i := 0; i < sides; i++ {
		go func() {
			for i := 0; i < n; i++ {
				c <- i
			}
			producers.Done()
		}()
		go func() {
			for range c {
			}
			consumers.Done()
		}()
	}
	producers.Wait()
	close(c)
	consumers.Wait()
	stop(sides * n)
}
