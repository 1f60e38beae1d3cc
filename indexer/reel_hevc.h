#ifndef REEL_HEVC_H
#define REEL_HEVC_H

#include <stddef.h>

/*
 * What the header of HEVC says of its profile, as it lies in containers (hvcC) or
 * before the pictures of a stream (Annex B).
 */

/* Space, tier and profile; 4 bytes of compatibility; 6 of constraints; level. */
#define REEL_HEVC_PROFILE_BYTES 12

/* Nonzero if ${len} bytes at ${head} are as containers have them. */
int reel_hevc_boxed(const unsigned char *head, size_t len);

/* Find it in ${head}, of either form; zero: it is not there. */
int reel_hevc_profile(const unsigned char *head, size_t len,
    unsigned char profile[REEL_HEVC_PROFILE_BYTES]);

/**
 * reel_hevc_name(profile, word, text, size):
 * As browsers want it named (ISO/IEC 14496-15, annex E), with ${word}, "hvc1" or
 * "hev1", in front; zero: there is no room.
 */
int reel_hevc_name(const unsigned char profile[REEL_HEVC_PROFILE_BYTES],
    const char *word, char *text, size_t size);

#endif /* !REEL_HEVC_H */
