/*
 * RGB to a picture of one of a few forms, through libavcodec: one thread, no
 * metadata.  The bitexact flag keeps libavcodec's version out of the file, and
 * there is nothing else that could tell of the source.
 *
 * A form is a row of a table: its encoder, what the encoder wants of pixels, and
 * what a quality is to it.
 */
#include <string.h>

#include <libavcodec/avcodec.h>

#include "indexer/reel_encode_lavf.h"

#define QUALITY_STEP 15

/* JFIF: BT.601 over the whole range, in 16.16 fixed point. */
static int
luma(const unsigned char *p)
{

	return ((19595 * p[0] + 38470 * p[1] + 7471 * p[2] + 32768) >> 16);
}

/* Four pixels share a chroma sample; at an edge the last ones count twice. */
static void
fill_yuv(AVFrame *frame, const unsigned char *rgb)
{
	const unsigned char *p[4];
	int x, y, i, right, below, r, g, b;

	for (y = 0; y < frame->height; y++)
		for (x = 0; x < frame->width; x++)
			frame->data[0][y * frame->linesize[0] + x] =
			    (uint8_t)luma(rgb + 3 * (y * frame->width + x));
	for (y = 0; y < frame->height; y += 2)
		for (x = 0; x < frame->width; x += 2) {
			right = x + 1 < frame->width ? 3 : 0;
			below = y + 1 < frame->height ? 3 * frame->width : 0;
			p[0] = rgb + 3 * (y * frame->width + x);
			p[1] = p[0] + right;
			p[2] = p[0] + below;
			p[3] = p[2] + right;
			for (r = g = b = 0, i = 0; i < 4; i++) {
				r += p[i][0];
				g += p[i][1];
				b += p[i][2];
			}
			frame->data[1][y / 2 * frame->linesize[1] + x / 2] =
			    (uint8_t)((-11058 * r - 21710 * g + 32768 * b +
			    (128 << 18) + 131071) >> 18);
			frame->data[2][y / 2 * frame->linesize[2] + x / 2] =
			    (uint8_t)((32768 * r - 27439 * g - 5329 * b +
			    (128 << 18) + 131071) >> 18);
		}
}

/* libwebp makes its own YUV. */
static void
fill_rgb(AVFrame *frame, const unsigned char *rgb)
{
	uint32_t *to;
	int x, y;

	for (y = 0; y < frame->height; y++) {
		to = (uint32_t *)(void *)
		    (frame->data[0] + (ptrdiff_t)y * frame->linesize[0]);
		for (x = 0; x < frame->width; x++, rgb += 3)
			to[x] = UINT32_C(0xff) << 24 | (uint32_t)rgb[0] << 16 |
			    (uint32_t)rgb[1] << 8 | rgb[2];
	}
}

/* libav's steps: 1 is the finest, 31 the coarsest. */
static int
jpeg_steps(int quality)
{

	return (quality >= 95 ? 2 : 1 + (105 - quality) / 5);
}

static int
percent(int quality)
{

	return (quality);
}

static const struct form {
	/* By name: another encoder of the kind makes films. */
	const char *encoder;
	enum AVPixelFormat pixels;
	enum AVColorRange range;
	void (*fill)(AVFrame *frame, const unsigned char *rgb);
	int (*quality)(int quality);
} forms[REEL_KEY_FORMS] = {
	[REEL_KEY_JPEG] = {"mjpeg", AV_PIX_FMT_YUVJ420P, AVCOL_RANGE_JPEG,
	    fill_yuv, jpeg_steps},
	[REEL_KEY_WEBP] = {"libwebp", AV_PIX_FMT_RGB32,
	    AVCOL_RANGE_UNSPECIFIED, fill_rgb, percent},
};

static AVCodecContext *
open_encoder(const struct form *form, const AVFrame *frame, int quality)
{
	const AVCodec *codec = avcodec_find_encoder_by_name(form->encoder);
	AVCodecContext *encoder;

	if (codec == NULL || (encoder = avcodec_alloc_context3(codec)) == NULL)
		return (NULL);
	encoder->width = frame->width;
	encoder->height = frame->height;
	encoder->pix_fmt = form->pixels;
	encoder->color_range = form->range;
	encoder->time_base = (AVRational){1, 25};
	encoder->thread_count = 1;
	encoder->flags |= AV_CODEC_FLAG_QSCALE | AV_CODEC_FLAG_BITEXACT;
	encoder->global_quality = FF_QP2LAMBDA * form->quality(quality);
	if (avcodec_open2(encoder, codec, NULL) < 0)
		avcodec_free_context(&encoder);

	return (encoder);
}

static enum reel_status
encode(const struct form *form, AVFrame *frame, int quality,
    unsigned char *bytes, size_t cap, size_t *len)
{
	AVCodecContext *encoder;
	AVPacket *packet = NULL;
	enum reel_status rc = REEL_NOMEM;

	if ((encoder = open_encoder(form, frame, quality)) == NULL ||
	    (packet = av_packet_alloc()) == NULL)
		goto out;
	frame->quality = encoder->global_quality;
	if (avcodec_send_frame(encoder, frame) < 0 ||
	    avcodec_receive_packet(encoder, packet) < 0)
		goto out;
	rc = REEL_BAD_INPUT;
	if ((size_t)packet->size > cap)
		goto out;
	memcpy(bytes, packet->data, (size_t)packet->size);
	*len = (size_t)packet->size;
	rc = REEL_OK;
out:
	av_packet_free(&packet);
	avcodec_free_context(&encoder);

	return (rc);
}

enum reel_status
reel_encode_picture(enum reel_key_form kind,
    const struct reel_encode_pixels *pixels, int quality, unsigned char *bytes,
    size_t cap, size_t *len)
{
	const struct form *form;
	enum reel_status rc = REEL_NOMEM;
	AVFrame *frame;

	if (kind >= REEL_KEY_FORMS)
		return (REEL_BAD_INPUT);
	form = &forms[kind];
	if ((frame = av_frame_alloc()) == NULL)
		return (REEL_NOMEM);
	frame->format = form->pixels;
	frame->color_range = form->range;
	frame->width = pixels->width;
	frame->height = pixels->height;
	if (av_frame_get_buffer(frame, 0) < 0)
		goto out;
	form->fill(frame, pixels->rgb);
	do
		rc = encode(form, frame, quality, bytes, cap, len);
	while (rc == REEL_BAD_INPUT && (quality -= QUALITY_STEP) > 0);
out:
	av_frame_free(&frame);

	return (rc);
}
