# Reel.  `make` builds the indexer, its worker and the nginx module; README.md
# tells a user what to type, this file what a developer can.
#
#   make [module]            all of it, or the module alone
#   make check               unit tests
#   make test                check, Test::Nginx, short stories
#   make test-asan           the same with AddressSanitizer and UBSan, nginx too
#   make valgrind            unit tests and Test::Nginx under valgrind
#   make e2e                 the long stories
#   make fuzz TARGET= SECS=  one fuzzer of t/fuzz for so many seconds
#   make bench               the tables of README.md
#   make cover               which lines the tests reach
#   make lint format-check   cppcheck and clang-tidy; the rules of the house
#   make install DESTDIR= PREFIX=
#
# BUILD=folder builds elsewhere, SANITIZE=address,undefined with sanitizers.

SHELL      := /bin/bash
CC         ?= cc
# DWARF 4, since the valgrind of Debian 12 does not read the newer one of clang.
CFLAGS     ?= -O2 -gdwarf-4
PREFIX     ?= /usr/local
BUILD      ?= build
NGINX_BIN  ?= /usr/sbin/nginx
NGINX_SRC  ?= /usr/share/nginx/src
MODULESDIR ?= /usr/lib/nginx/modules
SECS       ?= 60
comma      := ,
# make V=1 shows whole command lines.
Q          := $(if $(V),,@)
say         = $(if $(V),,@echo '  $(1)	$(patsubst ./%,%,$@)')

# Objects of every flavour live apart.
B := $(BUILD)$(if $(SANITIZE),/$(subst $(comma),-,$(SANITIZE)))$(if $(COVER),/cover)

VERSION := $(shell sed -n '1s/^Changes with Reel \([0-9.]*\).*/\1/p' CHANGES)
PKGS     = sqlite3 libcjson libutf8proc libxxhash libavformat libavcodec \
           libavutil libswscale libseccomp
WARN     = -Wall -Wextra -Wpointer-arith -Wshadow -Wstrict-prototypes \
           -Wmissing-prototypes -Wwrite-strings
HARDEN   = $(if $(SANITIZE)$(COVER),,-fstack-protector-strong -D_FORTIFY_SOURCE=2)
SAN      = $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-omit-frame-pointer \
           -fno-sanitize-recover=all) $(if $(COVER),--coverage -O0)
ALL_CFLAGS = -std=gnu11 $(WARN) -I. -D_GNU_SOURCE -DREEL_VERSION='"$(VERSION)"' \
           $(shell pkg-config --cflags $(PKGS)) -fPIE $(HARDEN) $(CFLAGS) $(SAN)
ALL_LDFLAGS = -pie -Wl,-z,relro,-z,now -Wl,--as-needed $(LDFLAGS)
LIBS     = -lsqlite3 -lcjson -lutf8proc -lxxhash -linotifytools -lavformat \
           -lavcodec -lavutil -lswscale -lseccomp -lpthread -lm

