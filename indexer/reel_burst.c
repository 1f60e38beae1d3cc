/*
 * Bursts of writes.
 *
 * The first write of a burst is passed on: it sets the file's settle timer, which
 * sees what the others did.  So a burst has to be shorter than the shortest
 * settle time.  A table without chains: two files of one slot only mean that
 * more is told than needed.
 */
#include "indexer/reel_burst.h"

#include <sys/inotify.h>

#include <time.h>

#include "indexer/reel_ring.h"

static int64_t
clock_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &ts);
	return ((int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000);
}

int
reel_burst_again(struct reel_burst *burst, const struct reel_ring_event *event)
{
	uint64_t hash = (uint64_t)event->wd;
	int64_t now_ms = clock_ms();
	uint32_t i, slot;

	for (i = 0; i < event->name_len; i++)
		hash = (hash ^ (unsigned char)event->name[i]) * 1099511628211u;
	slot = (uint32_t)(hash % REEL_BURST_FILES);
	if (event->mask != IN_MODIFY) {
		/* What comes after something else is news again. */
		if (burst->files[slot].hash == hash)
			burst->files[slot].hash = 0;
		return (0);
	}
	if (burst->files[slot].hash == hash &&
	    now_ms - burst->files[slot].since_ms < REEL_BURST_MS)
		return (1);
	burst->files[slot].hash = hash;
	burst->files[slot].since_ms = now_ms;
	return (0);
}
