/* links: indexer/reel_book_subs_sql.c indexer/reel_book_beside_sql.c indexer/reel_subtitle.c indexer/reel_subtitle_list.c indexer/reel_member.c indexer/reel_write_stream_sql.c indexer/reel_fold_view.c
 * indexer/reel_body_stream_cjson.c shared/reel_stream.c
 * indexer/reel_write_sql.c indexer/reel_write_rows_sql.c
 * indexer/reel_write_find_sql.c indexer/reel_write_facts_sql.c indexer/reel_write_picture_sql.c shared/reel_key.c
 * indexer/reel_write_disks_sql.c indexer/reel_write_upkeep_sql.c
 * indexer/reel_write_backup_sql.c indexer/reel_book_sql.c indexer/reel_inodes.c
 * indexer/reel_book_epoch_sql.c indexer/reel_book_file_sql.c
 * indexer/reel_book_log_sql.c indexer/reel_book_paths_sql.c
 * indexer/reel_book_query_sql.c indexer/reel_book_rows_sql.c
 * indexer/reel_book_sums_sql.c indexer/reel_body_cjson.c
 * indexer/reel_json_cjson.c indexer/reel_node.c indexer/reel_log.c
 * indexer/reel_mem.c shared/reel_buf.c shared/reel_escape.c
 * shared/reel_gram.c shared/reel_item.c shared/reel_schema_sql.c
 * shared/reel_status.c shared/reel_facts.c */
/* Streams in the book: types, sums, and records only of what changed. */
#include "t/unit/book_fixture_sql.h"

#include "indexer/reel_body_stream_cjson.h"
#include "indexer/reel_fold_view.h"

#define RECORDS ask("SELECT count(*) FROM changes")

static struct reel_buf more;
static int64_t root, folder, list, segment;

static struct reel_node
get(int64_t id)
{
	static struct reel_node_list nodes;

	reel_node_list_reset(&nodes);
	assert_int_equal(reel_write_get(book, id, &nodes), REEL_OK);
	return (nodes.nodes[0]);
}

static int
make_stream(void **state)
{
	struct reel_node node;

	if (make_book(state) != 0)
		return (-1);
	root = put_new(0, "films", REEL_TYPE_DIRECTORY);
	folder = put_new(root, "stream", REEL_TYPE_DIRECTORY);
	list = put_new(folder, "index.m3u8", REEL_TYPE_PLAYLIST);
	segment = put_new(folder, "1.ts", REEL_TYPE_VIDEO);
	node = get(segment);
	node.size = 1000;
	assert_int_equal(reel_write_put(book, &node), REEL_OK);
	commit();
	reel_buf_reset(&more);
	return (0);
}

/* Say that the folder is a stream of ${ms}; ${facts} NULL keeps what is known. */
static void
judge(const struct reel_facts *facts, int64_t ms)
{
	struct reel_node node = get(folder);

	node.type = REEL_TYPE_HLS_DIRECTORY;
	reel_buf_reset(&more);
	assert_int_equal(
	    reel_body_play("index.m3u8", ms, 8000, &more), REEL_OK);
	assert_int_equal(
	    reel_write_stream(book, &node, facts, &more), REEL_OK);
	commit();
}

static void
fill(struct reel_facts *facts)
{

	reel_facts_init(facts);
	facts->type = REEL_TYPE_HLS_DIRECTORY;
	facts->width = 320;
	facts->height = 240;
	strcpy(facts->codec, "h264");
	facts->key[0] = 7;
}

static void
a_folder_becomes_a_film_and_a_folder_again(void **state)
{
	struct reel_facts facts;
	struct reel_node node;
	struct reel_buf none;

	(void)state;
	fill(&facts);
	judge(&facts, 2000);
	assert_string_equal(ask_text("SELECT op || recursive || item_type"
	    " FROM changes ORDER BY seq DESC LIMIT 1"), "117");
	assert_non_null(strstr(ask_text("SELECT body FROM items WHERE id = 2"),
	    "\"codec\":\"h264\",\"state\":\"ready\",\"playlist\":"
	    "\"index.m3u8\",\"duration\":2,\"bitrate\":8000"));
	assert_int_equal(ask("SELECT videos FROM items WHERE id = 1"), 2);
	assert_int_equal(wrong_sums(), 0);
	/* So much a master tells, too. */
	assert_false(reel_write_stream_seen(book, folder, 0));
	facts.bit_depth = 8;
	judge(&facts, 2000);
	assert_true(reel_write_stream_seen(book, folder, 0));
	assert_false(reel_write_stream_seen(book, folder, 1));
	facts.bit_depth = 0;
	facts.audio_count = 1;
	strcpy(facts.audio[0].codec, "aac");
	facts.audio[0].sample_rate = 48000;
	judge(&facts, 2000);
	assert_true(reel_write_stream_seen(book, folder, 0));
	assert_true(reel_write_stream_seen(book, folder, 1));

	node = get(folder);
	node.type = REEL_TYPE_DIRECTORY;
	reel_facts_init(&facts);
	reel_buf_init(&none);
	assert_int_equal(
	    reel_write_stream(book, &node, &facts, &none), REEL_OK);
	commit();
	assert_null(strstr(ask_text("SELECT body FROM items WHERE id = 2"),
	    "playlist"));
	assert_int_equal(
	    ask("SELECT picture IS NULL FROM items WHERE id = 2"), 1);
	assert_int_equal(ask("SELECT videos FROM items WHERE id = 1"), 1);
	assert_int_equal(wrong_sums(), 0);
	assert_false(reel_write_stream_seen(book, folder, 0));
}

