/*
 * From a frame as a codec left it to the pixels of a picture.  libswscale makes
 * it small first, since all else is then cheap: to RGB, with what the frame says
 * of its colours; deep and bright ones to 16 bits, which reel_tone.c brings down;
 * transparent ones over white.  Turning and mirroring is done here, as is laying a
 * frame on its canvas, which is as transparent.
 *
 * Of an interlaced frame one field is taken: half the lines of a picture that is
 * made small anyway, and no combs.
 */
#include <stdlib.h>
#include <string.h>

#include <libavutil/frame.h>
#include <libavutil/mastering_display_metadata.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>

#include "indexer/reel_still.h"
#include "indexer/reel_tone.h"

#include "indexer/reel_thumb_sws.h"

/* Nothing flatter is of use, and the scaler refuses some of it. */
#define SIDE_MIN 2
/* Pixels that are wider than this are damage. */
#define SAR_MAX 16

struct turn {
	int swap; /* first: columns become rows */
	int mirror_x;
	int mirror_y;
};

static struct turn
read_matrix(const int32_t *m)
{
	struct turn turn = {0, 0, 0};
	int64_t straight, crossed;

	if (m == NULL)
		return (turn);
	straight = llabs((long long)m[0]) + llabs((long long)m[4]);
	crossed = llabs((long long)m[1]) + llabs((long long)m[3]);
	turn.swap = crossed > straight;
	turn.mirror_x = turn.swap ? m[3] < 0 : m[0] < 0;
	turn.mirror_y = turn.swap ? m[1] < 0 : m[4] < 0;

	return (turn);
}

static int
clamp(double value, int box)
{

	return (value < SIDE_MIN ? SIDE_MIN
	    : value > box ? box : (int)(value + 0.5));
}

/* Size before it is turned: a square box is the same either way. */
static void
fit(const AVFrame *frame, int sar_num, int sar_den, int box, int *width,
    int *height)
{
	double wide = frame->width, high = frame->height, scale;

	if (sar_num > 0 && sar_den > 0 && sar_num / sar_den < SAR_MAX &&
	    sar_den / sar_num < SAR_MAX) {
		/* The side that is too long gives: no pixel is invented. */
		if (sar_num > sar_den)
			wide = wide * sar_num / sar_den;
		else
			high = high * sar_den / sar_num;
	}
	scale = box / (wide > high ? wide : high);
	if (scale > 1.0)
		scale = 1.0;
	*width = clamp(wide * scale, box);
	*height = clamp(high * scale, box);
}

static int
is_hdr(const AVFrame *frame)
{

	return (frame->color_trc == AVCOL_TRC_SMPTE2084 ||
	    frame->color_trc == AVCOL_TRC_ARIB_STD_B67);
}

static const int *
colours(const AVFrame *frame)
{
	int space = SWS_CS_ITU601;

	switch (frame->colorspace) {
	case AVCOL_SPC_BT709:
		space = SWS_CS_ITU709;
		break;
	case AVCOL_SPC_BT2020_NCL:
	case AVCOL_SPC_BT2020_CL:
		space = SWS_CS_BT2020;
		break;
	case AVCOL_SPC_FCC:
		space = SWS_CS_FCC;
		break;
	case AVCOL_SPC_SMPTE240M:
		space = SWS_CS_SMPTE240M;
		break;
	case AVCOL_SPC_UNSPECIFIED:
		/* Whole range is a photograph, and those are 601. */
		if (is_hdr(frame))
			space = SWS_CS_BT2020;
		else if (frame->height >= 720 &&
		    frame->color_range != AVCOL_RANGE_JPEG)
			space = SWS_CS_ITU709;
		break;
	default:
		break;
	}

	return (sws_getCoefficients(space));
}

/* Every second line, from the first. */
static void
take_field(const AVFrame *frame, int lines[4], int *height)
{
	int i;

	for (i = 0; i < 4; i++)
		lines[i] = frame->linesize[i] * (frame->interlaced_frame ? 2 : 1);
	*height = frame->interlaced_frame
	    ? (frame->height + 1) / 2 : frame->height;
}

