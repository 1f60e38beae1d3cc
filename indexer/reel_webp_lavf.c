/*
 * RGB to WebP through libavcodec, which hands it to libwebp: lossy, one thread, no
 * metadata.  libwebp makes its own YUV, so it gets the pixels as they are.
 */
#include <string.h>

#include <libavcodec/avcodec.h>

#include "indexer/reel_webp_lavf.h"

#define QUALITY_STEP 15

static void
fill(AVFrame *frame, const unsigned char *rgb)
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

static AVCodecContext *
open_encoder(int width, int height, int quality)
{
	/* By name: another encoder of the kind makes films. */
	const AVCodec *codec = avcodec_find_encoder_by_name("libwebp");
	AVCodecContext *encoder;

	if (codec == NULL || (encoder = avcodec_alloc_context3(codec)) == NULL)
		return (NULL);
	encoder->width = width;
	encoder->height = height;
	encoder->pix_fmt = AV_PIX_FMT_RGB32;
	encoder->time_base = (AVRational){1, 25};
	encoder->thread_count = 1;
	encoder->flags |= AV_CODEC_FLAG_QSCALE;
	encoder->global_quality = FF_QP2LAMBDA * quality;
	if (avcodec_open2(encoder, codec, NULL) < 0)
		avcodec_free_context(&encoder);

	return (encoder);
}

static enum reel_status
encode(AVFrame *frame, int quality, unsigned char *webp, size_t cap,
    size_t *len)
{
	AVCodecContext *encoder;
	AVPacket *packet = NULL;
	enum reel_status rc = REEL_NOMEM;

	encoder = open_encoder(frame->width, frame->height, quality);
	if (encoder == NULL || (packet = av_packet_alloc()) == NULL ||
	    avcodec_send_frame(encoder, frame) < 0 ||
	    avcodec_receive_packet(encoder, packet) < 0)
		goto out;
	rc = REEL_BAD_INPUT;
	if ((size_t)packet->size > cap)
		goto out;
	memcpy(webp, packet->data, (size_t)packet->size);
	*len = (size_t)packet->size;
	rc = REEL_OK;
out:
	av_packet_free(&packet);
	avcodec_free_context(&encoder);

	return (rc);
}

enum reel_status
reel_webp_encode(const unsigned char *rgb, int width, int height, int quality,
    unsigned char *webp, size_t cap, size_t *len)
{
	AVFrame *frame;
	enum reel_status rc = REEL_NOMEM;

	if ((frame = av_frame_alloc()) == NULL)
		return (REEL_NOMEM);
	frame->format = AV_PIX_FMT_RGB32;
	frame->width = width;
	frame->height = height;
	if (av_frame_get_buffer(frame, 0) < 0)
		goto out;
	fill(frame, rgb);
	do
		rc = encode(frame, quality, webp, cap, len);
	while (rc == REEL_BAD_INPUT && (quality -= QUALITY_STEP) > 0);
out:
	av_frame_free(&frame);

	return (rc);
}
