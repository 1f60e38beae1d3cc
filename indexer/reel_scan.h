#ifndef REEL_SCAN_H
#define REEL_SCAN_H

#include <stdint.h>

#include "shared/reel_status.h"
#include "indexer/reel_pending.h"

/*
 * One folder as a whole: what the disk lists beside what the book has, in
 * slices, so that a folder of any size does not hold up the loop.
 */
struct reel_engine;
struct reel_folder;
struct reel_scan;

/**
 * reel_scan_begin(engine, folder, work):
 * Watch the folder, read its names and its children.  ${engine->scan} is set if
 * there is anything to compare.  Whatever prevents it is dealt with: a look at
 * the parent, a back-off, a disk that is away.
 *
 * reel_scan_step(engine, names):
 * Compare so many names more; at the end the scan is freed and
 * ${engine->scan} is NULL.  Returns as all functions of the index do.
 */
enum reel_status reel_scan_begin(struct reel_engine *engine,
    struct reel_folder *folder, const struct reel_pending_work *work);
enum reel_status reel_scan_step(struct reel_engine *engine, int names);

int64_t reel_scan_folder(const struct reel_scan *scan);
void reel_scan_free(struct reel_scan *scan);

#endif /* !REEL_SCAN_H */
