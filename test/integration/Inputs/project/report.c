/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#include "report.h"

#include <stdio.h>

void report(long sum)
{
    printf("%ld\n", sum);
}
