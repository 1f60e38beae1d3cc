/*
 * Tiles of equal length follow each other, row by row and sheet by sheet; the
 * last one ends with the film.  The track names sheets by their file, so it means
 * the same wherever the folder is served.
 */
#include "shared/reel_key.h"

#include "indexer/reel_board.h"

void
reel_board_plan(const struct reel_wire_board *how, int64_t length_ms,
    struct reel_board *board)
{
	int64_t step_ms = how->step_ms;
	int on_one = how->columns * how->rows;

	if (step_ms < (length_ms - 1) / REEL_BOARD_TILES_MAX + 1)
		step_ms = (length_ms - 1) / REEL_BOARD_TILES_MAX + 1;
	board->length_ms = length_ms;
	board->step_ms = step_ms;
	board->tiles = (int)((length_ms - 1) / step_ms + 1);
	board->columns = how->columns;
	board->rows = how->rows;
	board->sheets = (board->tiles - 1) / on_one + 1;
}

int64_t
reel_board_middle_ms(const struct reel_board *board, int tile)
{
	int64_t at = tile * board->step_ms, end = at + board->step_ms;

	if (end > board->length_ms)
		end = board->length_ms;

	return (at + (end - at) / 2);
}

int
reel_board_tiles(const struct reel_board *board, int sheet)
{
	int on_one = board->columns * board->rows;

	return (sheet < board->sheets ? on_one
	    : board->tiles - (board->sheets - 1) * on_one);
}

int
reel_board_rows(const struct reel_board *board, int sheet)
{

	return ((reel_board_tiles(board, sheet) - 1) / board->columns + 1);
}

static void
put_time(struct reel_buf *out, int64_t ms)
{

	reel_buf_fmt(out, "%02d:%02d:%02d.%03d", (int)(ms / 3600000),
	    (int)(ms / 60000 % 60), (int)(ms / 1000 % 60), (int)(ms % 1000));
}

void
reel_board_track(const struct reel_board *board, const unsigned char *key,
    const struct reel_wire_tile *tile, struct reel_buf *out)
{
	char path[REEL_KEY_PATH];
	size_t len;
	int64_t from, to;
	int i, sheet, at, on_one = board->columns * board->rows;

	reel_buf_str(out, "WEBVTT\n\n");
	for (i = 0; i < board->tiles; i++) {
		from = i * board->step_ms;
		to = from + board->step_ms;
		sheet = i / on_one + 1;
		at = i % on_one;
		put_time(out, from);
		reel_buf_str(out, " --> ");
		put_time(out, to < board->length_ms ? to : board->length_ms);
		reel_buf_chr(out, '\n');
		/* Beside the track: without the folder before the name. */
		len = reel_key_board(key, sheet, path);
		reel_buf_add(out, path + 3, len - 3);
		reel_buf_fmt(out, "#xywh=%u,%u,%u,%u\n\n",
		    (unsigned)(at % board->columns) * tile->width,
		    (unsigned)(at / board->columns) * tile->height, tile->width,
		    tile->height);
	}
}
