#ifndef REEL_WORTH_H
#define REEL_WORTH_H

#include <stddef.h>

/*
 * How much there is to see in a picture, judged by samples of its brightness.
 */
#define REEL_WORTH_COLUMNS 64
#define REEL_WORTH_ROWS 36
#define REEL_WORTH_GOOD 50 /* good enough to look no further */

/**
 * reel_worth_of(samples): of REEL_WORTH_ROWS times REEL_WORTH_COLUMNS samples,
 * 0 to 255 each, where 16 is black: a number that is larger for a picture that
 * shows more.  Black, white, flat and faded ones are far below REEL_WORTH_GOOD.
 */
int reel_worth_of(const unsigned char *samples);

#endif /* !REEL_WORTH_H */
