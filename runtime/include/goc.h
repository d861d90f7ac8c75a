/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* <goc.h>: everything that goc's library offers. */
#ifndef GOC_H
#define GOC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <goc/abi.h>
#include <goc/base.h>
#include <goc/chan.h>
#include <goc/context.h>
#include <goc/errgroup.h>
#include <goc/io.h>
#include <goc/log.h>
#include <goc/net.h>
#include <goc/sched.h>
#include <goc/signal.h>
#include <goc/singleflight.h>
#include <goc/sync.h>
#include <goc/testing.h>
#include <goc/time.h>

#endif
