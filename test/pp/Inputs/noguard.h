/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#ifndef NOGUARD_H
#define NOGUARD_H
#endif
text behind
