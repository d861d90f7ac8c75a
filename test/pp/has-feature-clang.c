// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Clang's __has_feature and its kin work where Clang is the host.
// REQUIRES: clang
// RUN: %goc --cc=clang --dump=pp %s | FileCheck %s
#if __has_feature(c_static_assert) && __has_extension(c_atomic) && !__has_feature(nonsense)
yes
#endif
// CHECK: yes
int x = __has_feature(c_static_assert);
// CHECK: int x = 1;
