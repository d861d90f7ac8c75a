// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A file is read once if #pragma once, #import or its guard says so.
// RUN: %goc --dump=pp %s | FileCheck %s
#include "Inputs/once.h"
#include "Inputs/once.h"
#include "Inputs/../Inputs/once.h"
// CHECK-COUNT-1: the once text
#include "Inputs/guard.h"
#include "Inputs/guard.h"
// CHECK-COUNT-1: the guarded text
#undef GUARD_H
#include "Inputs/guard.h"
// CHECK-COUNT-1: the guarded text
#import "Inputs/one.h"
#import "Inputs/one.h"
#include "Inputs/one.h"
// CHECK-COUNT-1: one from
// CHECK-NOT: {{one from|text}}
