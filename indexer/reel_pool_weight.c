/*
 * A worker may take half a gigabyte, and many stand aside: together they may have no
 * more than one may.  Beyond that, of those who have much the one that came last
 * yields, so the first comes through, however much it takes.
 */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "indexer/reel_pool_state.h"

#include "indexer/reel_pool_weight.h"

#define TOTAL_MAX_KIB (INT64_C(512) << 10)
#define MUCH_KIB (TOTAL_MAX_KIB / 8)
#define OWN_KIB (8 << 10) /* what each has from the start, and shares */

/* What it has written to, in KiB; 0 if that cannot be known. */
static int64_t
weight_of(const struct reel_slot *slot)
{
	char path[32], text[128];
	long long resident, shared;
	ssize_t len;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/statm", (int)slot->pid);
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) == -1)
		return (0);
	len = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[len > 0 ? len : 0] = '\0';
	if (sscanf(text, "%*d %lld %lld", &resident, &shared) != 2)
		return (0);
	resident = (resident - shared) * (sysconf(_SC_PAGESIZE) / 1024);

	return (resident > OWN_KIB ? resident - OWN_KIB : 0);
}

void
reel_pool_weight_look(struct reel_pool *pool)
{
	struct reel_slot *last = NULL, *slot = pool->slots;
	int64_t kib, came_ms, last_ms = 0;
	int heavy = 0;

	pool->weight_kib = 0;
	for (; slot < pool->slots + REEL_POOL_WORKERS_MAX; slot++) {
		if (!pool->places[slot - pool->slots].aside ||
		    !slot->has_job || slot->state != REEL_SLOT_BUSY ||
		    slot->kind == REEL_WIRE_STORYBOARD)
			continue;
		kib = weight_of(slot);
		pool->weight_kib += kib;
		if (kib < MUCH_KIB)
			continue;
		heavy++;
		came_ms = pool->places[slot - pool->slots].began_ms;
		if (last == NULL || came_ms >= last_ms) {
			last = slot;
			last_ms = came_ms;
		}
	}
	if (pool->weight_kib > TOTAL_MAX_KIB && heavy > 1)
		reel_slot_cancel(last);
}

int
reel_pool_weight_full(const struct reel_pool *pool)
{

	return (pool->weight_kib > TOTAL_MAX_KIB / 2);
}
