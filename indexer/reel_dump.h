#ifndef REEL_DUMP_H
#define REEL_DUMP_H

#include <stddef.h>

/*
 * SIGUSR2: what the indexer is doing, a few lines in the log.
 */
struct reel_index;
struct reel_pool;
struct reel_queue;
struct reel_write;

void reel_dump(struct reel_index *index, struct reel_write *write,
    struct reel_queue *queue, struct reel_pool *pool, size_t peers);

#endif /* !REEL_DUMP_H */
