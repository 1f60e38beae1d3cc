#ifndef REEL_CODEC_NAME_H
#define REEL_CODEC_NAME_H

#include <stddef.h>

struct reel_facts;

/**
 * reel_codec_name_of(codecs, sound, name, size):
 * The first codec of pictures, or with ${sound} of sound, in a list as of RFC 6381
 * ("avc1.64001f,mp4a.40.2"), by the name that probes have for it ("h264", "aac"),
 * into ${name}; "" if there is none that we know.
 *
 * reel_codec_name_fill(codecs, probed, facts):
 * ${facts} of a stream say what ${codecs}, of its master, does: all of it if no
 * segment was ${probed}, else of sound, if that is in segments of its own.
 */
void reel_codec_name_of(
    const char *codecs, int sound, char *name, size_t size);
void reel_codec_name_fill(
    const char *codecs, int probed, struct reel_facts *facts);

#endif /* !REEL_CODEC_NAME_H */
