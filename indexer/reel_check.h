#ifndef REEL_CHECK_H
#define REEL_CHECK_H

#include "indexer/reel_config.h"

/**
 * reel_check(config):
 * For --check: say of each root, the state, the book, the worker and inotify, a
 * line each on stdout, whether it is right and what to do if not.  ${config} was
 * checked.  Changes nothing.  Returns how many faults there are.
 */
int reel_check(const struct reel_config *config);

#endif /* !REEL_CHECK_H */
