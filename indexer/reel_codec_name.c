/*
 * What a master playlist says of codecs, for streams of which a segment cannot be
 * looked into, or whose sound lies in segments of its own.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "shared/reel_facts.h"

#include "indexer/reel_codec_name.h"

/* By beginnings: the longer one first. */
static const struct {
	const char *begins;
	int sound;
	const char *name;
} known[] = {
    {"avc1", 0, "h264"}, {"avc3", 0, "h264"},
    {"hvc1", 0, "hevc"}, {"hev1", 0, "hevc"}, {"dvh1", 0, "hevc"},
    {"dvhe", 0, "hevc"}, {"av01", 0, "av1"}, {"vp09", 0, "vp9"},
    {"vp9", 0, "vp9"}, {"vp8", 0, "vp8"}, {"mp4v", 0, "mpeg4"},
    {"mp4a.40.34", 1, "mp3"}, {"mp4a.6b", 1, "mp3"}, {"mp4a.69", 1, "mp3"},
    {"mp4a.a5", 1, "ac3"}, {"mp4a.a6", 1, "eac3"}, {"mp4a.40", 1, "aac"},
    {"mp4a.67", 1, "aac"}, {"ac-3", 1, "ac3"}, {"ec-3", 1, "eac3"},
    {"opus", 1, "opus"}, {"flac", 1, "flac"}, {"alac", 1, "alac"},
    {"mp3", 1, "mp3"},
};

void
reel_codec_name_of(const char *codecs, int sound, char *name, size_t size)
{
	size_t i, len;

	snprintf(name, size, "%s", "");
	while (*codecs != '\0') {
		codecs += strspn(codecs, ", ");
		len = strcspn(codecs, ", ");
		for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
			if (known[i].sound != sound ||
			    strncasecmp(codecs, known[i].begins,
			        strlen(known[i].begins)) != 0)
				continue;
			snprintf(name, size, "%s", known[i].name);
			return;
		}
		codecs += len;
	}
}

void
reel_codec_name_fill(const char *codecs, int probed, struct reel_facts *facts)
{
	char sound[REEL_FACTS_WORD];

	reel_codec_name_of(codecs, 1, sound, sizeof(sound));
	if (!probed)
		reel_codec_name_of(
		    codecs, 0, facts->codec, sizeof(facts->codec));
	else if (facts->audio_count > 0 || sound[0] == '\0')
		return;
	snprintf(facts->audio_codec, sizeof(facts->audio_codec), "%s", sound);
	snprintf(facts->codecs, sizeof(facts->codecs), "%s", codecs);
}
