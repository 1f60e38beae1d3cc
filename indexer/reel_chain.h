#ifndef REEL_CHAIN_H
#define REEL_CHAIN_H

#include <stdint.h>

/*
 * Ogg files one behind the other in one file, as recordings of radio are: each link
 * counts its time from zero, and nothing tells that of all.
 */

/**
 * reel_chain_us(fd, size):
 * Microseconds of sound in the Ogg file at ${fd}, which has ${size} bytes; -1: it has
 * one link, which libav knows as well, or it is no Ogg, has too many pages, or no
 * sound that we know.  The offset of ${fd} stays.
 */
int64_t reel_chain_us(int fd, int64_t size);

#endif /* !REEL_CHAIN_H */
