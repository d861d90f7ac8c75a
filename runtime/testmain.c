/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* testmain.c: the main of programs that have tests and no main.
 *
 * An archive member of its own, so that the linker takes it only when nothing
 * else defines main.
 */
#include "internal.h"

#include <goc/testing.h>

const char goc__main = 1;

int main(int argc, char **argv)
{
    return goc_test_main(argc, argv);
}
