#ifndef REEL_UTF8_H
#define REEL_UTF8_H

#include <stddef.h>
#include <stdint.h>

/*
 * UTF-8 (RFC 3629) that arrives in pieces, judged at the first byte that cannot
 * be.  All zeros is the state between two characters.
 */
struct reel_utf8 {
    uint8_t  left;    /* bytes the character still lacks */
    uint8_t  low;     /* while some are left: the range that the next one */
    uint8_t  high;    /* must be in */
};

/**
 * reel_utf8_feed(utf8, data, len):
 * Return how many of the ${len} bytes are good, counted up to the first one
 * that no continuation could mend; ${len} if there is none.
 */
size_t reel_utf8_feed(struct reel_utf8 *utf8, const unsigned char *data,
    size_t len);

/**
 * reel_utf8_whole(utf8):
 * Nonzero if the text may end here.
 */
int reel_utf8_whole(const struct reel_utf8 *utf8);

#endif /* !REEL_UTF8_H */
