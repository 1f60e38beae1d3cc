#ifndef REEL_INDEX_STATE_H
#define REEL_INDEX_STATE_H

#include <stdint.h>

#include "indexer/reel_engine.h"
#include "indexer/reel_index.h"
#include "indexer/reel_pending.h"
#include "shared/reel_buf.h"
#include "shared/reel_cursor.h"

/*
 * What reel_index.c, reel_hints.c and reel_step.c share; nobody else includes
 * this.
 */
enum reel_index_calm {
	REEL_INDEX_STIRRED, /* something was told */
	REEL_INDEX_ASKED,   /* nothing since the watcher was asked for a mark, */
	REEL_INDEX_CALM     /* and here it is: nothing was on its way then */
};

struct reel_index {
	struct reel_engine engine;
	struct reel_loop *loop;
	void (*on_commit)(void *cookie);
	void *cookie;
	struct reel_cursor head;  /* as of the last commit that was told */
	struct reel_pending_work work;
	unsigned turn;
	int kicked;        /* the next step begins at once */
	int64_t dirty_ms;  /* when the open transaction got its first row; 0 */
	int more;          /* what others wrote waits for what they will write */
	int64_t sweep_ms;  /* no sweeping before */
	int64_t disks_ms;  /* next look at disks */
	int64_t verify_ms; /* next verification sweep */
	int64_t trim_ms;   /* next trimming of the log */
	int64_t watch_ms;  /* next try to get a watcher, if we have none */
	int own_watch;     /* we got it: it is ours to close */
	enum reel_index_calm calm;
	int marked;        /* a mark was asked for and has not come */
	int64_t asked_ms;
	int64_t calm_ms;   /* when the mark came */
	int trimming;      /* it goes on */
	int upkeep;        /* the book wants some when there is time */
	int failures;      /* of the book, one after the other */
	char failed[256];  /* why, in words; "": it does not */
	int void_since;    /* the book failed: nothing in memory is true */
	int64_t items_before;
	int64_t scan_started_ms;
	int64_t scan_ended_ms;
	struct reel_index_disk *disks; /* of the last report */
	struct reel_buf strings;
	char unwatched[160]; /* what is wrong with watching, in words */
};

#endif /* !REEL_INDEX_STATE_H */
