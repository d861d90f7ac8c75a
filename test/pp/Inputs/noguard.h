#ifndef NOGUARD_H
#define NOGUARD_H
#endif
text behind
