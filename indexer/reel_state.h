#ifndef REEL_STATE_H
#define REEL_STATE_H

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

#endif /* !REEL_STATE_H */
