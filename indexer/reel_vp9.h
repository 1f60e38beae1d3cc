#ifndef REEL_VP9_H
#define REEL_VP9_H

#include <stdint.h>

/*
 * The level of VP9, times ten, that pictures of so many pixels need, so many times a
 * second (0: not known); 0: there is none for them.
 */
int reel_vp9_level(int64_t width, int64_t height, double fps);

#endif /* !REEL_VP9_H */
