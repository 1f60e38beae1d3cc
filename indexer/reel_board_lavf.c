/*
 * A film, seen from far: for each part of it the key frame before its middle, made
 * small and put beside the others.  Nothing but key frames is decoded, and one
 * that stands for several parts is decoded once.
 *
 * A stream is a film in many files, which come one after the other.
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
	struct reel_source src; /* the file at hand */
	struct reel_decode decode;
	struct reel_board board;
	const struct reel_wire_board *how;
	const struct reel_board_sink *sink;
	AVFrame *frame;
	struct reel_thumb last; /* what the tile before shows */
	unsigned char *sheet;   /* packed RGB; NULL: no tile was seen yet */
	int width; /* of a tile, once there is a sheet */
	int height;
	int tile;  /* that is next */
	int blank; /* before it, for which nothing was found so far */
	int number; /* of the sheet */
	int at;    /* on it */
	int64_t since_ms;
	int64_t left; /* bytes that may be read */
	int64_t timeout_ms;
	int64_t deadline_ms; /* 0: it is that of the first file */
	char *reason;
};

/* Is so much spent that this tile has to show what the last one shows? */
static int
is_behind(const struct painter *painter)
{
	int64_t spent = reel_source_cpu_ms() - painter->since_ms;

	return (spent > AHEAD_MS &&
	    spent - AHEAD_MS > BUDGET_MS * (int64_t)(painter->tile + 1) /
	    painter->board.tiles);
}

/* What the file at hand shows ${ms} after its beginning. */
static void
look(struct painter *painter, int64_t ms)
{
	const AVStream *stream = painter->decode.stream;
	struct reel_frames_pick pick = {.frame = painter->frame};
	struct reel_thumb thumb = {0};

	if (reel_decode_seek_ms(&painter->decode, ms > 0 ? ms : 0) != REEL_OK ||
	    reel_decode_key(&painter->decode, painter->frame) != REEL_OK)
		return;
	reel_frames_shape(
	    painter->src.format, (void *)(uintptr_t)stream, &pick);
	if (reel_thumb_make(pick.frame, pick.sar_num, pick.sar_den, pick.matrix,
	    painter->how->box, &thumb) != REEL_OK)
		return;
	reel_thumb_clear(&painter->last);
	painter->last = thumb;
}

/* Even sides: then no tile shares a sample of colour with its neighbour. */
static int
is_sized(struct painter *painter)
{
	const struct reel_board *board = &painter->board;

	if (painter->sheet != NULL)
		return (1);
	painter->width = painter->last.width & ~1;
	painter->height = painter->last.height & ~1;
	painter->sheet = calloc((size_t)board->columns * (size_t)board->rows,
	    (size_t)painter->width * (size_t)painter->height * 3);

	return (painter->sheet != NULL);
}

/* A frame of another size than the first is cut, or has a black margin. */
static void
paint(struct painter *painter)
{
	const struct reel_thumb *last = &painter->last;
	size_t stride = (size_t)painter->board.columns *
	    (size_t)painter->width * 3;
	int width = last->width < painter->width ? last->width : painter->width;
	int y, column = painter->at % painter->board.columns;
	unsigned char *to = painter->sheet +
	    (size_t)(painter->at / painter->board.columns) * stride *
	    (size_t)painter->height + (size_t)column *
	    (size_t)painter->width * 3;

	for (y = 0; y < painter->height; y++, to += stride) {
		memset(to, 0, (size_t)painter->width * 3);
		if (y < last->height)
			memcpy(to, last->rgb + (size_t)y * (size_t)last->width *
			    3, (size_t)width * 3);
	}
}

/* All that is not painted of a last row stays black. */
static enum reel_status
send(struct painter *painter)
{
	const struct reel_board_sink *sink = painter->sink;
	const struct reel_board *board = &painter->board;
	const struct reel_encode_pixels pixels = {painter->sheet,
	    board->columns * painter->width,
	    reel_board_rows(board, painter->number) * painter->height};
	enum reel_status rc;
	size_t len = 0;

	rc = reel_encode_picture(REEL_KEY_JPEG, &pixels, painter->how->quality,
	    sink->jpeg, sink->cap, &len);
	if (rc == REEL_OK && !sink->on_sheet(sink->cookie, painter->number, len))
		rc = REEL_IO;
	memset(painter->sheet, 0, (size_t)board->columns * (size_t)board->rows *
	    (size_t)painter->width * (size_t)painter->height * 3);
	painter->number++;
	painter->at = 0;

	return (rc);
}

/*
 * The next tile shows what was seen last.  The first ones may have no frame that
 * can be decoded: then they show what the next has.
 */
static enum reel_status
add_tile(struct painter *painter)
{
	enum reel_status rc = REEL_OK;

	painter->tile++;
	painter->blank++;
	if (painter->last.rgb == NULL)
		return (REEL_OK);
	if (!is_sized(painter))
		return (REEL_NOMEM);
	for (; painter->blank > 0 && rc == REEL_OK; painter->blank--) {
		paint(painter);
		if (++painter->at ==
		    reel_board_tiles(&painter->board, painter->number))
			rc = send(painter);
	}

	return (rc);
}

