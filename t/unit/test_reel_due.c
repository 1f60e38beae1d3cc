/* links: indexer/reel_due.c indexer/reel_table.c indexer/reel_mem.c indexer/reel_log.c */
/* What is due comes in order of time, each id once, wherever it was moved to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "indexer/reel_due.h"

static void
nothing_is_due_before_its_time(void **state)
{
	struct reel_due *due = reel_due_new();

	(void)state;
	assert_int_equal(reel_due_first_ms(due), -1);
	assert_int_equal(reel_due_take(due, 1000), 0);
	reel_due_set(due, 5, 100);
	assert_int_equal(reel_due_take(due, 99), 0);
	assert_int_equal(reel_due_first_ms(due), 100);
	assert_int_equal(reel_due_take(due, 100), 5);
	assert_int_equal(reel_due_take(due, 100), 0);
	reel_due_free(due);
}

static void
setting_again_moves_and_dropping_takes_back(void **state)
{
	struct reel_due *due = reel_due_new();

	(void)state;
	reel_due_set(due, 1, 10);
	reel_due_set(due, 2, 20);
	reel_due_set(due, 3, 30);
	reel_due_set(due, 1, 40);
	reel_due_drop(due, 3);
	reel_due_drop(due, 99);
	assert_int_equal(reel_due_count(due), 2);
	assert_true(reel_due_has(due, 1));
	assert_false(reel_due_has(due, 3));
	assert_int_equal(reel_due_take(due, 50), 2);
	assert_int_equal(reel_due_take(due, 50), 1);
	assert_int_equal(reel_due_count(due), 0);
	reel_due_free(due);
}

static void
any_order_of_calls_comes_out_sorted(void **state)
{
	struct reel_due *due = reel_due_new();
	int64_t at_ms[200];
	int64_t id, last = -1;
	int n, left = 0;

	(void)state;
	memset(at_ms, -1, sizeof(at_ms));
	srandom(815);
	for (n = 0; n < 50000; n++) {
		id = 1 + random() % 199;
		if (random() % 3) {
			at_ms[id] = random() % 1000;
			reel_due_set(due, id, at_ms[id]);
		} else {
			at_ms[id] = -1;
			reel_due_drop(due, id);
		}
	}
	for (n = 0; n < 200; n++)
		left += at_ms[n] != -1;
	assert_int_equal(reel_due_count(due), left);
	while ((id = reel_due_take(due, 1000)) != 0) {
		assert_true(at_ms[id] >= last);
		last = at_ms[id];
		at_ms[id] = -1;
		left--;
	}
	assert_int_equal(left, 0);
	reel_due_free(due);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_due_before_its_time),
		cmocka_unit_test(setting_again_moves_and_dropping_takes_back),
		cmocka_unit_test(any_order_of_calls_comes_out_sorted),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
