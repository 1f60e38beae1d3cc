#ifndef REEL_NURSERY_H
#define REEL_NURSERY_H

#include <sys/types.h>

#include <stdint.h>

/*
 * Where workers come from: made by a template (reel_template.h) in a few
 * milliseconds, or started one by one where there is none.
 */
struct reel_loop;
struct reel_nursery;

/* A worker to come; embedded by who asks, all zero at first. */
struct reel_birth {
	void (*on_born)(void *cookie, pid_t pid, int error);
	void *cookie;
	/* The nursery's own. */
	uint64_t number; /* 0: none is due */
	int64_t timeout_ms;
	int end; /* the worker's, until it is handed on; -1: it has been */
	struct reel_birth *next;
};

/**
 * reel_nursery_new(loop): no process yet.
 *
 * reel_nursery_free(nursery): births that are due are told.  The workers are not
 * its own.
 *
 * reel_nursery_configure(nursery, worker_path): from now on workers are of the
 * executable that is there now.
 *
 * reel_nursery_rest(nursery): nobody needs one for a while.
 *
 * reel_nursery_bear(nursery, birth, timeout_ms, sock):
 * A worker, for jobs that may take so long each: ${*sock} is our end of its socket,
 * non-blocking, which may be written to at once.  Returns zero, and ${on_born} is
 * called, from inside or later, once: with the id of a child of ours, or with 0
 * and an errno.  Else an errno, and nothing more comes.
 *
 * reel_nursery_crashed(nursery): one of its workers did.
 */
struct reel_nursery *reel_nursery_new(struct reel_loop *loop);
void reel_nursery_free(struct reel_nursery *nursery);
void reel_nursery_configure(
    struct reel_nursery *nursery, const char *worker_path);
void reel_nursery_rest(struct reel_nursery *nursery);
int reel_nursery_bear(struct reel_nursery *nursery, struct reel_birth *birth,
    int64_t timeout_ms, int *sock);
void reel_nursery_crashed(struct reel_nursery *nursery);

#endif /* !REEL_NURSERY_H */