static enum reel_status
open_file(struct painter *painter, int fd)
{
	struct reel_source *src = &painter->src;
	const void *stream;
	enum reel_status rc;

	rc = reel_source_open(src, fd, painter->timeout_ms, painter->reason);
	if (painter->deadline_ms == 0)
		painter->deadline_ms = src->deadline_ms;
	src->deadline_ms = painter->deadline_ms;
	src->left = painter->left;
	if (rc != REEL_OK)
		return (rc);
	reel_source_look(src);
	if ((stream = reel_stream_lavf_video(src->format)) == NULL)
		return (REEL_BAD_INPUT);
	rc = reel_decode_open(&painter->decode, src, (void *)(uintptr_t)stream,
	    painter->how->box);
	if (rc == REEL_OK)
		reel_decode_keys(&painter->decode, 1);

	return (rc);
}

static void
close_file(struct painter *painter)
{

	painter->left = painter->src.left;
	reel_decode_close(&painter->decode);
	reel_source_close(&painter->src);
}

static enum reel_status
add_without(struct painter *painter, int upto)
{
	enum reel_status rc = REEL_OK;

	while (painter->tile < upto && rc == REEL_OK)
		rc = add_tile(painter);

	return (rc);
}

/* The tiles of one file.  When one of many is damaged the others go on. */
static enum reel_status
draw(struct painter *painter, const struct reel_board_part *part)
{
	struct reel_source *src = &painter->src;
	enum reel_status rc = add_without(painter, (int)part->span.from);

	if (rc == REEL_OK && !is_behind(painter))
		rc = open_file(painter, part->fd);
	else if (rc == REEL_OK)
		return (add_without(painter, (int)part->span.upto));
	if (rc == REEL_BAD_INPUT && painter->sink->next != NULL)
		rc = add_without(painter, (int)part->span.upto);
	while (painter->tile < (int)part->span.upto && rc == REEL_OK) {
		if (reel_source_late(src)) {
			rc = REEL_IO;
			break;
		}
		if (!is_behind(painter))
			look(painter, reel_board_middle_ms(&painter->board,
			    painter->tile) - part->span.begins_ms);
		rc = add_tile(painter);
	}
	close_file(painter);

	return (rc);
}

static enum reel_status
draw_all(struct painter *painter, const struct reel_board_part *first)
{
	const struct reel_board_sink *sink = painter->sink;
	struct reel_board_part part = *first;
	enum reel_status rc;

	if (sink->next == NULL)
		part.span.upto = (uint32_t)painter->board.tiles;
	rc = draw(painter, &part);
	while (rc == REEL_OK && sink->next != NULL) {
		if (!sink->next(sink->cookie, &part))
			return (REEL_IO);
		if (part.fd == -1)
			break;
		if (part.span.upto > (uint32_t)painter->board.tiles)
			return (REEL_BAD_INPUT);
		rc = draw(painter, &part);
	}
	if (rc == REEL_OK)
		rc = add_without(painter, painter->board.tiles);

	return (rc == REEL_OK && painter->last.rgb == NULL
	    ? REEL_BAD_INPUT : rc);
}

static enum reel_status
say(const struct reel_source *src, enum reel_status rc, char *reason)
{

	if (rc == REEL_OK || src->io_errno != 0 || src->late)
		return (rc == REEL_OK ? rc
		    : reel_source_explain(src, 0, reason));
	if (reason[0] == '\0')
		snprintf(reason, REEL_WIRE_REASON_MAX, "%s", rc == REEL_NOMEM
		    ? "its storyboard needs more memory than one file may use"
		    : "none of its pictures can be decoded");

	return (rc == REEL_IO ? rc : REEL_BAD_INPUT);
}

enum reel_status
reel_board_file(const struct reel_board_part *first,
    const struct reel_wire_board *how, int64_t length_ms, int64_t timeout_ms,
    const struct reel_board_sink *sink, struct reel_wire_tile *tile,
    char *reason)
{
	struct painter painter = {.how = how, .sink = sink, .number = 1,
	    .left = READ_MAX_BYTES, .timeout_ms = timeout_ms,
	    .since_ms = reel_source_cpu_ms(), .reason = reason};
	enum reel_status rc;

	reason[0] = '\0';
	reel_board_plan(how, length_ms, &painter.board);
	if ((painter.frame = av_frame_alloc()) == NULL)
		rc = REEL_NOMEM;
	else
		rc = draw_all(&painter, first);
	rc = say(&painter.src, rc, reason);
	tile->width = (uint32_t)painter.width;
	tile->height = (uint32_t)painter.height;
	free(painter.sheet);
	reel_thumb_clear(&painter.last);
	av_frame_free(&painter.frame);

	return (rc);
}
