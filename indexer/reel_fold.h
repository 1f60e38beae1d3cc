#ifndef REEL_FOLD_H
#define REEL_FOLD_H

#include <stdint.h>

#include "indexer/reel_fold_view.h"
#include "indexer/reel_job.h"
#include "shared/reel_facts.h"
#include "shared/reel_stream.h"
#include "shared/reel_wire.h"

/*
 * A folder that holds playlists: which of them are a stream, what it looks like,
 * and what becomes of the folder and of its files.
 */
struct reel_fold;
struct reel_pool;

#define REEL_FOLD_PLAYLISTS_MAX 16 /* of one folder; others fail, and say so */

/**
 * reel_fold_start(book, pool, job, number, on_end, cookie):
 * ${job}, the ${number}th, is of a folder, for its facts or for its picture.  Its
 * playlists are read one after the other, then a segment is looked at, then the
 * book is brought up to date, or the picture is kept.  The job has ended, or is
 * back in the queue, when ${on_end} is called; that may be at once.
 *
 * reel_fold_free(fold): it is told no outcome any more; NULL is harmless.
 */
void reel_fold_start(struct reel_job_book *book, struct reel_pool *pool,
    struct reel_job *job, int64_t number, void (*on_end)(void *cookie),
    void *cookie);
void reel_fold_free(struct reel_fold *fold);

/* The inside, for the files that together are the fold. */
struct reel_fold_list {
	struct reel_node node; /* of the playlist, its stat as it was read */
	struct reel_stream *stream; /* without its numbers; NULL: not read */
	struct reel_fold_count count;
	int changed;           /* it is another file than the book has */
	char reason[REEL_WIRE_REASON_MAX + 1]; /* why it is no playlist */
};

struct reel_fold {
	struct reel_job_book *book;
	struct reel_pool *pool;
	struct reel_job *job;
	int64_t number;
	void (*on_end)(void *cookie);
	void *cookie;
	struct reel_node folder; /* without its name */
	int root;
	int variant;             /* it lies in a folder that is a stream itself */
	struct reel_fold_view own;
	struct reel_fold_view sub; /* of the folder of a variant */
	/* The last one is of the variant that lies in ${sub}. */
	struct reel_fold_list lists[REEL_FOLD_PLAYLISTS_MAX + 1];
	size_t count; /* of the folder itself */
	size_t at;    /* that is being read */
	struct reel_fold_list *main;  /* what a player opens; NULL: no stream */
	struct reel_fold_list *shown; /* a media playlist: main or its variant */
	const struct reel_stream_variant *best; /* of a master that is main */
	uint32_t look;                /* that is being looked at */
	int probed;
	struct reel_facts facts;
};

/**
 * reel_fold_load(fold): the folder, where it lies, its children and playlists.
 *
 * reel_fold_choose(fold): set main, shown and best from what was read.
 *
 * reel_fold_known(fold): nonzero if the book has facts of the stream, which still
 * hold: nothing needs to be looked at.
 *
 * reel_fold_write(fold):
 * Bring the book up to date.  REEL_AGAIN: so much is written that the rest has to
 * wait for another turn.
 */
enum reel_status reel_fold_load(struct reel_fold *fold);
void reel_fold_choose(struct reel_fold *fold);
int reel_fold_known(struct reel_fold *fold);
enum reel_status reel_fold_write(struct reel_fold *fold);

#endif /* !REEL_FOLD_H */
