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
/* put, move, drop, facts: rows, records, sums and tokens stay one story. */
#include "t/unit/book_fixture_sql.h"

#include "indexer/reel_book_sql.h"
#include "shared/reel_gram.h"

#define SEQ_MAX ask("SELECT max(seq) FROM changes")

/* Columns of the newest record, for a comparison in one go. */
static const char *
newest(void)
{

	return (ask_text("SELECT op || ' ' || recursive || ' ' || item_id || ' '"
			 " || parent_id || ' ' || item_type || ' ' || path ||"
			 " ' ' || coalesce(old_path, '-') || ' ' ||"
			 " (body IS NULL) FROM changes ORDER BY seq DESC"
			 " LIMIT 1"));
}

/* How many items a search for ${text} would look at. */
static int64_t
found(const char *text)
{
	struct reel_buf expr;
	int64_t count;

	reel_buf_init(&expr);
	assert_int_equal(reel_gram_query(text, strlen(text), &expr), REEL_OK);
	reel_buf_chr(&expr, '\0');
	count = ask("SELECT count(*) FROM grams WHERE grams MATCH '%s'",
	    expr.data);
	reel_buf_clear(&expr);
	return (count);
}

static void
put_makes_row_record_and_tokens(void **state)
{
	int64_t root, video;

	(void)state;
	root = put_new(0, "films", REEL_TYPE_DIRECTORY);
	video = put_new(root, "Holiday.mp4", REEL_TYPE_VIDEO);
	commit();
	assert_string_equal(newest(), "1 0 2 1 2 films/Holiday.mp4 - 0");
	assert_string_equal(
	    ask_text("SELECT body FROM items WHERE id = %lld",
		(long long)video),
	    "\"id\":\"2\",\"name\":\"Holiday.mp4\",\"type\":\"video\","
	    "\"size\":100,\"created_at\":\"1970-01-01T00:00:01.000Z\","
	    "\"modified_at\":\"1970-01-01T00:00:02.000Z\","
	    "\"state\":\"new\"");
	assert_int_equal(ask("SELECT items.body = changes.body FROM items JOIN"
			     " changes ON item_id = id WHERE id = 2"),
	    1);
	assert_int_equal(found("holi"), 1);
	assert_int_equal(found("film"), 1);
	assert_int_equal(wrong_sums(), 0);
}

static void
birth_unknown_means_now(void **state)
{
	struct reel_node node;

	(void)state;
	node = node_of(0, "films", REEL_TYPE_DIRECTORY);
	node.created_ms = 0;
	assert_int_equal(reel_write_put(book, &node), REEL_OK);
	assert_true(get_node(node.id).created_ms > 1700000000000);
	/* And what was first seen stays. */
	node.mtime_ns = 5;
	assert_int_equal(reel_write_put(book, &node), REEL_OK);
	assert_true(get_node(node.id).created_ms > 1700000000000);
	assert_int_equal(get_node(node.id).mtime_ns, 5);
}

static void
put_refuses_what_cannot_be(void **state)
{
	struct reel_node node;
	int64_t root, video;

	(void)state;
	root = put_new(0, "films", REEL_TYPE_DIRECTORY);
	video = put_new(root, "a.mp4", REEL_TYPE_VIDEO);
	commit();

	node = node_of(root, "a.mp4", REEL_TYPE_VIDEO);
	assert_int_equal(reel_write_put(book, &node), REEL_BUSY);
	assert_int_equal(node.id, 0);
	node = node_of(video, "below a file", REEL_TYPE_VIDEO);
	assert_int_equal(reel_write_put(book, &node), REEL_NOT_FOUND);
	node = node_of(99, "nowhere", REEL_TYPE_VIDEO);
	assert_int_equal(reel_write_put(book, &node), REEL_NOT_FOUND);
	node = node_of(REEL_ITEM_TRASH, "trash", REEL_TYPE_VIDEO);
	assert_int_equal(reel_write_put(book, &node), REEL_NOT_FOUND);
	node = node_of(root, "..", REEL_TYPE_VIDEO);
	assert_int_equal(reel_write_put(book, &node), REEL_BAD_INPUT);
	node = node_of(root, "a/b", REEL_TYPE_VIDEO);
	assert_int_equal(reel_write_put(book, &node), REEL_BAD_INPUT);
	node = node_of(root, "", REEL_TYPE_VIDEO);
	assert_int_equal(reel_write_put(book, &node), REEL_BAD_INPUT);
	node = node_of(root, "a.mp4", REEL_TYPE_DIRECTORY);
	node.id = video;
	assert_int_equal(reel_write_put(book, &node), REEL_BAD_INPUT);
	node.id = 99;
	assert_int_equal(reel_write_put(book, &node), REEL_NOT_FOUND);

	/* The transaction goes on as if nobody had asked. */
	assert_int_equal(put_new(root, "b.mp4", REEL_TYPE_VIDEO), 3);
	commit();
	assert_int_equal(SEQ_MAX, 3);
	assert_int_equal(wrong_sums(), 0);
}

