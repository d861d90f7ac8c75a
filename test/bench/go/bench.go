// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// What every Go workload prints: the time of one operation.  Built together with
// each workload's file.

package main

import (
	"fmt"
	"os"
	"strconv"
	"syscall"
	"time"
)

var began time.Time

func start() { began = time.Now() }

// Nanoseconds for each of ops operations since start.
func stop(ops float64) {
	fmt.Printf("%.3f\n", float64(time.Since(began).Nanoseconds())/ops)
}

// The same of the process's processor time since it began.
func cpu(ops float64) {
	var r syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &r)
	fmt.Printf("%.3f\n", float64(r.Utime.Nano()+r.Stime.Nano())/ops)
}

// The number that is the program's i-th argument.
func argument(i int) int {
	n, err := strconv.Atoi(os.Args[i])
	if err != nil {
		panic(err)
	}
	return n
}
