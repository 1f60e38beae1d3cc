/* links: indexer/reel_settle.c */
/* When a growing file is finished: every combination that matters. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "indexer/reel_settle.h"

#define N REEL_SETTLE_NOTHING
#define L REEL_SETTLE_LATER
#define T REEL_SETTLE_TIMER
#define G REEL_SETTLE_GROWS
#define D REEL_SETTLE_DONE

struct row {
	struct reel_settle_seen seen;
	enum reel_settle_verdict verdict;
};

/* changed, written, closed, timer, waiting, growing, young */
static const struct row rows[] = {
	{ { 0, 0, 0, 0, 0, 0, 0 }, N }, /* an old file as it was */
	{ { 0, 0, 0, 0, 0, 0, 1 }, N },
	{ { 0, 0, 1, 0, 0, 0, 1 }, N }, /* opened for writing, not written */
	{ { 0, 1, 0, 0, 0, 0, 1 }, T }, /* first of a burst, seen too early */
	{ { 0, 1, 0, 0, 1, 0, 1 }, N }, /* its timer runs already */
	{ { 0, 0, 0, 1, 0, 1, 1 }, D }, /* stood still while its timer ran */
	{ { 0, 0, 0, 1, 0, 0, 1 }, N },
	{ { 0, 0, 1, 0, 1, 1, 1 }, D }, /* closed, nothing came since */
	{ { 0, 0, 0, 0, 0, 1, 1 }, T }, /* was growing before a restart */
	{ { 0, 0, 0, 0, 0, 1, 0 }, D },
	{ { 0, 0, 0, 0, 1, 1, 1 }, N },
	{ { 1, 0, 0, 0, 0, 0, 0 }, D }, /* new to us, long finished */
	{ { 1, 0, 0, 0, 0, 0, 1 }, G }, /* somebody is writing */
	{ { 1, 1, 0, 0, 1, 1, 1 }, L }, /* told of once a while */
	{ { 1, 0, 0, 1, 0, 1, 1 }, G }, /* grew while its timer ran */
	{ { 1, 0, 0, 1, 0, 1, 0 }, G }, /* though its time says otherwise */
	{ { 1, 0, 1, 0, 0, 0, 1 }, D }, /* written and closed at once */
	{ { 1, 0, 1, 0, 1, 1, 1 }, D },
};

static void
verdicts_are_as_in_the_table(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (reel_settle_judge(&rows[i].seen) != rows[i].verdict)
			fail_msg("row %zu", i);
	}
}

static void
a_time_in_the_future_is_not_young(void **state)
{
	const int64_t wall_ms = 1700000000000;

	(void)state;
	assert_true(reel_settle_young(wall_ms * 1000000, wall_ms, 1000));
	assert_true(reel_settle_young((wall_ms - 999) * 1000000, wall_ms, 1000));
	assert_false(
	    reel_settle_young((wall_ms - 1000) * 1000000, wall_ms, 1000));
	assert_true(reel_settle_young((wall_ms + 500) * 1000000, wall_ms, 1000));
	assert_false(
	    reel_settle_young((wall_ms + 86400000) * 1000000, wall_ms, 1000));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(verdicts_are_as_in_the_table),
		cmocka_unit_test(a_time_in_the_future_is_not_young),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
