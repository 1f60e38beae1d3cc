/*
 * A film, seen from far: for each part of it the key frame before its middle, made
 * small and put beside the others.  Nothing but key frames is decoded, and one
 * that stands for several parts is decoded once.
 *
 * A film whose frames cost more than its share of the budget of processor time is
 * looked at less often: then a tile shows what the one before it shows, and there
 * are as many as were planned.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>

#include "shared/reel_wire.h"

#include "indexer/reel_board.h"
#include "indexer/reel_decode_lavf.h"
#include "indexer/reel_encode_lavf.h"
#include "indexer/reel_frames_lavf.h"
#include "indexer/reel_source_lavf.h"
#include "indexer/reel_stream_lavf.h"
#include "indexer/reel_thumb_sws.h"

#include "indexer/reel_board_lavf.h"

/* Of the processor, for all of a film: what a worker may spend is 120 s. */
#define BUDGET_MS 30000
/* So much of it may be spent ahead of the tiles that are made. */
#define AHEAD_MS 500
/* Key frames lie far apart, and a film of hours has a thousand of them. */
#define READ_MAX_BYTES (INT64_C(8) << 30)

struct painter {
	struct reel_source *src;
	struct reel_decode decode;
	struct reel_board board;
	AVFrame *frame;
	struct reel_thumb last; /* what the tile before shows */
	unsigned char *sheet;   /* packed RGB */
	int box;
	int width; /* of a tile; 0: none was seen yet */
	int height;
	int64_t since_ms;
};

/* Is so much spent that this tile has to show what the last one shows? */
static int
is_behind(const struct painter *painter, int tile)
{
	int64_t spent = reel_source_cpu_ms() - painter->since_ms;

	return (spent > AHEAD_MS &&
	    spent - AHEAD_MS >
	    BUDGET_MS * (int64_t)(tile + 1) / painter->board.tiles);
}

static void
look(struct painter *painter, int tile)
{
	const AVStream *stream = painter->decode.stream;
	struct reel_frames_pick pick = {.frame = painter->frame};
	struct reel_thumb thumb = {0};
	int64_t at = tile * painter->board.step_ms, end;

	end = at + painter->board.step_ms;
	if (end > painter->board.length_ms)
		end = painter->board.length_ms;
	if (reel_decode_seek_ms(&painter->decode, at + (end - at) / 2) !=
	    REEL_OK || reel_decode_key(&painter->decode, painter->frame) !=
	    REEL_OK)
		return;
	reel_frames_shape(painter->src->format, (void *)(uintptr_t)stream, &pick);
	if (reel_thumb_make(pick.frame, pick.sar_num, pick.sar_den, pick.matrix,
	    painter->box, &thumb) != REEL_OK)
		return;
	reel_thumb_clear(&painter->last);
	painter->last = thumb;
}

/* Even sides: then no tile shares a sample of colour with its neighbour. */
static int
is_sized(struct painter *painter)
{
	const struct reel_board *board = &painter->board;

	if (painter->width > 0)
		return (1);
	painter->width = painter->last.width & ~1;
	painter->height = painter->last.height & ~1;
	painter->sheet = calloc((size_t)board->columns * (size_t)board->rows,
	    (size_t)painter->width * (size_t)painter->height * 3);

	return (painter->sheet != NULL);
}

/* A frame of another size than the first is cut, or has a black margin. */
static void
paint(struct painter *painter, int at)
{
	const struct reel_thumb *last = &painter->last;
	size_t stride = (size_t)painter->board.columns *
	    (size_t)painter->width * 3;
	int width = last->width < painter->width ? last->width : painter->width;
	int y;
	unsigned char *to = painter->sheet +
	    (size_t)(at / painter->board.columns) * stride *
	    (size_t)painter->height +
	    (size_t)(at % painter->board.columns) * (size_t)painter->width * 3;

	for (y = 0; y < painter->height; y++, to += stride) {
		memset(to, 0, (size_t)painter->width * 3);
		if (y < last->height)
			memcpy(to, last->rgb + (size_t)y * (size_t)last->width *
			    3, (size_t)width * 3);
	}
}

