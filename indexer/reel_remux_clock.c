/*
 * Segments should go on with the clock of the one before, or say that they do
 * not; many begin anew and say nothing.  Each track is held against its own end,
 * since packets of several tracks cross the border one after the other; tracks
 * that jump by about the same jump by the same, so that sound and picture stay
 * together.  A pause that is not too long is left as it is.
 */
#include "indexer/reel_remux_clock.h"

#define BACK_US 100000
#define AHEAD_US 10000000
/* Ends of tracks of one segment differ by less. */
#define ALIKE_US 500000

void
reel_remux_clock_init(struct reel_remux_clock *clock)
{
	int i;

	clock->jump_us = 0;
	clock->anew = 0;
	for (i = 0; i < REEL_REMUX_CLOCK_TRACKS_MAX; i++) {
		clock->tracks[i].offset_us = 0;
		clock->tracks[i].next_us = REEL_REMUX_CLOCK_UNKNOWN;
	}
}

void
reel_remux_clock_anew(struct reel_remux_clock *clock)
{

	clock->anew = 1;
}

int64_t
reel_remux_clock_next(const struct reel_remux_clock *clock)
{
	int64_t next_us = REEL_REMUX_CLOCK_UNKNOWN;
	int i;

	for (i = 0; i < REEL_REMUX_CLOCK_TRACKS_MAX; i++)
		if (clock->tracks[i].next_us > next_us)
			next_us = clock->tracks[i].next_us;

	return (next_us);
}

/* All tracks begin where the longest ended. */
static void
begin_anew(struct reel_remux_clock *clock, int64_t dts_us)
{
	int64_t next_us = reel_remux_clock_next(clock);
	int i;

	clock->anew = 0;
	if (next_us == REEL_REMUX_CLOCK_UNKNOWN)
		return;
	for (i = 0; i < REEL_REMUX_CLOCK_TRACKS_MAX; i++) {
		clock->tracks[i].offset_us = next_us - dts_us;
		if (clock->tracks[i].next_us != REEL_REMUX_CLOCK_UNKNOWN)
			clock->tracks[i].next_us = next_us;
	}
}

int64_t
reel_remux_clock_shift(struct reel_remux_clock *clock, int track,
    int64_t dts_us, int64_t duration_us)
{
	int64_t *offset_us = &clock->tracks[track].offset_us;
	int64_t *next_us = &clock->tracks[track].next_us;
	int64_t late_us, jump_us;

	if (dts_us == REEL_REMUX_CLOCK_UNKNOWN)
		return (*offset_us);
	if (clock->anew)
		begin_anew(clock, dts_us);
	if (*next_us != REEL_REMUX_CLOCK_UNKNOWN) {
		late_us = dts_us + *offset_us - *next_us;
		if (late_us < -BACK_US || late_us > AHEAD_US) {
			jump_us = -late_us;
			if (clock->jump_us != 0 &&
			    jump_us > clock->jump_us - ALIKE_US &&
			    jump_us < clock->jump_us + ALIKE_US)
				jump_us = clock->jump_us;
			clock->jump_us = jump_us;
			*offset_us += jump_us;
		}
	}
	if (*next_us == REEL_REMUX_CLOCK_UNKNOWN ||
	    dts_us + *offset_us + duration_us > *next_us)
		*next_us = dts_us + *offset_us + duration_us;

	return (*offset_us);
}
