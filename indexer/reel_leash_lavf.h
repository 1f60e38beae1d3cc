#ifndef REEL_LEASH_LAVF_H
#define REEL_LEASH_LAVF_H

#include <stdint.h>

/*
 * libavformat tied to bytes that are handed to it.  Callbacks answer as libav's
 * own do, with its errors.
 */
struct reel_leash {
	void *cookie;
	int (*read)(void *cookie, unsigned char *data, int len);
	int64_t (*seek)(void *cookie, int64_t offset, int whence); /* or NULL */
	int (*late)(void *cookie); /* nonzero: no more; or NULL */
	const char *formats;       /* names of demuxers, with commas */
	const char *streams_max;
	const char *analyze_us;    /* of streams, at most; NULL: as libav does */
};

/**
 * reel_leash_open(leash, format, io):
 * Read the header.  ${format}, an AVFormatContext, and ${io}, its AVIOContext,
 * belong to the caller, also after an error: reel_leash_close in any case.  Zero,
 * or an error of libav.
 */
int reel_leash_open(const struct reel_leash *leash, void **format, void **io);
void reel_leash_close(void **format, void **io);

#endif /* !REEL_LEASH_LAVF_H */
