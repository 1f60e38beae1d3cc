#ifndef REEL_REMUX_CLOCK_H
#define REEL_REMUX_CLOCK_H

#include <stdint.h>

/*
 * Time that goes on where segments begin anew to count it.
 */
#define REEL_REMUX_CLOCK_UNKNOWN INT64_MIN
#define REEL_REMUX_CLOCK_TRACKS_MAX 32

struct reel_remux_clock {
	int64_t jump_us; /* the last one any track made */
	int anew;        /* the next packet goes on where the last ended */
	struct {
		int64_t offset_us; /* to be added to what packets say */
		int64_t next_us;   /* where the last packet ends */
	} tracks[REEL_REMUX_CLOCK_TRACKS_MAX];
};

/**
 * reel_remux_clock_init(clock), _anew(clock): another stream begins, whose times
 * have nothing to do with those before.
 *
 * reel_remux_clock_shift(clock, track, dts_us, duration_us):
 * The microseconds to be added to the times of a packet of ${track} that is to be
 * decoded at ${dts_us}, or at REEL_REMUX_CLOCK_UNKNOWN.
 *
 * reel_remux_clock_next(clock): how far the track that is farthest is; _UNKNOWN
 * before the first packet.
 */
void reel_remux_clock_init(struct reel_remux_clock *clock);
void reel_remux_clock_anew(struct reel_remux_clock *clock);
int64_t reel_remux_clock_shift(struct reel_remux_clock *clock, int track,
    int64_t dts_us, int64_t duration_us);
int64_t reel_remux_clock_next(const struct reel_remux_clock *clock);

#endif /* !REEL_REMUX_CLOCK_H */
