// __LINE__, __FILE__, __COUNTER__ and __INCLUDE_LEVEL__ are made at each use.
// RUN: %goc --dump=pp %s | FileCheck %s
#define LINE __LINE__
__LINE__ LINE __FILE__ __COUNTER__ __COUNTER__ __INCLUDE_LEVEL__ __FILE_NAME__
// CHECK: 4 4 "{{.*}}dynamic-macros.c" 0 1 0 "dynamic-macros.c"
#include "Inputs/level.h"
// CHECK: level 1 "{{.*}}level.h" "{{.*}}dynamic-macros.c"
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
