/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#define FROM_IMACROS three
imacros text
