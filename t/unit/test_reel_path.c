/* links: shared/reel_path.c */
/* Paths: which are refused, what lies below what, and the order of the tree. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "shared/reel_path.h"

#define LIT(text) text, sizeof(text) - 1

static void
only_paths_a_folder_can_hold_are_taken(void **state)
{
	static const struct {
		const char *path;
		size_t len;
		enum reel_status status;
	} rows[] = {
		{ LIT(""), REEL_OK },
		{ LIT("a"), REEL_OK },
		{ LIT("a/b"), REEL_OK },
		{ LIT("a/b/c d/e.mp4"), REEL_OK },
		{ LIT("..."), REEL_OK },
		{ LIT("..a/.b/c..d/e."), REEL_OK },
		{ LIT(" "), REEL_OK },
		{ LIT("a\\b"), REEL_OK },
		{ LIT("a\nb\x01\x7f"), REEL_OK },
		{ LIT("\xff\xfe/\xc3"), REEL_OK },
		{ LIT("%2e%2e"), REEL_OK },
		{ LIT("/"), REEL_BAD_INPUT },
		{ LIT("//"), REEL_BAD_INPUT },
		{ LIT("/a"), REEL_BAD_INPUT },
		{ LIT("a/"), REEL_BAD_INPUT },
		{ LIT("a//b"), REEL_BAD_INPUT },
		{ LIT("a/b//"), REEL_BAD_INPUT },
		{ LIT("."), REEL_BAD_INPUT },
		{ LIT(".."), REEL_BAD_INPUT },
		{ LIT("./a"), REEL_BAD_INPUT },
		{ LIT("../a"), REEL_BAD_INPUT },
		{ LIT("a/."), REEL_BAD_INPUT },
		{ LIT("a/.."), REEL_BAD_INPUT },
		{ LIT("a/./b"), REEL_BAD_INPUT },
		{ LIT("a/../b"), REEL_BAD_INPUT },
		{ LIT("\0"), REEL_BAD_INPUT },
		{ LIT("a\0b"), REEL_BAD_INPUT },
		{ LIT("a/b\0"), REEL_BAD_INPUT },
		{ LIT("..\0"), REEL_BAD_INPUT },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(reel_path_check(rows[i].path, rows[i].len),
		    rows[i].status);
	assert_int_equal(reel_path_check(NULL, 0), REEL_OK);
}

static void
names_end_at_255_bytes(void **state)
{
	char path[600];

	(void)state;
	memset(path, 'n', sizeof(path));
	assert_int_equal(reel_path_check(path, 255), REEL_OK);
	assert_int_equal(reel_path_check(path, 256), REEL_BAD_INPUT);
	path[255] = '/';
	assert_int_equal(reel_path_check(path, 511), REEL_OK);
	assert_int_equal(reel_path_check(path, 512), REEL_BAD_INPUT);
}

static void
names_come_off_one_by_one(void **state)
{
	static const struct {
		const char *path;
		const char *names[5];
	} rows[] = {
		{ "", { NULL } },
		{ "a", { "a", NULL } },
		{ "a/b", { "a", "b", NULL } },
		{ "abc/d/ef", { "abc", "d", "ef", NULL } },
		{ "/a", { "", "a", NULL } },
		{ "a//b", { "a", "", "b", NULL } },
	};
	const char *rest, *name;
	size_t i, k, len, name_len;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		rest = rows[i].path;
		len = strlen(rest);
		for (k = 0; rows[i].names[k] != NULL; k++) {
			assert_true(
			    reel_path_next(&rest, &len, &name, &name_len));
			assert_int_equal(name_len, strlen(rows[i].names[k]));
			if (name_len > 0)
				assert_memory_equal(
				    name, rows[i].names[k], name_len);
		}
		assert_false(reel_path_next(&rest, &len, &name, &name_len));
		assert_int_equal(len, 0);
	}
}

static void
below_means_whole_names(void **state)
{
	static const struct {
		const char *path, *folder;
		int below;
	} rows[] = {
		{ "", "", 1 },
		{ "a", "", 1 },
		{ "a/b", "", 1 },
		{ "a", "a", 1 },
		{ "a/b", "a", 1 },
		{ "a/b/c", "a/b", 1 },
		{ "ab", "a", 0 },
		{ "a", "ab", 0 },
		{ "a", "a/b", 0 },
		{ "", "a", 0 },
		{ "b", "a", 0 },
		{ "a/bc", "a/b", 0 },
		{ "b/a", "a", 0 },
		{ "A/b", "a", 0 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(!!reel_path_below(rows[i].path,
		    strlen(rows[i].path), rows[i].folder,
		    strlen(rows[i].folder)), rows[i].below);
}

/* The order as its definition says it: name by name, then who is shorter. */
static int
reference_cmp(const char *a, size_t alen, const char *b, size_t blen)
{
	const char *an, *bn;
	size_t anl, bnl, min;
	int more_a, more_b, cmp;

	for (;;) {
		more_a = reel_path_next(&a, &alen, &an, &anl);
		more_b = reel_path_next(&b, &blen, &bn, &bnl);
		if (!more_a || !more_b)
			return (more_a - more_b);
		min = anl < bnl ? anl : bnl;
		cmp = memcmp(an, bn, min);
		if (cmp != 0)
			return (cmp < 0 ? -1 : 1);
		if (anl != bnl)
			return (anl < bnl ? -1 : 1);
	}
}

