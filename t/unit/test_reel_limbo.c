/* links: indexer/reel_limbo.c indexer/reel_table.c indexer/reel_mem.c indexer/reel_log.c */
/* The waiting room of lost items. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "indexer/reel_limbo.h"

static void
an_item_is_lost_once_since_the_first_time(void **state)
{
	struct reel_limbo *limbo = reel_limbo_new();
	struct reel_limbo_entry *entry;

	(void)state;
	entry = reel_limbo_add(limbo, 7, 3, 1, 100);
	assert_ptr_equal(reel_limbo_add(limbo, 7, 4, 0, 200), entry);
	assert_int_equal(reel_limbo_count(limbo), 1);
	assert_int_equal(entry->noted_ms, 100);
	assert_int_equal(entry->parent_id, 3);
	assert_true(entry->folder);
	assert_null(reel_limbo_get(limbo, 8));
	reel_limbo_drop(limbo, 8);
	reel_limbo_drop(limbo, 7);
	assert_null(reel_limbo_get(limbo, 7));
	assert_null(reel_limbo_first(limbo));
	reel_limbo_free(limbo);
}

static void
who_is_put_off_goes_to_the_end(void **state)
{
	struct reel_limbo *limbo = reel_limbo_new();
	struct reel_limbo_entry *entry;
	static const int64_t order[] = { 2, 3, 1 };
	size_t i = 0;

	(void)state;
	reel_limbo_add(limbo, 1, 9, 0, 10);
	reel_limbo_add(limbo, 2, 9, 0, 20);
	reel_limbo_add(limbo, 3, 9, 0, 30);
	reel_limbo_renew(limbo, reel_limbo_get(limbo, 1), 40);
	for (entry = reel_limbo_first(limbo); entry != NULL; entry = entry->next)
		assert_int_equal(entry->id, order[i++]);
	assert_int_equal(i, 3);
	entry = reel_limbo_get(limbo, 1);
	assert_int_equal(entry->noted_ms, 40);
	assert_int_equal(entry->since_ms, 10);
	reel_limbo_free(limbo);
}

static void
where_it_was_seen_is_kept_until_it_is_not(void **state)
{
	struct reel_limbo *limbo = reel_limbo_new();
	struct reel_limbo_entry *entry = reel_limbo_add(limbo, 1, 9, 0, 10);
	char name[] = "new place";

	(void)state;
	assert_int_equal(entry->dest_parent, 0);
	reel_limbo_seen(limbo, entry, 4, name, strlen(name));
	memset(name, 'x', strlen(name));
	assert_int_equal(entry->dest_parent, 4);
	assert_string_equal(entry->dest_name, "new place");
	entry->checking = 1;
	reel_limbo_seen(limbo, entry, 5, "other", 5);
	assert_int_equal(entry->checking, 0);
	assert_string_equal(entry->dest_name, "other");
	reel_limbo_unseen(limbo, entry);
	assert_int_equal(entry->dest_parent, 0);
	assert_null(entry->dest_name);
	reel_limbo_seen(limbo, entry, 6, "left behind", 11);
	reel_limbo_free(limbo);
}

static void
what_hides_a_folder_is_counted(void **state)
{
	struct reel_limbo *limbo = reel_limbo_new();
	struct reel_limbo_entry *file = reel_limbo_add(limbo, 1, 9, 0, 10);
	struct reel_limbo_entry *folder = reel_limbo_add(limbo, 2, 9, 1, 10);

	(void)state;
	assert_int_equal(reel_limbo_hiding(limbo), 0);
	/* A file that waits for its new place hides nothing. */
	reel_limbo_seen(limbo, file, 4, "a", 1);
	assert_int_equal(reel_limbo_hiding(limbo), 0);
	reel_limbo_seen(limbo, folder, 4, "b", 1);
	reel_limbo_seen(limbo, folder, 4, "c", 1);
	reel_limbo_block(limbo, folder, 1);
	reel_limbo_block(limbo, file, 1);
	assert_int_equal(reel_limbo_hiding(limbo), 2);
	reel_limbo_unseen(limbo, folder);
	assert_int_equal(reel_limbo_hiding(limbo), 2);
	reel_limbo_block(limbo, folder, 0);
	assert_int_equal(reel_limbo_hiding(limbo), 1);
	assert_true(reel_limbo_hides(file));
	reel_limbo_drop(limbo, 1);
	assert_int_equal(reel_limbo_hiding(limbo), 0);
	reel_limbo_free(limbo);
}

static void
time_asleep_is_no_waiting(void **state)
{
	struct reel_limbo *limbo = reel_limbo_new();
	struct reel_limbo_entry *a = reel_limbo_add(limbo, 1, 9, 0, 10);
	struct reel_limbo_entry *b = reel_limbo_add(limbo, 2, 9, 1, 20);

	(void)state;
	reel_limbo_renew(limbo, b, 30);
	reel_limbo_shift(limbo, 1000);
	assert_int_equal(a->noted_ms, 1010);
	assert_int_equal(a->since_ms, 1010);
	assert_int_equal(b->noted_ms, 1030);
	assert_int_equal(b->since_ms, 1020);
	assert_ptr_equal(reel_limbo_first(limbo), a);
	reel_limbo_free(limbo);
}

static void
it_is_full_at_its_bound(void **state)
{
	struct reel_limbo *limbo = reel_limbo_new();
	int64_t id;

	(void)state;
	for (id = 1; id < REEL_LIMBO_MAX; id++)
		reel_limbo_add(limbo, id, 9, 0, 10);
	assert_false(reel_limbo_full(limbo));
	reel_limbo_add(limbo, id, 9, 0, 10);
	assert_true(reel_limbo_full(limbo));
	reel_limbo_drop(limbo, 7);
	assert_false(reel_limbo_full(limbo));
	reel_limbo_free(limbo);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_item_is_lost_once_since_the_first_time),
		cmocka_unit_test(who_is_put_off_goes_to_the_end),
		cmocka_unit_test(where_it_was_seen_is_kept_until_it_is_not),
		cmocka_unit_test(what_hides_a_folder_is_counted),
		cmocka_unit_test(time_asleep_is_no_waiting),
		cmocka_unit_test(it_is_full_at_its_bound),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
