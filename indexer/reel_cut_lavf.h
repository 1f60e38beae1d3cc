#ifndef REEL_CUT_LAVF_H
#define REEL_CUT_LAVF_H

#include <stdint.h>

/*
 * Films that were cut off.  ${format} is an AVFormatContext.
 */
struct reel_extent;

/**
 * reel_cut_lavf_index(format, size): an index tells of more than the ${size} bytes
 * that are there: it lasts as long as what is there.
 *
 * reel_cut_lavf_scale(format, extent, size): likewise, reckoned from how many of the
 * bytes are there that ${extent} tells.
 */
void reel_cut_lavf_index(void *format, int64_t size);
void reel_cut_lavf_scale(
    void *format, const struct reel_extent *extent, int64_t size);

#endif /* !REEL_CUT_LAVF_H */
