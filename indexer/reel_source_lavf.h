#ifndef REEL_SOURCE_LAVF_H
#define REEL_SOURCE_LAVF_H

#include <stdint.h>

#include "indexer/reel_still.h"
#include "shared/reel_status.h"

/*
 * A media file as libavformat may see it: one descriptor, a budget of bytes, a
 * deadline.  ${format} is an AVFormatContext; ${io} is ours to free.
 */
struct reel_source {
	int fd;
	int map;             /* read before it; -1: none */
	int64_t map_size;
	int64_t head_size;   /* of ${frame}, which is read instead; 0: it is not */
	struct reel_still_frame frame;
	int64_t size;        /* of all that is read */
	int64_t at;
	int64_t left;        /* bytes that may still be read */
	int64_t deadline_ms; /* monotonic */
	int64_t looked_ms;   /* when that was last looked at */
	int io_errno;        /* the disk's last complaint */
	int late;
	void *format;
	void *io;
};

/**
 * reel_source_behind(fd): files that are opened from now on come behind that one,
 * as the segments of a stream do behind its header; -1, as at first: behind none.
 */
void reel_source_behind(int fd);

/* Before the sandbox is entered: what libav would read from files later. */
void reel_source_warm(void);

/**
 * reel_source_open(src, fd, timeout_ms, reason):
 * Read the header of the file at ${fd}, which stays the caller's.  Else
 * REEL_BAD_INPUT or REEL_IO with words in ${reason} (REEL_WIRE_REASON_MAX
 * bytes); reel_source_close in any case.
 *
 * reel_source_look(src): also look into the streams, unless the header says all.
 * What was learnt when it failed or ran late is still worth telling.
 * reel_source_look_for_picture(src): unless it says enough to decode a picture.
 */
enum reel_status reel_source_open(
    struct reel_source *src, int fd, int64_t timeout_ms, char *reason);
void reel_source_look(struct reel_source *src);
void reel_source_look_for_picture(struct reel_source *src);
void reel_source_close(struct reel_source *src);

/* Nonzero once the deadline is over.  What was spent of the processor. */
int reel_source_late(void *src);
int64_t reel_source_cpu_ms(void);

/* Words for libav's ${error}, or for what the disk or the clock said. */
enum reel_status reel_source_explain(
    const struct reel_source *src, int error, char *reason);

#endif /* !REEL_SOURCE_LAVF_H */
