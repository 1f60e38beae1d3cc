/*
 * libavformat's view of a file -> struct reel_facts.  Pure reading; nothing is
 * opened or decoded here.  Numbers are brought into the ranges that the receiver
 * checks (shared/reel_facts.c); texts are made UTF-8 without control characters.
 */
#include <stdio.h>
#include <string.h>

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/parseutils.h>

#include "indexer/reel_codecs_lavf.h"
#include "indexer/reel_shape_lavf.h"
#include "indexer/reel_stream_lavf.h"
#include "indexer/reel_text.h"

#include "indexer/reel_facts_lavf.h"

#define DAY_MS INT64_C(86400000)
/* The bounds of shared/reel_facts.c. */
#define TIME_MS_MAX (INT64_C(1000) * 86400 * 366 * 100)
#define BITRATE_MAX INT64_C(100000000000000)

static const char *
tag(const AVDictionary *tags, const char *name)
{
	const AVDictionaryEntry *entry = av_dict_get(tags, name, NULL, 0);

	return (entry != NULL ? entry->value : NULL);
}

int
reel_facts_lavf_complete(const void *cookie)
{
	const AVFormatContext *format = cookie;
	const AVStream *video = reel_stream_lavf_video(format);
	const AVStream *audio = reel_stream_lavf_audio(format);
	const AVCodecParameters *par;
	int depth;

	if (video == NULL && audio == NULL)
		return (0);
	if (audio != NULL) {
		par = audio->codecpar;
		if (par->codec_id == AV_CODEC_ID_NONE || par->sample_rate <= 0 ||
		    par->ch_layout.nb_channels <= 0)
			return (0);
		/* An mp4 has two channels here, whatever they are. */
		if (par->codec_id == AV_CODEC_ID_MP3 &&
		    strncmp(format->iformat->name, "mov,", 4) == 0)
			return (0);
	}
	if (video != NULL) {
		par = video->codecpar;
		depth = reel_codecs_lavf_depth(par);
		if (par->codec_id == AV_CODEC_ID_NONE || par->width <= 0 ||
		    par->height <= 0 || depth == 0)
			return (0);
		/* Nor is it said whether pictures of lines in turn are there. */
		if (par->field_order == AV_FIELD_UNKNOWN &&
		    reel_codecs_lavf_fields(par) > 0)
			return (0);
		/* Whether deep colours are HDR may stand in the stream only. */
		if (depth > 8 && par->color_trc == AVCOL_TRC_UNSPECIFIED)
			return (0);
	}

	return (1);
}

static void
put_ratio(AVRational ratio, int32_t *num, int32_t *den)
{

	*num = *den = 0;
	if (ratio.num > 0 && ratio.den > 0)
		(void)av_reduce(num, den, ratio.num, ratio.den, 1000000000);
	if (*num == 0 || *den == 0)
		*num = *den = 0;
}

static void
fill_video(const AVStream *video, struct reel_facts *facts)
{
	const AVCodecParameters *par = video->codecpar;
	AVRational sar = video->sample_aspect_ratio;

	reel_text_put(facts->codec, sizeof(facts->codec),
	    avcodec_get_name(par->codec_id));
	reel_text_put(facts->profile, sizeof(facts->profile),
	    reel_codecs_lavf_profile(par));
	reel_text_put(facts->hdr, sizeof(facts->hdr), reel_stream_lavf_hdr(video));
	if (par->width > 0 && par->height > 0 && par->width <= 131072 &&
	    par->height <= 131072) {
		facts->width = par->width;
		facts->height = par->height;
	}
	if (sar.num <= 0)
		sar = par->sample_aspect_ratio;
	/* Containers tell of it where they like; the stream always does. */
	if (sar.num <= 0)
		reel_shape_lavf_of(par, &sar.num, &sar.den);
	put_ratio(sar, &facts->sar_num, &facts->sar_den);
	/* What damaged numbers make of a shape is not worth telling. */
	if (facts->sar_num > (int64_t)facts->sar_den * REEL_FACTS_SAR_MAX ||
	    facts->sar_den > (int64_t)facts->sar_num * REEL_FACTS_SAR_MAX)
		facts->sar_num = facts->sar_den = 0;
	facts->rotation = reel_stream_lavf_rotation(video);
	if (facts->type == REEL_TYPE_VIDEO) {
		reel_stream_lavf_fps(video, &facts->fps_num, &facts->fps_den);
		facts->variable_fps = reel_stream_lavf_varies(video);
	}
	facts->interlaced = par->field_order > AV_FIELD_PROGRESSIVE;
	facts->bit_depth = reel_codecs_lavf_depth(par);
}

