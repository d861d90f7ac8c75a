/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#pragma once
the once text
