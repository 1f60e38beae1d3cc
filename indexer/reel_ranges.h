#ifndef REEL_RANGES_H
#define REEL_RANGES_H

#include <stddef.h>
#include <stdint.h>

#include "shared/reel_playlist_entry.h"

/*
 * Streams that lie in a few files, of which their playlist names ranges: where in
 * time does each range lie in its file?
 */
#define REEL_RANGES_FILES_MAX 64

struct reel_ranges {
	size_t count;
	struct reel_ranges_file {
		uint64_t file;
		int64_t base;    /* where its first range began */
		int64_t end;     /* where its last one ended */
		int64_t end_us;  /* and how far into the file that is */
	} files[REEL_RANGES_FILES_MAX];
};

/**
 * reel_ranges_begins(ranges, file, part, at_us, duration_us):
 * When the beginning of ${file} would be played, if ${part} of it, ${duration_us}
 * long, is played at ${at_us}.  That is where the range before it began too, if this
 * one goes on where that one ended; else it is reckoned from how many bytes a second
 * of the file had so far.  Of a part without a range, and beyond so many files, it
 * is ${at_us}.  ${ranges} is all zero at first.
 */
int64_t reel_ranges_begins(struct reel_ranges *ranges, uint64_t file,
    const struct reel_playlist_part *part, int64_t at_us, int64_t duration_us);

#endif /* !REEL_RANGES_H */
