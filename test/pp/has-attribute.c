// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// __has_attribute and __has_builtin answer as the host compiler does.
// RUN: %goc --dump=pp %s
#if !__has_attribute(packed) || !__has_attribute(__packed__) || __has_attribute(nonsense_1)
#error
#endif
#ifdef __has_builtin
#if !__has_builtin(__builtin_expect) || __has_builtin(__builtin_nonsense)
#error
#endif
#endif
#define A unused
#if !__has_attribute(A)
#error
#endif
