/*
 * A picture shows something when it is neither dark nor glaring, when its
 * brightness varies, and when it varies from place to place.  A title card is
 * bright letters on one even ground: most of its samples are alike.  Integers
 * only, a few microseconds.
 */
#include <stdlib.h>

#include "indexer/reel_worth.h"

#define SAMPLES (REEL_WORTH_ROWS * REEL_WORTH_COLUMNS)
#define DARK 40
#define GLARING 215
#define SPREAD_MAX 40  /* more variation than this is not better */
#define DETAIL_MAX 20
#define ALIKE 8        /* as far apart samples may be that are the same ground */
#define GROUND_MAX 55  /* percent of samples on one ground, in a real picture */

/* The largest share of samples within a few steps of each other, in percent. */
static int
ground(const unsigned char *samples)
{
	int counts[256] = {0}, i, sum = 0, most = 0;

	for (i = 0; i < SAMPLES; i++)
		counts[samples[i]]++;
	for (i = 0; i < 256; i++) {
		sum += counts[i];
		if (i >= ALIKE)
			sum -= counts[i - ALIKE];
		if (sum > most)
			most = sum;
	}

	return (most * 100 / SAMPLES);
}

/* How far neighbours differ, on average. */
static int
detail(const unsigned char *samples)
{
	long sum = 0;
	int row, column;

	for (row = 0; row < REEL_WORTH_ROWS; row++)
		for (column = 1; column < REEL_WORTH_COLUMNS; column++)
			sum += abs(samples[row * REEL_WORTH_COLUMNS + column] -
			    samples[row * REEL_WORTH_COLUMNS + column - 1]);

	return ((int)(sum / (REEL_WORTH_ROWS * (REEL_WORTH_COLUMNS - 1))));
}

static int
at_most(int value, int limit)
{

	return (value < limit ? value : limit);
}

int
reel_worth_of(const unsigned char *samples)
{
	long sum = 0, off = 0;
	int i, mean, worth, even;

	for (i = 0; i < SAMPLES; i++)
		sum += samples[i];
	mean = (int)(sum / SAMPLES);
	for (i = 0; i < SAMPLES; i++)
		off += abs(samples[i] - mean);
	worth = 2 * at_most((int)(off / SAMPLES), SPREAD_MAX) +
	    at_most(2 * detail(samples), DETAIL_MAX);
	if (mean < DARK)
		worth -= 4 * (DARK - mean);
	if (mean > GLARING)
		worth -= 4 * (mean - GLARING);
	if ((even = ground(samples)) > GROUND_MAX)
		worth -= even - GROUND_MAX + 10;

	return (worth);
}