static void
what_is_as_it_was_is_not_told(void **state)
{
	struct reel_facts facts;
	struct reel_node node;
	int64_t records;

	(void)state;
	fill(&facts);
	judge(&facts, 2000);
	records = RECORDS;
	judge(&facts, 2000);
	judge(NULL, 2000);
	assert_int_equal(RECORDS, records);

	/* A plain folder that stays one. */
	node = get(root);
	reel_facts_init(&facts);
	reel_buf_reset(&more);
	assert_int_equal(
	    reel_write_stream(book, &node, &facts, &more), REEL_OK);
	commit();
	assert_int_equal(RECORDS, records);
}

static void
facts_stay_where_only_the_playlist_changed(void **state)
{
	struct reel_facts facts;

	(void)state;
	fill(&facts);
	judge(&facts, 2000);
	judge(NULL, 4500);
	assert_string_equal(ask_text("SELECT op || recursive || item_type"
	    " FROM changes ORDER BY seq DESC LIMIT 1"), "107");
	assert_non_null(strstr(ask_text("SELECT body FROM items WHERE id = 2"),
	    "\"codec\":\"h264\",\"state\":\"ready\",\"playlist\":"
	    "\"index.m3u8\",\"duration\":4.5,"));
	assert_int_equal(
	    ask("SELECT picture IS NULL FROM items WHERE id = 2"), 0);
}

static void
a_name_cannot_pass_for_what_a_playlist_tells(void **state)
{
	struct reel_facts facts;
	struct reel_node node = get(folder);

	(void)state;
	node.name = "a,\"playlist\":\"x";
	node.name_len = strlen(node.name);
	assert_int_equal(reel_write_move(book, &node), REEL_OK);
	fill(&facts);
	judge(&facts, 2000);
	judge(NULL, 3000);
	assert_non_null(strstr(ask_text("SELECT body FROM items WHERE id = 2"),
	    "\"codec\":\"h264\",\"state\":\"ready\",\"playlist\":"
	    "\"index.m3u8\",\"duration\":3,"));
}

static void
the_duration_of_a_stream_counts_once(void **state)
{
	struct reel_facts facts;
	struct reel_node node = get(list);

	(void)state;
	reel_facts_init(&facts);
	facts.type = REEL_TYPE_PLAYLIST;
	facts.duration_ms = 2000;
	reel_buf_reset(&more);
	assert_int_equal(
	    reel_write_stream(book, &node, &facts, &more), REEL_OK);
	commit();
	assert_int_equal(ask("SELECT duration_ms FROM items WHERE id = 1"), 0);
	facts.type = REEL_TYPE_HLS_DIRECTORY;
	node.size = 77;
	assert_int_equal(
	    reel_write_stream(book, &node, &facts, &more), REEL_OK);
	commit();
	assert_int_equal(
	    ask("SELECT duration_ms FROM items WHERE id = 1"), 2000);
	assert_int_equal(ask("SELECT size FROM items WHERE id = 3"), 77);
	assert_int_equal(ask("SELECT type FROM items WHERE id = 3"), 6);
	assert_int_equal(wrong_sums(), 0);
}

