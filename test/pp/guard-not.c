// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What only looks like a guard is read again.
// RUN: %goc --dump=pp %s | FileCheck %s
#include "Inputs/noguard.h"
#include "Inputs/noguard.h"
// CHECK-COUNT-2: text behind
