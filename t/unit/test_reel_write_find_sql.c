/* links: indexer/reel_write_sql.c indexer/reel_write_rows_sql.c
 * indexer/reel_write_find_sql.c indexer/reel_write_facts_sql.c indexer/reel_write_picture_sql.c shared/reel_key.c
 * indexer/reel_write_disks_sql.c indexer/reel_write_upkeep_sql.c
 * indexer/reel_write_backup_sql.c indexer/reel_book_sql.c indexer/reel_inodes.c
 * indexer/reel_book_epoch_sql.c indexer/reel_book_file_sql.c
 * indexer/reel_book_log_sql.c indexer/reel_book_paths_sql.c
 * indexer/reel_book_query_sql.c indexer/reel_book_rows_sql.c
 * indexer/reel_book_sums_sql.c indexer/reel_book_subs_sql.c indexer/reel_book_beside_sql.c indexer/reel_subtitle.c indexer/reel_subtitle_list.c indexer/reel_body_cjson.c indexer/reel_member.c
 * indexer/reel_json_cjson.c indexer/reel_node.c indexer/reel_log.c
 * indexer/reel_mem.c shared/reel_buf.c shared/reel_escape.c
 * shared/reel_gram.c shared/reel_item.c shared/reel_schema_sql.c
 * shared/reel_status.c shared/reel_facts.c */
/* What the writer asks: nodes, places, children, twins, folders, paths. */
#include "t/unit/book_fixture_sql.h"

#include <inttypes.h>

static struct reel_node_list list;

static int
make_list(void **state)
{

	reel_node_list_init(&list);
	return (make_book(state));
}

static int
clear_list(void **state)
{

	reel_node_list_clear(&list);
	return (clean_up(state));
}

static void
get_returns_all_that_was_put(void **state)
{
	struct reel_node node, got;
	int64_t root;

	(void)state;
	root = put_new(0, "films", REEL_TYPE_DIRECTORY);
	memset(&node, 0, sizeof(node));
	node.parent_id = root;
	node.name = "a.mp4";
	node.name_len = 5;
	node.type = REEL_TYPE_VIDEO;
	node.state = REEL_STATE_GROWING;
	node.fs = INT64_MIN;
	node.ino = INT64_MAX;
	node.btime_ns = -1;
	node.mtime_ns = INT64_MAX;
	node.ctime_ns = INT64_MIN;
	node.size = 1 << 20;
	node.created_ms = -5;
	assert_int_equal(reel_write_put(book, &node), REEL_OK);

	assert_int_equal(reel_write_get(book, node.id, &list), REEL_OK);
	got = list.nodes[0];
	assert_int_equal(got.id, node.id);
	assert_int_equal(got.parent_id, root);
	assert_string_equal(got.name, "a.mp4");
	assert_int_equal(got.name_len, 5);
	assert_int_equal(got.type, node.type);
	assert_int_equal(got.state, node.state);
	assert_true(got.fs == node.fs);
	assert_true(got.ino == node.ino);
	assert_true(got.btime_ns == node.btime_ns);
	assert_true(got.mtime_ns == node.mtime_ns);
	assert_true(got.ctime_ns == node.ctime_ns);
	assert_true(got.size == node.size);
	assert_true(got.created_ms == node.created_ms);
	assert_int_equal(reel_write_get(book, 99, &list), REEL_NOT_FOUND);
	assert_int_equal(list.count, 1);
}

static void
place_is_bytes_in_one_folder(void **state)
{
	int64_t a, b, in_a;

	(void)state;
	a = put_new(0, "a", REEL_TYPE_DIRECTORY);
	b = put_new(0, "b", REEL_TYPE_DIRECTORY);
	in_a = put_new(a, "x", REEL_TYPE_UNKNOWN);
	assert_int_equal(reel_write_place(book, a, "x", 1, &list), REEL_OK);
	assert_int_equal(list.nodes[0].id, in_a);
	assert_int_equal(
	    reel_write_place(book, b, "x", 1, &list), REEL_NOT_FOUND);
	assert_int_equal(
	    reel_write_place(book, a, "X", 1, &list), REEL_NOT_FOUND);
	assert_int_equal(reel_write_place(book, 0, "b", 1, &list), REEL_OK);
	assert_int_equal(list.nodes[1].id, b);
}

