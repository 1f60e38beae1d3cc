#ifndef REEL_DECODE_LAVF_H
#define REEL_DECODE_LAVF_H

#include <stdint.h>

#include "shared/reel_status.h"

/*
 * One stream of a file and its decoder, with budgets.  Contexts are libav's.
 */
struct reel_source;

struct reel_decode {
	struct reel_source *src;
	void *stream; /* AVStream */
	void *codec;  /* AVCodecContext */
	void *packet; /* AVPacket */
	int64_t key;  /* time stamp of the last key frame; many seeks find it */
	int error;    /* libav's last complaint */
};

/**
 * reel_decode_open(decode, src, stream, box):
 * REEL_BAD_INPUT: no decoder, or too many pixels; REEL_NOMEM.  The streams that
 * are not asked for are not read.  reel_decode_close in any case.
 */
enum reel_status reel_decode_open(struct reel_decode *decode,
    struct reel_source *src, void *stream, int box);
void reel_decode_close(struct reel_decode *decode);

/* Key frames only, or all that others build on. */
void reel_decode_keys(struct reel_decode *decode, int keys_only);

/**
 * reel_decode_seek(decode, permille): to that part of the stream's time, or of
 * its bytes.  REEL_NOT_FOUND: this file cannot.
 * reel_decode_seek_ms(decode, ms): to the key frame before that time.
 *
 * reel_decode_key(decode, frame): the next key frame, which is at hand at once,
 * alone; the next call needs another seek.  REEL_STALE: it is the last one again.
 * reel_decode_next(decode, frame): the next frame of those that follow.
 * reel_decode_cover(decode, frame): of the picture attached to the stream.
 * REEL_NOT_FOUND: there is none within the budget; REEL_IO: the deadline, or
 * the disk.
 */
enum reel_status reel_decode_seek(struct reel_decode *decode, int permille);
enum reel_status reel_decode_seek_ms(struct reel_decode *decode, int64_t ms);
enum reel_status reel_decode_key(struct reel_decode *decode, void *frame);
enum reel_status reel_decode_next(struct reel_decode *decode, void *frame);
enum reel_status reel_decode_cover(struct reel_decode *decode, void *frame);

#endif /* !REEL_DECODE_LAVF_H */