obj      = $(patsubst %.c,$(B)/%.o,$(1))
MAINS    = indexer/main.c indexer/worker_main.c
PARTS    = $(filter-out $(MAINS),$(wildcard indexer/*.c)) $(wildcard shared/*.c)
UNITS    = $(patsubst t/unit/%.c,%,$(wildcard t/unit/test_*.c))
MODULE   = $(B)/ngx_http_reel_module.so

.PHONY: all indexer module check test test-asan valgrind fuzz bench e2e cover \
        install clean lint format-check
all: indexer module
.SECONDARY: # keep the objects of unit tests

# --- the two executables -----------------------------------------------------
# Both link from one archive: each takes only the objects it calls, so that the
# indexer never sees libav and the worker never sees SQLite (t/run-house looks).
indexer: $(B)/reel-indexer $(B)/reel-worker

$(B)/reel-indexer: $(B)/indexer/main.o $(B)/libreel.a
	$(call say,LINK)
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

$(B)/reel-worker: $(B)/indexer/worker_main.o $(B)/libreel.a
	$(call say,LINK)
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

$(B)/libreel.a: $(call obj,$(PARTS))
	@rm -f $@
	$(call say,AR)
	$(Q)ar rcs $@ $^

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

-include $(shell find $(B)/indexer $(B)/shared $(B)/t -name '*.d' 2>/dev/null)

# --- the module --------------------------------------------------------------
# nginx's configure writes where it is called from, so it is called from a copy;
# t/lib/build-module says how, also where the way here holds spaces.
module: $(MODULE)

$(MODULE): config $(wildcard ngx_module/*) $(wildcard shared/*) \
           $(B)/nginx.version t/lib/build-module
	$(call say,NGX)
	$(Q)CC='$(CC)' SANITIZE='$(SANITIZE)' COVER='$(COVER)' \
	    bash t/lib/build-module '$(NGINX_SRC)' '$(B)/nginx' '$@'

# Its content, not its date, tells that nginx was upgraded: packages bring old
# dates.  Looked at while this file is read, so that "nothing to do" stays true.
ifneq ($(MAKECMDGOALS),clean)
$(shell mkdir -p $(B); test -f '$(NGINX_SRC)/src/core/nginx.h' && \
    { echo '$(NGINX_SRC) $(CC)'; cat '$(NGINX_SRC)/src/core/nginx.h'; } >$(B)/nginx.new && \
    { cmp -s $(B)/nginx.new $(B)/nginx.version || mv $(B)/nginx.new $(B)/nginx.version; })
endif
$(B)/nginx.version:
	@echo 'nginx headers are not in $(NGINX_SRC): install nginx-dev, or say NGINX_SRC=' >&2; exit 1

# --- unit tests --------------------------------------------------------------
# t/unit/test_foo.c begins with "/* links: shared/reel_foo.c ... */": the
# sources it is linked with.  units.mk is those lines as rules.
ifneq ($(filter check test valgrind cover units,$(MAKECMDGOALS)),)
$(B)/units.mk: t/lib/unit-rules $(wildcard t/unit/test_*.c)
	@mkdir -p $(@D)
	@bash t/lib/unit-rules '$(B)' $(wildcard t/unit/test_*.c) >$@.new
	@mv $@.new $@
-include $(B)/units.mk
endif

.PHONY: units
units: $(UNITS:%=$(B)/t/unit/%) $(B)/t/rogue-worker

# A worker that files have taken over, for a story: all but its parsers is real.
ROGUE = reel_probe_lavf_file reel_picture_file reel_board_file reel_stream_file \
        reel_content_load reel_content_picture reel_content_board
$(B)/t/rogue-worker: $(B)/t/rogue-worker.o $(B)/indexer/worker_main.o $(B)/libreel.a
	$(call say,LINK)
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) $(patsubst %,-Wl$(comma)--wrap=%,$(ROGUE)) -o $@ $^ $(LIBS)

check: units
	@bash t/run-unit $(UNITS:%=$(B)/t/unit/%)

# --- everything --------------------------------------------------------------
test: all units
	@B='$(B)' bash t/run-all

test-asan:
	+@B='$(BUILD)' bash t/run-asan

valgrind: all units
	@REEL_VALGRIND=1 bash t/run-unit $(UNITS:%=$(B)/t/unit/%)
	@B='$(B)' TEST_NGINX_USE_VALGRIND=1 bash t/run-nginx

e2e: all $(B)/t/rogue-worker
	@B='$(B)' REEL_LONG=1 bash t/run-stories

bench: all $(B)/t/rogue-worker
	@mkdir -p $(B)/bench
	$(CC) -std=gnu11 -O2 -Wall -Wextra -D_GNU_SOURCE -o $(B)/bench/load bench/load.c
	$(CC) -std=gnu11 -O2 -Wall -Wextra -D_GNU_SOURCE -o $(B)/bench/fan bench/fan.c
	$(CC) -std=gnu11 -O2 -Wall -Wextra -D_GNU_SOURCE -o $(B)/bench/info bench/info.c \
	    $(shell pkg-config --cflags --libs libavformat libavutil)
	@B='$(B)' bash bench/run $(BENCH)

fuzz:
	@test -n '$(TARGET)' || { echo "make fuzz TARGET=$$(ls t/fuzz | \
	    sed -n 's/^fuzz_\(.*\)\.c$$/\1/p' | paste -sd'|') SECS=$(SECS)"; exit 2; }
	@BUILD='$(BUILD)' bash t/run-fuzz '$(TARGET)' '$(SECS)'

cover:
	$(MAKE) COVER=1 all units
	+@COVER=1 B='$(BUILD)/cover' bash t/run-all
	@bash t/lib/cover-report '$(BUILD)/cover'

# --- by hand -----------------------------------------------------------------
format-check:
	@B='$(B)' perl t/run-house

# nginx's headers are system headers here: what is in them is not ours to mend.
LINT_NGX = $(patsubst %,-isystem $(B)/nginx/%,objs $(addprefix src/src/,core event event/modules os/unix \
    http http/modules http/v2))

lint: module
	cppcheck -q --std=c11 --language=c -I. -DREEL_VERSION='""' --error-exitcode=1 \
	    --enable=warning,portability,performance --inline-suppr \
	    --suppress=missingIncludeSystem shared indexer ngx_module
	clang-tidy --quiet $(wildcard shared/*.c indexer/*.c) -- \
	    $(filter-out -fPIE,$(ALL_CFLAGS))
	clang-tidy --quiet $(wildcard ngx_module/*.c) -- -std=gnu11 -I. $(LINT_NGX)

install: all
	install -d '$(DESTDIR)$(PREFIX)/bin' '$(DESTDIR)$(MODULESDIR)' \
	    '$(DESTDIR)$(PREFIX)/share/doc/reel/conf.example'
	install -m 755 $(B)/reel-indexer $(B)/reel-worker '$(DESTDIR)$(PREFIX)/bin'
	install -m 644 $(MODULE) '$(DESTDIR)$(MODULESDIR)'
	install -m 644 README.md CHANGES LICENSE '$(DESTDIR)$(PREFIX)/share/doc/reel'
	install -m 644 conf.example/* \
	    '$(DESTDIR)$(PREFIX)/share/doc/reel/conf.example'

clean:
	rm -rf build
