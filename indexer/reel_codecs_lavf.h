#ifndef REEL_CODECS_LAVF_H
#define REEL_CODECS_LAVF_H

#include <stddef.h>

/*
 * What a codec's own header (extradata) tells.  ${par} is an AVCodecParameters.
 */

/* Bits a colour sample; 0: not known without a look into the stream. */
int reel_codecs_lavf_depth(const void *par);

/* 1: H.264 that may be interlaced; 0: it is not; -1: that is not said here. */
int reel_codecs_lavf_fields(const void *par);

/* The first parameter set of H.264, from its profile on; NULL: there is none. */
const unsigned char *reel_codecs_lavf_set(const void *par, size_t *len);

/* The profile's name ("High 10"), or NULL. */
const char *reel_codecs_lavf_profile(const void *par);

/**
 * reel_codecs_lavf_rfc6381(par, fps, text, size):
 * Write the codec as browsers want it named ("avc1.64001f") and return nonzero,
 * or return zero when it cannot be told.  ${fps}: pictures a second, 0: unknown.
 */
int reel_codecs_lavf_rfc6381(
    const void *par, double fps, char *text, size_t size);

#endif /* !REEL_CODECS_LAVF_H */