static void
drop_then_put_keeps_both_changes(void **state)
{
	int64_t root, before, after;

	(void)state;
	root = put_new(0, "films", REEL_TYPE_DIRECTORY);
	before = put_new(root, "a.mp4", REEL_TYPE_VIDEO);
	assert_int_equal(reel_write_drop(book, before), REEL_OK);
	after = put_new(root, "a.mp4", REEL_TYPE_VIDEO);
	commit();
	assert_true(after > before);
	assert_string_equal(
	    ask_text("SELECT group_concat(op || ':' || item_id, ' ')"
		     " FROM changes"),
	    "1:1 1:2 3:2 1:3");
	assert_int_equal(found("a.mp4"), 1);
	assert_int_equal(reel_write_drop(book, before), REEL_NOT_FOUND);
}

static void
ids_of_dropped_items_never_return(void **state)
{
	int64_t root, last;

	(void)state;
	root = put_new(0, "films", REEL_TYPE_DIRECTORY);
	last = put_new(root, "a.mp4", REEL_TYPE_VIDEO);
	assert_int_equal(reel_write_drop(book, last), REEL_OK);
	close_book();
	open_book();
	assert_true(put_new(root, "b.mp4", REEL_TYPE_VIDEO) > last);
}

static struct reel_facts
facts_of(enum reel_type type, int64_t duration_ms)
{
	struct reel_facts facts;

	reel_facts_init(&facts);
	facts.type = type;
	facts.duration_ms = duration_ms;
	facts.width = 1920;
	facts.height = 1080;
	strcpy(facts.codec, "h264");
	return (facts);
}

static int
body_has(int64_t id, const char *text)
{

	return (ask("SELECT instr(body, '%s') > 0 FROM items WHERE id = %lld",
		    text, (long long)id) == 1);
}

static void
facts_enter_body_sums_and_record(void **state)
{
	struct reel_facts facts;
	int64_t root, video;

	(void)state;
	root = put_new(0, "films", REEL_TYPE_DIRECTORY);
	video = put_new(root, "a.mp4", REEL_TYPE_VIDEO);
	facts = facts_of(REEL_TYPE_VIDEO, 61500);
	assert_int_equal(reel_write_facts(book, video, &facts), REEL_OK);
	commit();
	assert_int_equal(get_node(video).state, REEL_STATE_READY);
	assert_true(body_has(video, "\"duration\":61.5,\"width\":1920"));
	assert_true(body_has(video, "\"state\":\"ready\""));
	assert_string_equal(newest(), "1 0 2 1 2 films/a.mp4 - 0");
	assert_int_equal(
	    ask("SELECT duration_ms FROM items WHERE id = %lld",
		(long long)root), 61500);
	assert_int_equal(reel_write_facts(book, root, &facts), REEL_BAD_INPUT);
	assert_int_equal(reel_write_facts(book, 99, &facts), REEL_NOT_FOUND);
}

static void
facts_correct_what_the_name_promised(void **state)
{
	struct reel_facts facts;
	int64_t root, video;

	(void)state;
	root = put_new(0, "films", REEL_TYPE_DIRECTORY);
	video = put_new(root, "song.mp4", REEL_TYPE_VIDEO);
	commit();
	assert_int_equal(ask("SELECT videos FROM items WHERE id = 1"), 1);
	facts = facts_of(REEL_TYPE_AUDIO, 1000);
	assert_int_equal(reel_write_facts(book, video, &facts), REEL_OK);
	commit();
	assert_int_equal(get_node(video).type, REEL_TYPE_AUDIO);
	assert_int_equal(ask("SELECT videos FROM items WHERE id = 1"), 0);
	assert_int_equal(ask("SELECT item_type FROM changes WHERE seq = 3"),
	    REEL_TYPE_AUDIO);
	assert_int_equal(wrong_sums(), 0);

	/* A probe cannot make a folder of a file. */
	facts.type = REEL_TYPE_DIRECTORY;
	assert_int_equal(reel_write_facts(book, video, &facts), REEL_OK);
	assert_int_equal(get_node(video).type, REEL_TYPE_AUDIO);
}

static void
failure_is_noted_and_ends_with_the_next_facts(void **state)
{
	struct reel_facts facts;
	int64_t root, video;

	(void)state;
	root = put_new(0, "films", REEL_TYPE_DIRECTORY);
	video = put_new(root, "a.mp4", REEL_TYPE_VIDEO);
	assert_int_equal(
	    reel_write_fail(book, video, 3, "no \"moov\" atom"), REEL_OK);
	commit();
	assert_int_equal(get_node(video).state, REEL_STATE_FAILED);
	assert_true(body_has(video,
	    "\"state\":\"failed\",\"error\":\"no \\\"moov\\\" atom\""));
	assert_string_equal(
	    ask_text("SELECT attempts || reason FROM failures"),
	    "3no \"moov\" atom");
	assert_int_equal(reel_write_fail(book, video, 4, "again"), REEL_OK);
	commit();
	assert_int_equal(ask("SELECT count(*) FROM failures"), 1);

	facts = facts_of(REEL_TYPE_VIDEO, 5);
	assert_int_equal(reel_write_facts(book, video, &facts), REEL_OK);
	commit();
	assert_int_equal(ask("SELECT count(*) FROM failures"), 0);
	assert_false(body_has(video, "error"));
}

