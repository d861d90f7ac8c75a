// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// #if computes in 64 bits, signed or not as C does.
// RUN: %goc --dump=pp %s
#if 1 + 2 * 3 != 7 || (1 + 2) * 3 != 9 || 7 / 2 != 3 || -7 / 2 != -3 || -7 % 3 != -1
#error
#endif
#if -1 > 0u
#else
#error
#endif
#if -1 < 0 && (-1 >> 1) == -1 && (1 << 62) > 0 && 0xffffffffffffffff == -1ull
#else
#error
#endif
#if 9223372036854775807 + 1 > 0 || 18446744073709551615 != -1ull
#error
#endif
#if (2 || 1/0) != 1 || (0 && 1/0) || (1 ? 2 : 1/0) != 2 || (0 ? 1/0 : 3) != 3
#error
#endif
#if (1 ? -1 : 0u) < 0
#error
#endif
#if 'a' != 97 || '\n' != 10 || '\x41' != 65 || '\0' || 'ab' != 24930 || L'\xe9' != 233 
#error
#endif
#if ~0 != -1 || !5 || !0 != 1 || (1, 2) != 2 || 0b101 != 5 || 010 != 8 || 0x1F != 31
#error
#endif
#if undefined || defined undefined || (3 & 6 ^ 1 | 8) != 11
#error
#endif
