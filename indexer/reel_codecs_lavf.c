/*
 * Codec headers ("extradata": avcC, hvcC, av1C, AudioSpecificConfig ...).  Only
 * what saves a look into the stream is taken out of them.  Every read is held
 * against the length first: these bytes come from the file as they are.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <libavcodec/avcodec.h>
#include <libavcodec/codec_par.h>
#include <libavutil/pixdesc.h>

#include "indexer/reel_hevc.h"
#include "indexer/reel_sps.h"
#include "indexer/reel_vp9.h"

#include "indexer/reel_codecs_lavf.h"

/* Byte ${i} of the extradata, or -1. */
static int
extra(const AVCodecParameters *par, int i)
{

	return (i >= 0 && i < par->extradata_size ? par->extradata[i] : -1);
}

/* Where profile, constraints and level of H.264 stand; -1: nowhere. */
static int
h264_profile_at(const AVCodecParameters *par)
{
	int i;

	if (extra(par, 0) == 1 && par->extradata_size >= 7)
		return (1);
	/* Annex B: start code, then a sequence parameter set. */
	for (i = 0; i + 6 < par->extradata_size && i < 1024; i++)
		if (extra(par, i) == 0 && extra(par, i + 1) == 0 &&
		    extra(par, i + 2) == 1 && (extra(par, i + 3) & 0x1f) == 7)
			return (i + 4);

	return (-1);
}

/* High profiles keep their depth behind the parameter sets of avcC. */
static int
h264_depth(const AVCodecParameters *par)
{
	int at = h264_profile_at(par), i, sets, count;

	if (at == -1)
		return (0);
	switch (extra(par, at)) {
	case 66:
	case 77:
	case 88:
	case 100:
		return (8);
	}
	if (at != 1)
		return (0);
	at = 5;
	for (sets = 0; sets < 2; sets++) {
		count = extra(par, at++);
		if (count == -1)
			return (0);
		count &= sets == 0 ? 0x1f : 0xff;
		for (i = 0; i < count; i++) {
			if (extra(par, at + 1) == -1)
				return (0);
			at += 2 + extra(par, at) * 256 + extra(par, at + 1);
		}
	}

	return (extra(par, at + 1) == -1 ? 0 : 8 + (extra(par, at + 1) & 7));
}

const unsigned char *
reel_codecs_lavf_set(const void *cookie, size_t *len)
{
	const AVCodecParameters *par = cookie;
	int at = h264_profile_at(par), size = par->extradata_size - at;

	if (at == 1) {
		/* avcC: its length stands before it. */
		if (extra(par, 8) == -1 || (extra(par, 5) & 0x1f) == 0)
			return (NULL);
		at = 9;
		size = extra(par, 6) * 256 + extra(par, 7) - 1;
		if (size > par->extradata_size - at)
			size = par->extradata_size - at;
	}
	if (at == -1 || size <= 0)
		return (NULL);
	*len = (size_t)size;

	return (par->extradata + at);
}

int
reel_codecs_lavf_fields(const void *cookie)
{
	const AVCodecParameters *par = cookie;
	const unsigned char *sps;
	size_t len;

	if (par->codec_id != AV_CODEC_ID_H264)
		return (0);
	sps = reel_codecs_lavf_set(par, &len);

	return (sps == NULL ? -1 : reel_sps_fields(sps, len));
}

/* VP9 in Matroska: a list of (id, length, value). */
static int
vp9_feature(const AVCodecParameters *par, int id)
{
	int at;

	for (at = 0; extra(par, at + 2) != -1; at += 2 + extra(par, at + 1))
		if (extra(par, at) == id && extra(par, at + 1) == 1)
			return (extra(par, at + 2));

	return (-1);
}