static void
a_picture_is_a_change_and_goes_with_the_content(void **state)
{
	static const unsigned char key[REEL_KEY_BYTES] = "0123456789abcde";
	unsigned char got[REEL_KEY_BYTES];
	struct reel_facts facts;
	struct reel_node node;
	enum reel_stage stage;
	int64_t root, video, seq, since_ms;

	(void)state;
	root = put_new(0, "films", REEL_TYPE_DIRECTORY);
	video = put_new(root, "a.mp4", REEL_TYPE_VIDEO);
	facts = facts_of(REEL_TYPE_VIDEO, 5000);
	assert_int_equal(reel_write_facts(book, video, &facts), REEL_OK);
	assert_int_equal(
	    reel_write_picture_of(book, video, got), REEL_NOT_FOUND);
	assert_false(reel_write_picture_failed(book, video, &stage, &since_ms));
	assert_int_equal(reel_write_pictured(book, key), REEL_NOT_FOUND);
	assert_int_equal(reel_write_picture_fail(
	    book, video, REEL_STAGE_PICTURE, 2, 77, "no"), REEL_OK);
	commit();
	assert_int_equal(get_node(video).state, REEL_STATE_READY);
	assert_int_equal(ask("SELECT stage FROM failures"), 1);
	assert_true(reel_write_picture_failed(book, video, &stage, &since_ms));
	assert_int_equal(stage, REEL_STAGE_PICTURE);
	assert_int_equal(since_ms, 77);

	seq = reel_write_head(book).seq;
	assert_int_equal(reel_write_picture(book, video, key), REEL_OK);
	commit();
	assert_int_equal(reel_write_head(book).seq, seq + 1);
	assert_int_equal(ask("SELECT count(*) FROM failures"), 0);
	assert_string_equal(ask_text("SELECT hex(picture) || op || (body = "
	    "(SELECT body FROM items WHERE id = item_id)) FROM changes "
	    "ORDER BY seq DESC"), "3031323334353637383961626364650011");
	assert_int_equal(reel_write_picture_of(book, video, got), REEL_OK);
	assert_memory_equal(got, key, sizeof(key));
	assert_int_equal(reel_write_pictured(book, key), REEL_OK);
	/* Once more is no news. */
	assert_int_equal(reel_write_picture(book, video, key), REEL_OK);
	commit();
	assert_int_equal(reel_write_head(book).seq, seq + 1);

	/* It stays through a rename, and goes with the old content. */
	node = get_node(video);
	node.name = "b.mp4";
	assert_int_equal(reel_write_move(book, &node), REEL_OK);
	assert_int_equal(reel_write_picture_of(book, video, got), REEL_OK);
	node.state = REEL_STATE_GROWING;
	node.id = video;
	assert_int_equal(reel_write_put(book, &node), REEL_OK);
	assert_int_equal(
	    reel_write_picture_of(book, video, got), REEL_NOT_FOUND);
	assert_int_equal(reel_write_pictured(book, key), REEL_NOT_FOUND);
	/* Known to be there when the facts come, it comes with them. */
	memcpy(facts.key, key, sizeof(key));
	assert_int_equal(reel_write_facts(book, video, &facts), REEL_OK);
	assert_int_equal(reel_write_pictured(book, key), REEL_OK);
	assert_int_equal(reel_write_picture_fail(
	    book, video, REEL_STAGE_PICTURE, 2, 77, "no"), REEL_OK);
	assert_int_equal(reel_write_drop(book, video), REEL_OK);
	commit();
	assert_int_equal(ask("SELECT count(*) FROM failures"), 0);
	assert_int_equal(reel_write_picture(book, video, key), REEL_NOT_FOUND);
}

static void
a_storyboard_lies_behind_the_picture(void **state)
{
	static const unsigned char key[REEL_KEY_BYTES] = "0123456789abcde";
	static const unsigned char board[REEL_KEY_BYTES] = "fedcba987654321";
	unsigned char got[REEL_KEY_BYTES];
	struct reel_facts facts;
	struct reel_node node;
	int64_t root, video, seq, length_ms;

	(void)state;
	root = put_new(0, "films", REEL_TYPE_DIRECTORY);
	video = put_new(root, "a.mp4", REEL_TYPE_VIDEO);
	facts = facts_of(REEL_TYPE_VIDEO, 5000);
	assert_int_equal(reel_write_facts(book, video, &facts), REEL_OK);
	assert_int_equal(
	    reel_write_board_of(book, video, got, &length_ms), REEL_OK);
	assert_false(reel_key_known(got));
	assert_int_equal(length_ms, 5000);
	/* Before there is a picture, and then with one. */
	commit();
	seq = reel_write_head(book).seq;
	assert_int_equal(reel_write_board(book, video, board), REEL_OK);
	assert_int_equal(
	    reel_write_picture_of(book, video, got), REEL_NOT_FOUND);
	assert_int_equal(reel_write_boarded(book, board), REEL_OK);
	assert_int_equal(reel_write_boarded(book, key), REEL_NOT_FOUND);
	assert_int_equal(reel_write_picture_fail(
	    book, video, REEL_STAGE_BOARD, 2, 78, "no"), REEL_OK);
	assert_int_equal(reel_write_picture(book, video, key), REEL_OK);
	commit();
	/* The picture mends its own failures alone. */
	assert_int_equal(ask("SELECT stage FROM failures"), 2);
	assert_int_equal(reel_write_head(book).seq, seq + 2);
	assert_string_equal(ask_text("SELECT hex(picture) FROM changes"
	    " ORDER BY seq DESC"),
	    "30313233343536373839616263646500"
	    "66656463626139383736353433323100");
	assert_int_equal(reel_write_picture_of(book, video, got), REEL_OK);
	assert_memory_equal(got, key, sizeof(key));
	assert_int_equal(reel_write_pictured(book, key), REEL_OK);
	assert_int_equal(reel_write_pictured(book, board), REEL_NOT_FOUND);
	assert_int_equal(reel_write_board(book, video, board), REEL_OK);
	commit();
	assert_int_equal(reel_write_head(book).seq, seq + 2);
	assert_int_equal(ask("SELECT count(*) FROM failures"), 0);
	/* It goes with the content, and comes with facts that know it. */
	node = get_node(video);
	node.state = REEL_STATE_GROWING;
	assert_int_equal(reel_write_put(book, &node), REEL_OK);
	assert_int_equal(reel_write_boarded(book, board), REEL_NOT_FOUND);
	memcpy(facts.board, board, sizeof(board));
	assert_int_equal(reel_write_facts(book, video, &facts), REEL_OK);
	assert_int_equal(reel_write_boarded(book, board), REEL_OK);
	commit();
}

