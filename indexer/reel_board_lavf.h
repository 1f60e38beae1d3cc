#ifndef REEL_BOARD_LAVF_H
#define REEL_BOARD_LAVF_H

#include <stddef.h>
#include <stdint.h>

#include "shared/reel_status.h"
#include "shared/reel_wire.h"

/* A file, and which tiles it is for. */
struct reel_board_part {
	int fd; /* -1: there is no further file */
	struct reel_plan_span span;
};

/* Where sheets go, and where the files of a stream come from. */
struct reel_board_sink {
	/* Nonzero: go on.  ${sheet} counts from 1. */
	int (*on_sheet)(void *cookie, int sheet, size_t len);
	/* The file after ${part}, into it; zero: stop.  NULL: there is but one. */
	int (*next)(void *cookie, struct reel_board_part *part);
	void *cookie;
	unsigned char *jpeg; /* where a sheet is put before it is told */
	size_t cap;
};

/**
 * reel_board_file(first, how, length_ms, timeout_ms, sink, tile, reason):
 * The storyboard of a film, ${length_ms} long, that lies at ${first->fd}, or of a
 * stream that begins there.  Runs in reel-worker, inside the sandbox; opens nothing
 * itself and closes no descriptor.  REEL_BAD_INPUT: there is none to be had;
 * REEL_IO: the disk or the clock, or ${sink} had enough; all with words in
 * ${reason} (REEL_WIRE_REASON_MAX bytes).
 */
enum reel_status reel_board_file(const struct reel_board_part *first,
    const struct reel_wire_board *how, int64_t length_ms, int64_t timeout_ms,
    const struct reel_board_sink *sink, struct reel_wire_tile *tile,
    char *reason);

#endif /* !REEL_BOARD_LAVF_H */
