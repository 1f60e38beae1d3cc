#ifndef REEL_OUTS_H
#define REEL_OUTS_H

#include <stddef.h>
#include <stdint.h>

/*
 * Which items are worked on right now: as many as there are workers, so they are
 * looked through.  In memory only, so that a kill hands them out again.
 */
struct reel_out {
	int64_t item_id;
	int stage;
	int again; /* put while it was out */
};

struct reel_outs {
	struct reel_out *list;
	size_t count;
	size_t cap;
};

/**
 * reel_outs_find(outs, item_id): NULL if it is not out.
 * reel_outs_add(outs, item_id, stage): it was not out before.
 * reel_outs_drop(outs, out): it is back.
 * reel_outs_clear(outs): all zero is an empty one.
 */
struct reel_out *reel_outs_find(const struct reel_outs *outs, int64_t item_id);
void reel_outs_add(struct reel_outs *outs, int64_t item_id, int stage);
void reel_outs_drop(struct reel_outs *outs, struct reel_out *out);
void reel_outs_clear(struct reel_outs *outs);

#endif /* !REEL_OUTS_H */
