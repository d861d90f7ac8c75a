// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

package main

func main() {
	c := make(chan int)
	go func() { c <- 1 }()
	println(<-c)
}
