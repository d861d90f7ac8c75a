# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Brings states.gc to where its goroutines are in all states.  With $procs workers; with one, which
# is main's, no other can come and take what main has made runnable.
set width 0
set confirm off
set print thread-events off
set debuginfod enabled off
if $_isvoid($procs)
  set $procs = 1
end
eval "set environment GOC_PROCS %d", $procs
break prepared
break stop
run
set scheduler-locking on
continue
set scheduler-locking off
