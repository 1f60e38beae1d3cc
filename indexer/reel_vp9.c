/*
 * Most files of VP9 do not tell their level, and browsers ask for it.  It follows
 * from the size of pictures and their rate: the least one that allows both.
 */
#include <stddef.h>

#include "indexer/reel_vp9.h"

int
reel_vp9_level(int64_t width, int64_t height, double fps)
{
	static const struct {
		int level;
		int64_t pixels_a_second;
		int64_t pixels;
		int64_t side;
	} levels[] = {
	    {10, 829440, 36864, 512},
	    {11, 2764800, 73728, 768},
	    {20, 4608000, 122880, 960},
	    {21, 9216000, 245760, 1344},
	    {30, 20736000, 552960, 2048},
	    {31, 36864000, 983040, 2752},
	    {40, 83558400, 2228224, 4160},
	    {41, 160432128, 2228224, 4160},
	    {50, 311951360, 8912896, 8384},
	    {51, 588251136, 8912896, 8384},
	    {52, 1176502272, 8912896, 8384},
	    {60, 1176502272, 35651584, 16832},
	    {61, INT64_C(2353004544), 35651584, 16832},
	    {62, INT64_C(4706009088), 35651584, 16832},
	};
	size_t i;

	if (width <= 0 || height <= 0)
		return (0);
	for (i = 0; i < sizeof(levels) / sizeof(levels[0]); i++)
		if (width <= levels[i].side && height <= levels[i].side &&
		    width * height <= levels[i].pixels &&
		    (double)(width * height) * fps <=
		        (double)levels[i].pixels_a_second)
			return (levels[i].level);

	return (0);
}
