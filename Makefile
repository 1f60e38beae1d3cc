# Reel.  `make` builds the indexer, its worker and the nginx module; see README.

CC       ?= cc
CFLAGS   ?= -O2 -g
PKGS      = sqlite3 libcjson libutf8proc libxxhash libavformat libavcodec libavutil libswscale libseccomp
WARN      = -std=gnu11 -Wall -Wextra -Wpointer-arith -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wwrite-strings
SAN       = $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-omit-frame-pointer -fno-sanitize-recover=all)
BUILD     = build$(if $(SANITIZE),-$(subst $(comma),-,$(SANITIZE)))
comma    := ,
ALL_CFLAGS = $(WARN) -I. -D_GNU_SOURCE $(shell pkg-config --cflags $(PKGS)) $(CFLAGS) $(SAN)
VERSION   = $(shell sed -n '1s/.* \([0-9][0-9.]*\).*/\1/p' CHANGES 2>/dev/null)

SHARED    = $(wildcard shared/*.c)
WORKER    = indexer/worker_main.c indexer/reel_probe_lavf.c indexer/reel_sandbox_seccomp.c
INDEXER   = $(filter-out $(WORKER),$(wildcard indexer/*.c))
# What both sides read of the book is compiled into the module alone.
READER    = shared/reel_read_sql.c

obj = $(patsubst %.c,$(BUILD)/%.o,$(1))

.PHONY: all indexer
all: indexer

indexer: $(BUILD)/reel-indexer $(BUILD)/reel-worker

$(BUILD)/reel-indexer: $(call obj,$(INDEXER) $(SHARED))
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ -lsqlite3 -lcjson -lutf8proc -lxxhash -linotifytools -lpthread

$(BUILD)/reel-worker: $(call obj,$(WORKER) $(SHARED))
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ -lsqlite3 -lutf8proc -lxxhash -lavformat -lavcodec -lavutil -lswscale -lseccomp

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -DREEL_VERSION='"$(VERSION)"' -MMD -MP -c -o $@ $<

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
