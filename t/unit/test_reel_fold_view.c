/* links: indexer/reel_fold_view.c indexer/reel_node.c indexer/reel_mem.c indexer/reel_log.c shared/reel_stream.c shared/reel_escape.c shared/reel_buf.c shared/reel_item.c */
/*
 * What numbers of names mean in one folder: files that it has, or nothing.  The
 * book is played here.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "indexer/reel_fold_view.h"
#include "indexer/reel_write_find_sql.h"

#define NAMES_MAX 8

static struct {
	struct reel_stream stream;
	uint64_t names[NAMES_MAX];
} list;

static struct reel_fold_view view;
static struct reel_fold_count count;
static enum reel_status answer;

/* Folder 1 is empty; folder 2 has what is asked for below. */
enum reel_status
reel_write_children(
    struct reel_write *write, int64_t parent_id, struct reel_node_list *nodes)
{
	static const struct reel_node files[] = {
	    {.id = 11, .name = "a.ts", .name_len = 4, .size = 100,
	        .type = REEL_TYPE_SEGMENT},
	    {.id = 12, .name = "b.ts", .name_len = 4, .size = 20,
	        .type = REEL_TYPE_VIDEO},
	    {.id = 13, .name = "c.m3u8", .name_len = 6, .size = 3,
	        .type = REEL_TYPE_PLAYLIST},
	    {.id = 14, .name = "d.ts", .name_len = 4, .size = 4000,
	        .type = REEL_TYPE_DIRECTORY},
	    {.id = 15, .name = "init.mp4", .name_len = 8, .size = 5,
	        .type = REEL_TYPE_VIDEO},
	};
	size_t i;

	assert_null(write);
	for (i = 0; parent_id == 2 && i < sizeof(files) / sizeof(files[0]); i++)
		reel_node_list_add(nodes, &files[i]);

	return (answer);
}

/* A playlist of ${names}; the first ${segments} of them are segments. */
static void
look(uint32_t segments, const char *const *names, unsigned char mark)
{
	uint32_t i;

	reel_stream_init(&list.stream);
	list.stream.segments_count = segments;
	for (i = 0; names[i] != NULL; i++)
		list.names[i] =
		    reel_stream_number(names[i], strlen(names[i]));
	list.stream.names_count = i;
	reel_fold_view_count(&view, &list.stream, mark, &count);
}

static int
begin(void **state)
{

	(void)state;
	answer = REEL_OK;
	reel_fold_view_init(&view);
	assert_int_equal(reel_fold_view_load(NULL, 2, &view), REEL_OK);

	return (0);
}

static int
end(void **state)
{

	(void)state;
	reel_fold_view_clear(&view);

	return (0);
}

static int64_t
id_of(const char *name)
{
	const struct reel_node *node = reel_fold_view_find(
	    &view, reel_stream_number(name, strlen(name)));

	return (node == NULL ? 0 : node->id);
}

static void
a_number_means_a_file_of_the_folder(void **state)
{

	(void)state;
	assert_int_equal(id_of("a.ts"), 11);
	assert_int_equal(id_of("init.mp4"), 15);
	assert_int_equal(id_of("d.ts"), 14);
	assert_int_equal(id_of("e.ts"), 0);
	assert_int_equal(id_of("../a.ts"), 0);
	assert_int_equal(id_of("/etc/passwd"), 0);
	assert_int_equal(id_of(""), 0);
	assert_null(reel_fold_view_find(&view, 0));
	assert_null(reel_fold_view_find(&view, UINT64_MAX));
}

static void
segments_are_counted_and_files_are_summed_once(void **state)
{
	static const char *const names[] = {
	    "a.ts", "b.ts", "a.ts", "gone.ts", "init.mp4", "lost.key", NULL};

	(void)state;
	look(4, names, 1);
	assert_int_equal(count.there, 3);
	assert_int_equal(count.missing, 1);
	assert_int_equal(count.bytes, 125);
	assert_int_equal(view.named[0], 1);
	assert_int_equal(view.named[1], 1);
	assert_int_equal(view.named[2], 0);
	assert_int_equal(view.named[4], 1);
	/* Another playlist of the same files has as many bytes. */
	look(4, names, 2);
	assert_int_equal(count.bytes, 125);
	assert_int_equal(view.named[0], 2);
}

/* Which is what tells a stream from another one with the same beginning. */
static void
number_of_files_is_of_names_sizes_and_order(void **state)
{
	static const char *const names[] = {"a.ts", "b.ts", NULL};
	static const char *const turned[] = {"b.ts", "a.ts", NULL};
	static const char *const fewer[] = {"a.ts", NULL};
	uint64_t files;

	(void)state;
	look(2, names, 1);
	files = count.files;
	look(2, names, 2);
	assert_true(count.files == files);
	look(2, turned, 3);
	assert_true(count.files != files);
	look(1, fewer, 4);
	assert_true(count.files != files);
	view.list.nodes[1].size++;
	look(2, names, 5);
	assert_true(count.files != files);
}

static void
folders_and_playlists_are_no_segments(void **state)
{
	static const char *const names[] = {"c.m3u8", "d.ts", NULL};

	(void)state;
	look(2, names, 1);
	assert_int_equal(count.there, 0);
	assert_int_equal(count.missing, 2);
	assert_int_equal(count.bytes, 0);
	assert_int_equal(view.named[2], 0);
	assert_int_equal(view.named[3], 0);
}

static void
an_empty_folder_has_nothing(void **state)
{
	static const char *const names[] = {"a.ts", NULL};

	(void)state;
	/* And what was there before is forgotten. */
	assert_int_equal(reel_fold_view_load(NULL, 1, &view), REEL_OK);
	assert_int_equal(id_of("a.ts"), 0);
	look(1, names, 1);
	assert_int_equal(count.missing, 1);
	look(0, names + 1, 1);
	assert_int_equal(count.missing, 0);
}

static void
a_book_that_is_ill_leaves_it_empty(void **state)
{

	(void)state;
	answer = REEL_IO;
	assert_int_equal(reel_fold_view_load(NULL, 1, &view), REEL_IO);
	assert_int_equal(view.list.count, 0);
	assert_null(view.children);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
	        a_number_means_a_file_of_the_folder, begin, end),
	    cmocka_unit_test_setup_teardown(
	        segments_are_counted_and_files_are_summed_once, begin, end),
	    cmocka_unit_test_setup_teardown(
	        number_of_files_is_of_names_sizes_and_order, begin, end),
	    cmocka_unit_test_setup_teardown(
	        folders_and_playlists_are_no_segments, begin, end),
	    cmocka_unit_test_setup_teardown(
	        an_empty_folder_has_nothing, begin, end),
	    cmocka_unit_test_setup_teardown(
	        a_book_that_is_ill_leaves_it_empty, begin, end),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
