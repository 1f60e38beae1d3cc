#ifndef REEL_EXPIRE_H
#define REEL_EXPIRE_H

#include "indexer/reel_engine.h"

/*
 * Giving up on lost items.
 */

/* Longer than the other half of a rename may stay under way. */
#define REEL_EXPIRE_GRACE_MS 200
/* Nothing stays lost longer than this because new events keep coming. */
#define REEL_EXPIRE_STORM_MS 10000

/**
 * reel_expire_run(engine, quiet_ms, until_ms):
 * Decide what has become of the items that are lost long enough.  There is nothing
 * left to look at, and as of ${quiet_ms} nothing was on its way either, so what
 * was lost then and has not been found by now is nowhere; 0: there is.  Ends at
 * ${until_ms} or as soon as there is something to look at.
 */
enum reel_status reel_expire_run(
    struct reel_engine *engine, int64_t quiet_ms, int64_t until_ms);

/* When there is something to decide, in CLOCK_MONOTONIC; -1: nothing is lost. */
int64_t reel_expire_due_ms(const struct reel_engine *engine);

#endif /* !REEL_EXPIRE_H */
