#ifndef REEL_BOARD_H
#define REEL_BOARD_H

#include <stddef.h>
#include <stdint.h>

#include "shared/reel_buf.h"
#include "shared/reel_plan.h"
#include "shared/reel_wire.h"

/*
 * How a film is cut into the tiles of its storyboard.  Both sides of the wire
 * work it out, from the same numbers.
 */
#define REEL_BOARD_TILES_MAX REEL_PLAN_TILES_MAX /* longer: fewer a minute */

struct reel_board {
	int64_t length_ms;
	int64_t step_ms;
	int tiles;
	int columns;
	int rows;
	int sheets;
};

/**
 * reel_board_plan(how, length_ms, board):
 * ${length_ms} > 0; ${how} has columns, rows and a step.
 *
 * reel_board_middle_ms(board, tile): the time that a tile shows.
 *
 * reel_board_tiles(board, sheet): tiles of that sheet, which are numbered from 1.
 * reel_board_rows(board, sheet): and rows it has for that.
 *
 * reel_board_track(board, key, tile, out):
 * The track: a WebVTT file whose cues cover the film without a hole, each with
 * the place of its tile.
 */
void reel_board_plan(const struct reel_wire_board *how, int64_t length_ms,
    struct reel_board *board);
int64_t reel_board_middle_ms(const struct reel_board *board, int tile);
int reel_board_tiles(const struct reel_board *board, int sheet);
int reel_board_rows(const struct reel_board *board, int sheet);
void reel_board_track(const struct reel_board *board, const unsigned char *key,
    const struct reel_wire_tile *tile, struct reel_buf *out);

#endif /* !REEL_BOARD_H */