static void
storyboards_are_owed_when_they_are_made_otherwise(void **state)
{
	static const unsigned char board[REEL_KEY_BYTES] = "fedcba987654321";
	struct reel_facts facts;
	int64_t root, a, b, tone;

	(void)state;
	root = put_new(0, "films", REEL_TYPE_DIRECTORY);
	a = put_new(root, "a.mp4", REEL_TYPE_VIDEO);
	b = put_new(root, "b.mp4", REEL_TYPE_VIDEO);
	tone = put_new(root, "tone.flac", REEL_TYPE_AUDIO);
	facts = facts_of(REEL_TYPE_VIDEO, 5000);
	assert_int_equal(reel_write_facts(book, a, &facts), REEL_OK);
	facts = facts_of(REEL_TYPE_AUDIO, 5000);
	assert_int_equal(reel_write_facts(book, tone, &facts), REEL_OK);
	/* Never asked for. */
	assert_int_equal(reel_write_boards_anew(book, 0), REEL_OK);
	commit();
	assert_int_equal(ask("SELECT count(*) FROM jobs"), 0);
	/* Of films whose length is known. */
	assert_int_equal(reel_write_boards_anew(book, 7), REEL_OK);
	commit();
	assert_int_equal(ask("SELECT group_concat(item_id) FROM jobs"
	    " WHERE stage = 2"), a);
	close_book();
	forge("DELETE FROM jobs");
	open_book();
	assert_int_equal(reel_write_board(book, a, board), REEL_OK);
	/* Off and on again: what came meanwhile. */
	assert_int_equal(reel_write_boards_anew(book, 0), REEL_OK);
	facts = facts_of(REEL_TYPE_VIDEO, 5000);
	assert_int_equal(reel_write_facts(book, b, &facts), REEL_OK);
	assert_int_equal(reel_write_boards_anew(book, 7), REEL_OK);
	commit();
	assert_int_equal(ask("SELECT group_concat(item_id) FROM jobs"
	    " WHERE stage = 2"), b);
	/* Otherwise: all. */
	assert_int_equal(reel_write_boards_anew(book, 8), REEL_OK);
	commit();
	assert_int_equal(ask("SELECT count(*) FROM jobs WHERE stage = 2"), 2);
}

static void
what_failed_is_owed_to_another_version_once(void **state)
{
	struct reel_facts facts;
	int64_t root, a, b, list, pls;

	(void)state;
	root = put_new(0, "films", REEL_TYPE_DIRECTORY);
	a = put_new(root, "a.webp", REEL_TYPE_IMAGE);
	b = put_new(root, "b.mp4", REEL_TYPE_VIDEO);
	(void)put_new(root, "c.mp4", REEL_TYPE_VIDEO);
	/* One is read with its folder, the other alone. */
	list = put_new(root, "d.M3U8", REEL_TYPE_PLAYLIST);
	pls = put_new(root, "e.pls", REEL_TYPE_PLAYLIST);
	facts = facts_of(REEL_TYPE_VIDEO, 5000);
	assert_int_equal(reel_write_facts(book, b, &facts), REEL_OK);
	assert_int_equal(reel_write_fail(book, a, 1, "no"), REEL_OK);
	assert_int_equal(reel_write_fail(book, list, 1, "no"), REEL_OK);
	assert_int_equal(reel_write_fail(book, pls, 1, "no"), REEL_OK);
	assert_int_equal(reel_write_picture_fail(
	    book, b, REEL_STAGE_BOARD, 2, 77, "no"), REEL_OK);
	assert_int_equal(reel_write_failures_anew(book, 1), REEL_OK);
	commit();
	assert_int_equal(ask("SELECT count(*) FROM jobs"), 3);
	assert_int_equal(ask("SELECT item_id FROM jobs WHERE stage = 2"), b);
	assert_int_equal(
	    ask("SELECT min(item_id) FROM jobs WHERE stage = 0"), a);
	assert_int_equal(
	    ask("SELECT max(item_id) FROM jobs WHERE stage = 0"), pls);
	close_book();
	forge("DELETE FROM jobs");
	open_book();
	assert_int_equal(reel_write_failures_anew(book, 1), REEL_OK);
	commit();
	assert_int_equal(ask("SELECT count(*) FROM jobs"), 0);
	assert_int_equal(reel_write_failures_anew(book, 2), REEL_OK);
	commit();
	assert_int_equal(ask("SELECT count(*) FROM jobs"), 3);
}

