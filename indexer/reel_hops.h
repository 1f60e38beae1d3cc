#ifndef REEL_HOPS_H
#define REEL_HOPS_H

#include <stdint.h>

/*
 * Sound without a container: frames one behind the other, each of which tells its
 * length.  How long they play together is told nowhere.
 */

/**
 * reel_hops_us(fd, size):
 * Microseconds of the AAC (ADTS) or MPEG audio at ${fd}, which has ${size} bytes: of
 * all frames, or, beyond REEL_HOPS_BYTES_MAX, reckoned from some here and there.  -1:
 * it is neither; or each frame seen has the same number of bits a second, so that
 * who divides by that is right.  The offset of ${fd} stays.
 */
#define REEL_HOPS_BYTES_MAX (INT64_C(16) << 20)
int64_t reel_hops_us(int fd, int64_t size);

#endif /* !REEL_HOPS_H */
