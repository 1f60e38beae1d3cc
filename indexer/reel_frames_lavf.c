/*
 * Which frame stands for a film: key frames from here and there in it are looked
 * at, the first that shows enough is taken, else the best of them.  Where key
 * frames do not suffice (a film that is one long group and begins in the dark, a
 * stream without any) some frames from the beginning on are decoded.
 *
 * All of it within a budget of processor time, after which the best so far has to
 * do.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/pixdesc.h>

#include "shared/reel_wire.h"

#include "indexer/reel_decode_lavf.h"
#include "indexer/reel_source_lavf.h"
#include "indexer/reel_stream_lavf.h"
#include "indexer/reel_worth.h"

#include "indexer/reel_frames_lavf.h"

#define BUDGET_MS 500
/* Frames decoded one after the other, and how many pass between two looks. */
#define FOLLOW_MAX 300
#define FOLLOW_STEP 5
#define WORST (-1000)
#define POOR 20 /* what key frames gave is not worth more looking above it */

/* Where to look, in thousandths: not at titles, not at credits. */
static const int places[] = {100, 250, 400, 550, 700, 40};

struct search {
	struct reel_decode decode;
	AVFrame *frame; /* of the moment */
	AVFrame *best;
	int worth;      /* of the best */
	int64_t since_ms;
};

/* Brightness at points of the frame; zero if its form is not one of bytes. */
static int
sample(const AVFrame *frame, unsigned char *samples)
{
	const AVPixFmtDescriptor *desc =
	    av_pix_fmt_desc_get((enum AVPixelFormat)frame->format);
	const AVComponentDescriptor *comp;
	const uint8_t *line, *at;
	int row, column, value;

	if (desc == NULL || (desc->flags & (AV_PIX_FMT_FLAG_BITSTREAM |
	    AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_HWACCEL |
	    AV_PIX_FMT_FLAG_BE | AV_PIX_FMT_FLAG_FLOAT)) != 0)
		return (0);
	/* Green is what the eye takes for brightness. */
	comp = &desc->comp[(desc->flags & AV_PIX_FMT_FLAG_RGB) != 0 ? 1 : 0];
	if (comp->depth < 8 || comp->depth > 16 || frame->data[comp->plane] == NULL)
		return (0);
	for (row = 0; row < REEL_WORTH_ROWS; row++) {
		line = frame->data[comp->plane] + comp->offset +
		    (ptrdiff_t)frame->linesize[comp->plane] *
		    ((2 * row + 1) * frame->height / (2 * REEL_WORTH_ROWS));
		for (column = 0; column < REEL_WORTH_COLUMNS; column++) {
			at = line + (ptrdiff_t)comp->step *
			    ((2 * column + 1) * (int64_t)frame->width /
			    (2 * REEL_WORTH_COLUMNS));
			value = comp->depth == 8 && comp->shift == 0 ? at[0]
			    : ((at[0] | at[1] << 8) >> comp->shift) >>
			    (comp->depth - 8);
			*samples++ = (unsigned char)value;
		}
	}

	return (1);
}

/* Look at the frame of the moment; nonzero: no need to look further. */
static int
judge(struct search *search)
{
	unsigned char samples[REEL_WORTH_ROWS * REEL_WORTH_COLUMNS];
	AVFrame *swap;
	int worth = REEL_WORTH_GOOD;

	if (search->frame->width <= 0 || search->frame->height <= 0)
		return (0);
	if (sample(search->frame, samples))
		worth = reel_worth_of(samples);
	if ((search->frame->flags & AV_FRAME_FLAG_CORRUPT) != 0 ||
	    search->frame->decode_error_flags != 0)
		worth -= REEL_WORTH_GOOD;
	if (worth > search->worth) {
		swap = search->best;
		search->best = search->frame;
		search->frame = swap;
		search->worth = worth;
	}

	return (worth >= REEL_WORTH_GOOD);
}

static int
has_time(const struct search *search)
{

	return (reel_source_cpu_ms() - search->since_ms < BUDGET_MS &&
	    !reel_source_late(search->decode.src));
}

static void
look_at_keys(struct search *search)
{
	size_t i;

	reel_decode_keys(&search->decode, 1);
	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		if (i > 0 && !has_time(search))
			return;
		if (reel_decode_seek(&search->decode, places[i]) != REEL_OK &&
		    i > 0)
			return;
		/* Short films have one key frame for many places. */
		if (reel_decode_key(&search->decode, search->frame) != REEL_OK)
			continue;
		if (judge(search))
			return;
	}
}

