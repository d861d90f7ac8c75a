// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Numbers in logs have a point whatever the program's locale has in its place.
// RUN: rm -rf %t.locale && mkdir %t.locale
// RUN: localedef -c -i %S/Inputs/comma.locale -f ANSI_X3.4-1968 %t.locale/comma || true
// RUN: %cc %s -o %t %runtime
// RUN: env LOCPATH=%t.locale LC_ALL=comma %t | FileCheck %s
// CHECK: x=0.5 y=-2.5e-300 z=inf
// CHECK: "x":0.5,"y":-2.5e-300,"z":"inf"}
#include "Inputs/check.h"

#include <locale.h>

int main(void)
{
    setlocale(LC_ALL, ""); /* the C locale where there is none of that name */
    goc_log_output(stdout);
    for (int json = 0; json < 2; json++) {
        goc_log_json(json);
        goc_log(GOC_INFO, "m", "x", goc_f(0.5), "y", goc_f(-2.5e-300),
                "z", goc_f(1e308 * 10));
    }
    return 0;
}
