#ifndef REEL_WATCH_INOTIFY_H
#define REEL_WATCH_INOTIFY_H

#include <stdint.h>

#include "shared/reel_status.h"

/*
 * The watcher: libinotifytools on a thread of its own that does nothing but
 * read events into a ring.  It never states a fact; it says which folder to
 * look at again.  One instance a process.
 */
struct reel_watch;

enum reel_watch_kind {
	REEL_WATCH_LOOK,    /* something in folder ${folder_id}, name ${name} */
	REEL_WATCH_GONE,    /* the watched folder itself moved or is no more */
	REEL_WATCH_OVERFLOW, /* events were lost: look at everything again */
	REEL_WATCH_MARK     /* all that happened before reel_watch_mark is told */
};

struct reel_watch_event {
	enum reel_watch_kind kind;
	int64_t folder_id;
	uint32_t mask;      /* inotify's, a hint only */
	uint32_t cookie;    /* of a rename, a hint only */
	uint16_t name_len;
	char name[256];
};

/**
 * reel_watch_open(watch):
 * REEL_BUSY: no inotify instance left (poll everything instead).  The library's
 * descriptor must be below 1024: call this first thing at start.
 * reel_watch_fd: readable while events wait.
 * reel_watch_possible: nonzero if an instance is to be had now.
 */
enum reel_status reel_watch_open(struct reel_watch **watch);
void reel_watch_close(struct reel_watch *watch);
int reel_watch_fd(struct reel_watch *watch);
int reel_watch_possible(void);

/**
 * reel_watch_add(watch, folder_fd, folder_id):
 * Watch the open folder.  Before reading it, not after.  The same folder again
 * is REEL_OK.  REEL_BUSY: no watches left; REEL_IO: see errno.
 * reel_watch_remove(watch, folder_id): no error if it was not watched.
 */
enum reel_status reel_watch_add(
    struct reel_watch *watch, int folder_fd, int64_t folder_id);
void reel_watch_remove(struct reel_watch *watch, int64_t folder_id);
int reel_watch_has(struct reel_watch *watch, int64_t folder_id);

/**
 * reel_watch_next(watch, event):
 * Take one event; REEL_NOT_FOUND when the ring is empty.
 */
enum reel_status reel_watch_next(
    struct reel_watch *watch, struct reel_watch_event *event);

/**
 * reel_watch_mark(watch):
 * Ask for an event of kind MARK, which comes after all that the kernel and the
 * thread still hold; an older mark is forgotten.  REEL_BUSY: there is none to
 * be had.
 */
enum reel_status reel_watch_mark(struct reel_watch *watch);

int64_t reel_watch_count(struct reel_watch *watch);
int64_t reel_watch_overflows(struct reel_watch *watch);

#endif /* !REEL_WATCH_INOTIFY_H */
