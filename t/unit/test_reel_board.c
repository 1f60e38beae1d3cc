/* links: indexer/reel_board.c shared/reel_key.c shared/reel_buf.c */
/* How a film is cut into tiles, and the track that says so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "indexer/reel_board.h"
#include "shared/reel_key.h"

static void
tiles_cover_the_film(void **state)
{
	static const struct {
		int64_t length_ms;
		uint32_t step_ms;
		int tiles;
		int sheets;
		int last_tiles;
		int last_rows;
	} rows[] = {{1, 10000, 1, 1, 1, 1}, {10000, 10000, 1, 1, 1, 1},
	    {10001, 10000, 2, 1, 2, 1}, {60000, 10000, 6, 1, 6, 2},
	    {60001, 10000, 7, 2, 1, 1}, {3600000, 1000, 2000, 334, 2, 1},
	    {20000000, 10000, 2000, 334, 2, 1}};
	struct reel_wire_board how = {160, 70, 3, 2, 0};
	struct reel_board board;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		how.step_ms = rows[i].step_ms;
		reel_board_plan(&how, rows[i].length_ms, &board);
		assert_true(board.tiles * board.step_ms >= rows[i].length_ms);
		assert_true(
		    (board.tiles - 1) * board.step_ms < rows[i].length_ms);
		assert_int_equal(board.tiles, rows[i].tiles);
		assert_int_equal(board.sheets, rows[i].sheets);
		assert_int_equal(reel_board_tiles(&board, board.sheets),
		    rows[i].last_tiles);
		assert_int_equal(
		    reel_board_rows(&board, board.sheets), rows[i].last_rows);
	}
}

/* No film is so long that it has more tiles than there may be. */
static void
tiles_are_bounded(void **state)
{
	static const struct reel_wire_board how = {160, 70, 1, 1, 1000};
	struct reel_board board;
	int64_t ms;

	(void)state;
	for (ms = 1; ms < INT64_MAX / 4; ms = ms * 3 + 1) {
		reel_board_plan(&how, ms, &board);
		assert_in_range(board.tiles, 1, REEL_BOARD_TILES_MAX);
		assert_in_range(board.sheets, 1, REEL_KEY_SHEETS_MAX);
		assert_true(board.tiles * board.step_ms >= ms);
	}
}

static void
the_track_has_a_cue_for_each(void **state)
{
	static const char text[] = "WEBVTT\n\n"
	    "00:00:00.000 --> 01:00:00.000\n"
	    "07070707070707070707070707070707-1.jpg#xywh=0,0,160,90\n\n"
	    "01:00:00.000 --> 02:00:00.000\n"
	    "07070707070707070707070707070707-1.jpg#xywh=160,0,160,90\n\n"
	    "02:00:00.000 --> 02:30:15.250\n"
	    "07070707070707070707070707070707-2.jpg#xywh=0,0,160,90\n\n";
	static const struct reel_wire_board how = {160, 70, 2, 1, 3600000};
	static const struct reel_wire_tile tile = {160, 90};
	unsigned char key[REEL_KEY_BYTES];
	struct reel_board board;
	struct reel_buf out;

	(void)state;
	memset(key, 7, sizeof(key));
	reel_buf_init(&out);
	reel_board_plan(&how, 9015250, &board);
	reel_board_track(&board, key, &tile, &out);
	assert_int_equal(out.len, strlen(text));
	assert_memory_equal(out.data, text, out.len);
	reel_buf_clear(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(tiles_cover_the_film),
	    cmocka_unit_test(tiles_are_bounded),
	    cmocka_unit_test(the_track_has_a_cue_for_each),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
