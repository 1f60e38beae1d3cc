/*
 * The shape of a sample as the codec's own header has it.  It is asked only where
 * the container is silent: many write it nowhere else, and a film that is meant to
 * be wide would be shown narrow.
 */
#include <string.h>

#include <libavcodec/avcodec.h>

#include "indexer/reel_codecs_lavf.h"
#include "indexer/reel_sps.h"

#include "indexer/reel_shape_lavf.h"

/* MPEG-4 part 2: bits of its layer, from the kind of shape on; else 0. */
static uint64_t
mpeg4_shape(const AVCodecParameters *par)
{
	const uint8_t *data = par->extradata;
	uint64_t bits = 0;
	int i, k, lead = 9;

	for (i = 0; i + 11 < par->extradata_size && i < 1024; i++)
		if (memcmp(data + i, "\0\0\1", 3) == 0 &&
		    (data[i + 3] & 0xf0) == 0x20)
			break;
	if (i + 11 >= par->extradata_size || i == 1024)
		return (0);
	for (k = 4; k < 12; k++)
		bits = bits << 8 | data[i + k];
	/* One bit, a kind of eight, one that says whether a version follows. */
	if (bits << lead >> 63)
		lead += 7;

	return (bits << (lead + 1));
}

/* HEVC hides it behind sets of references: its decoder reads that far by itself. */
static AVRational
hevc_shape(const AVCodecParameters *par)
{
	const AVCodec *codec = avcodec_find_decoder(par->codec_id);
	AVCodecContext *context = avcodec_alloc_context3(codec);
	AVRational shape = {0, 0};

	if (context != NULL && codec != NULL &&
	    avcodec_parameters_to_context(context, par) >= 0) {
		context->thread_count = 1;
		if (avcodec_open2(context, codec, NULL) >= 0)
			shape = context->sample_aspect_ratio;
	}
	avcodec_free_context(&context);

	return (shape);
}

void
reel_shape_lavf_of(const void *cookie, int *num, int *den)
{
	static const unsigned char usual[][2] = {{0, 0}, {1, 1}, {12, 11},
	    {10, 11}, {16, 11}, {40, 33}};
	const AVCodecParameters *par = cookie;
	AVRational shape = {0, 0};
	uint64_t bits;
	const unsigned char *sps;
	size_t len;

	if (par->codec_id == AV_CODEC_ID_H264) {
		if ((sps = reel_codecs_lavf_set(par, &len)) != NULL)
			reel_sps_shape(sps, len, &shape.num, &shape.den);
	} else if (par->codec_id == AV_CODEC_ID_HEVC &&
	    par->extradata_size > 0) {
		shape = hevc_shape(par);
	} else if (par->codec_id == AV_CODEC_ID_MPEG4) {
		bits = mpeg4_shape(par);
		if (bits >> 60 < sizeof(usual) / sizeof(usual[0]))
			shape = (AVRational){usual[bits >> 60][0],
			    usual[bits >> 60][1]};
		else if (bits >> 60 == 15)
			shape = (AVRational){(int)(bits >> 52 & 255),
			    (int)(bits >> 44 & 255)};
	}
	*num = shape.num;
	*den = shape.den;
}
