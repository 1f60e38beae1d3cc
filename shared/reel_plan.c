/*
 * The plan of a storyboard as it comes out of the room of hostile bytes.  Numbers
 * of names are just numbers, but times and tiles are reckoned with.
 */
#include "shared/reel_plan.h"

#define TIME_MS_MAX (INT64_C(1000) * 86400 * 366 * 100) /* a hundred years */

void
reel_plan_init(struct reel_plan *plan)
{

	plan->version = REEL_PLAN_VERSION;
	plan->count = 0;
}

enum reel_status
reel_plan_check(const struct reel_plan *plan, size_t len)
{
	const struct reel_plan_span *span;
	uint32_t i, tile = 0;

	if (len < REEL_PLAN_LEN(0) || plan->version != REEL_PLAN_VERSION ||
	    plan->count > REEL_PLAN_TILES_MAX ||
	    len != REEL_PLAN_LEN(plan->count))
		return (REEL_BAD_INPUT);
	for (i = 0; i < plan->count; i++) {
		span = &plan->parts[i].span;
		if (plan->parts[i].file == 0 || span->begins_ms < -TIME_MS_MAX ||
		    span->begins_ms > TIME_MS_MAX || span->from < tile ||
		    span->upto <= span->from ||
		    span->upto > REEL_PLAN_TILES_MAX)
			return (REEL_BAD_INPUT);
		tile = span->upto;
	}

	return (REEL_OK);
}