static enum reel_status
scale(const AVFrame *frame, enum AVPixelFormat format, int bytes, int width,
    int height, unsigned char *out)
{
	/* AREA weighs all pixels; for more than its filters hold, POINT. */
	static const int ways[] = {SWS_AREA, SWS_FAST_BILINEAR, SWS_POINT};
	struct SwsContext *sws = NULL;
	uint8_t *planes[4] = {out, NULL, NULL, NULL};
	int strides[4] = {width * bytes, 0, 0, 0}, lines[4], rows, done;
	size_t i;

	take_field(frame, lines, &rows);
	for (i = 0; i < sizeof(ways) / sizeof(ways[0]) && sws == NULL; i++)
		sws = sws_getContext(frame->width, rows,
		    (enum AVPixelFormat)frame->format, width, height, format,
		    ways[i], NULL, NULL, NULL);
	if (sws == NULL)
		return (REEL_BAD_INPUT);
	(void)sws_setColorspaceDetails(sws, colours(frame),
	    frame->color_range == AVCOL_RANGE_JPEG,
	    sws_getCoefficients(SWS_CS_DEFAULT), 1, 0, 1 << 16, 1 << 16);
	done = sws_scale(sws, (const uint8_t *const *)frame->data, lines, 0,
	    rows, planes, strides);
	sws_freeContext(sws);

	return (done == height ? REEL_OK : REEL_BAD_INPUT);
}

static double
peak_nits(const AVFrame *frame)
{
	const AVFrameSideData *side;
	const AVContentLightMetadata *light;
	const AVMasteringDisplayMetadata *master;

	side = av_frame_get_side_data(frame, AV_FRAME_DATA_CONTENT_LIGHT_LEVEL);
	if (side != NULL && side->size >= sizeof(*light)) {
		light = (const void *)side->data;
		if (light->MaxCLL > 0)
			return (light->MaxCLL);
	}
	side = av_frame_get_side_data(
	    frame, AV_FRAME_DATA_MASTERING_DISPLAY_METADATA);
	if (side != NULL && side->size >= sizeof(*master)) {
		master = (const void *)side->data;
		if (master->has_luminance && master->max_luminance.den > 0 &&
		    master->max_luminance.num > 0)
			return (av_q2d(master->max_luminance));
	}

	return (REEL_TONE_PEAK_NITS);
}

/* Four bytes a pixel over white, in place. */
static void
over_white(unsigned char *p, size_t pixels)
{
	const unsigned char *from = p;
	size_t i;
	int k, alpha;

	for (i = 0; i < pixels; i++, from += 4, p += 3) {
		alpha = from[3];
		for (k = 0; k < 3; k++)
			p[k] = (unsigned char)((from[k] * alpha +
			    255 * (255 - alpha) + 127) / 255);
	}
}

static enum reel_status
to_rgb(const AVFrame *frame, int width, int height, unsigned char *rgb)
{
	const AVPixFmtDescriptor *desc =
	    av_pix_fmt_desc_get((enum AVPixelFormat)frame->format);
	size_t pixels = (size_t)width * (size_t)height;
	enum reel_status rc;

	if (desc == NULL)
		return (REEL_BAD_INPUT);
	if (is_hdr(frame) && desc->comp[0].depth > 8) {
		rc = scale(frame, AV_PIX_FMT_RGB48, 6, width, height, rgb);
		if (rc == REEL_OK)
			/* What is read lies never before what is written. */
			reel_tone_map(frame->color_trc == AVCOL_TRC_SMPTE2084
			    ? REEL_TONE_PQ : REEL_TONE_HLG, peak_nits(frame),
			    (const uint16_t *)(const void *)rgb, rgb, pixels);
		return (rc);
	}
	if ((desc->flags & AV_PIX_FMT_FLAG_ALPHA) != 0 ||
	    frame->format == AV_PIX_FMT_PAL8) {
		rc = scale(frame, AV_PIX_FMT_RGBA, 4, width, height, rgb);
		if (rc == REEL_OK)
			over_white(rgb, pixels);
		return (rc);
	}

	return (scale(frame, AV_PIX_FMT_RGB24, 3, width, height, rgb));
}

