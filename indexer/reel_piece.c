/*
 * The first packet says how long the whole is; each one after it has to agree.
 * What is kept is bounded, and is of the form and the size that were asked for, as
 * its first and last bytes tell: nginx serves it as that, and a browser looks before
 * it believes the rest.
 */
#include <string.h>

#include "indexer/reel_log.h"
#include "indexer/reel_whole.h"

#include "indexer/reel_piece.h"

void
reel_piece_init(struct reel_piece *piece)
{

	memset(piece, 0, sizeof(*piece));
	reel_buf_init(&piece->bytes);
}

void
reel_piece_clear(struct reel_piece *piece)
{

	reel_buf_clear(&piece->bytes);
	reel_piece_init(piece);
}

void
reel_piece_expect(struct reel_piece *piece, const struct reel_wire_header *job)
{
	const struct reel_wire_board *how = &job->board;

	if (job->kind == REEL_WIRE_PICTURE) {
		piece->box = job->making.box;
		piece->form = (enum reel_key_form)job->making.form;
	}
	if (job->kind != REEL_WIRE_STORYBOARD || how->columns == 0 ||
	    how->rows == 0 || job->length_ms <= 0)
		return;
	piece->box = how->box;
	reel_board_plan(how, job->length_ms, &piece->board);
}

void
reel_piece_next(struct reel_piece *piece)
{

	reel_buf_reset(&piece->bytes);
	piece->expected = 0;
	piece->sheets++;
}

static int
has_form(const struct reel_piece *piece, enum reel_key_form form)
{
	const unsigned char *head = REEL_PIECE_BYTES(piece);
	size_t len = REEL_PIECE_LEN(piece);

	return (reel_key_known(REEL_PIECE_KEY(piece)) && reel_whole_picture(
	    form, head, head + len - REEL_WHOLE_END, len));
}

/* One that is immense is a burden to whoever opens it. */
static int
is_picture(const struct reel_piece *piece)
{
	const unsigned char *bytes = REEL_PIECE_BYTES(piece);
	size_t len = REEL_PIECE_LEN(piece);
	int width = 0, height = 0;

	if (reel_key_form(REEL_PIECE_KEY(piece)) != piece->form ||
	    !has_form(piece, piece->form))
		return (0);

	return ((piece->form == REEL_KEY_WEBP ? reel_whole_webp
	    : reel_whole_jpeg)(bytes, len, &width, &height) &&
	    width <= piece->box && height <= piece->box);
}

/* Sheets are of one storyboard, of tiles of one size, row by row. */
static int
is_sheet(struct reel_piece *piece)
{
	const struct reel_board *board = &piece->board;
	int rows = reel_board_rows(board, piece->sheets + 1);
	int width, height;

	if (!has_form(piece, REEL_KEY_JPEG) ||
	    !reel_whole_jpeg(REEL_PIECE_BYTES(piece), REEL_PIECE_LEN(piece),
	        &width, &height) ||
	    width % board->columns != 0 || height % rows != 0)
		return (0);
	width /= board->columns;
	height /= rows;
	if (piece->sheets == 0) {
		piece->tile.width = (uint32_t)width;
		piece->tile.height = (uint32_t)height;
		memcpy(piece->key, REEL_PIECE_KEY(piece), REEL_KEY_BYTES);
	}

	return (width <= piece->box && height <= piece->box &&
	    (uint32_t)width == piece->tile.width &&
	    (uint32_t)height == piece->tile.height &&
	    memcmp(piece->key, REEL_PIECE_KEY(piece), REEL_KEY_BYTES) == 0);
}

/* All sheets are there, and what is said of them is true. */
static int
is_tile(const struct reel_piece *piece)
{
	const struct reel_wire_tile *tile = REEL_PIECE_TILE(piece);

	return (piece->sheets == piece->board.sheets && piece->sheets > 0 &&
	    memcmp(piece->key, REEL_PIECE_KEY(piece), REEL_KEY_BYTES) == 0 &&
	    tile->width == piece->tile.width &&
	    tile->height == piece->tile.height);
}

static int
is_whole(struct reel_piece *piece, const struct reel_wire_header *header)
{

	if (header->kind == REEL_WIRE_STORYBOARD)
		return (header->type == 0 ? is_tile(piece) : is_sheet(piece));
	if (header->kind == REEL_WIRE_PLAYLIST)
		return (reel_stream_check(REEL_PIECE_STREAM(piece),
		    piece->bytes.len) == REEL_OK);
	if (header->kind == REEL_WIRE_PLAN)
		return (reel_plan_check(REEL_PIECE_PLAN(piece),
		    piece->bytes.len) == REEL_OK);

	return (is_picture(piece));
}

enum reel_piece_state
reel_piece_take(struct reel_piece *piece,
    const struct reel_wire_header *header, const void *data)
{
	size_t min = REEL_KEY_BYTES + REEL_WHOLE_MIN;
	size_t max = REEL_KEY_BYTES + REEL_WIRE_PICTURE_MAX;

	if (header->kind == REEL_WIRE_STORYBOARD && header->type == 0) {
		min = max = REEL_KEY_BYTES + sizeof(struct reel_wire_tile);
	} else if (header->kind == REEL_WIRE_STORYBOARD) {
		/* One after the other, and no more than there are tiles for. */
		if (header->type != piece->sheets + 1 ||
		    header->type > piece->board.sheets)
			return (REEL_PIECE_WRONG);
		max = REEL_KEY_BYTES + REEL_WIRE_SHEET_MAX;
	}
	if (header->kind == REEL_WIRE_PLAYLIST) {
		min = sizeof(struct reel_stream);
		max = REEL_STREAM_MAX;
	} else if (header->kind == REEL_WIRE_PLAN) {
		min = REEL_PLAN_LEN(0);
		max = sizeof(struct reel_plan);
	}
	if (piece->expected == 0) {
		if (header->left > max)
			return (REEL_PIECE_WRONG);
		piece->expected = (size_t)header->len + header->left;
		if (piece->expected < min || piece->expected > max)
			return (REEL_PIECE_WRONG);
	}
	if (header->len == 0 ||
	    piece->bytes.len + header->len + header->left != piece->expected)
		return (REEL_PIECE_WRONG);
	reel_buf_add(&piece->bytes, data, header->len);
	if (piece->bytes.failed)
		reel_fatal("out of memory for what a worker says");
	if (header->left > 0)
		return (REEL_PIECE_MORE);

	return (is_whole(piece, header) ? REEL_PIECE_WHOLE
	                                      : REEL_PIECE_WRONG);
}
