#ifndef REEL_HINTS_H
#define REEL_HINTS_H

#include <stdint.h>

#include "shared/reel_status.h"

/*
 * Everything that says "look again": the watcher's events and what timers say is
 * due.  It all ends in the pending set.
 */
struct reel_index;

/* What was certain is taken as certain for a moment. */
#define REEL_HINTS_CALM_MS 100
/* So long a mark may take before its answer is not waited for. */
#define REEL_HINTS_PATIENCE_MS 300

/**
 * reel_hints_start(index), reel_hints_stop(index): listen to the watcher, if
 * there is one; or no more, and let go of it.
 * reel_hints_events(index): take a bounded number of events; nonzero if there
 * may be more.
 * reel_hints_discard(index): take all and forget them; everything will be looked
 * at anyway.
 * reel_hints_calm_ms(index): the time as of which, with nothing pending, nothing
 * was on its way either; 0: that is not certain, but the watcher is asked, and it
 * soon may be.
 * reel_hints_due(index): settled files, back-offs, polls, disks, sweeps.
 * reel_hints_next_ms(index): when the next of those is due.
 * reel_hints_everything(index): begin to look at all folders.
 */
void reel_hints_start(struct reel_index *index);
void reel_hints_stop(struct reel_index *index);
int reel_hints_events(struct reel_index *index);
void reel_hints_discard(struct reel_index *index);
int64_t reel_hints_calm_ms(struct reel_index *index);
enum reel_status reel_hints_due(struct reel_index *index);
int64_t reel_hints_next_ms(const struct reel_index *index);
void reel_hints_everything(struct reel_index *index);

#endif /* !REEL_HINTS_H */