static void
fill_track(const AVStream *stream, struct reel_facts_track *track)
{
	const AVCodecParameters *par = stream->codecpar;
	const char *language = tag(stream->metadata, "language");

	reel_text_put(track->codec, sizeof(track->codec),
	    avcodec_get_name(par->codec_id));
	if (language != NULL && strcmp(language, "und") != 0)
		reel_text_put(track->language, sizeof(track->language), language);
	reel_text_put(track->title, sizeof(track->title),
	    tag(stream->metadata, "title"));
	if (par->ch_layout.nb_channels > 0 && par->ch_layout.nb_channels <= 1024)
		track->channels = par->ch_layout.nb_channels;
	if (par->sample_rate > 0 && par->sample_rate <= 100000000)
		track->sample_rate = par->sample_rate;
	track->is_default = (stream->disposition & AV_DISPOSITION_DEFAULT) != 0;
	track->is_forced = (stream->disposition & AV_DISPOSITION_FORCED) != 0;
}

static void
fill_tracks(const AVFormatContext *format, struct reel_facts *facts)
{
	const AVStream *stream;
	unsigned int i;

	for (i = 0; i < format->nb_streams; i++) {
		stream = format->streams[i];
		switch (stream->codecpar->codec_type) {
		case AVMEDIA_TYPE_AUDIO:
			if (facts->audio_count < REEL_FACTS_AUDIO_MAX)
				fill_track(stream,
				    &facts->audio[facts->audio_count++]);
			break;
		case AVMEDIA_TYPE_SUBTITLE:
			if (facts->subtitle_count < REEL_FACTS_SUBTITLE_MAX)
				fill_track(stream,
				    &facts->subtitle[facts->subtitle_count++]);
			break;
		case AVMEDIA_TYPE_VIDEO:
			facts->has_cover |= reel_stream_lavf_attached(stream);
			break;
		default:
			break;
		}
	}
	if (facts->audio_count > 0) {
		facts->channels = facts->audio[0].channels;
		facts->sample_rate = facts->audio[0].sample_rate;
		memcpy(facts->audio_codec, facts->audio[0].codec,
		    sizeof(facts->audio_codec));
	}
}

static const AVRational a_ms = {1, 1000};

/* Ogg and the like tell where chapters begin: one ends where the next does. */
static int64_t
chapter_end(const AVFormatContext *format, const AVChapter *chapter,
    int64_t start_ms, int64_t end_ms)
{
	AVChapter *const *other = format->chapters;
	unsigned int i;
	int64_t ms;

	if (chapter->end != AV_NOPTS_VALUE)
		return (av_rescale_q(chapter->end, chapter->time_base, a_ms));
	for (i = 0; i < format->nb_chapters; i++, other++) {
		ms = av_rescale_q((*other)->start, (*other)->time_base, a_ms);
		if (ms > start_ms && (ms < end_ms || end_ms < 0))
			end_ms = ms;
	}

	return (end_ms);
}

static void
fill_chapters(const AVFormatContext *format, struct reel_facts *facts)
{
	const AVChapter *from;
	struct reel_facts_chapter *to;
	unsigned int i;

	for (i = 0; i < format->nb_chapters; i++) {
		if (facts->chapter_count == REEL_FACTS_CHAPTER_MAX)
			break;
		from = format->chapters[i];
		to = &facts->chapter[facts->chapter_count];
		to->start_ms = av_rescale_q(from->start, from->time_base, a_ms);
		if (to->start_ms < 0 || to->start_ms > TIME_MS_MAX)
			continue;
		to->end_ms = chapter_end(format, from, to->start_ms,
		    facts->duration_ms);
		if (to->end_ms < to->start_ms || to->end_ms > TIME_MS_MAX)
			to->end_ms = to->start_ms;
		reel_text_put(to->title, sizeof(to->title), tag(from->metadata, "title"));
		facts->chapter_count++;
	}
}

/* The tags of the whole; those of Ogg hang on its stream. */
static const AVDictionary *
tags_of(const AVFormatContext *format)
{

	if (strcmp(format->iformat->name, "ogg") == 0 && format->nb_streams > 0 &&
	    av_dict_count(format->metadata) == 0)
		return (format->streams[0]->metadata);

	return (format->metadata);
}

/* The camera's own date knows its time zone, so it comes first. */
static int64_t
recorded_ms(const AVFormatContext *format)
{
	static const char *const names[] = {
	    "com.apple.quicktime.creationdate", "creation_time"};
	const AVDictionary *tags = tags_of(format);
	const char *text;
	int64_t us;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		text = tag(tags, names[i]);
		/* Clocks that were never set say 1904 or 1970. */
		if (text != NULL && av_parse_time(&us, text, 0) == 0 &&
		    us / 1000 > DAY_MS && us / 1000 < INT64_C(253402300800000))
			return (us / 1000);
	}

	return (0);
}

/* Digits of a date in "####-##-##", of which it may have the first one or two. */
static size_t
date_len(const char *text)
{
	static const char form[] = "####-##-##";
	size_t n, good = 0;
	int number = 0;

	for (n = 0; n < sizeof(form) - 1; n++) {
		if (form[n] == '-' ? text[n] != '-'
		                   : text[n] < '0' || text[n] > '9')
			break;
		number = form[n] == '-' ? 0 : number * 10 + text[n] - '0';
		if ((n == 3 && number > 0) ||
		    (n == 6 && number >= 1 && number <= 12) ||
		    (n == 9 && number >= 1 && number <= 31))
			good = n + 1;
		else if (n == 3 || n == 6)
			break;
	}

	return (text[good] >= '0' && text[good] <= '9' ? 0 : good);
}

