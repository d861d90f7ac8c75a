// The GNU dialects leave trigraphs alone.
// RUN: %goc --dump=pp %s | FileCheck %s
"what??!" ??!
// CHECK: "what??!" ??!
