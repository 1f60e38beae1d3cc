/*
 * What a worker says is a picture, and what a power cut left of one, judged by a
 * few bytes: a browser looks at the rest before it believes anything.
 */
#include <string.h>

#include "indexer/reel_whole.h"

static int
is_jpeg(const unsigned char *head, const unsigned char *end)
{

	return (memcmp(head, "\xff\xd8\xff", 3) == 0 &&
	    memcmp(end, "\xff\xd9", 2) == 0);
}

/* RIFF says how many bytes follow its first eight. */
static int
is_webp(const unsigned char *head, uint64_t size)
{
	uint64_t said = (uint64_t)head[4] | (uint64_t)head[5] << 8 |
	    (uint64_t)head[6] << 16 | (uint64_t)head[7] << 24;

	return (memcmp(head, "RIFF", 4) == 0 && said == size - 8 &&
	    memcmp(head + 8, "WEBPVP8", 7) == 0);
}

int
reel_whole_picture(enum reel_key_form form,
    const unsigned char head[REEL_WHOLE_HEAD],
    const unsigned char end[REEL_WHOLE_END], uint64_t size)
{

	return (size >= REEL_WHOLE_MIN && (form == REEL_KEY_WEBP
	    ? is_webp(head, size) : is_jpeg(head, end)));
}

/* Segments with their lengths, up to the frame's or to what is coded. */
int
reel_whole_jpeg(const unsigned char *bytes, size_t len, int *width, int *height)
{
	size_t at = 2;
	int what;

	while (at + 9 <= len && bytes[at] == 0xff) {
		what = bytes[at + 1];
		if (what >= 0xc0 && what <= 0xcf && what != 0xc4 &&
		    what != 0xc8 && what != 0xcc) {
			*height = bytes[at + 5] << 8 | bytes[at + 6];
			*width = bytes[at + 7] << 8 | bytes[at + 8];
			return (*width > 0 && *height > 0);
		}
		if (what == 0xda || what == 0xff)
			break;
		at += 2 + ((size_t)bytes[at + 2] << 8 | bytes[at + 3]);
	}

	return (0);
}

static uint32_t
little(const unsigned char *data, size_t bytes)
{
	uint32_t value = 0;

	while (bytes-- > 0)
		value = value << 8 | data[bytes];

	return (value);
}

/* Its first chunk begins where that of any RIFF does. */
int
reel_whole_webp(const unsigned char *bytes, size_t len, int *width, int *height)
{
	const unsigned char *data = bytes + 20;
	uint32_t both;

	if (len < REEL_WHOLE_MIN)
		return (0);
	if (memcmp(bytes + 12, "VP8X", 4) == 0) {
		*width = (int)little(data + 4, 3) + 1;
		*height = (int)little(data + 7, 3) + 1;
	} else if (memcmp(bytes + 12, "VP8L", 4) == 0 && data[0] == 0x2f) {
		both = little(data + 1, 4);
		*width = (int)(both & 0x3fff) + 1;
		*height = (int)(both >> 14 & 0x3fff) + 1;
	} else if (memcmp(bytes + 12, "VP8 ", 4) == 0 &&
	    memcmp(data + 3, "\x9d\x01\x2a", 3) == 0) {
		*width = (int)little(data + 6, 2) & 0x3fff;
		*height = (int)little(data + 8, 2) & 0x3fff;
	} else {
		return (0);
	}

	return (*width > 0 && *height > 0);
}

int
reel_whole_track(const unsigned char head[REEL_WHOLE_HEAD],
    const unsigned char end[REEL_WHOLE_END])
{

	return (memcmp(head, "WEBVTT\n\n", 8) == 0 &&
	    memcmp(end, "\n\n", 2) == 0);
}
