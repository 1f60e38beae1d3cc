#ifndef REEL_POOL_WEIGHT_H
#define REEL_POOL_WEIGHT_H

/*
 * The memory of those who stand aside, together.
 */
struct reel_pool;

/**
 * reel_pool_weight_look(pool): what it is now; if it is too much, one yields.
 * reel_pool_weight_full(pool): nonzero if there is no place for one more, as of the
 * last look.
 */
void reel_pool_weight_look(struct reel_pool *pool);
int reel_pool_weight_full(const struct reel_pool *pool);

#endif /* !REEL_POOL_WEIGHT_H */