static void
children_come_sorted_and_names_stay_valid(void **state)
{
	char name[32];
	int64_t root;
	size_t i;

	(void)state;
	root = put_new(0, "films", REEL_TYPE_DIRECTORY);
	for (i = 0; i < 10000; i++) {
		snprintf(name, sizeof(name), "file %05zu.mp4",
		    i * 7919 % 10000);
		put_new(root, name, REEL_TYPE_VIDEO);
	}
	assert_int_equal(reel_write_children(book, root, &list), REEL_OK);
	assert_int_equal(list.count, 10000);
	for (i = 0; i < list.count; i++) {
		snprintf(name, sizeof(name), "file %05zu.mp4", i);
		assert_string_equal(list.nodes[i].name, name);
		assert_int_equal(list.nodes[i].parent_id, root);
	}
	/* Appending keeps what is there. */
	assert_int_equal(reel_write_children(book, 0, &list), REEL_OK);
	assert_int_equal(list.count, 10001);
	assert_string_equal(list.nodes[10000].name, "films");
	assert_string_equal(list.nodes[0].name, "file 00000.mp4");
	assert_int_equal(reel_write_children(book, 99, &list), REEL_OK);
	assert_int_equal(list.count, 10001);
}

static void
twins_share_filesystem_and_inode(void **state)
{
	struct reel_node node;
	int64_t root, trashed, first;

	(void)state;
	root = put_new(0, "films", REEL_TYPE_DIRECTORY);
	trashed = put_new(root, "folder", REEL_TYPE_DIRECTORY);
	node = node_of(root, "a", REEL_TYPE_UNKNOWN);
	node.ino = 5;
	node.fs = 1;
	assert_int_equal(reel_write_put(book, &node), REEL_OK);
	first = node.id;
	node.id = 0;
	node.parent_id = trashed;
	assert_int_equal(reel_write_put(book, &node), REEL_OK);
	node.id = 0;
	node.parent_id = root;
	node.name = "b";
	assert_int_equal(reel_write_put(book, &node), REEL_OK);
	node.id = 0;
	node.name = "c";
	node.fs = 2;
	assert_int_equal(reel_write_put(book, &node), REEL_OK);

	assert_int_equal(reel_write_twins(book, 1, 5, &list), REEL_OK);
	assert_int_equal(list.count, 3);
	assert_int_equal(reel_write_drop(book, trashed), REEL_OK);
	assert_int_equal(reel_write_twins(book, 1, 5, &list), REEL_OK);
	assert_int_equal(list.count, 5);
	assert_int_equal(list.nodes[3].id, first);
	assert_string_equal(list.nodes[3].name, "a");
	assert_string_equal(list.nodes[4].name, "b");
	assert_string_equal(list.nodes[1].name, "a");
	assert_int_equal(reel_write_twins(book, 3, 5, &list), REEL_OK);
	assert_int_equal(list.count, 5);
}

/* Who has the inode, in filesystem 1: the id, 0 if nobody. */
static int64_t
owner(int64_t ino)
{
	int64_t id;

	assert_int_equal(reel_write_twins(book, 1, ino, &list), REEL_OK);
	id = list.count == 0 ? 0 : list.nodes[0].id;
	assert_true(list.count <= 1);
	reel_node_list_clear(&list);
	return (id);
}

static void
inode_is_found_however_it_came_to_its_row(void **state)
{
	struct reel_node node;
	int64_t root, id;

	(void)state;
	root = put_new(0, "films", REEL_TYPE_DIRECTORY);
	node = node_of(root, "a", REEL_TYPE_UNKNOWN);
	node.fs = 1;
	node.ino = 1000001;
	assert_int_equal(owner(node.ino), 0);
	assert_int_equal(reel_write_put(book, &node), REEL_OK);
	id = node.id;
	assert_int_equal(owner(node.ino), id);

	/* Another file at its place, a touch, a move; and a number below 0. */
	node.ino++;
	assert_int_equal(reel_write_put(book, &node), REEL_OK);
	assert_int_equal(owner(node.ino), id);
	assert_int_equal(owner(node.ino - 1), 0);
	node.ino++;
	assert_int_equal(reel_write_touch(book, &node), REEL_OK);
	assert_int_equal(owner(node.ino), id);
	node.ino = -5;
	node.name = "b";
	assert_int_equal(reel_write_move(book, &node), REEL_OK);
	assert_int_equal(owner(node.ino), id);

	/* A book that is opened with something in it knows it all the same. */
	close_book();
	open_book();
	assert_int_equal(owner(node.ino), id);
	assert_int_equal(owner(77), 0);
	node.id = 0;
	node.name = "c";
	node.ino = 77;
	assert_int_equal(reel_write_put(book, &node), REEL_OK);
	assert_int_equal(owner(77), node.id);
}

struct seen {
	int64_t ids[16];
	size_t count;
	char names[128];
};

static void
on_folder(void *cookie, const struct reel_node *node)
{
	struct seen *seen = cookie;

	seen->ids[seen->count++] = node->id;
	strncat(seen->names, node->name, node->name_len);
	strcat(seen->names, " ");
}

