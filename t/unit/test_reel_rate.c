/* links: indexer/reel_rate.c */
/*
 * Rates out of times that were rounded.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "indexer/reel_rate.h"

#define COUNT 100

static int64_t us[COUNT];
static struct reel_rate rate;

/* As a file writes them that counts in ${tick} microseconds. */
static void
fill(int64_t num, int64_t den, int64_t tick, int64_t first)
{
	int64_t i;

	for (i = 0; i < COUNT; i++)
		us[i] = ((first + i * den * 1000000 / num) + tick / 2) / tick * tick;
}

static void
rounded_times_tell_the_rate_they_are_of(void **state)
{
	static const int32_t rates[][2] = {{24000, 1001}, {24, 1}, {25, 1},
	    {30000, 1001}, {30, 1}, {50, 1}, {60000, 1001}, {60, 1}, {10, 1},
	    {15, 1}, {120, 1}, {1, 1}};
	static const int64_t ticks[] = {1, 11, 1000};
	size_t i, k;

	(void)state;
	for (i = 0; i < sizeof(rates) / sizeof(rates[0]); i++)
		for (k = 0; k < sizeof(ticks) / sizeof(ticks[0]); k++) {
			fill(rates[i][0], rates[i][1], ticks[k], 66733);
			assert_int_equal(
			    reel_rate_of(us, COUNT, ticks[k], &rate), 1);
			assert_int_equal(rate.num, rates[i][0]);
			assert_int_equal(rate.den, rates[i][1]);
			assert_int_equal(rate.varies, 0);
		}
}

static void
a_rate_of_its_own_is_the_mean(void **state)
{

	(void)state;
	fill(37, 2, 1000, 0);
	assert_int_equal(reel_rate_of(us, COUNT, 1000, &rate), 1);
	assert_int_equal(rate.num, 37);
	assert_int_equal(rate.den, 2);
	assert_int_equal(rate.varies, 0);
}

static void
pictures_that_come_as_they_like_vary(void **state)
{
	int64_t i;

	(void)state;
	for (i = 0; i < COUNT; i++)
		us[i] = i < COUNT / 2 ? i * 40000 : 2000000 + (i - 50) * 120000;
	assert_int_equal(reel_rate_of(us, COUNT, 1000, &rate), 1);
	assert_int_equal(rate.varies, 1);
	assert_in_range(1000 * rate.num / rate.den, 12000, 13000);
}

static void
what_tells_nothing_is_not_asked(void **state)
{

	(void)state;
	fill(25, 1, 1, 0);
	assert_int_equal(reel_rate_of(us, 2, 1, &rate), 0);
	us[50] = us[49];
	assert_int_equal(reel_rate_of(us, COUNT, 1, &rate), 0);
	us[50] = INT64_MIN / 2;
	assert_int_equal(reel_rate_of(us, COUNT, 1, &rate), 0);
	fill(25, 1, 1, 0);
	us[COUNT - 1] = INT64_MAX / 2;
	assert_int_equal(reel_rate_of(us, COUNT, 1, &rate), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(rounded_times_tell_the_rate_they_are_of),
	    cmocka_unit_test(a_rate_of_its_own_is_the_mean),
	    cmocka_unit_test(pictures_that_come_as_they_like_vary),
	    cmocka_unit_test(what_tells_nothing_is_not_asked),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
