#ifndef REEL_JOB_H
#define REEL_JOB_H

#include <stdint.h>

#include "indexer/reel_queue_sql.h"
#include "shared/reel_facts.h"
#include "shared/reel_stream.h"
#include "shared/reel_wire.h"

/*
 * A file that was taken from the queue, and what becomes of it in the book.
 */
struct reel_cache;
struct reel_fold;
struct reel_index;
struct reel_piece;
struct reel_queue;
struct reel_write;

enum reel_job_state {
	REEL_JOB_FREE = 0,
	REEL_JOB_RUNNING,
	REEL_JOB_OWED /* the book could not be written: to be put back */
};

struct reel_job {
	enum reel_job_state state;
	int64_t item_id;
	enum reel_stage stage;
	int priority;
	int64_t begun_ms; /* since 1970 */
	unsigned char key[REEL_KEY_BYTES]; /* of what is owed; may be unknown */
	struct reel_wire_making making; /* of its picture; of its storyboard, */
	struct reel_wire_board how;     /* which shows so much of a film: */
	int64_t length_ms;
	int attempts; /* before this one; of an owed job, to be noted */
	int64_t size, mtime_ns, ino; /* of the file as it was opened */
	int held; /* that file, to know what it is; 0: none; owned */
	struct reel_fold *fold; /* of a folder: how far it is; owned */
};

struct reel_job_book {
	struct reel_index *index;
	struct reel_write *write;
	struct reel_queue *queue;
	struct reel_cache *cache;       /* NULL: no pictures are made */
	struct reel_cache *boards;      /* NULL: no storyboards */
	struct reel_wire_making making; /* of the ones, */
	struct reel_wire_board how;     /* of the others */
	int cache_ill; /* a picture could not be written: said so */
	int ill;       /* the last call of the book failed */
	int wrote;     /* something is in the book that is not committed */
};

/* A job that fails for no fault of the file is tried so often. */
#define REEL_JOB_ATTEMPTS_MAX 2
#define REEL_JOB_RETRY_MS 1000
/* The queue's clock: milliseconds since 1970. */
int64_t reel_job_wall_ms(void);
/* The book failed: all that was told it since its last commit is void. */
void reel_job_ill(struct reel_job_book *book);

/**
 * The ends of a running job; each leaves it FREE, or OWED if the book failed.
 *
 * reel_job_back(book, job, attempts, after_ms): to the queue, once more later.
 * reel_job_done(book, job): nothing is owed any more.
 * reel_job_growing(book, job): nonzero if the file is being written; the job is
 * done then, and queued again by whoever sees the end of that.
 * reel_job_folder(book, job): nonzero if it is of a folder; the job goes on.
 * reel_job_facts(book, job, facts): write them; but if the file is being written,
 * or the book knows another one by now than was read, likewise or back once more.
 * Then a picture and a storyboard are owed, unless they are there.
 * reel_job_playlist(book, job, stream), reel_job_picture(book, job, picture): write
 * what it says; keep it; likewise.
 * reel_job_at_hand(book, job): nonzero if nothing need be read for it.
 * reel_job_fail(book, job, reason): given up; likewise.  reel_job_fault(book, job,
 * reason): death, deadline, disk: back, or given up.
 */
void reel_job_back(struct reel_job_book *book, struct reel_job *job,
    int attempts, int64_t after_ms);
void reel_job_done(struct reel_job_book *book, struct reel_job *job);
int reel_job_growing(struct reel_job_book *book, struct reel_job *job);
int reel_job_folder(struct reel_job_book *book, struct reel_job *job);
void reel_job_facts(struct reel_job_book *book, struct reel_job *job,
    const struct reel_facts *facts);
void reel_job_playlist(struct reel_job_book *book, struct reel_job *job,
    const struct reel_stream *stream);
void reel_job_picture(struct reel_job_book *book, struct reel_job *job,
    const struct reel_piece *picture);
int reel_job_at_hand(struct reel_job_book *book, struct reel_job *job);
void reel_job_fail(
    struct reel_job_book *book, struct reel_job *job, const char *reason);
void reel_job_fault(
    struct reel_job_book *book, struct reel_job *job, const char *reason);
#endif /* !REEL_JOB_H */
