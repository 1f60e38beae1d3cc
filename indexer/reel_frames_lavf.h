#ifndef REEL_FRAMES_LAVF_H
#define REEL_FRAMES_LAVF_H

#include <stdint.h>

#include "shared/reel_item.h"
#include "shared/reel_status.h"

/*
 * The frame that stands for a file.
 */
struct reel_source;

struct reel_frames_pick {
	void *frame;           /* AVFrame, the caller's; reel_frames_clear */
	int sar_num;
	int sar_den;
	const int32_t *matrix; /* how to turn it; NULL; lives as long as both */
};

/**
 * reel_frames_pick(src, type, box, pick, reason):
 * ${src} is open and looked into.  Of a film a key frame that shows something;
 * of sound its cover; of a picture the picture.  What is decoded may be smaller
 * than the original, but not smaller than ${box} allows.  REEL_BAD_INPUT or
 * REEL_IO with words in ${reason}; REEL_NOT_FOUND: there is no picture in it.
 */
enum reel_status reel_frames_pick(struct reel_source *src, enum reel_type type,
    int box, struct reel_frames_pick *pick, char *reason);
void reel_frames_clear(struct reel_frames_pick *pick);

/* How the frame in ${pick}, of that AVFormatContext and AVStream, is shown. */
void reel_frames_shape(
    void *format, void *stream, struct reel_frames_pick *pick);

#endif /* !REEL_FRAMES_LAVF_H */
