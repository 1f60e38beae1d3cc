#ifndef REEL_BURST_H
#define REEL_BURST_H

#include <stdint.h>

/*
 * Bursts of writes: a writer makes an event a write, and of those only the first
 * in a while is news.
 */
struct reel_ring_event;

#define REEL_BURST_FILES 256 /* whose writes are told apart */
#define REEL_BURST_MS 50     /* writes in that time are one */

/* All zero at first. */
struct reel_burst {
	struct {
		uint64_t hash; /* of folder and name */
		int64_t since_ms;
	} files[REEL_BURST_FILES];
};

/**
 * reel_burst_again(burst, event):
 * Nonzero if ${event} is one more write of a burst that has been told of.
 */
int reel_burst_again(
    struct reel_burst *burst, const struct reel_ring_event *event);

#endif /* !REEL_BURST_H */
