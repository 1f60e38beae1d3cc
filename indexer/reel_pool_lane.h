#ifndef REEL_POOL_LANE_H
#define REEL_POOL_LANE_H

#include <stdint.h>

/*
 * Where files stand that take long, so that others need not wait for them.
 */
struct reel_pool;
struct reel_slot;

/**
 * reel_pool_lane_on_crowd(pool, on_crowd, cookie):
 * When a file takes long and as many stand aside as may, ${on_crowd} is asked,
 * again and again: nonzero ends its worker, and the outcome is REEL_BUSY.
 *
 * reel_pool_lane_room(pool): how many more may stand aside.  _count: how many do.
 * reel_pool_lane_aside(pool, job): the file of ${job}, which has just been handed
 * over, takes long, as is known: it stands aside from the start, with all its time.
 * reel_pool_lane_times(pool, job, times): so many times as long as others it may
 * take before it stands aside or yields.
 */
void reel_pool_lane_on_crowd(struct reel_pool *pool,
    int (*on_crowd)(void *cookie, int64_t job), void *cookie);
int reel_pool_lane_room(struct reel_pool *pool);
int reel_pool_lane_count(const struct reel_pool *pool);
void reel_pool_lane_aside(struct reel_pool *pool, int64_t job);
void reel_pool_lane_times(struct reel_pool *pool, int64_t job, int times);

/**
 * Of the pool itself.  reel_pool_lane_init(pool): it is new.
 * reel_pool_lane_left(pool, i): nonzero if the file of that slot stands aside: not one
 * that has yielded, and is not gone yet, nor a storyboard, of which there is one at a
 * time, and nice.
 * reel_pool_lane_enter(slot): it gets a file now.
 * reel_pool_lane_greeted(slot): its worker has started, which is not the file's time.
 * reel_pool_lane_leave(slot, well): that came to an end; ${well}: in its own time.
 */
int reel_pool_lane_left(const struct reel_pool *pool, int i);
void reel_pool_lane_init(struct reel_pool *pool);
void reel_pool_lane_enter(struct reel_slot *slot);
void reel_pool_lane_greeted(struct reel_slot *slot);
void reel_pool_lane_leave(struct reel_slot *slot, int well);

#endif /* !REEL_POOL_LANE_H */
