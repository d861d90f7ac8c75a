// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// #include_next goes on behind the folder that the file came from.
// RUN: %goc --dump=pp -I%S/Inputs/first -I%S/Inputs/second %s | FileCheck %s
#include <layer.h>
// CHECK: first layer
// CHECK: second layer
