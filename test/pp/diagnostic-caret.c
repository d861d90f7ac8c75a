// The caret stands under the column, behind tabs and wide characters too.
// RUN: not %goc --dump=pp %s 2>&1 | FileCheck --strict-whitespace --match-full-lines %s
	/* é */ 'a
//      CHECK:{{.*}}:3:11: error: missing terminating ' character
// CHECK-NEXT:    3 | 	/* é */ 'a
// CHECK-NEXT:      | 	        ^
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
