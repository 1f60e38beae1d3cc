/*
 * A file is known by its size and by 64 KiB at its head, its middle and its tail:
 * a rename, a copy, a restored database find the picture that is there.  Films
 * that differ only elsewhere would share one, which cut and encoded films do not.
 *
 * How a picture is made goes into the key too, so that what a browser keeps for
 * ever under a name is never another picture.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <xxhash.h>

#include "shared/reel_key.h"
#include "shared/reel_wire.h"

#include "indexer/reel_content.h"

#define PART_BYTES 65536
/* To be raised when pictures are made in another way. */
#define MAKING 1
#define BOARD_MAKING 1

/* A worker has one thread. */
static unsigned char data[sizeof(int64_t) + 3 * PART_BYTES];
static size_t used;

static int
add(int fd, int64_t at, size_t len)
{
	ssize_t n;

	while (len > 0) {
		n = pread(fd, data + used, len, at);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return (-1);
		/* Shorter than it was: another key, and soon another look. */
		if (n == 0)
			break;
		used += (size_t)n;
		at += n;
		len -= (size_t)n;
	}

	return (0);
}

enum reel_status
reel_content_load(int fd, int64_t size)
{
	size_t i;
	int rc;

	used = sizeof(size);
	for (i = 0; i < sizeof(size); i++)
		data[i] = (unsigned char)((uint64_t)size >> 8 * i);
	if (size <= 3 * PART_BYTES) {
		rc = add(fd, 0, (size_t)size);
	} else {
		rc = add(fd, 0, PART_BYTES);
		if (rc == 0)
			rc = add(fd, (size - PART_BYTES) / 2, PART_BYTES);
		if (rc == 0)
			rc = add(fd, size - PART_BYTES, PART_BYTES);
	}

	return (rc == 0 ? REEL_OK : REEL_IO);
}

static void
hash(uint64_t seed, unsigned char *key)
{
	XXH128_canonical_t canonical;

	XXH128_canonicalFromHash(
	    &canonical, XXH3_128bits_withSeed(data, used, seed));
	memcpy(key, canonical.digest, REEL_KEY_BYTES);
}

void
reel_content_picture(const struct reel_wire_making *making, unsigned char *key)
{

	memset(key, 0, REEL_KEY_BYTES);
	if (making->box == 0)
		return;
	hash((uint64_t)making->form << 48 | (uint64_t)MAKING << 32 |
	    (uint64_t)making->box << 8 | making->quality, key);
	reel_key_seal(key, (enum reel_key_form)making->form);
}

void
reel_content_board(const struct reel_wire_board *board, unsigned char *key)
{

	memset(key, 0, REEL_KEY_BYTES);
	if (board->box != 0)
		hash(XXH3_64bits_withSeed(board, sizeof(*board), BOARD_MAKING),
		    key);
}
