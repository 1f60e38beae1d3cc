#ifndef REEL_HLS_NAME_H
#define REEL_HLS_NAME_H

#include <stddef.h>

/**
 * reel_hls_name(name, len): does it promise an HLS playlist?
 * reel_hls_segment(name, len): does it look like a part of a stream?
 */
int reel_hls_name(const char *name, size_t len);
int reel_hls_segment(const char *name, size_t len);

#endif /* !REEL_HLS_NAME_H */
