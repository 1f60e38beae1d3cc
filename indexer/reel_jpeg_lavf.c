/*
 * RGB to JPEG through libavcodec.  The bitexact flag keeps its version out of
 * the file, and there is nothing else that could tell of the source.
 */
#include <string.h>

#include <libavcodec/avcodec.h>

#include "indexer/reel_jpeg_lavf.h"

#define QUALITY_STEP 15

/* JFIF: BT.601 over the whole range, in 16.16 fixed point. */
static int
luma(const unsigned char *p)
{

	return ((19595 * p[0] + 38470 * p[1] + 7471 * p[2] + 32768) >> 16);
}

/* Four pixels share a chroma sample; at an edge the last ones count twice. */
static void
fill(AVFrame *frame, const unsigned char *rgb)
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

static AVCodecContext *
open_encoder(int width, int height, int quality)
{
	const AVCodec *codec = avcodec_find_encoder(AV_CODEC_ID_MJPEG);
	AVCodecContext *encoder;

	if (codec == NULL || (encoder = avcodec_alloc_context3(codec)) == NULL)
		return (NULL);
	encoder->width = width;
	encoder->height = height;
	encoder->pix_fmt = AV_PIX_FMT_YUVJ420P;
	encoder->color_range = AVCOL_RANGE_JPEG;
	encoder->time_base = (AVRational){1, 25};
	encoder->thread_count = 1;
	encoder->flags |= AV_CODEC_FLAG_QSCALE | AV_CODEC_FLAG_BITEXACT;
	/* libav's steps: 1 is the finest, 31 the coarsest. */
	encoder->global_quality =
	    FF_QP2LAMBDA * (quality >= 95 ? 2 : 1 + (105 - quality) / 5);
	if (avcodec_open2(encoder, codec, NULL) < 0)
		avcodec_free_context(&encoder);

	return (encoder);
}

static enum reel_status
encode(AVFrame *frame, int quality, unsigned char *jpeg, size_t cap,
    size_t *len)
{
	AVCodecContext *encoder;
	AVPacket *packet = NULL;
	enum reel_status rc = REEL_NOMEM;

	if ((encoder = open_encoder(frame->width, frame->height, quality)) ==
	    NULL || (packet = av_packet_alloc()) == NULL)
		goto out;
	frame->quality = encoder->global_quality;
	if (avcodec_send_frame(encoder, frame) < 0 ||
	    avcodec_receive_packet(encoder, packet) < 0)
		goto out;
	rc = REEL_BAD_INPUT;
	if ((size_t)packet->size > cap)
		goto out;
	memcpy(jpeg, packet->data, (size_t)packet->size);
	*len = (size_t)packet->size;
	rc = REEL_OK;
out:
	av_packet_free(&packet);
	avcodec_free_context(&encoder);

	return (rc);
}

enum reel_status
reel_jpeg_encode(const unsigned char *rgb, int width, int height, int quality,
    unsigned char *jpeg, size_t cap, size_t *len)
{
	AVFrame *frame;
	enum reel_status rc = REEL_NOMEM;

	if ((frame = av_frame_alloc()) == NULL)
		return (REEL_NOMEM);
	frame->format = AV_PIX_FMT_YUVJ420P;
	frame->color_range = AVCOL_RANGE_JPEG;
	frame->width = width;
	frame->height = height;
	if (av_frame_get_buffer(frame, 0) < 0)
		goto out;
	fill(frame, rgb);
	do
		rc = encode(frame, quality, jpeg, cap, len);
	while (rc == REEL_BAD_INPUT && (quality -= QUALITY_STEP) > 0);
out:
	av_frame_free(&frame);

	return (rc);
}
