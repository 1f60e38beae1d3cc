#ifndef REEL_DAEMON_H
#define REEL_DAEMON_H

#include "indexer/reel_config.h"
#include "indexer/reel_flags.h"

/*
 * The indexer while it runs: all parts put together, and taken apart.
 */
struct reel_watch;

/**
 * reel_daemon_run(flags, config, watch):
 * Run until a signal says stop, or with --once until all is indexed.  Takes over
 * ${config}'s content, which was checked.  ${watch} NULL: everything is polled.
 * Returns the exit status; a failure was told on stderr or in the log.
 */
int reel_daemon_run(const struct reel_flags *flags, struct reel_config *config,
    struct reel_watch *watch);

#endif /* !REEL_DAEMON_H */
