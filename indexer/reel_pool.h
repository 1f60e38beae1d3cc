#ifndef REEL_POOL_H
#define REEL_POOL_H

#include <stdint.h>

#include "shared/reel_facts.h"
#include "shared/reel_status.h"

/*
 * The reel-worker processes: spawn, hand out one file at a time, enforce the
 * deadline, believe nothing that comes back, replace the dead.
 */
struct reel_loop;
struct reel_piece;
struct reel_pool;
struct reel_wire_board;
struct reel_wire_making;

/* At most so many workers, whatever the configuration says. */
#define REEL_POOL_WORKERS_MAX 64

/**
 * reel_pool_new(loop, worker_path, workers, timeout_ms):
 * Workers start when first needed and end when there is nothing to do for a
 * minute.  Never fails: a worker that cannot be started is the outcome of a job.
 * reel_pool_free(pool): end all workers; outcomes that are due are not told.
 */
struct reel_pool *reel_pool_new(struct reel_loop *loop, const char *worker_path,
    int workers, int64_t timeout_ms);
void reel_pool_free(struct reel_pool *pool);

/* From the next start of a worker on; those that run finish their file. */
void reel_pool_configure(struct reel_pool *pool, const char *worker_path,
    int workers, int64_t timeout_ms);

/* How they are made from now on; all zero, as at first: not, nor have they keys. */
void reel_pool_pictures(
    struct reel_pool *pool, const struct reel_wire_making *making);
void reel_pool_boards(
    struct reel_pool *pool, const struct reel_wire_board *board);

/**
 * How many jobs it would take now; how many are running.  A file that takes long
 * stands aside and makes room for another: ${on_room} is told.
 */
int reel_pool_room(struct reel_pool *pool);
int reel_pool_running(struct reel_pool *pool);
void reel_pool_on_room(
    struct reel_pool *pool, void (*on_room)(void *cookie), void *cookie);

/* Why no worker can be started, NULL if they can; ids of those that live. */
const char *reel_pool_trouble(struct reel_pool *pool);
int reel_pool_pids(struct reel_pool *pool, int32_t *pids, int max);

/**
 * reel_pool_probe(pool, job, fd, type, name, on_probe_done, cookie):
 * Hand over ${fd}, an open file, which the pool owns from here on in any case.
 * ${on_probe_done} is called later, from the loop, exactly once: REEL_OK with
 * facts; REEL_BAD_INPUT with a reason (the file's fault: not media, refused);
 * REEL_IO with a reason (the worker died or ran out of time or memory, or the
 * disk failed); REEL_AGAIN with a reason (no worker could be started: ask again,
 * it says nothing of the file).
 * REEL_AGAIN returned: no room, not taken.
 */
typedef void reel_pool_on_probe(void *cookie, int64_t job,
    enum reel_status status, const struct reel_facts *facts,
    const char *reason);
enum reel_status reel_pool_probe(struct reel_pool *pool, int64_t job, int fd,
    enum reel_type type, const char *name, reel_pool_on_probe *on_probe_done,
    void *cookie);

/**
 * reel_pool_picture(pool, job, fd, type, name, on_picture_done, cookie),
 * reel_pool_playlist(pool, job, fd, name, on_playlist_done, cookie):
 * Likewise; REEL_OK comes with a whole one, which lives during the call.
 */
typedef void reel_pool_on_piece(void *cookie, int64_t job,
    enum reel_status status, const struct reel_piece *piece,
    const char *reason);
enum reel_status reel_pool_picture(struct reel_pool *pool, int64_t job, int fd,
    enum reel_type type, const char *name, reel_pool_on_piece *on_picture_done,
    void *cookie);
enum reel_status reel_pool_playlist(struct reel_pool *pool, int64_t job, int fd,
    const char *name, reel_pool_on_piece *on_playlist_done, void *cookie);

/* As _probe and _picture, of a file that is read behind another one. */
struct reel_pool_part {
	int fd;
	int map; /* what has to be read before; -1: nothing */
};
enum reel_status reel_pool_segment(struct reel_pool *pool, int64_t job,
    const struct reel_pool_part *part, reel_pool_on_probe *on_probe_done,
    void *cookie);
enum reel_status reel_pool_segment_picture(struct reel_pool *pool, int64_t job,
    const struct reel_pool_part *part, reel_pool_on_piece *on_picture_done,
    void *cookie);

#endif /* !REEL_POOL_H */
