#ifndef REEL_FOLD_H
#define REEL_FOLD_H

#include <stdint.h>

/*
 * A folder that holds playlists: which of them are a stream, what it looks like,
 * and what becomes of the folder and of its files.
 */
struct reel_fold;
struct reel_job;
struct reel_job_book;
struct reel_pool;

/**
 * reel_fold_start(book, pool, job, number, on_end, cookie):
 * ${job}, the ${number}th, is of a folder, for its facts, its picture or its
 * storyboard.  Its playlists are read one after the other, then a segment is looked
 * at, then the book is brought up to date, or the picture is kept, or files are
 * handed over until the storyboard is there.  The job has ended, or is back in the
 * queue, when ${on_end} is called; that may be at once.
 *
 * reel_fold_free(fold): it is told no outcome any more; NULL is harmless.
 */
void reel_fold_start(struct reel_job_book *book, struct reel_pool *pool,
    struct reel_job *job, int64_t number, void (*on_end)(void *cookie),
    void *cookie);
void reel_fold_free(struct reel_fold *fold);

#endif /* !REEL_FOLD_H */
