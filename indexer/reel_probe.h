#ifndef REEL_PROBE_H
#define REEL_PROBE_H

#include <stdint.h>

/*
 * The pump from the queue of files to the workers and back into the book.
 */
struct reel_cache;
struct reel_index;
struct reel_loop;
struct reel_pool;
struct reel_probe;
struct reel_queue;
struct reel_wire_board;
struct reel_wire_making;
struct reel_write;

struct reel_probe *reel_probe_new(struct reel_loop *loop,
    struct reel_index *index, struct reel_write *write,
    struct reel_queue *queue, struct reel_pool *pool);

/* Where pictures go, made as ${making} says; NULL, as at first: none are made. */
void reel_probe_pictures(struct reel_probe *probe, struct reel_cache *cache,
    const struct reel_wire_making *making);

/* Likewise, storyboards, made as ${how} says. */
void reel_probe_boards(struct reel_probe *probe, struct reel_cache *boards,
    const struct reel_wire_board *how);

/* Free the pool first: it tells no outcome any more then. */
void reel_probe_free(struct reel_probe *probe);

/* Something may have come into the queue, or become more urgent. */
void reel_probe_kick(struct reel_probe *probe);

/* Somebody looks at the item: what it is owed, and its picture if that is lost. */
void reel_probe_raise(struct reel_probe *probe, int64_t item_id);

/* Hand out no more files; what runs goes on. */
void reel_probe_drain(struct reel_probe *probe);

/* Nothing runs, nothing is due soon or owed to the queue. */
int reel_probe_idle(struct reel_probe *probe);

#endif /* !REEL_PROBE_H */
