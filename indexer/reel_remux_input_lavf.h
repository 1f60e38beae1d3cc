#ifndef REEL_REMUX_INPUT_LAVF_H
#define REEL_REMUX_INPUT_LAVF_H

#include "indexer/reel_remux.h"
#include "indexer/reel_remux_clock.h"

/*
 * A feed of segments as libavformat may see it, one run after the other.
 */
struct reel_remux_input {
	struct reel_remux_feed feed;
	struct reel_remux_clock clock;
	void *format; /* AVFormatContext of the run at hand */
	void *io;
	void *packet; /* AVPacket, read and not written yet */
	int has_packet;
	int over;  /* all of it was read */
	int first; /* its tracks in the mp4 begin here */
	int count;
	int tracks[REEL_REMUX_CLOCK_TRACKS_MAX]; /* by stream; -1: left out */
};

/* Read what the run begins with, and end it.  Zero, or an error of libav. */
int reel_remux_input_open(struct reel_remux_input *input);
void reel_remux_input_close(struct reel_remux_input *input);

/* Nonzero if an mp4 should hold the stream of the run. */
int reel_remux_input_wants(
    const struct reel_remux_input *input, unsigned int stream);

#endif /* !REEL_REMUX_INPUT_LAVF_H */
