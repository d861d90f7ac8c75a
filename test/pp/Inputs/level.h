/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
level __INCLUDE_LEVEL__ __FILE__ __BASE_FILE__
