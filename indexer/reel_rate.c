/*
 * A file that counts in milliseconds gives pictures at 0, 33, 67, 100 ...  Is that
 * 30 a second or 29.97?  Over a hundred pictures only one of them stays within a
 * millisecond of all.
 */
#include <stdlib.h>

#include "indexer/reel_rate.h"

#define COUNT_MIN 3
#define SPAN_US_MAX (INT64_C(86400) * 1000000)

static const struct {
	int32_t num;
	int32_t den;
} usual[] = {{25, 1}, {30, 1}, {30000, 1001}, {24, 1}, {24000, 1001}, {50, 1},
    {60, 1}, {60000, 1001}, {15, 1}, {15000, 1001}, {10, 1}, {12, 1},
    {20, 1}, {48, 1}, {48000, 1001}, {5, 1}, {1, 1}, {2, 1}, {8, 1}, {100, 1},
    {120, 1}, {120000, 1001}, {240, 1}};

/* How far the farthest is from where it would be. */
static int64_t
farthest(const int64_t *us, size_t count, int64_t num, int64_t den)
{
	int64_t most = 0, off;
	size_t i;

	for (i = 1; i < count; i++) {
		off = llabs(us[i] - us[0] -
		    ((int64_t)i * den * 1000000 + num / 2) / num);
		if (off > most)
			most = off;
	}

	return (most);
}

/* The roundest number that is near enough; thousandths if none is. */
static int
mean(const int64_t *us, size_t count, int64_t tick_us, struct reel_rate *rate)
{
	static const int32_t parts[] = {1, 2, 10, 100, 1000};
	int64_t span = us[count - 1] - us[0], step;
	int64_t least = INT64_MAX, most = 0, num = 0;
	size_t i;

	for (i = 1; i < count; i++) {
		step = us[i] - us[i - 1];
		if (step < least)
			least = step;
		if (step > most)
			most = step;
	}
	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		num = ((int64_t)(count - 1) * 1000000 * parts[i] + span / 2) /
		    span;
		rate->den = parts[i];
		if (num > 0 && num <= INT32_MAX &&
		    farthest(us, count, num, parts[i]) <= tick_us + 1)
			break;
	}
	rate->num = (int32_t)num;
	rate->varies = most - least > 2 * tick_us && most - least > most / 4;

	return (num > 0 && num <= INT32_MAX);
}

int
reel_rate_of(const int64_t *us, size_t count, int64_t tick_us,
    struct reel_rate *rate)
{
	int64_t off, best = tick_us + 2;
	size_t i;

	if (count < COUNT_MIN || us[count - 1] - us[0] > SPAN_US_MAX)
		return (0);
	for (i = 1; i < count; i++)
		if (us[i] <= us[i - 1])
			return (0);
	rate->num = 0;
	for (i = 0; i < sizeof(usual) / sizeof(usual[0]); i++) {
		off = farthest(us, count, usual[i].num, usual[i].den);
		if (off >= best)
			continue;
		best = off;
		*rate = (struct reel_rate){
		    .num = usual[i].num, .den = usual[i].den};
	}

	return (rate->num > 0 || mean(us, count, tick_us, rate));
}
