/* links: indexer/reel_remux_clock.c */
/* Time across segments, in milliseconds here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "indexer/reel_remux_clock.h"

static struct reel_remux_clock times;

static int
set_up(void **state)
{

	(void)state;
	reel_remux_clock_init(&times);

	return (0);
}

/* When a packet of ${track} that says ${ms} and lasts 40 ms is shown. */
static int64_t
at(int track, int64_t ms)
{

	return (ms + reel_remux_clock_shift(
	    &times, track, ms * 1000, 40000) / 1000);
}

static void
a_clock_that_goes_on_is_believed(void **state)
{

	(void)state;
	assert_int_equal(
	    reel_remux_clock_next(&times), REEL_REMUX_CLOCK_UNKNOWN);
	assert_int_equal(at(0, 1400), 1400);
	assert_int_equal(at(1, 1380), 1380);
	assert_int_equal(at(0, 1440), 1440);
	/* A pause, and an overlap of a frame. */
	assert_int_equal(at(0, 9000), 9000);
	assert_int_equal(at(0, 9000), 9000);
	assert_int_equal(reel_remux_clock_next(&times), 9040000);
}

static void
one_that_begins_anew_goes_on_and_tracks_stay_together(void **state)
{

	(void)state;
	assert_int_equal(at(0, 1400), 1400);
	assert_int_equal(at(1, 1390), 1390);
	assert_int_equal(at(0, 7360), 7360);
	assert_int_equal(at(1, 7340), 7340);
	/* Sound first: what is left of the picture still has the old clock. */
	assert_int_equal(at(1, 1390), 7380);
	assert_int_equal(at(0, 7400), 7400);
	/* Both went back by 5,990 ms. */
	assert_int_equal(at(0, 1400), 7390);
	assert_int_equal(at(1, 1430), 7420);
	assert_int_equal(at(0, 1460), 7450);
}

static void
one_that_runs_ahead_is_brought_back(void **state)
{

	(void)state;
	assert_int_equal(at(0, 0), 0);
	assert_int_equal(at(0, 95443718), 40);
	assert_int_equal(at(0, 95443758), 80);
}

static void
another_stream_begins_where_all_tracks_ended(void **state)
{

	(void)state;
	assert_int_equal(at(0, 0), 0);
	assert_int_equal(at(1, 60), 60);
	reel_remux_clock_anew(&times);
	/* Although it would be believed. */
	assert_int_equal(at(0, 5000), 100);
	assert_int_equal(at(1, 5020), 120);
	/* Nothing was there before the first. */
	reel_remux_clock_init(&times);
	reel_remux_clock_anew(&times);
	assert_int_equal(at(0, 5000), 5000);
}

static void
a_packet_without_a_time_changes_nothing(void **state)
{

	(void)state;
	assert_int_equal(at(0, 100), 100);
	assert_int_equal(reel_remux_clock_shift(
	    &times, 0, REEL_REMUX_CLOCK_UNKNOWN, 40000), 0);
	assert_int_equal(reel_remux_clock_next(&times), 140000);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup(f, set_up)
	const struct CMUnitTest tests[] = {
	    T(a_clock_that_goes_on_is_believed),
	    T(one_that_begins_anew_goes_on_and_tracks_stay_together),
	    T(one_that_runs_ahead_is_brought_back),
	    T(another_stream_begins_where_all_tracks_ended),
	    T(a_packet_without_a_time_changes_nothing),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
