#ifndef REEL_ASK_H
#define REEL_ASK_H

#include "shared/reel_bell.h"
#include "shared/reel_buf.h"
#include "shared/reel_status.h"

#include "indexer/reel_config.h"

/*
 * Asking the indexer that runs, from a command line.
 */

/**
 * reel_ask(config, kind, path, why):
 * Send the running indexer of ${config->state_dir} a request for ${path}: a path
 * of the library, or an absolute one at or below the folder of a root.  Needs
 * the roots of ${config} only for the latter.  Waits for the answer.  One
 * sentence in ${why} on failure: REEL_BAD_INPUT (no path, or none that the
 * library has), REEL_NOT_FOUND (nobody runs), REEL_BUSY (not ours to ask),
 * REEL_AGAIN (no answer), REEL_IO.
 */
enum reel_status reel_ask(const struct reel_config *config,
    enum reel_bell_kind kind, const char *path, struct reel_buf *why);

#endif /* !REEL_ASK_H */
