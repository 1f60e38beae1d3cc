#ifndef REEL_POOL_STATE_H
#define REEL_POOL_STATE_H

#include "indexer/reel_pool.h"
#include "indexer/reel_slot.h"

/* The inside of the pool, for the files that together are the pool. */

/* A slot's file, and how long it takes. */
struct reel_pool_place {
	int64_t began_ms;
	int first; /* of its worker */
	int aside; /* it takes long */
	int times; /* as long as others it may take */
	int busy;          /* it needs the processor, of late */
	int64_t looked_ms; /* when that was looked at, and its worker's time then */
	int64_t cpu_us;
	int64_t had_us; /* of the processor until then, for this file */
};

/* What a file takes, of late. */
struct reel_pool_usual {
	int64_t clock_us;
	int64_t cpu_us;
};

struct reel_pool {
	struct reel_loop *loop;
	struct reel_nursery *nursery;
	char *worker_path;
	int workers;
	int64_t timeout_ms;
	struct reel_slot slots[REEL_POOL_WORKERS_MAX];
	struct reel_pool_place places[REEL_POOL_WORKERS_MAX]; /* of each */
	unsigned int looks; /* at those aside */
	int64_t weight_kib; /* of their memory, as of one of those */
	void (*on_room)(void *cookie);
	void *room_cookie;
	int (*on_crowd)(void *cookie, int64_t job);
	void *crowd_cookie;
	/* Pictures by themselves, and the first file of a worker. */
	struct reel_pool_usual usual[2][2];
	int64_t backoff_ms;
	int64_t start_after_ms; /* monotonic; no worker is started before */
	char trouble[REEL_WIRE_REASON_MAX + 1];
	struct reel_wire_making making; /* of pictures */
	struct reel_wire_board board;   /* of storyboards */
	union reel_slot_packet packet;
};

/* A place for a job of ${kind}; NULL: no room, and ${fd} is closed. */
struct reel_slot *reel_pool_take(struct reel_pool *pool,
    enum reel_wire_kind kind, int64_t job, int fd, void *cookie);

/* The place that has ${job}; NULL: none. */
struct reel_slot *reel_pool_find(struct reel_pool *pool, int64_t job);

#endif /* !REEL_POOL_STATE_H */
