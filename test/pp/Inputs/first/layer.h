/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
first layer
#include_next <layer.h>
