/* links: indexer/reel_inodes.c indexer/reel_mem.c indexer/reel_log.c
 * shared/reel_buf.c shared/reel_escape.c shared/reel_status.c */
/* A no is certain; a yes is rare where nothing was added. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "indexer/reel_inodes.h"

#define FILES 100000

static void
nothing_is_known_before_it_was_begun(void **state)
{
	struct reel_inodes inodes = { NULL };

	(void)state;
	assert_true(reel_inodes_may(&inodes, 1));
	reel_inodes_add(&inodes, 1);
	assert_true(reel_inodes_may(&inodes, 1));
	reel_inodes_clear(&inodes);
	assert_true(reel_inodes_may(&inodes, 2));
}

/* Numbers in a row, as a filesystem gives them; and any other. */
static void
what_was_added_may_be_there_and_little_else(void **state)
{
	static const int64_t steps[] = { 1, 8, 4096, 1LL << 40 };
	struct reel_inodes inodes = { NULL };
	int64_t i, step;
	size_t n, wrong;

	(void)state;
	for (n = 0; n < sizeof(steps) / sizeof(steps[0]); n++) {
		step = steps[n];
		reel_inodes_begin(&inodes);
		assert_false(reel_inodes_may(&inodes, 0));
		for (i = 0; i < FILES; i++)
			reel_inodes_add(&inodes, (i - 5) * step);
		wrong = 0;
		for (i = 0; i < FILES; i++) {
			assert_true(reel_inodes_may(&inodes, (i - 5) * step));
			wrong += reel_inodes_may(&inodes, (i + FILES) * step) != 0;
		}
		assert_true(wrong < FILES / 20);
	}
	reel_inodes_clear(&inodes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(nothing_is_known_before_it_was_begun),
	    cmocka_unit_test(what_was_added_may_be_there_and_little_else),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
