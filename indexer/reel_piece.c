/*
 * The first packet says how long the whole is; each one after it has to agree.
 * What is kept is bounded, and is a JPEG by its first and last bytes: nginx serves
 * it as one, and a browser looks at it before it believes anything.
 */
#include <string.h>

#include "indexer/reel_log.h"

#include "indexer/reel_piece.h"

/* No JPEG is smaller. */
#define JPEG_MIN_BYTES 100

void
reel_piece_init(struct reel_piece *piece)
{

	reel_buf_init(&piece->bytes);
	piece->expected = 0;
}

void
reel_piece_clear(struct reel_piece *piece)
{

	reel_buf_clear(&piece->bytes);
	piece->expected = 0;
}

static int
is_picture(const struct reel_piece *piece)
{
	const unsigned char *end = REEL_PIECE_KEY(piece) + piece->bytes.len;

	return (reel_key_known(REEL_PIECE_KEY(piece)) &&
	    memcmp(REEL_PIECE_JPEG(piece), "\xff\xd8\xff", 3) == 0 &&
	    memcmp(end - 2, "\xff\xd9", 2) == 0);
}

static int
is_whole(const struct reel_piece *piece, uint16_t kind)
{

	if (kind == REEL_WIRE_PLAYLIST)
		return (reel_stream_check(REEL_PIECE_STREAM(piece),
		    piece->bytes.len) == REEL_OK);

	return (is_picture(piece));
}

enum reel_piece_state
reel_piece_take(struct reel_piece *piece,
    const struct reel_wire_header *header, const void *data)
{
	size_t min = REEL_KEY_BYTES + JPEG_MIN_BYTES;
	size_t max = REEL_KEY_BYTES + REEL_WIRE_PICTURE_MAX;

	if (header->kind == REEL_WIRE_PLAYLIST) {
		min = sizeof(struct reel_stream);
		max = REEL_STREAM_MAX;
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

	return (is_whole(piece, header->kind) ? REEL_PIECE_WHOLE
	                                      : REEL_PIECE_WRONG);
}