static void
a_segment_is_no_video_and_owes_nothing(void **state)
{
	struct reel_node node = get(segment);

	(void)state;
	node.type = REEL_TYPE_SEGMENT;
	assert_int_equal(reel_write_segment(book, &node), REEL_OK);
	commit();
	assert_string_equal(ask_text("SELECT op || recursive || item_type"
	    " FROM changes ORDER BY seq DESC LIMIT 1"), "118");
	assert_int_equal(ask("SELECT videos FROM items WHERE id = 1"), 0);
	assert_int_equal(ask("SELECT bytes FROM items WHERE id = 1"), 1100);
	assert_int_equal(ask("SELECT state FROM items WHERE id = 4"),
	    REEL_STATE_READY);
	assert_int_equal(wrong_sums(), 0);
	/* A file is no folder. */
	node.type = REEL_TYPE_HLS_DIRECTORY;
	assert_int_equal(reel_write_segment(book, &node), REEL_BAD_INPUT);
	node.id = 99;
	assert_int_equal(reel_write_segment(book, &node), REEL_NOT_FOUND);
}

static void
names_are_found_by_their_numbers(void **state)
{
	struct {
		struct reel_stream stream;
		uint64_t names[4];
	} told;
	struct reel_fold_view view;
	struct reel_fold_count count;

	(void)state;
	reel_fold_view_init(&view);
	assert_int_equal(reel_fold_view_load(book, folder, &view), REEL_OK);
	assert_int_equal(
	    reel_fold_view_find(&view, reel_stream_number("1.ts", 4))->id,
	    segment);
	assert_null(reel_fold_view_find(&view, reel_stream_number("2.ts", 4)));
	memset(&told, 0, sizeof(told));
	reel_stream_init(&told.stream);
	told.stream.segments_count = 3;
	told.stream.names_count = 4;
	told.names[0] = told.names[2] = reel_stream_number("1.ts", 4);
	told.names[1] = reel_stream_number("2.ts", 4);
	/* A playlist is no part of a stream, whatever it says. */
	told.names[3] = reel_stream_number("index.m3u8", 10);
	reel_fold_view_count(&view, &told.stream, 1, &count);
	assert_int_equal(count.there, 2);
	assert_int_equal(count.missing, 1);
	assert_int_equal(count.bytes, 1000);
	reel_fold_view_clear(&view);
	assert_int_equal(reel_fold_view_load(book, segment, &view), REEL_OK);
	assert_null(reel_fold_view_find(&view, 1));
	reel_fold_view_clear(&view);
}

static void
playlists_as_members(void **state)
{
	struct reel_stream stream;

	(void)state;
	reel_stream_init(&stream);
	assert_int_equal(reel_body_stream(&stream, 0, &more), REEL_OK);
	assert_int_equal(more.len, 0);
	stream.kind = REEL_PLAYLIST_MEDIA;
	stream.segments = 3;
	stream.external = 1;
	stream.encrypted = 2;
	assert_int_equal(reel_body_stream(&stream, 2, &more), REEL_OK);
	reel_buf_chr(&more, '\0');
	assert_string_equal(more.data, ",\"segments\":3,\"missing\":2,"
	    "\"external\":1,\"live\":true,\"encrypted\":true");
	reel_buf_reset(&more);
	stream.encrypted = 0;
	stream.kind = REEL_PLAYLIST_MASTER;
	stream.variants_count = 2;
	strcpy(stream.variants[0].uri, "a\"b");
	stream.variants[0].width = 16;
	stream.variants[0].height = 9;
	stream.variants[0].fps_milli = 29970;
	stream.variants[1].is_rendition = 1;
	strcpy(stream.variants[1].language, "de");
	strcpy(stream.variants[1].name, "Deutsch");
	stream.variants[1].channels = 6;
	stream.variants[1].is_default = 1;
	assert_int_equal(reel_body_stream(&stream, 0, &more), REEL_OK);
	reel_buf_chr(&more, '\0');
	assert_string_equal(more.data, ",\"variants\":[{\"uri\":\"a\\\"b\","
	    "\"width\":16,\"height\":9,\"fps\":29.97}],\"renditions\":"
	    "[{\"media\":\"I-FRAMES\",\"language\":\"de\",\"name\":"
	    "\"Deutsch\",\"channels\":6,\"default\":true}]");
	reel_buf_reset(&more);
	assert_int_equal(reel_body_play("x", -1, 0, &more), REEL_OK);
	reel_buf_chr(&more, '\0');
	assert_string_equal(more.data, ",\"playlist\":\"x\"");
}

int
main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, make_stream, clean_up)
	const struct CMUnitTest tests[] = {
		TEST(a_folder_becomes_a_film_and_a_folder_again),
		TEST(what_is_as_it_was_is_not_told),
		TEST(facts_stay_where_only_the_playlist_changed),
		TEST(a_name_cannot_pass_for_what_a_playlist_tells),
		TEST(the_duration_of_a_stream_counts_once),
		TEST(a_segment_is_no_video_and_owes_nothing),
		TEST(names_are_found_by_their_numbers),
		TEST(playlists_as_members),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
