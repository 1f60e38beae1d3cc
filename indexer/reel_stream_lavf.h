#ifndef REEL_STREAM_LAVF_H
#define REEL_STREAM_LAVF_H

#include <stdint.h>

#include "shared/reel_item.h"

/*
 * Questions to libavformat's streams.  ${format} is an AVFormatContext, streams
 * are AVStream; no header names a foreign type.
 */

/* The moving picture and the sound that count; NULL: none. */
const void *reel_stream_lavf_video(const void *format);
const void *reel_stream_lavf_audio(const void *format);

/* Nonzero for a cover: a still that is attached to something else. */
int reel_stream_lavf_attached(const void *stream);

/* Nonzero if its times are the film's: sound or pictures, and no cover. */
int reel_stream_lavf_counts(const void *stream);

/* ${ts} of its time base in microseconds. */
int64_t reel_stream_lavf_us(const void *stream, int64_t ts);

/* Nonzero if ${video} is a picture in the sense of REEL_TYPE_IMAGE. */
int reel_stream_lavf_still(
    const void *format, const void *video, enum reel_type type);

/* What the container says, else the longest of its streams; -1: unknown. */
int64_t reel_stream_lavf_duration_ms(const void *format);

/*
 * Frames a second as a fraction; 0/0: unknown.  _known: and no guess of libav's
 * from a few time stamps.  _varies: not evenly spaced.
 */
int reel_stream_lavf_fps_known(const void *video);
void reel_stream_lavf_fps(const void *video, int32_t *num, int32_t *den);
int reel_stream_lavf_varies(const void *video);

/* Degrees clockwise that bring the picture upright: 0 90 180 270. */
int reel_stream_lavf_rotation(const void *video);

/* Its display matrix, nine numbers, or NULL. */
const int32_t *reel_stream_lavf_matrix(const void *video);

/* "pq", "hlg", "dolby_vision" or "". */
const char *reel_stream_lavf_hdr(const void *video);

/* The name for browsers of what only Dolby Vision shows; zero: others show it. */
int reel_stream_lavf_vision(const void *video, char *text, size_t size);

#endif /* !REEL_STREAM_LAVF_H */
