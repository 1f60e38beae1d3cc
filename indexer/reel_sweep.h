#ifndef REEL_SWEEP_H
#define REEL_SWEEP_H

/*
 * Pictures that nobody refers to any more are collected, slowly.
 */
struct reel_cache;
struct reel_index;
struct reel_loop;
struct reel_sweep;
struct reel_write;

/*
 * The first round begins a while from now, others an hour after the last.
 * ${boards}: it is a cache of storyboards.
 */
struct reel_sweep *reel_sweep_new(struct reel_loop *loop,
    struct reel_index *index, struct reel_write *write,
    struct reel_cache *cache, int boards);
void reel_sweep_free(struct reel_sweep *sweep);

#endif /* !REEL_SWEEP_H */
