# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# make                builds build/goc and the runtime libraries
# make help           lists the commands and what may be set
#
# Everything built lies under build/; SAN=thread or SAN=address,undefined builds
# into a tree of its own there.  ARCH=aarch64 builds the runtime for that machine,
# with the cross compiler, likewise; goc itself stays native.  V=1 shows the commands.

PREFIX ?= /usr/local
DESTDIR ?=
VERSION := 0.1.0
# As __GOC__ and <goc/abi.h> have it: major * 10000 + minor * 100 + patch.
version_number := $(shell echo $(VERSION) | { IFS=. read a b c; echo $$((a * 10000 + b * 100 + c)); })
ifeq ($(origin CC),default)
CC := gcc
endif
CXX_OF_CC := $(patsubst %gcc,%g++,$(patsubst %clang,%clang++,$(CC)))
AR ?= ar
RE2C ?= re2c
BISON ?= bison
PYTHON ?= python3
# The newest Go there is; GO= chooses another.
GO ?= $(or $(lastword $(shell ls -d /usr/lib/go-*/bin/go 2>/dev/null | sort -V)),$(shell command -v go),/usr/lib/go-1.23/bin/go)
OPT ?= -O2
Q := $(if $(V),,@)

# One job per processor unless the command line says otherwise.
JOBS ?= $(shell nproc 2>/dev/null || echo 1)
ifeq ($(MAKELEVEL),0)
ifeq ($(filter -j%,$(MAKEFLAGS)),)
MAKEFLAGS += -j$(JOBS)
endif
endif

comma := ,
ARCH ?=
B := build$(if $(ARCH),/$(ARCH))$(if $(SAN),/san-$(subst $(comma),-,$(SAN)))
arch := $(or $(ARCH),$(firstword $(subst -, ,$(shell $(CC) -dumpmachine 2>/dev/null || uname -m))))
RUNTIME_CC := $(if $(ARCH),$(ARCH)-linux-gnu-gcc,$(CC))
RUNTIME_AR := $(if $(ARCH),$(ARCH)-linux-gnu-ar,$(AR))

# gcc's flow warnings are not to be relied on in instrumented code.
warnings := -Wall -Wextra -Wshadow -Wstrict-prototypes $(if $(SAN),,-Werror)
sanitize := $(if $(SAN),-fsanitize=$(SAN) -fno-omit-frame-pointer)
version_flags := -DGOC_RELEASE='"$(VERSION)"' -DGOC_VERSION='"$(version_number)"'
common := -std=c11 -D_GNU_SOURCE $(OPT) -g $(warnings) -MMD -MP
compiler_flags := $(common) $(sanitize) -Icompiler -I$(B)/gen $(version_flags)
runtime_flags := $(common) -Iruntime/include -Iruntime -pthread -fPIC \
    -fno-semantic-interposition -ftls-model=initial-exec -fdebug-prefix-map='$(CURDIR)=.'

# ---- what is built from what ----