/* AudioSpecificConfig begins with the object type. */
static int
aac_object_type(const AVCodecParameters *par)
{
	int type;

	if (extra(par, 1) != -1) {
		type = extra(par, 0) >> 3;
		if (type == 31)
			type = 32 + ((extra(par, 0) & 7) << 3 |
			    extra(par, 1) >> 5);
		return (type);
	}

	return (par->profile >= 0 ? par->profile + 1 : -1);
}

/* MPEG-4 part 2: profile and level, behind the first start code; -1: not told. */
static int
mpeg4_profile_level(const AVCodecParameters *par)
{
	int i;

	for (i = 0; i + 4 < par->extradata_size && i < 1024; i++)
		if (extra(par, i) == 0 && extra(par, i + 1) == 0 &&
		    extra(par, i + 2) == 1 && extra(par, i + 3) == 0xb0)
			return (extra(par, i + 4));

	return (-1);
}

static int
profile(const AVCodecParameters *par)
{
	unsigned char told[REEL_HEVC_PROFILE_BYTES];
	int at;

	if (par->profile != FF_PROFILE_UNKNOWN)
		return (par->profile);
	switch (par->codec_id) {
	case AV_CODEC_ID_H264:
		if ((at = h264_profile_at(par)) == -1)
			break;
		if (extra(par, at) == 66 && (extra(par, at + 1) & 0x40))
			return (66 | FF_PROFILE_H264_CONSTRAINED);
		return (extra(par, at));
	case AV_CODEC_ID_HEVC:
		if (reel_hevc_profile(par->extradata,
		    (size_t)par->extradata_size, told))
			return (told[0] & 0x1f);
		break;
	case AV_CODEC_ID_AV1:
		if (par->extradata_size >= 4 && extra(par, 0) == 0x81)
			return (extra(par, 1) >> 5);
		break;
	case AV_CODEC_ID_VP9:
		if (vp9_feature(par, 1) != -1)
			return (vp9_feature(par, 1));
		break;
	case AV_CODEC_ID_MPEG4:
		if (mpeg4_profile_level(par) != -1)
			return (mpeg4_profile_level(par) >> 4);
		break;
	case AV_CODEC_ID_AAC:
		if (aac_object_type(par) > 0)
			return (aac_object_type(par) - 1);
		break;
	default:
		break;
	}

	return (FF_PROFILE_UNKNOWN);
}

int
reel_codecs_lavf_depth(const void *cookie)
{
	const AVCodecParameters *par = cookie;
	const AVPixFmtDescriptor *desc;
	int depth;

	if (par->format >= 0 &&
	    (desc = av_pix_fmt_desc_get(par->format)) != NULL)
		return (desc->comp[0].depth);
	switch (par->codec_id) {
	case AV_CODEC_ID_H264:
		return (h264_depth(par));
	case AV_CODEC_ID_HEVC:
		if (reel_hevc_boxed(
		    par->extradata, (size_t)par->extradata_size))
			return (8 + (extra(par, 17) & 7));
		return (0);
	case AV_CODEC_ID_AV1:
		if (par->extradata_size < 4 || extra(par, 0) != 0x81)
			return (0);
		if ((extra(par, 2) & 0x40) == 0)
			return (8);
		return ((extra(par, 2) & 0x20) ? 12 : 10);
	case AV_CODEC_ID_VP9:
		depth = vp9_feature(par, 3);
		if (depth == 8 || depth == 10 || depth == 12)
			return (depth);
		return (profile(par) == 0 || profile(par) == 1 ? 8 : 0);
	case AV_CODEC_ID_VP8:
	case AV_CODEC_ID_MPEG4:
	case AV_CODEC_ID_H263:
	case AV_CODEC_ID_THEORA:
	case AV_CODEC_ID_MSMPEG4V3:
		return (8);
	default:
		return (0);
	}
}

const char *
reel_codecs_lavf_profile(const void *cookie)
{
	const AVCodecParameters *par = cookie;

	return (avcodec_profile_name(par->codec_id, profile(par)));
}