static void
owed_facts_leave_the_body_and_kept_ones_stay(void **state)
{
	struct reel_node node;
	struct reel_facts facts;
	int64_t root, video;

	(void)state;
	root = put_new(0, "films", REEL_TYPE_DIRECTORY);
	video = put_new(root, "a.mp4", REEL_TYPE_VIDEO);
	facts = facts_of(REEL_TYPE_VIDEO, 5000);
	assert_int_equal(reel_write_facts(book, video, &facts), REEL_OK);

	node = get_node(video);
	node.size = 200;
	assert_int_equal(reel_write_put(book, &node), REEL_OK);
	commit();
	assert_true(body_has(video, "\"size\":200"));
	assert_true(body_has(video, "\"codec\":\"h264\""));
	assert_int_equal(wrong_sums(), 0);
	assert_int_equal(ask("SELECT duration_ms FROM items WHERE id = 1"),
	    5000);

	node.state = REEL_STATE_GROWING;
	assert_int_equal(reel_write_put(book, &node), REEL_OK);
	commit();
	assert_false(body_has(video, "h264"));
	assert_true(body_has(video, "\"state\":\"growing\""));
	assert_int_equal(ask("SELECT duration_ms FROM items WHERE id = 1"), 0);
	assert_int_equal(wrong_sums(), 0);

	assert_int_equal(reel_write_fail(book, video, 1, "why"), REEL_OK);
	node.state = REEL_STATE_NEW;
	assert_int_equal(reel_write_put(book, &node), REEL_OK);
	commit();
	assert_int_equal(ask("SELECT count(*) FROM failures"), 0);
	assert_false(body_has(video, "error"));
}

static void
rename_keeps_id_facts_and_finds_new_name(void **state)
{
	struct reel_node node;
	struct reel_facts facts;
	int64_t root, video;

	(void)state;
	root = put_new(0, "films", REEL_TYPE_DIRECTORY);
	video = put_new(root, "before.mp4", REEL_TYPE_VIDEO);
	facts = facts_of(REEL_TYPE_VIDEO, 5000);
	assert_int_equal(reel_write_facts(book, video, &facts), REEL_OK);
	node = get_node(video);
	node.name = "later.mp4";
	node.name_len = 9;
	assert_int_equal(reel_write_move(book, &node), REEL_OK);
	commit();
	assert_string_equal(
	    newest(), "2 0 2 1 2 films/later.mp4 films/before.mp4 0");
	assert_true(body_has(video, "\"name\":\"later.mp4\""));
	assert_true(body_has(video, "\"codec\":\"h264\""));
	assert_int_equal(found("before"), 0);
	assert_int_equal(found("later"), 1);
	assert_int_equal(wrong_sums(), 0);
}

static void
failed_item_keeps_its_reason_through_a_rename(void **state)
{
	struct reel_node node;
	int64_t root, video;

	(void)state;
	root = put_new(0, "films", REEL_TYPE_DIRECTORY);
	video = put_new(root, "a.mp4", REEL_TYPE_VIDEO);
	assert_int_equal(reel_write_fail(book, video, 1, "bad"), REEL_OK);
	node = get_node(video);
	node.name = "b.mp4";
	node.name_len = 5;
	assert_int_equal(reel_write_move(book, &node), REEL_OK);
	commit();
	assert_true(body_has(video, "\"state\":\"failed\",\"error\":\"bad\""));
	assert_int_equal(ask("SELECT count(*) FROM failures"), 1);

	/* Moved with other content: the failure was about the old. */
	node.state = REEL_STATE_NEW;
	node.name = "c.mp4";
	assert_int_equal(reel_write_move(book, &node), REEL_OK);
	commit();
	assert_int_equal(ask("SELECT count(*) FROM failures"), 0);
	assert_false(body_has(video, "error"));
}

