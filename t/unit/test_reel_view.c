/* links: shared/reel_view.c shared/reel_path.c shared/reel_item.c */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "shared/reel_item.h"
#include "shared/reel_since_sql.h"
#include "shared/reel_view.h"

/*
 * What a view makes of a record, row by row.  An empty outcome: it does not
 * show.
 */

#define BIT(type) (1U << (type))
#define ALL 0

enum { P = REEL_OP_PUT, M = REEL_OP_MOVE, D = REEL_OP_DROP };
enum { DIR = REEL_TYPE_DIRECTORY, VID = REEL_TYPE_VIDEO, AUD = REEL_TYPE_AUDIO,
	TXT = REEL_TYPE_UNKNOWN, HLS = REEL_TYPE_HLS_DIRECTORY };

struct row {
	const char *folder;
	unsigned types;
	int op;
	int type;
	const char *path;
	const char *old_path;
	int seen_op; /* 0: does not show */
	const char *seen_path;
	const char *seen_old_path;
	int seen_recursive;
	int seen_relist;
	int seen_body;
};

static void
check(const struct row *row, size_t i)
{
	struct reel_view view = { row->folder, strlen(row->folder), row->types };
	struct reel_since_record r;
	int relist = -1, seen;

	memset(&r, 0, sizeof(r));
	r.seq = 7;
	r.item_id = 3;
	r.op = (enum reel_op)row->op;
	r.item_type = (enum reel_type)row->type;
	r.recursive = row->op == D && REEL_TYPE_IS_FOLDER(row->type);
	r.path = row->path;
	r.path_len = strlen(row->path);
	if (row->old_path != NULL) {
		r.old_path = row->old_path;
		r.old_path_len = strlen(row->old_path);
	}
	if (row->op != D) {
		r.body = "\"id\":\"3\"";
		r.body_len = strlen(r.body);
	}
	seen = reel_view_record(&view, &r, &relist);
	if (seen != (row->seen_op != 0))
		fail_msg("row %zu: shows %d", i, seen);
	if (!seen)
		return;
	if ((int)r.op != row->seen_op || r.path_len != strlen(row->seen_path) ||
	    memcmp(r.path, row->seen_path, r.path_len) != 0)
		fail_msg("row %zu: op %d path %.*s", i, r.op, (int)r.path_len, r.path);
	if ((r.old_path != NULL) != (row->seen_old_path != NULL) ||
	    r.old_path_len != (row->seen_old_path != NULL ? strlen(row->seen_old_path) : 0))
		fail_msg("row %zu: old path of %zu", i, r.old_path_len);
	if (r.recursive != row->seen_recursive || relist != row->seen_relist ||
	    (r.body != NULL) != row->seen_body)
		fail_msg("row %zu: recursive %d relist %d body %d", i, r.recursive,
		    relist, r.body != NULL);
	assert_int_equal(r.seq, 7);
	assert_int_equal(r.item_id, 3);
}

static void
check_all(const struct row *rows, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		check(&rows[i], i);
}

#define CHECK(rows) check_all(rows, sizeof(rows) / sizeof(rows[0]))

static void
the_whole_library_sees_records_as_they_are(void **state)
{
	static const struct row rows[] = {
		{ "", ALL, P, VID, "a/b", NULL, P, "a/b", NULL, 0, 0, 1 },
		{ "", ALL, M, DIR, "a/c", "a/b", M, "a/c", "a/b", 0, 0, 1 },
		{ "", ALL, D, DIR, "a/b", NULL, D, "a/b", NULL, 1, 0, 0 },
	};

	(void)state;
	CHECK(rows);
}

static void
a_folder_sees_what_lies_below_and_itself(void **state)
{
	static const struct row rows[] = {
		{ "a/b", ALL, P, VID, "a/b/c", NULL, P, "a/b/c", NULL, 0, 0, 1 },
		{ "a/b", ALL, P, DIR, "a/b", NULL, P, "a/b", NULL, 0, 0, 1 },
		{ "a/b", ALL, P, DIR, "a", NULL, 0, NULL, NULL, 0, 0, 0 },
		{ "a/b", ALL, P, VID, "a/bc", NULL, 0, NULL, NULL, 0, 0, 0 },
		{ "a/b", ALL, D, VID, "a/b/c", NULL, D, "a/b/c", NULL, 0, 0, 0 },
		{ "a/b", ALL, D, VID, "a/c", NULL, 0, NULL, NULL, 0, 0, 0 },
		{ "a/b", ALL, M, VID, "a/b/d", "a/b/c", M, "a/b/d", "a/b/c", 0, 0, 1 },
	};

	(void)state;
	CHECK(rows);
}

static void
what_moves_in_is_put_and_what_moves_out_is_dropped(void **state)
{
	static const struct row rows[] = {
		{ "a", ALL, M, VID, "a/c", "b/c", P, "a/c", NULL, 0, 0, 1 },
		{ "a", ALL, M, DIR, "a/c", "b/c", P, "a/c", NULL, 0, 1, 1 },
		{ "a", ALL, M, VID, "b/c", "a/c", D, "a/c", NULL, 0, 0, 0 },
		{ "a", ALL, M, HLS, "b/c", "a/c", D, "a/c", NULL, 1, 0, 0 },
		{ "a", ALL, M, VID, "b/c", "c/c", 0, NULL, NULL, 0, 0, 0 },
		{ "a/b", ALL, M, DIR, "a/c", "a/b", D, "a/b", NULL, 1, 0, 0 },
		{ "a/b", ALL, M, DIR, "a/b", "a/c", P, "a/b", NULL, 0, 1, 1 },
	};

	(void)state;
	CHECK(rows);
}

