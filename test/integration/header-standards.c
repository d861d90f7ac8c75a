// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The headers are plain C from C99 on, and C++ from C++11 on, without a warning in either.
// RUN: for s in c99 gnu99 c11 c17; do for c in gcc clang; do $c -std=$s -Wall -Wextra -Wpedantic -Werror -I%include -fsyntax-only %s || exit 1; done; done
// RUN: for s in c++11 c++17; do for c in g++ clang++; do $c -std=$s -Wall -Wextra -Wpedantic -Werror -I%include -fsyntax-only -x c++ %s || exit 1; done; done
// REQUIRES: gcc, clang, cxx
#include <goc.h>

int main(void)
{
    goc_mutex_lock(NULL);
    goc_panic("%d", 1);
}
