#ifndef REEL_INDEX_H
#define REEL_INDEX_H

#include <stddef.h>
#include <stdint.h>

#include "shared/reel_buf.h"
#include "shared/reel_item.h"
#include "shared/reel_status.h"

/*
 * The pipeline: watch -> pending -> scan -> write -> commit, in bounded steps on
 * the loop's thread.
 */
struct reel_config;
struct reel_index;
struct reel_loop;
struct reel_queue;
struct reel_watch;
struct reel_write;

/**
 * reel_index_open(config, loop, watch, write, queue, on_commit, cookie, index):
 * ${watch} NULL: everything is polled.  Nothing is scanned before the loop
 * runs.  ${on_commit} is called after every commit that added records.
 */
enum reel_status reel_index_open(const struct reel_config *config,
    struct reel_loop *loop, struct reel_watch *watch, struct reel_write *write,
    struct reel_queue *queue, void (*on_commit)(void *cookie), void *cookie,
    struct reel_index **index);
void reel_index_close(struct reel_index *index);

/**
 * reel_index_configure(index, config):
 * SIGHUP: roots appear, go, change their patterns.  ${config} must live until
 * the next call or the close.
 */
enum reel_status reel_index_configure(
    struct reel_index *index, const struct reel_config *config);

/**
 * reel_index_rescan(index, path, len): look again at a folder or file and all
 * below ("" is everything).  REEL_NOT_FOUND if no root or folder is so named.
 * reel_index_accept(index, path, len): the disk at that root or mount point is
 * right as it is now, whatever was noted.
 */
enum reel_status reel_index_rescan(
    struct reel_index *index, const char *path, size_t len);
enum reel_status reel_index_accept(
    struct reel_index *index, const char *path, size_t len);

/**
 * reel_index_item_open(index, item_id, fd, type, name):
 * Open a regular file for reading, beneath its root, no symlinks; ${name}, 256
 * bytes, gets its name with a NUL.  REEL_NOT_FOUND: gone or not a file of ours;
 * REEL_BUSY: its disk is away; REEL_IO: see errno.
 */
enum reel_status reel_index_item_open(struct reel_index *index,
    int64_t item_id, int *fd, enum reel_type *type, char *name);

/**
 * reel_index_wrote(index, more):
 * Somebody else on this thread wrote to the book (a probe's outcome): commit at once;
 * within 100 ms if ${more} is to come.  _folded: folder ${id}, see reel_hls_judged.
 */
void reel_index_wrote(struct reel_index *index, int more);
void reel_index_folded(
    struct reel_index *index, int64_t id, int stream, int changed);
/* Nothing is pending, lost, settling or dirty; polls and sweeps do not count. */
int reel_index_idle(struct reel_index *index);
/* What the status file tells of the index; strings live until the next call. */
struct reel_index_disk {
	const char *path; /* "<root>" or "<root>/<mount point>" */
	const char *folder; /* of a root: the folder on disk; else NULL */
	int online;
	int watched; /* 0: polled, or offline */
	const char *reason; /* why offline or polled; NULL if neither */
};
struct reel_index_report {
	const char *phase;       /* "names", "live" */
	int64_t scan_folders;    /* of the scan that runs or ran last */
	int64_t scan_files;
	int64_t scan_pending;    /* folders that wait to be looked at */
	int64_t scan_started_ms; /* wall clock */
	int64_t scan_ended_ms;   /* 0: running */
	int64_t items_before;    /* files known when it began, for an ETA; 0: none */
	int watching;            /* 0: no inotify, all is polled */
	int64_t watches;
	int64_t watches_missing; /* folders polled for want of a watch */
	int64_t overflows;
	int64_t polled;          /* folders that are polled */
	int64_t growing;
	const struct reel_index_disk *disks;
	size_t disks_count;
	const char *trouble;     /* last thing that keeps us from our work; NULL */
};
void reel_index_report(
    struct reel_index *index, struct reel_index_report *report);

#endif /* !REEL_INDEX_H */