static int
print(char *text, size_t size, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

static int
print(char *text, size_t size, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(text, size, fmt, ap);
	va_end(ap);

	return (n > 0 && (size_t)n < size);
}

static int
hevc_name(const AVCodecParameters *par, char *text, size_t size)
{
	unsigned char told[REEL_HEVC_PROFILE_BYTES];

	return (reel_hevc_profile(par->extradata, (size_t)par->extradata_size,
	    told) && reel_hevc_name(told,
	    par->codec_tag == MKTAG('h', 'e', 'v', '1') ? "hev1" : "hvc1", text,
	    size));
}

static int
h264_name(const AVCodecParameters *par, char *text, size_t size)
{
	int at = h264_profile_at(par);

	if (at == -1)
		return (0);

	return (print(text, size, "%s.%02x%02x%02x",
	    par->codec_tag == MKTAG('a', 'v', 'c', '3') ? "avc3" : "avc1",
	    (unsigned int)extra(par, at), (unsigned int)extra(par, at + 1),
	    (unsigned int)extra(par, at + 2)));
}

static int
av1_name(const AVCodecParameters *par, char *text, size_t size)
{

	if (par->extradata_size < 4 || extra(par, 0) != 0x81)
		return (0);

	return (print(text, size, "av01.%d.%02d%c.%02d", extra(par, 1) >> 5,
	    extra(par, 1) & 0x1f, (extra(par, 2) & 0x80) ? 'H' : 'M',
	    reel_codecs_lavf_depth(par)));
}

static int
vp9_name(const AVCodecParameters *par, double fps, char *text, size_t size)
{
	int level = par->level, depth = reel_codecs_lavf_depth(par);

	if (level <= 0)
		level = vp9_feature(par, 2);
	if (level <= 0)
		level = reel_vp9_level(par->width, par->height, fps);
	/* The old name, without a level, is what WebM began with. */
	if (level <= 0 || level > 99 || depth == 0 || profile(par) < 0)
		return (print(text, size, "vp9"));

	return (print(text, size, "vp09.%02d.%02d.%02d", profile(par) & 3, level,
	    depth));
}

int
reel_codecs_lavf_rfc6381(
    const void *cookie, double fps, char *text, size_t size)
{
	const AVCodecParameters *par = cookie;

	switch (par->codec_id) {
	case AV_CODEC_ID_H264:
		return (h264_name(par, text, size));
	case AV_CODEC_ID_HEVC:
		return (hevc_name(par, text, size));
	case AV_CODEC_ID_AV1:
		return (av1_name(par, text, size));
	case AV_CODEC_ID_VP9:
		return (vp9_name(par, fps, text, size));
	case AV_CODEC_ID_MPEG4:
		return (par->codec_tag == MKTAG('m', 'p', '4', 'v') &&
		    mpeg4_profile_level(par) != -1 &&
		    print(text, size, "mp4v.20.%d", mpeg4_profile_level(par)));
	case AV_CODEC_ID_AAC:
		return (aac_object_type(par) > 0 &&
		    print(text, size, "mp4a.40.%d", aac_object_type(par)));
	case AV_CODEC_ID_MP3:
		/* In an mp4 by its object type, elsewhere by its name. */
		return (print(text, size, "%s",
		    par->codec_tag == MKTAG('m', 'p', '4', 'a') ? "mp4a.6B"
		                                                : "mp3"));
	case AV_CODEC_ID_AC3:
		return (print(text, size, "ac-3"));
	case AV_CODEC_ID_EAC3:
		return (print(text, size, "ec-3"));
	case AV_CODEC_ID_VP8:
	case AV_CODEC_ID_THEORA:
	case AV_CODEC_ID_VORBIS:
	case AV_CODEC_ID_OPUS:
	case AV_CODEC_ID_FLAC:
	case AV_CODEC_ID_ALAC:
		return (print(text, size, "%s", avcodec_get_name(par->codec_id)));
	default:
		return (0);
	}
}
