// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The time of translation shows nowhere, unless SOURCE_DATE_EPOCH says it.
// RUN: env -u SOURCE_DATE_EPOCH %goc --dump=pp %s | FileCheck %s
// RUN: env SOURCE_DATE_EPOCH=86400 %goc --dump=pp %s | FileCheck --check-prefix=EPOCH %s
__DATE__ __TIME__
// CHECK: "??? ?? ????" "??:??:??"
// EPOCH: "Jan  2 1970" "00:00:00"
