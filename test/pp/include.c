// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// #include finds a file beside the includer, or in -I folders, and by a computed name.
// RUN: %goc --dump=pp -I%S/Inputs %s | FileCheck %s
#include "Inputs/one.h"
#include <one.h>
#include/**/<one.h> // comment
#define NAME "Inputs/one.h"
#include NAME
#define ANGLED <one.h>
#include ANGLED
// CHECK-COUNT-5: one from {{.*}}
// CHECK-NOT: one
