#ifndef REEL_RING_H
#define REEL_RING_H

#include <stdint.h>

/*
 * Events on their way from the watcher's thread to the loop's: one puts, one
 * takes.  Bounded: what does not fit is thrown away, and the taker is told so.
 */
#define REEL_RING_EVENTS 65536
#define REEL_RING_BYTES (4 * 1024 * 1024) /* of them with their names */

struct reel_ring;

/* An event as the kernel tells it; ${name} with a NUL. */
struct reel_ring_event {
	int32_t wd;
	uint32_t mask;
	uint32_t cookie;
	uint32_t name_len;
	char name[256];
};

/* NULL with errno: no descriptor left. */
struct reel_ring *reel_ring_open(void);
void reel_ring_close(struct reel_ring *ring);

/* Readable while there is something to take. */
int reel_ring_fd(const struct reel_ring *ring);

/* Any thread; bytes of ${event->name} beyond the length are not read. */
void reel_ring_put(
    struct reel_ring *ring, const struct reel_ring_event *event);

/**
 * reel_ring_take(ring, event, lost):
 * Zero if there is nothing.  ${*lost} nonzero: no event, but events were thrown
 * away, and everything that was put before that has been taken.
 */
int reel_ring_take(
    struct reel_ring *ring, struct reel_ring_event *event, int *lost);

#endif /* !REEL_RING_H */
