/*
 * The first packet says how long the whole is; each one after it has to agree.
 * What is kept is bounded, and is of the form its key tells by its first and last
 * bytes: nginx serves it as that, and a browser looks before it believes anything.
 */
#include "indexer/reel_log.h"
#include "indexer/reel_whole.h"

#include "indexer/reel_piece.h"

void
reel_piece_init(struct reel_piece *piece)
{

	reel_buf_init(&piece->bytes);
	piece->expected = 0;
	piece->sheets = 0;
}

void
reel_piece_clear(struct reel_piece *piece)
{

	reel_buf_clear(&piece->bytes);
	piece->expected = 0;
	piece->sheets = 0;
}

void
reel_piece_next(struct reel_piece *piece)
{

	reel_buf_reset(&piece->bytes);
	piece->expected = 0;
	piece->sheets++;
}

static int
is_picture(const struct reel_piece *piece, enum reel_key_form form)
{
	const unsigned char *head = REEL_PIECE_BYTES(piece);
	size_t len = REEL_PIECE_LEN(piece);

	return (reel_key_known(REEL_PIECE_KEY(piece)) && reel_whole_picture(
	    form, head, head + len - REEL_WHOLE_END, len));
}

static int
is_tile(const struct reel_piece *piece)
{
	const struct reel_wire_tile *tile = REEL_PIECE_TILE(piece);

	return (reel_key_known(REEL_PIECE_KEY(piece)) && tile->width > 0 &&
	    tile->width <= UINT16_MAX && tile->height > 0 &&
	    tile->height <= UINT16_MAX);
}

static int
is_whole(const struct reel_piece *piece, const struct reel_wire_header *header)
{

	if (header->kind == REEL_WIRE_STORYBOARD)
		return (header->type == 0 ? is_tile(piece)
		    : is_picture(piece, REEL_KEY_JPEG));
	if (header->kind == REEL_WIRE_PLAYLIST)
		return (reel_stream_check(REEL_PIECE_STREAM(piece),
		    piece->bytes.len) == REEL_OK);
	if (header->kind == REEL_WIRE_PLAN)
		return (reel_plan_check(REEL_PIECE_PLAN(piece),
		    piece->bytes.len) == REEL_OK);

	return (is_picture(piece, reel_key_form(REEL_PIECE_KEY(piece))));
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
		/* One after the other. */
		if (header->type != piece->sheets + 1)
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