static void
folders_come_parents_first_without_the_trash(void **state)
{
	struct reel_node node;
	struct seen seen;
	int64_t root, a, b, c;

	(void)state;
	root = put_new(0, "root", REEL_TYPE_DIRECTORY);
	a = put_new(root, "a", REEL_TYPE_DIRECTORY);
	b = put_new(root, "b", REEL_TYPE_DIRECTORY);
	c = put_new(a, "c", REEL_TYPE_HLS_DIRECTORY);
	put_new(c, "segment", REEL_TYPE_SEGMENT);
	put_new(put_new(b, "gone", REEL_TYPE_DIRECTORY), "too",
	    REEL_TYPE_DIRECTORY);
	assert_int_equal(reel_write_drop(book, 6), REEL_OK);
	/* Now a parent has a higher id than its child. */
	node = get_node(a);
	node.parent_id = put_new(b, "late", REEL_TYPE_DIRECTORY);
	assert_int_equal(reel_write_move(book, &node), REEL_OK);

	memset(&seen, 0, sizeof(seen));
	assert_int_equal(
	    reel_write_folders(book, on_folder, &seen), REEL_OK);
	assert_string_equal(seen.names, "root b late a c ");
}

static void
paths_follow_every_move(void **state)
{
	struct reel_node node;
	struct reel_buf path;
	int64_t root, a, b, file;

	(void)state;
	root = put_new(0, "root", REEL_TYPE_DIRECTORY);
	a = put_new(root, "a", REEL_TYPE_DIRECTORY);
	b = put_new(a, "b", REEL_TYPE_DIRECTORY);
	file = put_new(b, "file", REEL_TYPE_UNKNOWN);
	reel_buf_init(&path);
	reel_buf_str(&path, "=");
	assert_int_equal(reel_write_path(book, file, &path), REEL_OK);
	node = get_node(a);
	node.name = "renamed";
	node.name_len = 7;
	assert_int_equal(reel_write_move(book, &node), REEL_OK);
	assert_int_equal(reel_write_path(book, file, &path), REEL_OK);
	assert_int_equal(reel_write_path(book, root, &path), REEL_OK);
	assert_int_equal(reel_write_path(book, 99, &path), REEL_NOT_FOUND);
	reel_buf_chr(&path, '\0');
	assert_string_equal(path.data, "=root/a/b/fileroot/renamed/b/fileroot");
	reel_buf_clear(&path);
}

static void
rollback_forgets_paths_of_what_never_was(void **state)
{
	struct reel_node node;
	int64_t root, folder;

	(void)state;
	root = put_new(0, "root", REEL_TYPE_DIRECTORY);
	commit();
	folder = put_new(root, "folder", REEL_TYPE_DIRECTORY);
	put_new(folder, "file", REEL_TYPE_UNKNOWN);
	roll_back();
	node = node_of(folder, "again", REEL_TYPE_UNKNOWN);
	assert_int_equal(reel_write_put(book, &node), REEL_NOT_FOUND);
	assert_true(put_new(root, "folder", REEL_TYPE_DIRECTORY) > 0);
	commit();
	assert_int_equal(ask("SELECT max(seq) FROM changes"), 2);
}

static void
deep_trees_have_paths_longer_than_any_buffer(void **state)
{
	struct reel_buf path;
	char name[256];
	int64_t folder;
	int depth;

	(void)state;
	memset(name, 'x', 255);
	name[255] = '\0';
	folder = put_new(0, "root", REEL_TYPE_DIRECTORY);
	for (depth = 0; depth < 200; depth++)
		folder = put_new(folder, name, REEL_TYPE_DIRECTORY);
	put_new(folder, "end", REEL_TYPE_VIDEO);
	commit();
	reel_buf_init(&path);
	assert_int_equal(reel_write_path(book, folder, &path), REEL_OK);
	assert_int_equal(path.len, 4 + 200 * 256);
	reel_buf_clear(&path);
	assert_int_equal(ask("SELECT length(path) FROM changes ORDER BY seq"
			     " DESC LIMIT 1"), 4 + 200 * 256 + 4);
	assert_int_equal(ask("SELECT files FROM items WHERE parent_id = 0"), 1);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_list, clear_list)
	const struct CMUnitTest tests[] = {
		TEST(get_returns_all_that_was_put),
		TEST(place_is_bytes_in_one_folder),
		TEST(children_come_sorted_and_names_stay_valid),
		TEST(twins_share_filesystem_and_inode),
		TEST(inode_is_found_however_it_came_to_its_row),
		TEST(folders_come_parents_first_without_the_trash),
		TEST(paths_follow_every_move),
		TEST(rollback_forgets_paths_of_what_never_was),
		TEST(deep_trees_have_paths_longer_than_any_buffer),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
