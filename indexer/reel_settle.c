/*
 * Growing files.  A file that changes all the time is told about once per
 * settle_ms, because what happens while its timer runs is left to the timer.
 */
#include "indexer/reel_settle.h"

enum reel_settle_verdict
reel_settle_judge(const struct reel_settle_seen *seen)
{

	if (!seen->changed) {
		if (seen->closed || seen->timer)
			return (seen->growing ? REEL_SETTLE_DONE
			                      : REEL_SETTLE_NOTHING);
		/* Left over from before a restart: nobody's timer runs. */
		if (seen->growing && !seen->waiting)
			return (seen->young ? REEL_SETTLE_TIMER
			                    : REEL_SETTLE_DONE);
		/* Of a burst of writes we are told the first: look once more. */
		if (seen->written && !seen->waiting)
			return (REEL_SETTLE_TIMER);
		return (REEL_SETTLE_NOTHING);
	}
	if (seen->closed)
		return (REEL_SETTLE_DONE);
	if (seen->timer)
		return (REEL_SETTLE_GROWS);
	if (seen->waiting)
		return (REEL_SETTLE_LATER);
	return (seen->young ? REEL_SETTLE_GROWS : REEL_SETTLE_DONE);
}

int
reel_settle_young(int64_t mtime_ns, int64_t wall_ms, int64_t settle_ms)
{
	int64_t age_ms = wall_ms - mtime_ns / 1000000;

	return (age_ms < settle_ms && age_ms > -settle_ms);
}