/* Point of the source that is shown at ${x}, ${y}. */
static void
turn_over(const unsigned char *from, int width, struct turn turn,
    struct reel_thumb *thumb)
{
	unsigned char *to = thumb->rgb;
	int x, y, u, v;

	for (y = 0; y < thumb->height; y++)
		for (x = 0; x < thumb->width; x++, to += 3) {
			u = turn.mirror_x ? thumb->width - 1 - x : x;
			v = turn.mirror_y ? thumb->height - 1 - y : y;
			memcpy(to, from + 3 * (turn.swap ? u * width + v
			    : v * width + u), 3);
		}
}

enum reel_status
reel_thumb_make(const void *cookie, int sar_num, int sar_den,
    const int32_t *matrix, int box, struct reel_thumb *thumb)
{
	const AVFrame *frame = cookie;
	struct turn turn = read_matrix(matrix);
	unsigned char *flat = NULL;
	enum reel_status rc;
	int width, height;

	memset(thumb, 0, sizeof(*thumb));
	if (frame->width <= 0 || frame->height <= 0)
		return (REEL_BAD_INPUT);
	fit(frame, sar_num, sar_den, box, &width, &height);
	/* Room for the largest form, and for what the scaler writes ahead. */
	flat = malloc((size_t)width * (size_t)height * 6 + 64);
	thumb->rgb = malloc((size_t)width * (size_t)height * 3);
	rc = REEL_NOMEM;
	if (flat == NULL || thumb->rgb == NULL)
		goto out;
	if ((rc = to_rgb(frame, width, height, flat)) != REEL_OK)
		goto out;
	thumb->width = turn.swap ? height : width;
	thumb->height = turn.swap ? width : height;
	turn_over(flat, width, turn, thumb);
out:
	free(flat);
	if (rc != REEL_OK)
		reel_thumb_clear(thumb);

	return (rc);
}

/* Rows of the part, as far as they lie on the canvas; from there on. */
static void
lay(const struct reel_thumb *part, int left, int top, struct reel_thumb *thumb)
{
	int y, width = part->width, height = part->height;

	if (width > thumb->width - left)
		width = thumb->width - left;
	if (height > thumb->height - top)
		height = thumb->height - top;
	for (y = 0; y < height && width > 0; y++)
		memcpy(thumb->rgb + 3 * ((top + y) * thumb->width + left),
		    part->rgb + 3 * y * part->width, 3 * (size_t)width);
}

enum reel_status
reel_thumb_make_on(const void *cookie, const struct reel_still_place *place,
    int box, struct reel_thumb *thumb)
{
	const AVFrame *frame = cookie;
	struct reel_thumb part;
	enum reel_status rc;
	double scale;

	if (frame->width > place->width - place->x ||
	    frame->height > place->height - place->y ||
	    (frame->width == place->width && frame->height == place->height))
		return (reel_thumb_make(frame, 0, 0, NULL, box, thumb));
	memset(thumb, 0, sizeof(*thumb));
	scale = (double)box / (place->width > place->height
	    ? place->width : place->height);
	if (scale > 1.0)
		scale = 1.0;
	rc = reel_thumb_make(frame, 0, 0, NULL, clamp((frame->width >
	    frame->height ? frame->width : frame->height) * scale, box), &part);
	if (rc != REEL_OK)
		return (rc);
	thumb->width = clamp(place->width * scale, box);
	thumb->height = clamp(place->height * scale, box);
	thumb->rgb = malloc((size_t)thumb->width * (size_t)thumb->height * 3);
	if (thumb->rgb == NULL) {
		rc = REEL_NOMEM;
	} else {
		memset(thumb->rgb, 0xff,
		    (size_t)thumb->width * (size_t)thumb->height * 3);
		lay(&part, (int)(place->x * scale + 0.5),
		    (int)(place->y * scale + 0.5), thumb);
	}
	reel_thumb_clear(&part);

	return (rc);
}

void
reel_thumb_clear(struct reel_thumb *thumb)
{

	if (thumb == NULL)
		return;
	free(thumb->rgb);
	memset(thumb, 0, sizeof(*thumb));
}
