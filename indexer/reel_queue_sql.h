#ifndef REEL_QUEUE_SQL_H
#define REEL_QUEUE_SQL_H

#include <stdint.h>

#include "shared/reel_key.h"
#include "shared/reel_status.h"

/*
 * The queue of what is to be done for files, in the book, in the writer's
 * transactions.
 */
struct reel_queue;
struct reel_write;

#define REEL_QUEUE_LOOKED_AT 10 /* priority of what a client looks at */

/*
 * Stored in the book; facts of all files come before pictures of any, and those
 * before storyboards.
 */
enum reel_stage {
	REEL_STAGE_FACTS = 0,
	REEL_STAGE_PICTURE = 1,
	REEL_STAGE_BOARD = 2
};
#define REEL_STAGE_COUNT 3

struct reel_queue_job {
	int64_t item_id;
	int attempts; /* before this one */
	enum reel_stage stage;
	int priority;
	unsigned char key[REEL_KEY_BYTES]; /* of what is owed; may be unknown */
};

/* Kept counters, true at every moment. */
struct reel_queue_counts {
	int64_t pending;   /* rows, those handed out included */
	int64_t completed; /* facts and pictures since the book was opened */
	int64_t failed;    /* dead letters in the book now */
};

enum reel_status reel_queue_open(
    struct reel_write *write, struct reel_queue **queue);
void reel_queue_close(struct reel_queue *queue);

/**
 * reel_queue_put(queue, item_id, priority, not_before_ms):
 * Owe facts; an item that is queued already keeps the higher priority, and its
 * attempts begin again.
 *
 * reel_queue_picture(queue, item_id, priority, key):
 * Owe a picture, likewise, at once.  ${key}: as it would be called, or NULL.
 *
 * reel_queue_board(queue, item_id, key): owe a storyboard, likewise.
 *
 * reel_queue_again(queue, item_id): nonzero if it was put while it is out.
 *
 * reel_queue_limit(queue, last): from now on no job of a later stage is handed
 * out, and none counts for _due_ms.
 *
 * reel_queue_raise(queue, item_id, priority): REEL_NOT_FOUND if not queued.
 *
 * reel_queue_next(queue, now_ms, job):
 * The most urgent job that is due and not handed out; it is handed out to the
 * caller until _done, _retry or the end of the process.  REEL_NOT_FOUND: none.
 *
 * reel_queue_due_ms(queue): when the next job becomes due, -1: none waits.
 *
 * reel_queue_done(queue, item_id): probed or given up or gone.
 * reel_queue_retry(queue, item_id, attempts, not_before_ms): once more, later.
 * Both take a job back that was handed out; without one, they mean all that is
 * owed for the item.  One that was put again meanwhile stays as it was put: the
 * probe saw the file as it was before.  Neither minds a job that is not there;
 * reel_write_drop removes it with its item.
 */
enum reel_status reel_queue_put(struct reel_queue *queue, int64_t item_id,
    int priority, int64_t not_before_ms);
enum reel_status reel_queue_picture(struct reel_queue *queue, int64_t item_id,
    int priority, const unsigned char *key);
enum reel_status reel_queue_board(
    struct reel_queue *queue, int64_t item_id, const unsigned char *key);
int reel_queue_again(const struct reel_queue *queue, int64_t item_id);
void reel_queue_limit(struct reel_queue *queue, enum reel_stage last);
enum reel_status reel_queue_raise(
    struct reel_queue *queue, int64_t item_id, int priority);
enum reel_status reel_queue_next(
    struct reel_queue *queue, int64_t now_ms, struct reel_queue_job *job);
int64_t reel_queue_due_ms(struct reel_queue *queue);
enum reel_status reel_queue_done(struct reel_queue *queue, int64_t item_id);
enum reel_status reel_queue_retry(struct reel_queue *queue, int64_t item_id,
    int attempts, int64_t not_before_ms);

void reel_queue_count(struct reel_queue *queue, struct reel_queue_counts *counts);

#endif /* !REEL_QUEUE_SQL_H */