compiler_objs := $(patsubst compiler/%.c,$(B)/obj/compiler/%.o,$(wildcard compiler/*.c)) \
    $(patsubst grammar/%.re,$(B)/obj/gen/%.o,$(wildcard grammar/*.re)) \
    $(patsubst grammar/%.y,$(B)/obj/gen/%.o,$(wildcard grammar/*.y))
generated := $(patsubst grammar/%.re,$(B)/gen/%.c,$(wildcard grammar/*.re)) \
    $(patsubst grammar/%.y,$(B)/gen/%.c,$(wildcard grammar/*.y))

# The runtime in its variants: plain; announcing goroutines to ThreadSanitizer; to
# AddressSanitizer.  The runtime's own accesses are no business of the user's, so
# the variants themselves are not instrumented.
runtime_srcs := $(wildcard runtime/*.c runtime/switch_$(arch).S)
runtime_objs = $(addprefix $(B)/obj/$(1)/,$(addsuffix .o,$(basename $(notdir $(runtime_srcs)))))
variants := rt rt-tsan rt-asan
runtime_libs := $(foreach v,$(variants),$(B)/libgoc$(v).a $(B)/libgoc$(v).so)
variant_flags_rt := $(sanitize)
variant_flags_rt-tsan := -DGOC_TSAN=1 -fno-omit-frame-pointer
variant_flags_rt-asan := -DGOC_ASAN=1 -fno-omit-frame-pointer

# What finds call stacks for reports; without elfutils they have none.
tracer := $(if $(wildcard /usr/include/elfutils/libdwfl.h),$(B)/goc-trace)

# For the tests alone: the runtime as a sanitizer sees all of it, and the one that
# checks itself.
ifeq ($(SAN)$(ARCH),)
check_variants := rt-thread rt-address rt-debug
endif
variant_flags_rt-thread := -fsanitize=thread -fno-omit-frame-pointer -Wno-error
variant_flags_rt-address := -fsanitize=address,undefined -fno-omit-frame-pointer -Wno-error
variant_flags_rt-debug := -DGOC_DEBUG_CHECKS=1
check_libs := $(check_variants:%=$(B)/libgoc%.a)

.SECONDARY: $(generated)
.PHONY: all
all: $(B)/goc $(runtime_libs) $(B)/goc-gdb.py $(or $(tracer),no-tracer)

.PHONY: no-tracer
no-tracer:
	@echo "  NOTE    no goc-trace without elfutils (libdw-dev): reports will have no call stacks"

$(B)/goc-trace: runtime/trace/goc-trace.c runtime/trace.h $(B)/flags | $(if $(tracer),,need-check)
	@echo "  CC      $<"
	$(Q)$(CC) $(filter-out -MMD -MP,$(common)) $(CFLAGS) $(LDFLAGS) -o $@.new $< -ldw -lelf && mv $@.new $@

$(B)/goc: $(compiler_objs) | $(B)/include
	@echo "  LINK    $@"
	$(Q)$(CC) $(sanitize) $(LDFLAGS) -o $@.new $(compiler_objs) && mv $@.new $@

# goc looks for include/ and its libraries beside itself.
$(B)/include:
	@mkdir -p $(B)
	$(Q)ln -sfn '$(CURDIR)/runtime/include' $@

# gdb looks for LIBRARY-gdb.py beside a shared library that it loads.
gdb_scripts := goc-gdb.py $(variants:%=libgoc%.so-gdb.py)
$(B)/goc-gdb.py: Makefile
	@mkdir -p $(B)
	$(Q)for f in $(gdb_scripts); do ln -sfn '$(CURDIR)/runtime/gdb/goc-gdb.py' $(B)/$$f; done

define archive_rules
$(B)/libgoc$(1).a: $(call runtime_objs,$(1))
	@echo "  AR      $$@"
	$(Q)rm -f $$@.new && $(RUNTIME_AR) rcs $$@.new $$^ && mv $$@.new $$@
endef
define library_rules
$(B)/libgoc$(1).so: $(filter-out %/testmain.o %/testwrap.o,$(call runtime_objs,$(1)))
	@echo "  LINK    $$@"
	$(Q)$(RUNTIME_CC) -shared -pthread $(sanitize) $(LDFLAGS) -Wl,-soname,libgoc$(1).so -o $$@.new $$^ && \
	    mv $$@.new $$@
endef
$(foreach v,$(variants) $(check_variants),$(eval $(call archive_rules,$(v))))
$(foreach v,$(variants),$(eval $(call library_rules,$(v))))

$(B)/gen/%.c: grammar/%.re | $(B)/tools
	@echo "  RE2C    $<"
	@mkdir -p $(@D)
	$(Q)$(RE2C) -W --no-generation-date --no-version -i -o $@ $<

$(B)/gen/%.c $(B)/gen/%.h &: grammar/%.y | $(B)/tools
	@echo "  BISON   $<"
	@mkdir -p $(@D)
	$(Q)$(BISON) -Wall -Werror --header=$(B)/gen/$*.h -o $(B)/gen/$*.c $<

$(B)/obj/gen/%.o: $(B)/gen/%.c $(B)/flags
	@echo "  CC      $<"
	@mkdir -p $(@D)
	$(Q)$(CC) $(compiler_flags) $(CFLAGS) -c -o $@ $<

$(B)/obj/compiler/%.o: compiler/%.c $(B)/flags | $(generated)
	@echo "  CC      $<"
	@mkdir -p $(@D)
	$(Q)$(CC) $(compiler_flags) $(CFLAGS) -c -o $@ $<

define runtime_rules
$(B)/obj/$(1)/%.o: runtime/%.c $(B)/flags
	@echo "  CC      $$< $(if $(filter-out rt,$(1)),($(1:rt-%=%)))"
	@mkdir -p $$(@D)
	$(Q)$(RUNTIME_CC) $(runtime_flags) $(variant_flags_$(1)) $(CFLAGS) -c -o $$@ $$<
$(B)/obj/$(1)/%.o: runtime/%.S $(B)/flags
	@echo "  AS      $$< $(if $(filter-out rt,$(1)),($(1:rt-%=%)))"
	@mkdir -p $$(@D)
	$(Q)$(RUNTIME_CC) $(runtime_flags) $(variant_flags_$(1)) -c -o $$@ $$<
endef
$(foreach v,$(variants) $(check_variants),$(eval $(call runtime_rules,$(v))))

# Changes when the compiler or its flags do; needs the tools.
$(B)/flags: $(B)/tools FORCE
	@echo '$(CC) $(RUNTIME_CC) $(subst ','\'',$(compiler_flags) $(runtime_flags) $(CFLAGS))' >$@.new; \
	if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi

.PHONY: FORCE
FORCE:

# Fresh once the tools that a build needs have been seen.
$(B)/tools: .ci/need
	@mkdir -p $(@D)
	@$(need) $(tools_build)
	@touch $@

# The front end without a driver or a host compiler, for libFuzzer.
fuzz_skip := main driver deps host hostcc judge options print respfile subprocess tempfile \
    testjson testrun
fuzz_objs := $(B)/obj/fuzz/fuzz_front.o \
    $(patsubst compiler/%.c,$(B)/obj/fuzz/%.o,$(filter-out $(fuzz_skip:%=compiler/%.c),$(wildcard compiler/*.c))) \
    $(patsubst $(B)/gen/%.c,$(B)/obj/fuzz/%.o,$(generated))
fuzz_flags := $(common) -O1 -fsanitize=fuzzer-no-link,address,undefined \
    -fno-sanitize-recover=undefined -fno-omit-frame-pointer -Icompiler -I$(B)/gen \
    $(version_flags)

$(B)/fuzz_front: $(fuzz_objs)
	@echo "  LINK    $@"
	$(Q)clang -fsanitize=fuzzer,address,undefined -o $@ $^
$(B)/obj/fuzz/%.o: compiler/%.c $(B)/flags | $(generated) need-check
	@echo "  CC      $< (fuzz)"
	@mkdir -p $(@D)
	$(Q)clang $(fuzz_flags) -c -o $@ $<
$(B)/obj/fuzz/%.o: $(B)/gen/%.c $(B)/flags | need-check
	@echo "  CC      $< (fuzz)"
	@mkdir -p $(@D)
	$(Q)clang $(fuzz_flags) -c -o $@ $<
$(B)/obj/fuzz/%.o: test/fuzz/%.c $(B)/flags | $(generated) need-check
	@echo "  CC      $< (fuzz)"
	@mkdir -p $(@D)
	$(Q)clang $(fuzz_flags) -c -o $@ $<

-include $(wildcard $(B)/obj/*/*.d)

# ---- commands ----

need = sh .ci/need
tools_aarch64 := aarch64-linux-gnu-gcc:gcc-aarch64-linux-gnu \
    /usr/aarch64-linux-gnu/include/stdio.h:libc6-dev-arm64-cross qemu-aarch64:qemu-user
tools_build := $(firstword $(CC)) /usr/include/stdio.h:libc6-dev $(RE2C) $(BISON) ar:binutils \
    $(if $(filter aarch64,$(ARCH)),$(tools_aarch64))
tools_check := $(PYTHON) FileCheck:llvm-14-tools llvm-dwarfdump:llvm-14 clang \
    /usr/lib/llvm-14/lib/clang/*/lib/linux/libclang_rt.fuzzer-*.a:libclang-rt-14-dev $(CXX_OF_CC) tcc gdb valgrind csmith \
    /usr/include/csmith:libcsmith-dev /usr/include/*/libunwind.h:libunwind-dev /usr/include/elfutils/libdwfl.h:libdw-dev spin pkg-config:pkgconf mandoc ccache col:bsdextrautils prove:perl \
    /usr/src/gcc-12:gcc-12-source /usr/share/llhttp/llhttp.c:node-llhttp wrk

.PHONY: demo
demo: $(B)/goc $(B)/libgocrt.a
	@$(need) $(tools_build)
	@for e in hello pool sieve timeout; do \
	    printf '\n$$ goc run examples/%s.gc\n' $$e; \
	    $(B)/goc run examples/$$e.gc || exit 1; \
	done

.PHONY: need-check
need-check:
	@$(need) $(tools_build) $(tools_check)

lit_args = -j$(JOBS) $(if $(V),-v) --param build='$(CURDIR)/$(B)' --param cc='$(CC)' \
    $(if $(SAN),--param san=$(SAN)) $(if $(ARCH),--param arch=$(ARCH)) $(LIT)
tests := $(or $(T),$(if $(ARCH),test/runtime test/run test/examples test/stress,test))
native := $(if $(SAN)$(ARCH),,yes)

# T=test/lower checks a part of the tests.
.PHONY: check check-full
check: all $(check_libs) need-check $(if $(ARCH),,$(B)/goc-trace) $(if $(native),$(B)/fuzz_front)
	@$(PYTHON) test/check.py $(lit_args) $(tests)
check-full: all $(check_libs) need-check $(if $(ARCH),,$(B)/goc-trace) $(if $(native),$(B)/fuzz_front)
	@$(PYTHON) test/check.py $(lit_args) --param long=1 $(tests)
ifeq ($(native)$(T),yes)
	@$(MAKE) --no-print-directory check ARCH=aarch64
endif

# FUZZ_TIME is in seconds, FUZZ may hold more options of libFuzzer's.
FUZZ_TIME ?= 600
.PHONY: fuzz
fuzz: need-check $(B)/fuzz_front
	@mkdir -p $(B)/fuzz/found
	$(Q)cd $(B)/fuzz && ../fuzz_front -max_total_time=$(FUZZ_TIME) -timeout=10 \
	    -rss_limit_mb=4000 -max_len=4000 -close_fd_mask=2 \
	    -dict='$(CURDIR)/test/fuzz/goc.dict' $(FUZZ) found '$(CURDIR)/test/fuzz/corpus'

bench_args = --goc $(B)/goc --go $(GO) --cc '$(CC)' --build $(B)/bench
.PHONY: bench
bench: all
	@$(need) $(tools_build) $(PYTHON) $(GO):golang-1.23-go /usr/share/llhttp/llhttp.c:node-llhttp wrk
	$(Q)$(PYTHON) test/bench/run.py $(bench_args) \
	    --tsv $(B)/bench/runtime.tsv --svg $(B)/bench/runtime.svg $(BENCH)
	$(Q)$(PYTHON) test/bench/echo.py $(bench_args) $(BENCH_ECHO)
	$(Q)$(PYTHON) test/bench/http.py $(bench_args) $(BENCH_HTTP)

.PHONY: install
install: all
	@$(need) $(tools_build)
	$(Q)d='$(DESTDIR)$(PREFIX)' && umask 022 && \
	    mkdir -p "$$d/bin" "$$d/lib/goc/include/goc" "$$d/lib/pkgconfig" "$$d/share/man/man1" \
	    "$$d/share/man/man3" && \
	    install -m 755 $(B)/goc "$$d/bin/goc" && \
	    install -m 644 runtime/include/*.h "$$d/lib/goc/include/" && \
	    install -m 644 runtime/include/goc/*.h "$$d/lib/goc/include/goc/" && \
	    install -m 644 $(filter %.a,$(runtime_libs)) "$$d/lib/goc/" && \
	    install -m 755 $(filter %.so,$(runtime_libs)) $(tracer) "$$d/lib/goc/" && \
	    install -m 644 runtime/gdb/goc-gdb.py "$$d/lib/goc/" && \
	    for f in $(filter %.so-gdb.py,$(gdb_scripts)); do ln -sfn goc-gdb.py "$$d/lib/goc/$$f"; done && \
	    sed 's/@VERSION@/$(VERSION)/' runtime/gocrt.pc.in >"$$d/lib/pkgconfig/gocrt.pc" && \
	    install -m 644 compiler/goc.1 "$$d/share/man/man1/goc.1" && \
	    install -m 644 runtime/man/*.3 "$$d/share/man/man3/" && \
	    for page in runtime/man/*.3; do \
	        sed -n 's/^\.Nm \([A-Za-z0-9_]*\).*/\1/p; /^\.Nd/q' $$page | sed 1d | \
	        while read name; do \
	            echo ".so man3/$${page##*/}" >"$$d/share/man/man3/$$name.3" || exit 1; \
	        done || exit 1; \
	    done && \
	    echo "installed below $$d"

.PHONY: clean
clean:
	$(Q)rm -rf build

.PHONY: help
help:
	@echo 'make                 builds build/goc and the runtime libraries'
	@echo 'make demo            builds, then translates and runs a few examples'
	@echo 'make check           runs the tests; T=test/lower a part of them'
	@echo 'make check-full      likewise with the long ones, and aarch64 under emulation'
	@echo 'make fuzz            runs the fuzzer on the front end; FUZZ_TIME=600'
	@echo 'make bench           measures goc beside Go'
	@echo 'make install         PREFIX=/usr/local DESTDIR='
	@echo 'make clean           removes build/'
	@echo
	@echo 'CC=clang  OPT=-O0  CFLAGS=...  SAN=thread  SAN=address,undefined  ARCH=aarch64'
	@echo 'V=1  JOBS=4'
