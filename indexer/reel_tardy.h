#ifndef REEL_TARDY_H
#define REEL_TARDY_H

#include <stddef.h>
#include <stdint.h>

#include "shared/reel_status.h"

/*
 * Files that took long, or died, when they were read: they wait for room beside
 * the others.  In memory: after a restart each is found out again.
 */
struct reel_job;
struct reel_job_book;
struct reel_pool;

/* As many are kept in mind; beyond that the first is forgotten. */
#define REEL_TARDY_MAX 1024

struct reel_tardy {
	int64_t ids[REEL_TARDY_MAX]; /* of items; 0: none */
	int times[REEL_TARDY_MAX];   /* the usual time, that one has next */
	size_t next;
};

/**
 * All zero is an empty one.
 *
 * reel_tardy_waits(tardy, book, pool, job): nonzero if ${job} is of such a file,
 * there is no room aside, and others wait: it is back in the queue, for a moment.
 *
 * reel_tardy_begins(tardy, pool, job, number): it has just been handed over as
 * ${number}; one of these gets the time it needs.
 *
 * reel_tardy_went_wrong(tardy, book, job, status, reason):
 * No facts and no picture: whose fault is it?
 */
int reel_tardy_waits(const struct reel_tardy *tardy, struct reel_job_book *book,
    struct reel_pool *pool, struct reel_job *job);
void reel_tardy_begins(const struct reel_tardy *tardy, struct reel_pool *pool,
    const struct reel_job *job, int64_t number);
void reel_tardy_went_wrong(struct reel_tardy *tardy, struct reel_job_book *book,
    struct reel_job *job, enum reel_status status, const char *reason);

#endif /* !REEL_TARDY_H */
