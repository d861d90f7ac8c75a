// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

package main

import "sync"

func escape(x0, y0 float64) int {
	x, y := 0.0, 0.0
	n := 0
	for ; n < 1000 && x*x+y*y <= 4; n++ {
		x, y = x*x-y*y+x0, 2*x*y+y0
	}
	return n
}

func main() {
	const size = 600
	var rows [size]int
	var wg sync.WaitGroup
	start()
	wg.Add(size)
	for row := 0; row < size; row++ {
		go func(row int) {
			for i := 0; i < size; i++ {
				rows[row] += escape(3*float64(i)/size-2, 2*float64(row)/size-1)
			}
			wg.Done()
		}(row)
	}
	wg.Wait()
	stop(1)
	sum := 0
	for _, r := range rows {
		sum += r
	}
	if sum == 0 {
		panic(sum)
	}
}
