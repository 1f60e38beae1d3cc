#ifndef REEL_IGNORE_H
#define REEL_IGNORE_H

#include <stddef.h>

#include "indexer/reel_engine.h"

/*
 * Which names of a folder belong to the library: the root's patterns and the
 * .reelignore files from the folder upwards.
 */

/**
 * reel_ignore_ready(engine, folder, fd):
 * Make sure that the rules of ${folder}, open as ${fd}, and of all above are
 * known.
 *
 * reel_ignore_load(engine, folder, fd):
 * Read the folder's .reelignore again; nonzero if it is not as it was.
 *
 * reel_ignore_wanted(engine, folder, name, is_folder):
 * Nonzero if ${name} in ${folder} belongs to the library.
 *
 * reel_ignore_hidden(folder, name): nonzero if that can be said without a look
 * at what it is.
 */
void reel_ignore_ready(
    struct reel_engine *engine, struct reel_folder *folder, int fd);
int reel_ignore_load(
    struct reel_engine *engine, struct reel_folder *folder, int fd);
int reel_ignore_wanted(struct reel_engine *engine, struct reel_folder *folder,
    const char *name, int is_folder);
int reel_ignore_hidden(const struct reel_folder *folder, const char *name);

#endif /* !REEL_IGNORE_H */
