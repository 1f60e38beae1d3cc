#ifndef REEL_INODES_H
#define REEL_INODES_H

#include <stdint.h>

/*
 * Which inodes a book may have: bits by a hash of the number (a Bloom filter
 * with one hash).  A no is certain, a yes has to be looked up.  A megabyte once
 * begun; 100,000 files make one no in a hundred a yes, millions cost no more
 * than the look-ups they would need without.
 */
struct reel_inodes {
	uint64_t *bits; /* NULL: nothing is known, every answer is yes */
};

/* A book without any item; whoever adds one has to tell. */
void reel_inodes_begin(struct reel_inodes *inodes);
void reel_inodes_add(struct reel_inodes *inodes, int64_t ino);
int reel_inodes_may(const struct reel_inodes *inodes, int64_t ino);
void reel_inodes_clear(struct reel_inodes *inodes);

#endif /* !REEL_INODES_H */
