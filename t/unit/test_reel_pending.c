/* links: indexer/reel_pending.c indexer/reel_table.c shared/reel_buf.c
 * indexer/reel_mem.c indexer/reel_log.c */
/* The set of what to look at again: once each, urgent first, few names or all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "indexer/reel_pending.h"

static void
add(struct reel_pending *pending, int64_t id, enum reel_pending_level level,
    const char *name, uint32_t mask)
{

	reel_pending_add(pending, id, level, name,
	    name == NULL ? 0 : strlen(name), mask);
}

static void
a_folder_waits_once_with_each_name_once(void **state)
{
	struct reel_pending *pending = reel_pending_new();
	static struct reel_pending_work work;

	(void)state;
	add(pending, 1, REEL_PENDING_EVENT, "a", 1);
	add(pending, 1, REEL_PENDING_EVENT, "b", 2);
	add(pending, 1, REEL_PENDING_EVENT, "a", 4);
	assert_int_equal(reel_pending_count(pending, REEL_PENDING_EVENT), 1);
	assert_true(reel_pending_take(pending, REEL_PENDING_EVENT, &work));
	assert_int_equal(work.folder_id, 1);
	assert_int_equal(work.whole, 0);
	assert_int_equal(work.count, 2);
	assert_int_equal(work.mask, 7);
	assert_string_equal(work.names[0].text, "a");
	assert_int_equal(work.names[0].mask, 5);
	assert_string_equal(work.names[1].text, "b");
	assert_false(reel_pending_take(pending, REEL_PENDING_EVENT, &work));
	reel_pending_free(pending);
}

static void
too_many_names_are_the_whole_folder(void **state)
{
	struct reel_pending *pending = reel_pending_new();
	static struct reel_pending_work work;
	char name[16];
	int i;

	(void)state;
	for (i = 0; i <= REEL_PENDING_NAMES; i++) {
		snprintf(name, sizeof(name), "n%d", i);
		add(pending, 1, REEL_PENDING_EVENT, name, 1u << i);
	}
	add(pending, 1, REEL_PENDING_EVENT, "more", 0);
	assert_true(reel_pending_take(pending, REEL_PENDING_EVENT, &work));
	assert_int_equal(work.whole, 1);
	assert_int_equal(work.count, 0);
	assert_int_equal(work.mask, (1u << (REEL_PENDING_NAMES + 1)) - 1);
	reel_pending_free(pending);
}

static void
a_whole_folder_swallows_names_before_and_after(void **state)
{
	struct reel_pending *pending = reel_pending_new();
	static struct reel_pending_work work;

	(void)state;
	add(pending, 1, REEL_PENDING_SCAN, "a", 0);
	add(pending, 1, REEL_PENDING_SCAN, NULL, 0);
	add(pending, 1, REEL_PENDING_SCAN, "b", 0);
	assert_true(reel_pending_take(pending, REEL_PENDING_SCAN, &work));
	assert_int_equal(work.whole, 1);
	reel_pending_free(pending);
}

static void
more_urgent_wins_and_never_falls_back(void **state)
{
	struct reel_pending *pending = reel_pending_new();
	static struct reel_pending_work work;

	(void)state;
	add(pending, 1, REEL_PENDING_SWEEP, NULL, 0);
	add(pending, 2, REEL_PENDING_EVENT, "x", 0);
	add(pending, 1, REEL_PENDING_EVENT, "y", 0);
	add(pending, 1, REEL_PENDING_SCAN, NULL, 0);
	assert_int_equal(reel_pending_count(pending, REEL_PENDING_SWEEP), 0);
	assert_int_equal(reel_pending_count(pending, REEL_PENDING_SCAN), 0);
	assert_true(reel_pending_take(pending, REEL_PENDING_EVENT, &work));
	assert_int_equal(work.folder_id, 2);
	assert_true(reel_pending_take(pending, REEL_PENDING_EVENT, &work));
	assert_int_equal(work.folder_id, 1);
	assert_int_equal(work.whole, 1);
	reel_pending_free(pending);
}

static void
dropped_folders_are_not_looked_at(void **state)
{
	struct reel_pending *pending = reel_pending_new();
	static struct reel_pending_work work;
	int64_t id;

	(void)state;
	for (id = 1; id <= 5; id++)
		add(pending, id, REEL_PENDING_SCAN, NULL, 0);
	reel_pending_drop(pending, 1);
	reel_pending_drop(pending, 3);
	reel_pending_drop(pending, 5);
	reel_pending_drop(pending, 77);
	assert_true(reel_pending_take(pending, REEL_PENDING_SCAN, &work));
	assert_int_equal(work.folder_id, 2);
	assert_true(reel_pending_take(pending, REEL_PENDING_SCAN, &work));
	assert_int_equal(work.folder_id, 4);
	assert_false(reel_pending_take(pending, REEL_PENDING_SCAN, &work));
	add(pending, 6, REEL_PENDING_SCAN, "left behind", 0);
	reel_pending_free(pending);
}

static void
names_of_any_bytes_come_back_as_they_were(void **state)
{
	struct reel_pending *pending = reel_pending_new();
	static struct reel_pending_work work;
	char name[256];

	(void)state;
	memset(name, 0xff, 255);
	name[255] = '\0';
	add(pending, 1, REEL_PENDING_EVENT, name, 9);
	add(pending, 1, REEL_PENDING_EVENT, "\n\x01", 3);
	assert_true(reel_pending_take(pending, REEL_PENDING_EVENT, &work));
	assert_int_equal(work.names[0].len, 255);
	assert_memory_equal(work.names[0].text, name, 256);
	assert_string_equal(work.names[1].text, "\n\x01");
	reel_pending_free(pending);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_folder_waits_once_with_each_name_once),
		cmocka_unit_test(too_many_names_are_the_whole_folder),
		cmocka_unit_test(a_whole_folder_swallows_names_before_and_after),
		cmocka_unit_test(more_urgent_wins_and_never_falls_back),
		cmocka_unit_test(dropped_folders_are_not_looked_at),
		cmocka_unit_test(names_of_any_bytes_come_back_as_they_were),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
