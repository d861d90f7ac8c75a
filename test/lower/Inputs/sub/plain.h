// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef PLAIN_H
#define PLAIN_H
struct plain { int x; };
#endif
