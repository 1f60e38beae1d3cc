/*
 * What a worker says is a picture, and what a power cut left of one, judged by a
 * few bytes: a browser looks at the rest before it believes anything.
 */
#include <string.h>

#include "indexer/reel_bytes.h"

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

	return (memcmp(head, "RIFF", 4) == 0 &&
	    reel_bytes_little(head + 4, 4) == size - 8 &&
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

const unsigned char *
reel_whole_segment(
    const unsigned char *bytes, size_t len, size_t *at, size_t *size)
{
	const unsigned char *body;

	/* Markers may be padded. */
	while (len > *at && len - *at >= 4 && bytes[*at] == 0xff &&
	    bytes[*at + 1] == 0xff)
		++*at;
	if (len <= *at || len - *at < 4 || bytes[*at] != 0xff ||
	    bytes[*at + 1] == 0xda)
		return (NULL);
	body = bytes + *at + 4;
	*size = (size_t)reel_bytes_big(body - 2, 2);
	if (*size < 2 || len - *at - 2 < *size)
		return (NULL);
	*at += 2 + *size;
	*size -= 2;

	return (body);
}

int
reel_whole_jpeg(const unsigned char *bytes, size_t len, int *width, int *height)
{
	const unsigned char *body;
	size_t at = 2, size;
	int what;

	while ((body = reel_whole_segment(bytes, len, &at, &size)) != NULL) {
		what = body[-3];
		if (what < 0xc0 || what > 0xcf || what == 0xc4 ||
		    what == 0xc8 || what == 0xcc)
			continue;
		if (size < 5)
			break;
		*height = (int)reel_bytes_big(body + 1, 2);
		*width = (int)reel_bytes_big(body + 3, 2);
		return (*width > 0 && *height > 0);
	}

	return (0);
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
		*width = (int)reel_bytes_little(data + 4, 3) + 1;
		*height = (int)reel_bytes_little(data + 7, 3) + 1;
	} else if (memcmp(bytes + 12, "VP8L", 4) == 0 && data[0] == 0x2f) {
		both = (uint32_t)reel_bytes_little(data + 1, 4);
		*width = (int)(both & 0x3fff) + 1;
		*height = (int)(both >> 14 & 0x3fff) + 1;
	} else if (memcmp(bytes + 12, "VP8 ", 4) == 0 &&
	    memcmp(data + 3, "\x9d\x01\x2a", 3) == 0) {
		*width = (int)reel_bytes_little(data + 6, 2) & 0x3fff;
		*height = (int)reel_bytes_little(data + 8, 2) & 0x3fff;
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
