/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* errno.c: errno of the running goroutine.
 *
 * errno belongs to the thread; a park saves and restores it (see leave() in
 * sched.c), which makes it the goroutine's.  What remains is its address: the
 * C library declares the function that yields it as const, so a compiler keeps
 * the address over a call that may come back on another thread.  This function
 * is not const, lies in a file of its own, and is what goc code gets.
 *
 * This file must not include <goc/abi.h>, which renames __errno_location.
 */
#include <errno.h>

int *goc__errno_(void);

__attribute__((noinline)) int *goc__errno_(void)
{
    return __errno_location();
}
