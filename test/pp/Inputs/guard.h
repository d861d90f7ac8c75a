/* comment */
#ifndef GUARD_H
#define GUARD_H
the guarded text
#endif /* GUARD_H */