static void
folder_move_is_one_row_and_one_record(void **state)
{
	struct reel_node node;
	struct reel_buf path;
	char name[32];
	int64_t a, b, folder, deep, last;
	int i;

	(void)state;
	a = put_new(0, "a", REEL_TYPE_DIRECTORY);
	b = put_new(0, "b", REEL_TYPE_DIRECTORY);
	folder = put_new(a, "folder", REEL_TYPE_DIRECTORY);
	deep = put_new(folder, "deep", REEL_TYPE_DIRECTORY);
	last = 0;
	for (i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "%d.mp4", i);
		last = put_new(deep, name, REEL_TYPE_VIDEO);
	}
	/* Uncommitted sums move along as well. */
	node = get_node(folder);
	node.parent_id = b;
	node.name = "elsewhere";
	node.name_len = 9;
	assert_int_equal(reel_write_move(book, &node), REEL_OK);
	reel_buf_init(&path);
	assert_int_equal(reel_write_path(book, last, &path), REEL_OK);
	reel_buf_chr(&path, '\0');
	assert_string_equal(path.data, "b/elsewhere/deep/999.mp4");
	reel_buf_clear(&path);
	commit();
	assert_int_equal(SEQ_MAX, 1005);
	assert_string_equal(newest(), "2 0 3 2 1 b/elsewhere a/folder 0");
	assert_int_equal(ask("SELECT files FROM items WHERE id = 1"), 0);
	assert_int_equal(ask("SELECT videos FROM items WHERE id = 2"), 1000);
	assert_int_equal(wrong_sums(), 0);
}

static void
move_refuses_circles_and_taken_places(void **state)
{
	struct reel_node node;
	int64_t root, outer, inner, taken;

	(void)state;
	root = put_new(0, "films", REEL_TYPE_DIRECTORY);
	outer = put_new(root, "outer", REEL_TYPE_DIRECTORY);
	inner = put_new(outer, "inner", REEL_TYPE_DIRECTORY);
	taken = put_new(root, "taken", REEL_TYPE_DIRECTORY);
	put_new(outer, "a.mp4", REEL_TYPE_VIDEO);
	commit();

	node = get_node(outer);
	node.parent_id = inner;
	assert_int_equal(reel_write_move(book, &node), REEL_BAD_INPUT);
	node.parent_id = outer;
	assert_int_equal(reel_write_move(book, &node), REEL_BAD_INPUT);
	node.parent_id = root;
	node.name = "taken";
	assert_int_equal(reel_write_move(book, &node), REEL_BUSY);
	node.name = "other";
	node.parent_id = 4711;
	assert_int_equal(reel_write_move(book, &node), REEL_NOT_FOUND);
	assert_int_equal(reel_write_drop(book, taken), REEL_OK);
	node.parent_id = taken;
	assert_int_equal(reel_write_move(book, &node), REEL_NOT_FOUND);
	commit();
	assert_int_equal(SEQ_MAX, 6);
	assert_int_equal(get_node(outer).parent_id, root);
	assert_int_equal(found("outer"), 1);
	assert_int_equal(wrong_sums(), 0);
}

static void
dropped_folder_hides_all_below_it(void **state)
{
	struct reel_node_list list;
	struct reel_buf path;
	struct reel_node node;
	int64_t root, folder, deep, video, ino;

	(void)state;
	reel_node_list_init(&list);
	reel_buf_init(&path);
	root = put_new(0, "films", REEL_TYPE_DIRECTORY);
	folder = put_new(root, "folder", REEL_TYPE_DIRECTORY);
	deep = put_new(folder, "deep", REEL_TYPE_DIRECTORY);
	node = node_of(deep, "a.mp4", REEL_TYPE_VIDEO);
	assert_int_equal(reel_write_put(book, &node), REEL_OK);
	video = node.id;
	ino = node.ino;
	assert_int_equal(reel_write_drop(book, folder), REEL_OK);
	commit();
	assert_string_equal(newest(), "3 1 2 1 1 films/folder - 1");
	assert_int_equal(SEQ_MAX, 5);
	assert_int_equal(ask("SELECT parent_id FROM items WHERE id = %lld",
			     (long long)folder), REEL_ITEM_TRASH);
	assert_int_equal(ask("SELECT files FROM items WHERE id = 1"), 0);

	assert_int_equal(reel_write_get(book, video, &list), REEL_NOT_FOUND);
	assert_int_equal(reel_write_get(book, folder, &list), REEL_NOT_FOUND);
	assert_int_equal(reel_write_twins(book, 77, ino, &list), REEL_OK);
	assert_int_equal(list.count, 0);
	assert_int_equal(
	    reel_write_path(book, video, &path), REEL_NOT_FOUND);
	assert_int_equal(reel_write_children(book, deep, &list), REEL_OK);
	assert_int_equal(list.count, 0);
	assert_int_equal(reel_write_place(book, deep, "a.mp4", 5, &list),
	    REEL_NOT_FOUND);
	assert_int_equal(reel_write_drop(book, video), REEL_NOT_FOUND);
	node.id = video;
	assert_int_equal(reel_write_put(book, &node), REEL_NOT_FOUND);
	assert_int_equal(reel_write_move(book, &node), REEL_NOT_FOUND);
	node.id = 0;
	node.name = "b.mp4";
	assert_int_equal(reel_write_put(book, &node), REEL_NOT_FOUND);

	/* The same name again is another folder. */
	assert_true(put_new(root, "folder", REEL_TYPE_DIRECTORY) > video);
	reel_node_list_clear(&list);
	reel_buf_clear(&path);
}

