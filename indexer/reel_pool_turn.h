#ifndef REEL_POOL_TURN_H
#define REEL_POOL_TURN_H

/*
 * Those who stand aside take turns at the processor.
 */
struct reel_pool;
struct reel_slot;

/**
 * reel_pool_turn_begin(slot): its worker begins with its file now.
 * reel_pool_turn_sleeps(slot): nonzero if it has had next to nothing of the
 * processor since, and does not wait for it.
 * reel_pool_turn_had_us(slot): what it has had since it began.
 * reel_pool_turn_look(pool): somebody came aside, or left.
 */
void reel_pool_turn_begin(struct reel_slot *slot);
int reel_pool_turn_sleeps(const struct reel_slot *slot);
int64_t reel_pool_turn_had_us(const struct reel_slot *slot);
void reel_pool_turn_look(struct reel_pool *pool);

#endif /* !REEL_POOL_TURN_H */
