/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* <goc/signal.h>: signals as values on channels, as Go's package os/signal.
 *
 * Numbers are those of <signal.h>.  While anybody asks for signals the process
 * counts as one that something may still wake: no deadlock is reported.  Any
 * thread may call any of these functions; none of them parks.
 */
#ifndef GOC_SIGNAL_H
#define GOC_SIGNAL_H

#include <goc/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* From now on sends each of the n signals that the process receives on c, as
 * an int.  n of 0: every signal that can be caught and is not a fault.  Never
 * blocks: what c has no room or receiver for is dropped, so c needs a buffer.
 * Several calls for the same c add up.  c (borrowed) must not be closed or
 * freed before goc_signal_stop.  A fault of the program's, such as a SIGSEGV
 * that nobody has sent, has its usual effect all the same.  signal.Notify. */
void goc_signal_notify(GOC__SEND_CHAN(int) c, int n, const int *signals);

/* Sends nothing more on c; when it returns, nothing is being sent.  Signals
 * that nobody wants any more have their default effect again.  signal.Stop. */
void goc_signal_stop(GOC__SEND_CHAN(int) c);

/* A child of parent (borrowed) that is cancelled by the first of the n signals.
 * That, and goc_context_free, give the signals their default effect back: the
 * second SIGINT kills.  The caller frees it.  signal.NotifyContext. */
goc_context *goc_signal_context(goc_context *parent, int n,
                                const int *signals);

#ifdef __cplusplus
}
#endif
#endif
