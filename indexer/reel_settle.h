#ifndef REEL_SETTLE_H
#define REEL_SETTLE_H

#include <stdint.h>

/*
 * When is a file that somebody writes finished?  When its writer closed it or
 * put it into place, or when it stood still for settle_ms.  A pure decision; the
 * timers are the caller's.
 */
struct reel_settle_seen {
	int changed; /* size or time differ from the book's, or it is new */
	int written; /* somebody writes into it, or cut it, just now */
	int closed;  /* its writer closed it, or it was renamed into place */
	int timer;   /* we look because its timer ran out */
	int waiting; /* its timer runs */
	int growing; /* the book says it grows */
	int young;   /* see below */
};

enum reel_settle_verdict {
	REEL_SETTLE_NOTHING, /* nothing to tell */
	REEL_SETTLE_LATER,   /* its timer will look; tell nothing now */
	REEL_SETTLE_TIMER,   /* set its timer, tell nothing */
	REEL_SETTLE_GROWS,   /* tell that it grows, set its timer */
	REEL_SETTLE_DONE     /* tell what it is now; no timer */
};

enum reel_settle_verdict reel_settle_judge(const struct reel_settle_seen *seen);

/**
 * reel_settle_young(mtime_ns, wall_ms, settle_ms):
 * Nonzero if it was written less than ${settle_ms} ago.  A time in the future
 * beyond that is a wrong clock, not a young file.
 */
int reel_settle_young(int64_t mtime_ns, int64_t wall_ms, int64_t settle_ms);

#endif /* !REEL_SETTLE_H */
