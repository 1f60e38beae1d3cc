#ifndef REEL_PLAN_H
#define REEL_PLAN_H

#include <stddef.h>
#include <stdint.h>

#include "shared/reel_status.h"

/*
 * Which files of a stream its storyboard is made from, in the order of time, as it
 * crosses the socket between reel-worker and reel-indexer: a plain struct, of its
 * parts only as many as there are.  Files are told by numbers of their names, as in
 * shared/reel_stream.h.  The receiver believes nothing: reel_plan_check first.
 *
 * Then those files cross the other way: the first one with the job, and when the
 * tiles of its span are done the worker says nothing with type REEL_PLAN_NEXT and
 * gets the next one, as a job of the same number.  One without a descriptor is the
 * last: what is left of the tiles is to be done without a file.
 */
#define REEL_PLAN_VERSION 1
#define REEL_PLAN_TILES_MAX 2000
#define REEL_PLAN_NEXT (-1)

/* The tiles that are looked for in a file; all zero: a film, all of them. */
struct reel_plan_span {
	int64_t begins_ms; /* when the stream would play the file's beginning */
	uint32_t from;     /* the first tile, counted from 0 */
	uint32_t upto;     /* the one behind the last */
};

struct reel_plan_part {
	uint64_t map; /* what has to be read before it; 0: nothing */
	uint64_t file;
	struct reel_plan_span span;
};

struct reel_plan {
	uint32_t version; /* REEL_PLAN_VERSION */
	uint32_t count;   /* of parts; no part: none of it can be looked into */
	struct reel_plan_part parts[REEL_PLAN_TILES_MAX];
};

#define REEL_PLAN_LEN(count)                                                   \
	(offsetof(struct reel_plan, parts) +                                   \
	    (count) * sizeof(struct reel_plan_part))

/**
 * reel_plan_init(plan): without a part.
 *
 * reel_plan_check(plan, len):
 * REEL_OK if the ${len} bytes at ${plan} are whole, every field is within its
 * range and parts follow each other.  Else REEL_BAD_INPUT.
 */
void reel_plan_init(struct reel_plan *plan);
enum reel_status reel_plan_check(const struct reel_plan *plan, size_t len);

#endif /* !REEL_PLAN_H */