static void
of_what_lies_above_only_its_effect_is_told(void **state)
{
	static const struct row rows[] = {
		{ "a/b/c", ALL, D, DIR, "a/b", NULL, D, "a/b/c", NULL, 1, 1, 0 },
		{ "a/b/c", ALL, M, DIR, "a/x", "a/b", D, "a/b/c", NULL, 1, 1, 0 },
		{ "a/b/c", ALL, M, DIR, "a/b", "a/x", P, "a/b/c", NULL, 0, 1, 0 },
		{ "a/b/c", ALL, P, DIR, "a/b", NULL, 0, NULL, NULL, 0, 0, 0 },
	};

	(void)state;
	CHECK(rows);
}

static void
types_choose_but_folders_that_take_things_along_pass(void **state)
{
	static const struct row rows[] = {
		{ "", BIT(VID), P, VID, "a/b", NULL, P, "a/b", NULL, 0, 0, 1 },
		{ "", BIT(VID), P, TXT, "a/b", NULL, 0, NULL, NULL, 0, 0, 0 },
		{ "", BIT(VID), P, DIR, "a/b", NULL, 0, NULL, NULL, 0, 0, 0 },
		{ "", BIT(VID), M, DIR, "a/c", "a/b", M, "a/c", "a/b", 0, 0, 1 },
		{ "", BIT(VID), D, DIR, "a/b", NULL, D, "a/b", NULL, 1, 0, 0 },
		{ "", BIT(VID), D, TXT, "a/b", NULL, 0, NULL, NULL, 0, 0, 0 },
		{ "a", BIT(VID), M, DIR, "a/c", "b/c", P, "a/c", NULL, 0, 1, 1 },
		{ "a", BIT(VID), M, TXT, "b/c", "a/c", 0, NULL, NULL, 0, 0, 0 },
	};

	(void)state;
	CHECK(rows);
}

static void
a_file_that_turns_out_to_be_something_else_is_let_go(void **state)
{
	static const struct row rows[] = {
		{ "", BIT(VID), P, AUD, "a/b", NULL, D, "a/b", NULL, 0, 0, 0 },
		{ "", BIT(VID), M, TXT, "a/c", "a/b.mp4", D, "a/b.mp4", NULL, 0, 0, 0 },
		{ "", BIT(VID), M, TXT, "a/c", "b.mp3", D, "b.mp3", NULL, 0, 0, 0 },
		{ "", BIT(VID), M, TXT, "a/c.txt", "a/.reel-7-0", D, "a/.reel-7-0", NULL, 0, 0, 0 },
		{ "", BIT(VID), M, TXT, "a/c.txt", "a/b.txt", 0, NULL, NULL, 0, 0, 0 },
		{ "", BIT(VID), M, TXT, "a/c", "b.mp4/c", 0, NULL, NULL, 0, 0, 0 },
		{ "a", BIT(VID), M, TXT, "a/c", "b/b.mp4", 0, NULL, NULL, 0, 0, 0 },
		{ "", BIT(HLS), P, AUD, "a/b", NULL, 0, NULL, NULL, 0, 0, 0 },
	};

	(void)state;
	CHECK(rows);
}

static void
what_became_of_another_type_is_let_go(void **state)
{
	static const struct {
		int type;
		unsigned types;
		enum reel_op op; /* 0: does not show */
	} rows[] = {
		{ REEL_TYPE_SEGMENT, BIT(VID) | BIT(HLS), REEL_OP_DROP },
		{ REEL_TYPE_SEGMENT, BIT(REEL_TYPE_SEGMENT), REEL_OP_PUT },
		{ DIR, BIT(VID) | BIT(HLS), REEL_OP_DROP },
		{ HLS, BIT(VID) | BIT(HLS), REEL_OP_PUT },
		{ HLS, BIT(DIR), REEL_OP_DROP },
		{ HLS, ALL, REEL_OP_PUT },
	};
	struct reel_view view = { "a", 1, 0 };
	struct reel_since_record r;
	size_t i;
	int relist;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		memset(&r, 0, sizeof(r));
		r.op = REEL_OP_PUT;
		r.retyped = 1;
		r.item_type = (enum reel_type)rows[i].type;
		r.path = "a/b";
		r.path_len = 3;
		view.types = rows[i].types;
		assert_true(reel_view_record(&view, &r, &relist));
		assert_int_equal(r.op, rows[i].op);
		assert_false(r.recursive);
		assert_false(relist);
	}
	/* Not of what it never showed. */
	memset(&r, 0, sizeof(r));
	r.op = REEL_OP_PUT;
	r.item_type = REEL_TYPE_SEGMENT;
	r.path = "a/b";
	r.path_len = 3;
	view.types = BIT(VID) | BIT(HLS);
	assert_false(reel_view_record(&view, &r, &relist));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_whole_library_sees_records_as_they_are),
		cmocka_unit_test(a_folder_sees_what_lies_below_and_itself),
		cmocka_unit_test(what_moves_in_is_put_and_what_moves_out_is_dropped),
		cmocka_unit_test(of_what_lies_above_only_its_effect_is_told),
		cmocka_unit_test(types_choose_but_folders_that_take_things_along_pass),
		cmocka_unit_test(a_file_that_turns_out_to_be_something_else_is_let_go),
		cmocka_unit_test(what_became_of_another_type_is_let_go),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