static void
look_at_all(struct search *search, int from_start)
{
	int n;

	reel_decode_keys(&search->decode, 0);
	if (from_start)
		(void)reel_decode_seek(&search->decode, 0);
	for (n = 0; n < FOLLOW_MAX && (search->worth == WORST ||
	    has_time(search)); n++) {
		if (reel_decode_next(&search->decode, search->frame) != REEL_OK)
			return;
		if (n % FOLLOW_STEP == 0 && judge(search))
			return;
	}
}

void
reel_frames_shape(void *format, void *stream, struct reel_frames_pick *pick)
{
	const AVFrameSideData *own;
	AVRational sar;

	sar = av_guess_sample_aspect_ratio(format, stream, pick->frame);
	pick->sar_num = sar.num;
	pick->sar_den = sar.den;
	/* Cameras write into photographs how they were held. */
	own = av_frame_get_side_data(
	    pick->frame, AV_FRAME_DATA_DISPLAYMATRIX);
	pick->matrix = own != NULL && own->size >= 9 * sizeof(int32_t)
	    ? (const void *)own->data : reel_stream_lavf_matrix(stream);
}

static void
take(struct search *search, AVFormatContext *format,
    struct reel_frames_pick *pick)
{

	pick->frame = search->best;
	search->best = NULL;
	reel_frames_shape(format, search->decode.stream, pick);
}

/* The stream to take: of sound, or of a film that cannot be decoded, a cover. */
static AVStream *
find_cover(AVFormatContext *format)
{
	unsigned int i;

	for (i = 0; i < format->nb_streams; i++)
		if (format->streams[i]->codecpar->codec_type ==
		    AVMEDIA_TYPE_VIDEO &&
		    format->streams[i]->attached_pic.size > 0)
			return (format->streams[i]);

	return (NULL);
}

static enum reel_status
search_stream(struct search *search, struct reel_source *src, AVStream *stream,
    enum reel_type type, int box)
{
	AVFormatContext *format = src->format;
	enum reel_status rc;

	rc = reel_decode_open(&search->decode, src, stream, box);
	if (rc != REEL_OK)
		return (rc);
	if (stream->attached_pic.size > 0) {
		if (reel_decode_cover(&search->decode, search->frame) == REEL_OK)
			(void)judge(search);
	} else if (reel_stream_lavf_still(format, stream, type)) {
		look_at_all(search, 0);
	} else {
		look_at_keys(search);
		if (search->worth < POOR && has_time(search))
			look_at_all(search, 1);
	}

	return (search->worth > WORST ? REEL_OK : REEL_NOT_FOUND);
}

static enum reel_status
say(const struct search *search, const struct reel_source *src,
    enum reel_status rc, char *reason)
{

	if (src->io_errno != 0 || src->late)
		return (reel_source_explain(src, 0, reason));
	if (rc == REEL_NOMEM || search->decode.error == AVERROR(ENOMEM))
		return (reel_source_explain(src, AVERROR(ENOMEM), reason));
	if (search->decode.error == AVERROR_DECODER_NOT_FOUND)
		snprintf(reason, REEL_WIRE_REASON_MAX,
		    "its pictures are too large, or of a kind Reel cannot decode");
	else
		snprintf(reason, REEL_WIRE_REASON_MAX,
		    "none of its pictures can be decoded");

	return (REEL_BAD_INPUT);
}

enum reel_status
reel_frames_pick(struct reel_source *src, enum reel_type type, int box,
    struct reel_frames_pick *pick, char *reason)
{
	AVFormatContext *format = src->format;
	AVStream *streams[2];
	struct search search;
	enum reel_status rc = REEL_NOT_FOUND;
	size_t i;

	memset(pick, 0, sizeof(*pick));
	memset(&search, 0, sizeof(search));
	search.worth = WORST;
	search.since_ms = reel_source_cpu_ms();
	search.frame = av_frame_alloc();
	search.best = av_frame_alloc();
	/* The header file speaks of streams that are not changed; we read. */
	streams[0] = (AVStream *)(uintptr_t)reel_stream_lavf_video(format);
	streams[1] = find_cover(format);
	for (i = 0; i < 2 && rc != REEL_OK; i++) {
		if (streams[i] == NULL)
			continue;
		reel_decode_close(&search.decode);
		rc = search.frame == NULL || search.best == NULL ? REEL_NOMEM
		    : search_stream(&search, src, streams[i], type, box);
	}
	if (rc == REEL_OK)
		take(&search, format, pick);
	else if (streams[0] != NULL || streams[1] != NULL)
		rc = say(&search, src, rc, reason);
	reel_decode_close(&search.decode);
	av_frame_free(&search.frame);
	av_frame_free(&search.best);

	return (rc);
}

void
reel_frames_clear(struct reel_frames_pick *pick)
{
	AVFrame *frame = pick->frame;

	av_frame_free(&frame);
	pick->frame = NULL;
}
