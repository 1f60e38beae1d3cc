#ifndef REEL_RATE_H
#define REEL_RATE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Pictures a second, as the times of pictures tell.
 */
struct reel_rate {
	int32_t num;
	int32_t den;
	int varies; /* the distance from picture to picture does */
};

/**
 * reel_rate_of(us, count, tick_us, rate):
 * From ${count} times in microseconds, ascending, each off by up to ${tick_us}
 * because the file counts in such steps.  A rate that cameras and broadcasters
 * use, if they can all be of it; else the mean.  Nonzero: ${rate} is set; zero:
 * too few, or they do not ascend.
 */
int reel_rate_of(const int64_t *us, size_t count, int64_t tick_us,
    struct reel_rate *rate);

#endif /* !REEL_RATE_H */
