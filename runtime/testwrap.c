/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* testwrap.c: what starts when goc test has linked with --wrap=main.
 *
 * The linker turns the C library's call of main into one of this, so that a
 * program's own files, with main among them, can be tested as they are.
 */
#include <goc/testing.h>

/* In goc source main's file defines it, too. */
__attribute__((weak)) const char goc__main = 1;

int __wrap_main(int argc, char **argv);
int __wrap_main(int argc, char **argv)
{
    return goc_test_main(argc, argv);
}