static void
folder_with_a_number_for_a_name_meets_nobody_in_the_trash(void **state)
{
	int64_t root, one, two;

	(void)state;
	root = put_new(0, "films", REEL_TYPE_DIRECTORY);
	one = put_new(root, "3", REEL_TYPE_DIRECTORY);
	two = put_new(one, "2", REEL_TYPE_DIRECTORY);
	assert_int_equal(two, 3);
	assert_int_equal(reel_write_drop(book, two), REEL_OK);
	assert_int_equal(reel_write_drop(book, one), REEL_OK);
	commit();
	assert_int_equal(
	    ask("SELECT count(*) FROM items WHERE parent_id = -1"), 2);
}

static void
touch_leaves_no_record(void **state)
{
	struct reel_node node;
	int64_t root;

	(void)state;
	root = put_new(0, "films", REEL_TYPE_DIRECTORY);
	commit();
	node = get_node(root);
	node.ino = 5;
	node.fs = 6;
	node.ctime_ns = 7;
	assert_int_equal(reel_write_touch(book, &node), REEL_OK);
	assert_int_equal(reel_write_dirty(book), 1);
	commit();
	assert_int_equal(SEQ_MAX, 1);
	node = get_node(root);
	assert_int_equal(node.ino, 5);
	assert_int_equal(node.fs, 6);
	assert_int_equal(node.ctime_ns, 7);
	node.id = 99;
	assert_int_equal(reel_write_touch(book, &node), REEL_NOT_FOUND);
}

static void
hls_directory_counts_as_one_video_above_it(void **state)
{
	int64_t root, hls;

	(void)state;
	root = put_new(0, "films", REEL_TYPE_DIRECTORY);
	hls = put_new(root, "stream", REEL_TYPE_HLS_DIRECTORY);
	put_new(hls, "1.ts", REEL_TYPE_SEGMENT);
	commit();
	assert_int_equal(ask("SELECT videos FROM items WHERE id = 1"), 1);
	assert_int_equal(ask("SELECT videos FROM items WHERE id = 2"), 0);
	assert_int_equal(ask("SELECT files FROM items WHERE id = 1"), 1);
	assert_int_equal(wrong_sums(), 0);
	assert_int_equal(reel_write_drop(book, hls), REEL_OK);
	commit();
	assert_int_equal(ask("SELECT videos FROM items WHERE id = 1"), 0);
}

static void
names_in_any_bytes_are_told_apart(void **state)
{
	struct reel_node_list list;
	struct reel_node node;
	int64_t root;

	(void)state;
	root = put_new(0, "films", REEL_TYPE_DIRECTORY);
	put_new(root, "\xff\x01\"\\\n", REEL_TYPE_UNKNOWN);
	put_new(root, "\xff\x01\"\\\t", REEL_TYPE_UNKNOWN);
	put_new(root, "A", REEL_TYPE_UNKNOWN);
	put_new(root, "a", REEL_TYPE_UNKNOWN);
	node = node_of(root, "A", REEL_TYPE_UNKNOWN);
	assert_int_equal(reel_write_put(book, &node), REEL_BUSY);
	commit();
	reel_node_list_init(&list);
	assert_int_equal(reel_write_children(book, root, &list), REEL_OK);
	assert_int_equal(list.count, 4);
	assert_string_equal(list.nodes[0].name, "A");
	assert_string_equal(list.nodes[1].name, "a");
	assert_string_equal(list.nodes[2].name, "\xff\x01\"\\\t");
	assert_string_equal(list.nodes[3].name, "\xff\x01\"\\\n");
	reel_node_list_clear(&list);
	assert_int_equal(ask("SELECT sum(json_valid('{' || body || '}'))"
			     " FROM items"), 5);
	assert_int_equal(ask("SELECT instr(body, 'name_raw\":\"%%FF%%01') > 0"
			     " FROM items WHERE id = 2"), 1);
}

/* --- thousands of steps, then everything is counted again --- */

static uint32_t dice_state;
static int64_t last_id;

static uint32_t
dice(uint32_t sides)
{

	dice_state = dice_state * 1664525 + 1013904223;
	return ((dice_state >> 8) % sides);
}

static void
one_random_step(int step)
{
	struct reel_node node;
	struct reel_facts facts;
	struct reel_node_list list;
	char name[32];
	int64_t id;
	enum reel_status status;

	static const enum reel_type types[] = { REEL_TYPE_DIRECTORY,
		REEL_TYPE_VIDEO, REEL_TYPE_AUDIO, REEL_TYPE_HLS_DIRECTORY,
		REEL_TYPE_UNKNOWN, REEL_TYPE_VIDEO };

	id = 1 + dice((uint32_t)last_id);
	snprintf(name, sizeof(name), "n%u", dice(40));
	reel_node_list_init(&list);
	switch (dice(8)) {
	case 0:
	case 1:
	case 2:
		node = node_of(1 + dice((uint32_t)last_id), name,
		    types[dice(6)]);
		node.size = REEL_TYPE_IS_FOLDER(node.type) ? 0 : dice(1000);
		status = reel_write_put(book, &node);
		if (status == REEL_OK)
			last_id = node.id;
		break;
	case 3:
		status = reel_write_get(book, id, &list);
		if (status != REEL_OK)
			break;
		node = list.nodes[0];
		node.parent_id = 1 + dice((uint32_t)last_id);
		node.name = name;
		node.name_len = strlen(name);
		status = reel_write_move(book, &node);
		break;
	case 4:
		/* Few folders, or nothing grows. */
		status = reel_write_get(book, id, &list);
		if (status == REEL_OK && id >= 4 &&
		    (!REEL_TYPE_IS_FOLDER(list.nodes[0].type) ||
			dice(12) == 0))
			status = reel_write_drop(book, id);
		break;
	case 5:
		facts = facts_of(types[dice(6)], dice(10000));
		status = reel_write_facts(book, id, &facts);
		break;
	case 6:
		status = reel_write_fail(book, id, 1, "dice");
		break;
	default:
		status = reel_write_get(book, id, &list);
		if (status != REEL_OK)
			break;
		node = list.nodes[0];
		node.state = (enum reel_state)dice(4);
		node.size = REEL_TYPE_IS_FOLDER(node.type) ? 0 : dice(1000);
		status = reel_write_put(book, &node);
	}
	reel_node_list_clear(&list);
	if (status == REEL_IO)
		fail_msg("step %d: %s", step, reel_write_error(book));
	if (dice(50) == 0)
		commit();
	if (dice(200) == 0)
		assert_int_not_equal(reel_write_purge(book, 20), REEL_IO);
}

