// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

package main

func main() {
	const n = 50000000
	c := make(chan int)
	got := 0
	start()
	for i := 0; i < n; i++ {
		select {
		case <-c:
			got++
		default:
		}
	}
	stop(n)
	if got != 0 {
		panic("got")
	}
}
