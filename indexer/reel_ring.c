/*
 * A ring of bytes under a mutex, with an eventfd as its bell.  The lock is held
 * for a copy of at most 272 bytes.  The bell is rung when the ring stops being
 * empty and silenced when a taker finds nothing.
 */
#include "indexer/reel_ring.h"

#include <sys/eventfd.h>

#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "indexer/reel_mem.h"

#define HEAD offsetof(struct reel_ring_event, name)

struct reel_ring {
	int fd;
	pthread_mutex_t lock;
	char *bytes;
	size_t head;  /* bytes ever taken */
	size_t tail;  /* bytes ever put */
	size_t count; /* events inside */
	int lost;     /* some were thrown away since it was empty */
	int rung;
};

struct reel_ring *
reel_ring_open(void)
{
	int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	struct reel_ring *ring;

	if (fd == -1)
		return (NULL);
	ring = reel_mem_new(sizeof(*ring));
	ring->fd = fd;
	ring->bytes = reel_mem_new(REEL_RING_BYTES);
	pthread_mutex_init(&ring->lock, NULL);
	return (ring);
}

void
reel_ring_close(struct reel_ring *ring)
{

	if (ring == NULL)
		return;
	close(ring->fd);
	pthread_mutex_destroy(&ring->lock);
	free(ring->bytes);
	free(ring);
}

int
reel_ring_fd(const struct reel_ring *ring)
{

	return (ring->fd);
}

static void
copy_in(struct reel_ring *ring, const void *data, size_t len)
{
	size_t at = ring->tail & (REEL_RING_BYTES - 1);
	size_t first = REEL_RING_BYTES - at;

	if (first > len)
		first = len;
	memcpy(ring->bytes + at, data, first);
	memcpy(ring->bytes, (const char *)data + first, len - first);
	ring->tail += len;
}

static void
copy_out(struct reel_ring *ring, void *data, size_t len)
{
	size_t at = ring->head & (REEL_RING_BYTES - 1);
	size_t first = REEL_RING_BYTES - at;

	if (first > len)
		first = len;
	memcpy(data, ring->bytes + at, first);
	memcpy((char *)data + first, ring->bytes, len - first);
	ring->head += len;
}

void
reel_ring_put(struct reel_ring *ring, const struct reel_ring_event *event)
{
	const uint64_t one = 1;
	size_t len = HEAD + event->name_len;

	pthread_mutex_lock(&ring->lock);
	if (ring->count >= REEL_RING_EVENTS ||
	    ring->tail - ring->head + len > REEL_RING_BYTES) {
		ring->lost = 1;
	} else {
		copy_in(ring, event, len);
		ring->count++;
	}
	if (!ring->rung && write(ring->fd, &one, sizeof(one)) > 0)
		ring->rung = 1;
	pthread_mutex_unlock(&ring->lock);
}

int
reel_ring_take(struct reel_ring *ring, struct reel_ring_event *event, int *lost)
{
	uint64_t ticks;
	int taken = 1;

	*lost = 0;
	pthread_mutex_lock(&ring->lock);
	if (ring->count > 0) {
		copy_out(ring, event, HEAD);
		copy_out(ring, event->name, event->name_len);
		event->name[event->name_len] = '\0';
		ring->count--;
	} else if (ring->lost) {
		ring->lost = 0;
		*lost = 1;
	} else {
		taken = 0;
		if (ring->rung &&
		    read(ring->fd, &ticks, sizeof(ticks)) > 0)
			ring->rung = 0;
	}
	pthread_mutex_unlock(&ring->lock);
	return (taken);
}
