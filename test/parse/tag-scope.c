// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// 6.7.2.3: struct x; declares x anew in a block, struct x *p refers to the one
// that is visible.
// RUN: %goc --dump=types %s | FileCheck %s

struct x { int outer; };
enum late;
struct list { struct list *next; struct later *l; };
struct later { struct list *back; };

// CHECK-LABEL: FUNCTION f
void f(struct x *a, struct list *l)
{
    struct x *b;
    struct x;
    struct x *c;
    // CHECK: MEMBER 'int' lvalue ->outer
    b->outer;
    // CHECK: MEMBER '<unknown>' lvalue ->outer
    c->outer;
    struct x { char inner; };
    // CHECK: MEMBER 'char' lvalue ->inner
    c->inner;
    {
        struct x { long innermost; } *d;
        // CHECK: MEMBER 'long' lvalue ->innermost
        d->innermost;
    }
    // CHECK: MEMBER 'struct list *' lvalue ->back
    l->next->l->back;
}

// What a prototype declares ends with it.
void g(struct p { int x; } *q);
struct p { char y; } p;
// CHECK-LABEL: FUNCTION h
void h(void)
{
    // CHECK: MEMBER 'char' lvalue .y
    p.y;
    // Tags, ordinary names, members and labels do not mix.
    int x = 0;
    struct x x_;
    // CHECK: LABEL x
    // CHECK: MEMBER 'int' lvalue .outer
    // CHECK: GOTO x
x:  x_.outer = x;
    goto x;
}
