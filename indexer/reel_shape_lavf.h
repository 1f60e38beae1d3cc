#ifndef REEL_SHAPE_LAVF_H
#define REEL_SHAPE_LAVF_H

/**
 * reel_shape_lavf_of(par, num, den):
 * How wide a sample is for its height, ${num} : ${den}, by the header of the codec
 * in ${par}, an AVCodecParameters; any numbers that stand there, or both 0.
 */
void reel_shape_lavf_of(const void *par, int *num, int *den);

#endif /* !REEL_SHAPE_LAVF_H */
