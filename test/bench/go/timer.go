// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

package main

import "time"

func main() {
	const n = 2000000
	start()
	for i := 0; i < n; i++ {
		t := time.NewTimer(time.Hour)
		t.Stop()
	}
	stop(n)
}
