#ifndef REEL_EXTENT_H
#define REEL_EXTENT_H

#include <stdint.h>

/*
 * How long a media file should be in bytes, by what it says of itself: a copy that
 * was cut off still tells the duration of the whole.
 */
struct reel_extent {
	int64_t from; /* where what has a duration begins, about */
	int64_t to;   /* where it ends at the earliest; 0: unknown */
};

/**
 * reel_extent_of(fd, size, extent):
 * Of the file at ${fd}, which has ${size} bytes: Matroska and WebM, FLV, MP4 with a
 * table of its fragments, AIFF, AU, MXF, FLAC, WavPack, and MP3 with a header of
 * Xing's.  Reads a little of it here and there; the offset of ${fd} stays.
 */
void reel_extent_of(int fd, int64_t size, struct reel_extent *extent);

#endif /* !REEL_EXTENT_H */
