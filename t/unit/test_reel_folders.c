/* links: indexer/reel_folders.c indexer/reel_table.c indexer/reel_rules.c
 * shared/reel_buf.c indexer/reel_mem.c indexer/reel_log.c */
/* The tree of folders: paths, moves, walks, and depth without a stack. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "indexer/reel_folders.h"

#define DEEP 100000

static void
path_is(const struct reel_folder *folder, const struct reel_folder *top,
    const char *path)
{
	struct reel_buf buf;

	reel_buf_init(&buf);
	reel_folders_path(folder, top, &buf);
	assert_int_equal(buf.len, strlen(path));
	assert_memory_equal(buf.data == NULL ? "" : buf.data, path, buf.len);
	reel_buf_clear(&buf);
}

static void
count_one(void *cookie, struct reel_folder *folder)
{

	(void)folder;
	++*(int *)cookie;
}

static void
paths_follow_a_move(void **state)
{
	struct reel_folders *folders = reel_folders_new();
	struct reel_folder *a, *b, *c, *d;

	(void)state;
	a = reel_folders_add(folders, NULL, 1, "a", 1);
	b = reel_folders_add(folders, a, 2, "b", 1);
	c = reel_folders_add(folders, b, 3, "c", 1);
	d = reel_folders_add(folders, a, 4, "d\xff", 2);
	path_is(c, NULL, "a/b/c");
	path_is(c, a, "b/c");
	path_is(a, a, "");
	reel_folders_move(folders, b, d, "bb", 2);
	path_is(c, NULL, "a/d\xff/bb/c");
	assert_ptr_equal(reel_folders_root(c), a);
	assert_true(reel_folders_below(c, d));
	assert_true(reel_folders_below(c, c));
	assert_false(reel_folders_below(d, c));
	assert_ptr_equal(reel_folders_child(folders, d, "bb", 2), b);
	assert_null(reel_folders_child(folders, a, "b", 1));
	assert_ptr_equal(reel_folders_child(folders, NULL, "a", 1), a);
	assert_ptr_equal(reel_folders_get(folders, 3), c);
	reel_folders_free(folders);
}

static void
a_walk_meets_parents_before_children_and_stays_below_its_top(void **state)
{
	struct reel_folders *folders = reel_folders_new();
	struct reel_folder *a, *b, *at = NULL;
	int seen[8] = { 0 };
	int n = 0;

	(void)state;
	a = reel_folders_add(folders, NULL, 1, "a", 1);
	b = reel_folders_add(folders, a, 2, "b", 1);
	reel_folders_add(folders, b, 3, "c", 1);
	reel_folders_add(folders, b, 4, "d", 1);
	reel_folders_add(folders, a, 5, "e", 1);
	reel_folders_add(folders, NULL, 6, "r", 1);
	while ((at = reel_folders_next(folders, NULL, at)) != NULL) {
		assert_true(at->parent == NULL || seen[at->parent->id]);
		seen[at->id]++;
		n++;
	}
	assert_int_equal(n, 6);
	for (n = 0; (at = reel_folders_next(folders, b, at)) != NULL; n++)
		assert_true(reel_folders_below(at, b));
	assert_int_equal(n, 3);
	reel_folders_free(folders);
}

static void
removing_takes_all_below_and_nothing_else(void **state)
{
	struct reel_folders *folders = reel_folders_new();
	struct reel_folder *a, *b;
	int gone = 0;

	(void)state;
	a = reel_folders_add(folders, NULL, 1, "a", 1);
	reel_folders_add(folders, a, 2, "x", 1);
	b = reel_folders_add(folders, a, 3, "b", 1);
	reel_folders_add(folders, b, 4, "c", 1);
	reel_folders_add(folders, a, 5, "z", 1);
	reel_folders_remove(folders, b, count_one, &gone);
	assert_int_equal(gone, 2);
	assert_null(reel_folders_get(folders, 3));
	assert_null(reel_folders_get(folders, 4));
	assert_non_null(reel_folders_child(folders, a, "x", 1));
	assert_non_null(reel_folders_child(folders, a, "z", 1));
	reel_folders_remove(folders, a, count_one, &gone);
	assert_int_equal(gone, 5);
	assert_int_equal(reel_folders_count(folders), 0);
	assert_null(reel_folders_next(folders, NULL, NULL));
	reel_folders_free(folders);
}

static void
a_tree_may_be_deeper_than_a_stack(void **state)
{
	struct reel_folders *folders = reel_folders_new();
	struct reel_folder *at = NULL;
	struct reel_folder *top = NULL;
	struct reel_buf buf;
	int64_t id;
	int gone = 0;

	(void)state;
	for (id = 1; id <= DEEP; id++) {
		at = reel_folders_add(folders, at, id, "n", 1);
		top = top == NULL ? at : top;
	}
	reel_buf_init(&buf);
	reel_folders_path(at, NULL, &buf);
	assert_int_equal(buf.len, DEEP * 2 - 1);
	reel_buf_clear(&buf);
	reel_folders_remove(folders, top, count_one, &gone);
	assert_int_equal(gone, DEEP);
	reel_folders_free(folders);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths_follow_a_move),
		cmocka_unit_test(
		    a_walk_meets_parents_before_children_and_stays_below_its_top),
		cmocka_unit_test(removing_takes_all_below_and_nothing_else),
		cmocka_unit_test(a_tree_may_be_deeper_than_a_stack),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
