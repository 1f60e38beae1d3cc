#ifndef REEL_TONE_H
#define REEL_TONE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Pictures that are brighter than a screen, made fit for one: PQ or HLG in the
 * colours of BT.2020 become sRGB.
 */
enum reel_tone_curve { REEL_TONE_PQ = 0, REEL_TONE_HLG = 1 };

#define REEL_TONE_PEAK_NITS 1000 /* when a film does not say how bright it is */

/**
 * reel_tone_map(curve, peak_nits, from, to, pixels):
 * ${from} holds ${pixels} times red, green, blue as 16-bit codes, ${to} gets
 * 8-bit ones.  ${peak_nits}: the brightest that is in the film.
 */
void reel_tone_map(enum reel_tone_curve curve, double peak_nits,
    const uint16_t *from, unsigned char *to, size_t pixels);

#endif /* !REEL_TONE_H */