/* All that is not painted of a last row stays black. */
static enum reel_status
send(struct painter *painter, const struct reel_wire_board *how, int sheet,
    const struct reel_board_sink *sink)
{
	const struct reel_board *board = &painter->board;
	const struct reel_encode_pixels pixels = {painter->sheet,
	    board->columns * painter->width,
	    reel_board_rows(board, sheet) * painter->height};
	enum reel_status rc;
	size_t len = 0;

	rc = reel_encode_picture(REEL_KEY_JPEG, &pixels, how->quality,
	    sink->jpeg, sink->cap, &len);
	if (rc == REEL_OK && !sink->on_sheet(sink->cookie, sheet, len))
		rc = REEL_IO;
	memset(painter->sheet, 0, (size_t)board->columns * (size_t)board->rows *
	    (size_t)painter->width * (size_t)painter->height * 3);

	return (rc);
}

/* The first tiles may have no frame that can be decoded: then the next has. */
static int
find_first(struct painter *painter)
{
	int tile;

	for (tile = 0; painter->last.rgb == NULL && !is_behind(painter, tile) &&
	     tile < painter->board.tiles &&
	     !reel_source_late(painter->src); tile++)
		look(painter, tile);

	return (tile);
}

static enum reel_status
draw(struct painter *painter, const struct reel_wire_board *how,
    const struct reel_board_sink *sink)
{
	const struct reel_board *board = &painter->board;
	enum reel_status rc = REEL_OK;
	int tile, seen, at, sheet = 1;

	seen = find_first(painter);
	if (painter->last.rgb == NULL)
		return (REEL_BAD_INPUT);
	if (!is_sized(painter))
		return (REEL_NOMEM);
	for (tile = at = 0; tile < board->tiles && rc == REEL_OK; tile++) {
		if (reel_source_late(painter->src))
			return (REEL_IO);
		if (tile >= seen && !is_behind(painter, tile))
			look(painter, tile);
		paint(painter, at);
		if (++at == reel_board_tiles(board, sheet)) {
			rc = send(painter, how, sheet++, sink);
			at = 0;
		}
	}

	return (rc);
}

static enum reel_status
say(const struct reel_source *src, enum reel_status rc, char *reason)
{

	if (rc == REEL_OK || src->io_errno != 0 || src->late)
		return (rc == REEL_OK ? rc
		    : reel_source_explain(src, 0, reason));
	snprintf(reason, REEL_WIRE_REASON_MAX, "%s", rc == REEL_NOMEM
	    ? "its storyboard needs more memory than one file may use"
	    : "none of its pictures can be decoded");

	return (rc == REEL_IO ? rc : REEL_BAD_INPUT);
}

enum reel_status
reel_board_file(int fd, const struct reel_wire_board *how, int64_t length_ms,
    int64_t timeout_ms, const struct reel_board_sink *sink,
    struct reel_wire_tile *tile, char *reason)
{
	struct reel_source src;
	struct painter painter = {.src = &src, .box = how->box};
	const void *stream;
	enum reel_status rc;

	rc = reel_source_open(&src, fd, timeout_ms, reason);
	if (rc != REEL_OK)
		goto out;
	src.left = READ_MAX_BYTES;
	reel_source_look(&src);
	painter.since_ms = reel_source_cpu_ms();
	reel_board_plan(how, length_ms, &painter.board);
	rc = REEL_BAD_INPUT;
	if ((stream = reel_stream_lavf_video(src.format)) != NULL)
		rc = reel_decode_open(&painter.decode, &src,
		    (void *)(uintptr_t)stream, how->box);
	if (rc == REEL_OK && (painter.frame = av_frame_alloc()) == NULL)
		rc = REEL_NOMEM;
	if (rc == REEL_OK) {
		reel_decode_keys(&painter.decode, 1);
		rc = draw(&painter, how, sink);
	}
	rc = say(&src, rc, reason);
	tile->width = (uint32_t)painter.width;
	tile->height = (uint32_t)painter.height;
out:
	free(painter.sheet);
	reel_thumb_clear(&painter.last);
	av_frame_free(&painter.frame);
	reel_decode_close(&painter.decode);
	reel_source_close(&src);

	return (rc);
}
