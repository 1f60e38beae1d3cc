#ifndef REEL_PIECE_H
#define REEL_PIECE_H

#include <stddef.h>

#include "indexer/reel_board.h"
#include "shared/reel_buf.h"
#include "shared/reel_key.h"
#include "shared/reel_plan.h"
#include "shared/reel_stream.h"
#include "shared/reel_wire.h"

/*
 * A picture, or what a playlist says, that arrives from a worker in pieces, which
 * is not to be trusted.
 */
struct reel_piece {
	/*
	 * What the worker takes for the key, which is not believed, then a
	 * picture or tile; or a struct reel_stream, or _plan.
	 */
	struct reel_buf bytes;
	size_t expected;       /* bytes in all; 0: nothing has come yet */
	int sheets;            /* of a storyboard that came before it */
	/* What it is held against: */
	int box;                 /* of a picture or a tile; 0: none may come */
	enum reel_key_form form; /* of a picture */
	struct reel_board board; /* of a storyboard; all zero: none may come */
	struct reel_wire_tile tile; /* as the first sheet has them */
	unsigned char key[REEL_KEY_BYTES]; /* of that */
};

enum reel_piece_state {
	REEL_PIECE_WRONG = 0, /* not what was promised, or of another form */
	REEL_PIECE_MORE,
	REEL_PIECE_WHOLE
};

void reel_piece_init(struct reel_piece *piece);
void reel_piece_clear(struct reel_piece *piece);

/* What ${job} asks for may come; of a storyboard it is said with each file. */
void reel_piece_expect(
    struct reel_piece *piece, const struct reel_wire_header *job);

/* A whole sheet was used: room for the next part of the storyboard. */
void reel_piece_next(struct reel_piece *piece);

/* Take the packet: its header, and header->len bytes at ${data}. */
enum reel_piece_state reel_piece_take(struct reel_piece *piece,
    const struct reel_wire_header *header, const void *data);

/* Of a whole one. */
#define REEL_PIECE_KEY(piece) ((const unsigned char *)(piece)->bytes.data)
#define REEL_PIECE_BYTES(piece) (REEL_PIECE_KEY(piece) + REEL_KEY_BYTES)
#define REEL_PIECE_LEN(piece) ((piece)->bytes.len - REEL_KEY_BYTES)
#define REEL_PIECE_TILE(piece)                                                 \
	((const struct reel_wire_tile *)(const void *)REEL_PIECE_BYTES(piece))
#define REEL_PIECE_STREAM(piece)                                               \
	((const struct reel_stream *)(const void *)(piece)->bytes.data)
#define REEL_PIECE_PLAN(piece)                                                 \
	((const struct reel_plan *)(const void *)(piece)->bytes.data)

#endif /* !REEL_PIECE_H */
