/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* comment */
#ifndef GUARD_H
#define GUARD_H
the guarded text
#endif /* GUARD_H */
