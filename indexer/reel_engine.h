#ifndef REEL_ENGINE_H
#define REEL_ENGINE_H

#include <stdint.h>

#include "indexer/reel_folders.h"
#include "indexer/reel_limbo.h"
#include "indexer/reel_node.h"
#include "indexer/reel_pending.h"
#include "indexer/reel_stat.h"
#include "shared/reel_buf.h"
#include "shared/reel_status.h"

/*
 * The inside of the index, for the files that together are the index; nobody
 * else includes this.  Their functions return REEL_IO when the book failed and
 * everything since the last commit is void, and REEL_OK otherwise: what a disk
 * refuses is noted as trouble, tried again later, and never an error.
 */
struct reel_config;
struct reel_disk;
struct reel_due;
struct reel_queue;
struct reel_scan;
struct reel_watch;
struct reel_write;

/* What a name may wait with, beside inotify's bits. */
#define REEL_ENGINE_TIMER 0x00400000    /* its settle timer ran out */
#define REEL_ENGINE_DEFERRED 0x00800000 /* was put off once already */
struct reel_engine {
	const struct reel_config *config;
	struct reel_watch *watch; /* NULL: everything is polled */
	struct reel_write *write;
	struct reel_queue *queue;
	struct reel_folders *folders;
	struct reel_pending *pending;
	struct reel_limbo *limbo;
	struct reel_due *settle; /* items */
	struct reel_due *folds;  /* folders whose playlists are to be read */
	struct reel_due *links;  /* items whose file has more names, likewise */
	struct reel_due *retry;  /* folders in back-off */
	struct reel_due *poll;   /* folders without events */
	struct reel_disk *disks;
	struct reel_scan *scan;  /* the folder that is being read, or NULL */
	struct reel_buf path;    /* for whoever needs one for a moment */
	int64_t now_ms;          /* CLOCK_MONOTONIC as of this step */
	int64_t wall_ms;
	int64_t links_ms;        /* when all links are due; 0: each by itself */
	int queued;              /* something was queued of which no record tells */
	int64_t scan_folders;    /* since the scan began */
	int64_t scan_files;
	int64_t unwatchable;     /* folders for which no watch was left */
	uint64_t mount_table;    /* of the table of mounts, a hash */
	int64_t trouble_ms;      /* when it was last met, */
	int64_t trouble_id;      /* and in which folder */
	char trouble[512];       /* "": none */
};

/**
 * reel_engine_open(engine, folder, fd, st):
 * Open the folder, if it is the one the book means (a root whatever it is).
 * REEL_NOT_FOUND: it is not where the book says; REEL_BUSY: its disk is away;
 * REEL_IO: see errno.
 */
enum reel_status reel_engine_open(struct reel_engine *engine,
    struct reel_folder *folder, int *fd, struct reel_stat *st);

/* The disk that ${folder} lies on. */
struct reel_disk *reel_engine_disk(const struct reel_folder *folder);
/* The entry in limbo of ${folder} or the nearest above it; NULL: none is lost. */
struct reel_limbo_entry *reel_engine_lost(
    const struct reel_engine *engine, const struct reel_folder *folder);
/**
 * reel_engine_again(engine, top, level): look at ${top} and all below again.
 * reel_engine_later(engine, folder, what): it could not be looked at; ${errno}
 * says why.  Try again after a while, longer each time.
 * reel_engine_refused(engine, folder, what, status): the book did not take what
 * should have been right; make sure by looking at the folder again later.
 * reel_engine_well(engine, folder): it could be looked at.
 * reel_engine_forget(engine, folder): ${folder} and all below left the book.
 */
void reel_engine_again(struct reel_engine *engine, struct reel_folder *top,
    enum reel_pending_level level);
void reel_engine_later(
    struct reel_engine *engine, struct reel_folder *folder, const char *what);
void reel_engine_refused(struct reel_engine *engine, struct reel_folder *folder,
    const char *what, enum reel_status status);
void reel_engine_well(struct reel_engine *engine, struct reel_folder *folder);
void reel_engine_forget(struct reel_engine *engine, struct reel_folder *folder);

/* Is what the disk shows the item that the book has?  One inode, one birth. */
int reel_engine_same(const struct reel_node *node, const struct reel_stat *st);
int reel_engine_is(
    const struct reel_folder *folder, const struct reel_stat *st);

#endif /* !REEL_ENGINE_H */
