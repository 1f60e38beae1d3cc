#ifndef REEL_BOARD_LAVF_H
#define REEL_BOARD_LAVF_H

#include <stddef.h>
#include <stdint.h>

#include "shared/reel_status.h"

struct reel_board;
struct reel_wire_board;
struct reel_wire_tile;

/* Where sheets go. */
struct reel_board_sink {
	/* Nonzero: go on.  ${sheet} counts from 1. */
	int (*on_sheet)(void *cookie, int sheet, size_t len);
	void *cookie;
	unsigned char *jpeg; /* where a sheet is put before it is told */
	size_t cap;
};

/**
 * reel_board_file(fd, how, length_ms, timeout_ms, sink, tile, reason):
 * The storyboard of the film at ${fd}, ${length_ms} long.  Runs in reel-worker,
 * inside the sandbox; opens nothing itself.  REEL_BAD_INPUT: there is none to be
 * had; REEL_IO: the disk or the clock, or ${sink} had enough; all with words in
 * ${reason} (REEL_WIRE_REASON_MAX bytes).
 */
enum reel_status reel_board_file(int fd, const struct reel_wire_board *how,
    int64_t length_ms, int64_t timeout_ms, const struct reel_board_sink *sink,
    struct reel_wire_tile *tile, char *reason);

#endif /* !REEL_BOARD_LAVF_H */
