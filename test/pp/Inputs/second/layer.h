/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
second layer
#if __has_include_next(<layer.h>)
#error
#endif
