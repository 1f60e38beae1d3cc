#include "indexer/reel_still.h"

#include <stdint.h>
#include <string.h>

/*
 * Two headers, read by hand: JPEG up to its Exif, in which a TIFF directory
 * holds the orientation; and RIFF up to the extended header of WebP, of which
 * libav knows stills only.
 *
 * Refuses to follow: an offset leads forward once, to the first directory, and
 * every read asks for its bounds.
 */

#define TAG_ORIENTATION 0x0112
#define TYPE_SHORT 3

/* Bytes of a TIFF, in the order that it says. */
struct tiff {
	const unsigned char *data;
	size_t len;
	int little;
};

static uint32_t
number(const struct tiff *tiff, size_t at, size_t bytes)
{
	uint32_t value = 0;
	size_t i;

	for (i = 0; i < bytes; i++)
		value = value << 8 | tiff->data[at +
		    (tiff->little ? bytes - 1 - i : i)];
	return (value);
}

static int
orientation(const unsigned char *data, size_t len)
{
	struct tiff tiff = { data, len, 0 };
	size_t at, count, i;

	if (len < 8)
		return (0);
	tiff.little = memcmp(data, "II", 2) == 0;
	if ((!tiff.little && memcmp(data, "MM", 2) != 0) ||
	    number(&tiff, 2, 2) != 42)
		return (0);
	at = number(&tiff, 4, 4);
	if (at > len || len - at < 2)
		return (0);
	count = number(&tiff, at, 2);
	for (at += 2, i = 0; i < count && len - at >= 12; at += 12, i++)
		if (number(&tiff, at, 2) == TAG_ORIENTATION)
			return (number(&tiff, at + 2, 2) == TYPE_SHORT
			    ? (int)number(&tiff, at + 8, 2) : 0);
	return (0);
}

/* Segments up to the first that is Exif, or to the picture itself. */
static int
jpeg_orientation(const unsigned char *head, size_t len)
{
	size_t at = 2, size;

	while (len - at >= 4 && head[at] == 0xff) {
		/* Markers may be padded. */
		if (head[at + 1] == 0xff) {
			at++;
			continue;
		}
		size = (size_t)head[at + 2] << 8 | head[at + 3];
		if (head[at + 1] == 0xda || size < 2 || len - at - 2 < size)
			return (0);
		if (head[at + 1] == 0xe1 && size >= 8 &&
		    memcmp(head + at + 4, "Exif\0", 6) == 0)
			return (orientation(head + at + 10, size - 8));
		at += 2 + size;
	}
	return (0);
}

static int
little24(const unsigned char *data)
{

	return (data[0] | data[1] << 8 | data[2] << 16);
}

void
reel_still_read(
    const unsigned char *head, size_t len, struct reel_still *still)
{
	static const int turns[] = { 0, 0, 0, 180, 180, 90, 90, 270, 270 };
	int turned;

	memset(still, 0, sizeof(*still));
	if (len >= 2 && memcmp(head, "\xff\xd8", 2) == 0) {
		turned = jpeg_orientation(head, len);
		if (turned >= 1 && turned <= 8)
			still->rotation = turns[turned];
	} else if (len >= 30 && memcmp(head, "RIFF", 4) == 0 &&
	           memcmp(head + 8, "WEBPVP8X", 8) == 0) {
		still->width = little24(head + 24) + 1;
		still->height = little24(head + 27) + 1;
	}
}
