// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// __has_include sees what #include would find.
// RUN: %goc --dump=pp -I%S/Inputs %s
#if !__has_include("Inputs/one.h") || !__has_include(<one.h>) || !__has_include(<stdio.h>)
#error
#endif
#if __has_include("Inputs/missing.h") || __has_include(<missing.h>)
#error
#endif
#define H <one.h>
#if !__has_include(H) || !defined __has_include
#error
#endif
#ifndef __has_include
#error
#endif
