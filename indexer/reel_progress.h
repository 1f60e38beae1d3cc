#ifndef REEL_PROGRESS_H
#define REEL_PROGRESS_H

#include "indexer/reel_index.h"
#include "indexer/reel_queue_sql.h"

/*
 * How far a scan or the reading of files is, for a person: one line that is
 * rewritten on a terminal, else a line of the log now and then.
 */
struct reel_loop;
struct reel_progress;

/**
 * reel_progress_new(loop, look, cookie):
 * ${look} fills in what is asked for when a line is due.
 */
struct reel_progress *reel_progress_new(struct reel_loop *loop,
    void (*look)(void *cookie, struct reel_index_report *index,
        struct reel_queue_counts *counts),
    void *cookie);

/* Ends the line on the terminal. */
void reel_progress_free(struct reel_progress *progress);

#endif /* !REEL_PROGRESS_H */
