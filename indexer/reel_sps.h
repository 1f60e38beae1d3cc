#ifndef REEL_SPS_H
#define REEL_SPS_H

#include <stddef.h>

/*
 * The sequence parameter set of H.264, as far as we ask.
 */

/**
 * reel_sps_fields(sps, len):
 * ${len} bytes of a set, from its profile on (behind the byte that tells what it
 * is).  1: pictures may be coded as fields, which most interlaced films are; 0:
 * none is; -1: it is cut off, or not of the form.
 *
 * reel_sps_shape(sps, len, num, den):
 * How wide a sample is for its height, ${num} : ${den}; both 0: that is not said.
 */
int reel_sps_fields(const unsigned char *sps, size_t len);
void reel_sps_shape(
    const unsigned char *sps, size_t len, int *num, int *den);

#endif /* !REEL_SPS_H */
