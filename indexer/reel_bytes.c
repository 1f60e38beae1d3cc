/*
 * What every reader of headers needs.  Whether so many bytes are there is theirs to
 * know.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "indexer/reel_bytes.h"

#define TAGS_MAX 4

size_t
reel_bytes_read(int fd, int64_t at, void *data, size_t len)
{
	ssize_t n;

	do
		n = pread(fd, data, len, at);
	while (n == -1 && errno == EINTR);

	return (n > 0 ? (size_t)n : 0);
}

uint64_t
reel_bytes_big(const unsigned char *data, size_t bytes)
{
	uint64_t value = 0;

	while (bytes-- > 0)
		value = value << 8 | *data++;

	return (value);
}

uint64_t
reel_bytes_little(const unsigned char *data, size_t bytes)
{
	uint64_t value = 0;

	while (bytes-- > 0)
		value = value << 8 | data[bytes];

	return (value);
}

/* The length of the tag of ID3 that begins there; 0: none does. */
static int64_t
tag_len(const unsigned char *data)
{

	if (memcmp(data, "ID3", 3) != 0)
		return (0);

	return (10 + ((int64_t)(data[6] & 0x7f) << 21 | (data[7] & 0x7f) << 14 |
	    (data[8] & 0x7f) << 7 | (data[9] & 0x7f)) +
	    ((data[5] & 0x10) != 0 ? 10 : 0));
}

int64_t
reel_bytes_behind_tags(int fd)
{
	unsigned char data[10];
	int64_t at = 0, len;
	int i;

	for (i = 0; i < TAGS_MAX &&
	    reel_bytes_read(fd, at, data, sizeof(data)) == sizeof(data) &&
	    (len = tag_len(data)) > 0; i++)
		at += len;

	return (at);
}