/* Who fetches films writes "20190504". */
static const char *
dashed(const char *text, char *out, size_t size)
{

	if (strspn(text, "0123456789") != 8)
		return (text);
	snprintf(out, size, "%.4s-%.2s-%.2s", text, text + 4, text + 6);

	return (date_len(out) == 10 ? out : text);
}

static void
fill_tags(const AVFormatContext *format, struct reel_facts *facts)
{
	static const char *const dates[] = {"date", "date_released", "year"};
	const AVDictionary *tags = tags_of(format);
	const char *text;
	char day[16];
	size_t i, n;

	reel_text_put(facts->title, sizeof(facts->title), tag(tags, "title"));
	for (i = 0; i < sizeof(dates) / sizeof(dates[0]); i++) {
		if ((text = tag(tags, dates[i])) == NULL)
			continue;
		text = dashed(text, day, sizeof(day));
		if ((n = date_len(text)) == 0)
			continue;
		snprintf(facts->date, sizeof(facts->date), "%.*s", (int)n, text);
		break;
	}
}

static void
fill_container(
    const AVFormatContext *format, const char *ending, struct reel_facts *facts)
{
	const char *name = format->iformat->name;
	const char *brand = tag(format->metadata, "major_brand");
	char word[REEL_FACTS_WORD];

	if (strncmp(name, "mov,", 4) == 0) {
		name = "mp4";
		if (brand == NULL || strncmp(brand, "qt", 2) == 0)
			name = "mov";
		else if (strncmp(brand, "3g", 2) == 0)
			name = "3gp";
	} else if (strncmp(name, "matroska,", 9) == 0)
		name = strcmp(ending, "webm") == 0 || strcmp(ending, "weba") == 0
		    ? "webm" : "matroska";
	snprintf(word, sizeof(word), "%.*s", (int)strcspn(name, ","), name);
	if (strlen(word) > 5 && strcmp(word + strlen(word) - 5, "_pipe") == 0)
		word[strlen(word) - 5] = '\0';
	reel_text_put(facts->container, sizeof(facts->container), word);
}

/* All of it or nothing: a browser decides by this text whether it can play. */
static void
fill_codecs(
    const AVStream *video, const AVStream *audio, struct reel_facts *facts)
{
	char first[64] = "", second[64] = "";
	double fps = facts->fps_den > 0
	    ? (double)facts->fps_num / facts->fps_den : 0;

	if (video != NULL &&
	    !reel_stream_lavf_vision(video, first, sizeof(first)) &&
	    !reel_codecs_lavf_rfc6381(video->codecpar, fps, first,
	        sizeof(first)))
		return;
	if (audio != NULL && !reel_codecs_lavf_rfc6381(
	    audio->codecpar, 0, second, sizeof(second)))
		return;
	snprintf(facts->codecs, sizeof(facts->codecs), "%s%s%s", first,
	    first[0] != '\0' && second[0] != '\0' ? "," : "", second);
}

enum reel_status
reel_facts_lavf_fill(const void *cookie, int64_t size, enum reel_type type,
    const char *ending, struct reel_facts *facts)
{
	const AVFormatContext *format = cookie;
	const AVStream *video = reel_stream_lavf_video(format);
	const AVStream *audio = reel_stream_lavf_audio(format);

	if (video != NULL && reel_stream_lavf_still(format, video, type))
		facts->type = REEL_TYPE_IMAGE;
	else if (video != NULL)
		facts->type = REEL_TYPE_VIDEO;
	else if (audio != NULL)
		facts->type = REEL_TYPE_AUDIO;
	else
		return (REEL_BAD_INPUT);
	facts->duration_ms = reel_stream_lavf_duration_ms(format);
	/* The one picture of a still has a length only in libav's eyes. */
	if (facts->type == REEL_TYPE_IMAGE &&
	    strcmp(format->iformat->name, "gif") != 0)
		facts->duration_ms = -1;
	if (facts->duration_ms > TIME_MS_MAX)
		facts->duration_ms = -1;
	if (facts->duration_ms > 0 && facts->type != REEL_TYPE_IMAGE)
		facts->bitrate = size / facts->duration_ms * 8000 +
		    size % facts->duration_ms * 8000 / facts->duration_ms;
	if (facts->bitrate > BITRATE_MAX)
		facts->bitrate = 0;
	if (video != NULL)
		fill_video(video, facts);
	fill_tracks(format, facts);
	fill_chapters(format, facts);
	fill_container(format, ending, facts);
	if (facts->type != REEL_TYPE_IMAGE)
		fill_codecs(video, audio, facts);
	facts->recorded_ms = recorded_ms(format);
	fill_tags(format, facts);

	return (REEL_OK);
}
