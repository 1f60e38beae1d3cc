/*
 * A first scan asks of every file whether the book has its inode elsewhere, and
 * the answer is no each time: a walk down an index that grows, a twentieth of
 * the scan.  Nothing is ever taken out: a bit too many costs a look-up.
 */
#include "indexer/reel_inodes.h"

#include <stdlib.h>

#include "indexer/reel_mem.h"

#define INDEX_BITS 23 /* of the number of a bit: a megabyte */

/* Fibonacci hashing: the top bits of the product are well mixed. */
static uint64_t
bit_of(int64_t ino)
{

	return ((uint64_t)ino * 0x9e3779b97f4a7c15ULL >> (64 - INDEX_BITS));
}

void
reel_inodes_begin(struct reel_inodes *inodes)
{

	reel_inodes_clear(inodes);
	inodes->bits = reel_mem_new(1 << (INDEX_BITS - 3));
}

void
reel_inodes_add(struct reel_inodes *inodes, int64_t ino)
{
	uint64_t bit = bit_of(ino);

	if (inodes->bits != NULL)
		inodes->bits[bit / 64] |= 1ULL << (bit % 64);
}

int
reel_inodes_may(const struct reel_inodes *inodes, int64_t ino)
{
	uint64_t bit = bit_of(ino);

	return (inodes->bits == NULL ||
	    (inodes->bits[bit / 64] >> (bit % 64) & 1) != 0);
}

void
reel_inodes_clear(struct reel_inodes *inodes)
{

	free(inodes->bits);
	inodes->bits = NULL;
}
