#ifndef REEL_POOL_STATE_H
#define REEL_POOL_STATE_H

#include "indexer/reel_pool.h"
#include "indexer/reel_slot.h"

/* The inside of the pool, for the files that together are the pool. */
struct reel_pool {
	struct reel_loop *loop;
	struct reel_nursery *nursery;
	char *worker_path;
	int workers;
	int64_t timeout_ms;
	struct reel_slot slots[REEL_POOL_WORKERS_MAX];
	int aside[REEL_POOL_WORKERS_MAX]; /* its file takes long */
	void (*on_room)(void *cookie);
	void *room_cookie;
	int (*on_crowd)(void *cookie, int64_t job);
	void *crowd_cookie;
	int64_t began_ms[REEL_POOL_WORKERS_MAX]; /* the file of a slot */
	int times[REEL_POOL_WORKERS_MAX]; /* as long as others it may take */
	int64_t usual_ms; /* that a file takes, of late */
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