/* Fold the records into places and compare them with the items. */
static int64_t
fold_differs(void)
{

	return (ask(
	    "WITH RECURSIVE live (id, path) AS ("
	    " SELECT id, name FROM items WHERE parent_id = 0"
	    " UNION ALL SELECT items.id, path || '/' || name"
	    "  FROM live JOIN items ON parent_id = live.id),"
	    " last AS (SELECT item_id AS id, max(seq) AS seq FROM changes"
	    "  WHERE op <> 3 GROUP BY item_id)"
	    " SELECT count(*) FROM live JOIN items USING (id)"
	    " LEFT JOIN last USING (id) LEFT JOIN changes USING (seq)"
	    " WHERE changes.body IS NOT items.body OR"
	    "  changes.item_type IS NOT items.type OR"
	    "  changes.parent_id IS NOT items.parent_id"));
}

static void
random_steps_leave_sums_records_and_tokens_right(void **state)
{
	int i, step, round;
	enum reel_status status;

	(void)state;
	dice_state = 20261130;
	for (i = 0; i < 3; i++) {
		char name[2] = { (char)('a' + i), '\0' };

		last_id = put_new(0, name, REEL_TYPE_DIRECTORY);
	}
	step = 0;
	for (round = 0; round < 6; round++) {
		for (i = 0; i < 1500; i++)
			one_random_step(step++);
		commit();
		assert_int_equal(wrong_sums(), 0);
		assert_int_equal(fold_differs(), 0);
	}
	assert_true(ask("SELECT count(*) FROM items") > 100);
	assert_true(ask("SELECT max(files) FROM items") > 20);
	assert_int_equal(
	    ask("SELECT max(seq) - count(*) FROM changes"), 0);
	while ((status = reel_write_purge(book, 50)) == REEL_AGAIN)
		commit();
	assert_int_equal(status, REEL_OK);
	commit();
	assert_int_equal(
	    ask("SELECT count(*) FROM items WHERE parent_id = -1"), 0);
	assert_int_equal(wrong_sums(), 0);

	/* Tokens of whatever is left, and of nothing else. */
	assert_int_equal(found("n"),
	    ask("SELECT count(*) FROM items WHERE CAST(name AS TEXT) LIKE 'n%%'"));
	close_book();
	forge("INSERT INTO grams (grams) VALUES ('integrity-check')");
	forge("PRAGMA writable_schema = OFF");
	assert_string_equal(ask_text("PRAGMA integrity_check"), "ok");
	assert_int_equal(ask("SELECT count(*) FROM failures WHERE item_id NOT"
			     " IN (SELECT id FROM items WHERE state = 3)"), 0);
	open_book();
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_book, clean_up)
	const struct CMUnitTest tests[] = {
		TEST(put_makes_row_record_and_tokens),
		TEST(birth_unknown_means_now),
		TEST(put_refuses_what_cannot_be),
		TEST(drop_then_put_keeps_both_changes),
		TEST(ids_of_dropped_items_never_return),
		TEST(facts_enter_body_sums_and_record),
		TEST(facts_correct_what_the_name_promised),
		TEST(failure_is_noted_and_ends_with_the_next_facts),
		TEST(a_picture_is_a_change_and_goes_with_the_content),
		TEST(a_storyboard_lies_behind_the_picture),
		TEST(storyboards_are_owed_when_they_are_made_otherwise),
		TEST(what_failed_is_owed_to_another_version_once),
		TEST(owed_facts_leave_the_body_and_kept_ones_stay),
		TEST(rename_keeps_id_facts_and_finds_new_name),
		TEST(failed_item_keeps_its_reason_through_a_rename),
		TEST(folder_move_is_one_row_and_one_record),
		TEST(move_refuses_circles_and_taken_places),
		TEST(dropped_folder_hides_all_below_it),
		TEST(folder_with_a_number_for_a_name_meets_nobody_in_the_trash),
		TEST(touch_leaves_no_record),
		TEST(hls_directory_counts_as_one_video_above_it),
		TEST(names_in_any_bytes_are_told_apart),
		TEST(random_steps_leave_sums_records_and_tokens_right),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
