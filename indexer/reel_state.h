#ifndef REEL_STATE_H
#define REEL_STATE_H

#include <stdint.h>

#include "shared/reel_buf.h"
#include "shared/reel_status.h"

/*
 * The folders of state and of pictures: what the indexer writes and nginx may
 * read.
 */

/**
 * reel_state_open(dir, group, why):
 * Make ${dir} with all folders above it, mode 0750; with ${group} (NULL: ours)
 * it and what lies in it belong to that group, and what is made in it later
 * will.  REEL_IO with one sentence in ${why}.
 *
 * reel_state_cache(dir, group, why): likewise, of pictures.
 */
enum reel_status reel_state_open(
    const char *dir, const char *group, struct reel_buf *why);
enum reel_status reel_state_cache(
    const char *dir, const char *group, struct reel_buf *why);

/* Which file the index is; all zero: there is none. */
struct reel_state_mark {
	uint64_t dev;
	uint64_t ino;
};

/**
 * reel_state_mark(dir, mark):
 * What is the index in ${dir} now?
 *
 * reel_state_moved(dir, mark):
 * Is it another one, or none?  Whoever has it open writes where nobody reads.
 */
void reel_state_mark(const char *dir, struct reel_state_mark *mark);
int reel_state_moved(const char *dir, const struct reel_state_mark *mark);

#endif /* !REEL_STATE_H */
