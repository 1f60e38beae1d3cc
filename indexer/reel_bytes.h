#ifndef REEL_BYTES_H
#define REEL_BYTES_H

#include <stddef.h>
#include <stdint.h>

/*
 * Bytes of a file, and what they say, where headers are read by hand.
 */

/**
 * reel_bytes_read(fd, at, data, len): at most ${len} of them; how many, 0 if none.
 *
 * reel_bytes_big(data, bytes), reel_bytes_little(data, bytes): a number of so many.
 *
 * reel_bytes_behind_tags(fd): where what is no tag of ID3 begins, which may hold
 * pictures of any bytes.
 */
size_t reel_bytes_read(int fd, int64_t at, void *data, size_t len);
uint64_t reel_bytes_big(const unsigned char *data, size_t bytes);
uint64_t reel_bytes_little(const unsigned char *data, size_t bytes);
int64_t reel_bytes_behind_tags(int fd);

#endif /* !REEL_BYTES_H */
