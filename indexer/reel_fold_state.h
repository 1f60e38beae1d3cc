#ifndef REEL_FOLD_STATE_H
#define REEL_FOLD_STATE_H

#include <stdint.h>

#include "indexer/reel_fold.h"
#include "indexer/reel_fold_sound.h"
#include "indexer/reel_fold_view.h"
#include "indexer/reel_job.h"
#include "shared/reel_facts.h"
#include "shared/reel_plan.h"
#include "shared/reel_stream.h"
#include "shared/reel_wire.h"

/* The inside of a fold, for the files that together are the fold. */
struct reel_pool_part;

#define REEL_FOLD_PLAYLISTS_MAX 16 /* of one folder; others fail, and say so */

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
	struct reel_fold_sound sound;
	struct reel_facts facts;
	struct reel_plan *plan; /* of its storyboard; owned */
	uint32_t part;          /* of it that is next */
	int over;               /* the worker knows that there is no further one */
};

/**
 * reel_fold_load(fold): the folder, where it lies, its children and playlists.
 * reel_fold_choose(fold): set main, shown and best from what was read.
 *
 * reel_fold_known(fold): nonzero if the book has facts of the stream, which still
 * hold: nothing needs to be looked at.
 *
 * reel_fold_write(fold): bring the book up to date.  REEL_AGAIN: so much is written
 * that the rest has to wait for another turn.
 * reel_fold_write_all(fold): likewise, and the job ends, or goes back.
 *
 * reel_fold_beside(fold): where the segments lie of what is shown.
 * reel_fold_open_part(fold, view, map, file, part): one of them, and what it comes
 * behind, 0 for nothing; zero: it is not there.
 *
 * reel_fold_boards(fold): nonzero if the stream is one that gets a storyboard.
 * reel_fold_boarded(fold): nonzero if it has one, or has none, as it should.
 * reel_fold_board_key(fold): make the key that a segment has in ${fold->facts} that
 * of the stream's; all zero if it is to have none.
 * reel_fold_board(fold): make that one; the job ends later, or at once.
 *
 * reel_fold_end(fold): the job was ended, one way or another.
 * reel_fold_back(fold, after_ms): it goes back to the queue.
 * reel_fold_final(fold, status, reason): nonzero if with that outcome of a worker
 * it was ended: not if only the file is bad, for the next one may be better.
 */
enum reel_status reel_fold_load(struct reel_fold *fold);
void reel_fold_choose(struct reel_fold *fold);
int reel_fold_known(struct reel_fold *fold);
enum reel_status reel_fold_write(struct reel_fold *fold);
void reel_fold_write_all(struct reel_fold *fold);
const struct reel_fold_view *reel_fold_beside(const struct reel_fold *fold);
int reel_fold_open_part(struct reel_fold *fold,
    const struct reel_fold_view *view, uint64_t map, uint64_t file,
    struct reel_pool_part *part);
int reel_fold_boards(const struct reel_fold *fold);
int reel_fold_boarded(const struct reel_fold *fold);
void reel_fold_board_key(struct reel_fold *fold);
void reel_fold_board(struct reel_fold *fold);
void reel_fold_end(struct reel_fold *fold);
void reel_fold_back(struct reel_fold *fold, int64_t after_ms);
int reel_fold_final(
    struct reel_fold *fold, enum reel_status status, const char *reason);

#endif /* !REEL_FOLD_STATE_H */