static void
tree_order_is_that_of_names_one_by_one(void **state)
{
	static const char bytes[] = { 'a', 'b', '/', '/', '-', '.', '0', ' ',
		'\x01', '\xff', '\xc3' };
	char path[2][12];
	size_t len[2], i, k, n;
	int cmp;

	(void)state;
	srandom(7);
	for (n = 0; n < 300000; n++) {
		for (k = 0; k < 2; k++) {
			len[k] = (size_t)random() % sizeof(path[k]);
			for (i = 0; i < len[k]; i++)
				path[k][i] = bytes[(size_t)random() %
				    sizeof(bytes)];

			/* Real paths only: no empty names. */
			for (i = 0; i < len[k]; i++)
				if (path[k][i] == '/' && (i == 0 ||
				    i == len[k] - 1 || path[k][i - 1] == '/'))
					path[k][i] = 'a';
		}
		cmp = reel_path_cmp(path[0], len[0], path[1], len[1]);
		assert_int_equal(
		    cmp, reference_cmp(path[0], len[0], path[1], len[1]));
		assert_int_equal(
		    cmp, -reel_path_cmp(path[1], len[1], path[0], len[0]));
	}
}

static int
by_path(const void *a, const void *b)
{
	const char *const *x = a, *const *y = b;

	return (reel_path_cmp(*x, strlen(*x), *y, strlen(*y)));
}

static void
a_folder_stands_right_before_what_it_holds(void **state)
{
	static const char *const want[] = { "", "a", "a/b", "a/b/c", "a/b d",
		"a/b!", "a/b-1", "a\x01", "a b", "a!", "a-", "a.mp4", "a0",
		"ab", "ab/a", "b", "\xc3\xa4", "\xff" };
	const size_t n = sizeof(want) / sizeof(want[0]);
	const char *got[sizeof(want) / sizeof(want[0])];
	size_t i;

	(void)state;
	for (i = 0; i < n; i++)
		got[i] = want[n - 1 - i];
	qsort(got, n, sizeof(got[0]), by_path);
	for (i = 0; i < n; i++)
		assert_string_equal(got[i], want[i]);
	assert_int_equal(reel_path_cmp(NULL, 0, NULL, 0), 0);
	assert_true(reel_path_cmp(LIT("a/\0"), LIT("a\0/")) < 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_paths_a_folder_can_hold_are_taken),
		cmocka_unit_test(names_end_at_255_bytes),
		cmocka_unit_test(names_come_off_one_by_one),
		cmocka_unit_test(below_means_whole_names),
		cmocka_unit_test(tree_order_is_that_of_names_one_by_one),
		cmocka_unit_test(a_folder_stands_right_before_what_it_holds),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
