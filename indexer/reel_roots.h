#ifndef REEL_ROOTS_H
#define REEL_ROOTS_H

#include "indexer/reel_engine.h"

/*
 * The map of folders as the book has it, and the roots as the configuration
 * wants them.
 */

/**
 * reel_roots_load(engine):
 * Fill the empty map and the disks from the book.
 *
 * reel_roots_apply(engine):
 * Make the roots those of ${engine->config}: new ones come, those that are not
 * named any more are dropped with all below, the same folder under another name
 * is renamed, and the same name for another folder keeps its items until that
 * folder has been looked at.
 */
enum reel_status reel_roots_load(struct reel_engine *engine);
enum reel_status reel_roots_apply(struct reel_engine *engine);

#endif /* !REEL_ROOTS_H */
