#ifndef REEL_POOL_ROOM_H
#define REEL_POOL_ROOM_H

/*
 * Room for files: reel_pool_room() of the pool is told here, and where it is.
 */
struct reel_pool;
struct reel_slot;

/**
 * reel_pool_room_find(pool): a slot that would take a file now, better one whose
 * worker runs; NULL: none.
 * reel_pool_room_crowded(pool): nonzero if more workers are idle than may be needed.
 * reel_pool_room_spare(pool): a file has been handed over; another worker is started
 * if it may be needed soon.
 */
struct reel_slot *reel_pool_room_find(struct reel_pool *pool);
int reel_pool_room_crowded(const struct reel_pool *pool);
void reel_pool_room_spare(struct reel_pool *pool);

#endif /* !REEL_POOL_ROOM_H */
