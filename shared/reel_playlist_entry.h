#ifndef REEL_PLAYLIST_ENTRY_H
#define REEL_PLAYLIST_ENTRY_H

#include <stddef.h>
#include <stdint.h>

/*
 * One address in a playlist, and what is said of it.
 */
#define REEL_PLAYLIST_WORD_MAX 128  /* of codecs and names */
#define REEL_PLAYLIST_CHANNELS_MAX 1024

enum reel_playlist_what {
	REEL_PLAYLIST_SEGMENT = 1, /* or a file of a list */
	REEL_PLAYLIST_PART,        /* of a segment, low latency */
	REEL_PLAYLIST_VARIANT,     /* a playlist of the same film */
	REEL_PLAYLIST_RENDITION    /* of other sound ...; len 0: in the variant */
};

/* An address and the bytes of it that are meant: ${bytes} 0 is all of it. */
struct reel_playlist_part {
	const char *uri; /* as it stands there, no NUL; lives as long as the call */
	size_t len;
	int64_t at;
	int64_t bytes;
};

/* 0 and "" are not known; words that do not fit neither. */
struct reel_playlist_entry {
	enum reel_playlist_what what;
	struct reel_playlist_part part;
	struct reel_playlist_part map; /* what has to be read before; len 0: none */
	int64_t duration_us; /* -1: not known */
	int encrypted;
	int discontinuity;   /* before it */
	int gap;             /* it is said not to be there */
	int64_t bandwidth;   /* of a variant, bits per second */
	int32_t width;
	int32_t height;
	int32_t fps_milli;
	char codecs[REEL_PLAYLIST_WORD_MAX];
	/* Renditions are in groups: numbers of those of a variant; of its own. */
	uint64_t sound;
	uint64_t subtitles;
	char media[32];    /* of a rendition: "AUDIO", "SUBTITLES"; "": key frames */
	char language[32];
	char name[REEL_PLAYLIST_WORD_MAX];
	int32_t channels;
	int is_default;
	int is_forced;
};

#endif /* !REEL_PLAYLIST_ENTRY_H */
