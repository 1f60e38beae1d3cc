/* links: indexer/reel_fold_book.c indexer/reel_fold_view.c indexer/reel_hls_name.c
 * indexer/reel_body_stream_cjson.c indexer/reel_json_cjson.c indexer/reel_node.c
 * indexer/reel_mem.c indexer/reel_log.c shared/reel_stream.c shared/reel_facts.c
 * shared/reel_escape.c shared/reel_buf.c shared/reel_item.c */
/*
 * What becomes of a folder with playlists, row by row.  The book is played here:
 * what is written into it is noted, a line each.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "indexer/reel_cache.h"
#include "indexer/reel_fold_state.h"
#include "indexer/reel_index.h"
#include "indexer/reel_log.h"
#include "indexer/reel_write_sql.h"
#include "indexer/reel_write_find_sql.h"
#include "indexer/reel_write_stream_sql.h"

#define TOP 10    /* a folder below a root */
#define SEGMENTS 3000

static struct reel_node nodes[32];
static size_t nodes_count;
static int many; /* nonzero: the folder has SEGMENTS segments more */
static char told[1024];
static struct reel_fold *fold;
static struct reel_job job;
static struct reel_job_book book;

static void
note(const char *what, const char *name, const char *more)
{
	size_t len = strlen(told);

	snprintf(told + len, sizeof(told) - len, "%s %s%s%s\n", what, name,
	    more[0] != '\0' ? " " : "", more);
}

static const char *
name_of(int64_t id)
{
	size_t i;

	for (i = 0; i < nodes_count; i++)
		if (nodes[i].id == id)
			return (nodes[i].name);

	return ("?");
}

enum reel_status
reel_write_get(
    struct reel_write *write, int64_t id, struct reel_node_list *list)
{
	size_t i;

	(void)write;
	for (i = 0; i < nodes_count; i++)
		if (nodes[i].id == id) {
			reel_node_list_add(list, &nodes[i]);
			return (REEL_OK);
		}

	return (REEL_NOT_FOUND);
}

enum reel_status
reel_write_children(
    struct reel_write *write, int64_t parent_id, struct reel_node_list *list)
{
	struct reel_node node = {.type = REEL_TYPE_VIDEO};
	char name[16];
	size_t i;

	(void)write;
	for (i = 0; i < nodes_count; i++)
		if (nodes[i].parent_id == parent_id)
			reel_node_list_add(list, &nodes[i]);
	for (i = 0; many && i < SEGMENTS; i++) {
		snprintf(name, sizeof(name), "%06zu.ts", i);
		node.id = (int64_t)(1000 + i);
		node.name = name;
		node.name_len = strlen(name);
		reel_node_list_add(list, &node);
	}

	return (REEL_OK);
}

enum reel_status
reel_write_put(struct reel_write *write, struct reel_node *node)
{

	(void)write;
	note("put", name_of(node->id), reel_item_type_name(node->type));

	return (REEL_OK);
}

enum reel_status
reel_write_segment(struct reel_write *write, const struct reel_node *node)
{

	(void)write;
	if (!many)
		note("segment", name_of(node->id), "");

	return (REEL_OK);
}

enum reel_status
reel_write_fail(
    struct reel_write *write, int64_t id, int attempts, const char *reason)
{

	(void)write;
	(void)attempts;
	note("fail", name_of(id), reason);

	return (REEL_OK);
}

enum reel_status
reel_write_stream(struct reel_write *write, const struct reel_node *node,
    const struct reel_facts *facts, const struct reel_buf *more)
{
	char text[64];

	(void)write;
	(void)more;
	assert_non_null(facts);
	snprintf(text, sizeof(text), "%s %lld%s",
	    reel_item_type_name(node->type), (long long)facts->duration_ms,
	    node->type == REEL_TYPE_PLAYLIST &&
	    facts->type == REEL_TYPE_HLS_DIRECTORY ? " is the film's" : "");
	note("stream", name_of(node->id), text);

	return (REEL_OK);
}

static int seen;     /* the book has facts that a piece told: 1 pictures, 2 sound */
static int pictured; /* and a picture */

int
reel_write_stream_seen(struct reel_write *write, int64_t id, int sound)
{

	(void)write;
	(void)id;
	return (seen > sound);
}

enum reel_status
reel_write_picture_of(
    struct reel_write *write, int64_t id, unsigned char *key)
{

	(void)write;
	(void)id;
	memset(key, 7, REEL_KEY_BYTES);
	return (pictured ? REEL_OK : REEL_NOT_FOUND);
}

enum reel_status
reel_queue_done(struct reel_queue *queue, int64_t item_id)
{

	(void)queue;
	(void)item_id;
	return (REEL_OK);
}

enum reel_status
reel_queue_put(struct reel_queue *queue, int64_t item_id, int priority,
    int64_t not_before_ms)
{

	(void)queue;
	(void)priority;
	(void)not_before_ms;
	note("probe", name_of(item_id), "");

	return (REEL_OK);
}

void
reel_index_folded(
    struct reel_index *index, int64_t id, int is_stream, int changed)
{

	(void)index;
	(void)changed;
	note(is_stream ? "judged a stream:" : "judged none:", name_of(id), "");
}

int
reel_cache_has(const struct reel_cache *cache, const unsigned char *key)
{

	(void)cache;
	(void)key;
	return (0);
}

int
reel_fold_boarded(const struct reel_fold *of)
{

	(void)of;
	return (1);
}

static void
add(int64_t id, int64_t parent_id, const char *name, enum reel_type type)
{

	nodes[nodes_count++] = (struct reel_node){.id = id,
	    .parent_id = parent_id, .name = name, .name_len = strlen(name),
	    .type = type, .size = 100, .state = REEL_STATE_NEW};
}

static int
begin(void **state)
{

	(void)state;
	nodes_count = 0;
	many = 0;
	told[0] = '\0';
	fold = calloc(1, sizeof(*fold));
	assert_non_null(fold);
	fold->book = &book;
	fold->job = &job;
	job.item_id = TOP;
	reel_fold_view_init(&fold->own);
	reel_fold_view_init(&fold->sub);
	add(1, REEL_ITEM_TOP, "root", REEL_TYPE_DIRECTORY);
	add(TOP, 1, "film", REEL_TYPE_DIRECTORY);

	return (0);
}

static int
end(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i <= REEL_FOLD_PLAYLISTS_MAX; i++)
		free(fold->lists[i].stream);
	reel_fold_view_clear(&fold->own);
	reel_fold_view_clear(&fold->sub);
	free(fold);

	return (0);
}

/* The playlist at ${i} was read: so long, with these segments. */
static struct reel_stream *
was_read(size_t i, enum reel_playlist_kind kind, int64_t ms,
    const char *const *segments)
{
	static struct {
		struct reel_stream stream;
		uint64_t names[8];
	} list;
	struct reel_fold_view *view =
	    i == REEL_FOLD_PLAYLISTS_MAX ? &fold->sub : &fold->own;
	uint32_t n;

	reel_stream_init(&list.stream);
	list.stream.kind = kind;
	list.stream.duration_ms = ms;
	list.stream.ended = 1;
	for (n = 0; segments != NULL && segments[n] != NULL; n++)
		list.names[n] =
		    reel_stream_number(segments[n], strlen(segments[n]));
	list.stream.segments_count = list.stream.names_count = n;
	reel_fold_view_count(view, &list.stream, (unsigned char)(i + 1),
	    &fold->lists[i].count);
	fold->lists[i].stream = malloc(sizeof(list.stream));
	assert_non_null(fold->lists[i].stream);
	*fold->lists[i].stream = list.stream;

	return (fold->lists[i].stream);
}

static void
has_variant(
    struct reel_stream *stream, const char *folder, const char *file, int64_t rate)
{
	struct reel_stream_variant *v =
	    &stream->variants[stream->variants_count++];

	v->folder = folder == NULL ? 0
	    : reel_stream_number(folder, strlen(folder));
	v->file = reel_stream_number(file, strlen(file));
	v->bandwidth = rate;
}

static void
load(void)
{

	assert_int_equal(reel_fold_load(fold), REEL_OK);
}

static void
the_longest_playlist_is_the_film(void **state)
{
	static const char *const first[] = {"a.ts", NULL};
	static const char *const second[] = {"a.ts", "b.ts", NULL};
	static const char *const away[] = {"c.ts", NULL};

	(void)state;
	add(11, TOP, "one.m3u8", REEL_TYPE_PLAYLIST);
	add(12, TOP, "two.m3u8", REEL_TYPE_PLAYLIST);
	add(13, TOP, "away.m3u8", REEL_TYPE_PLAYLIST);
	add(14, TOP, "a.ts", REEL_TYPE_VIDEO);
	add(15, TOP, "b.ts", REEL_TYPE_SEGMENT);
	add(16, TOP, "notes.txt", REEL_TYPE_UNKNOWN);
	add(17, TOP, "songs.m3u", REEL_TYPE_PLAYLIST);
	load();
	assert_int_equal(fold->count, 3);
	(void)was_read(0, REEL_PLAYLIST_MEDIA, 1000, first);
	(void)was_read(1, REEL_PLAYLIST_MEDIA, 2000, second);
	(void)was_read(2, REEL_PLAYLIST_MEDIA, 9000, away);
	reel_fold_choose(fold);
	assert_ptr_equal(fold->main, &fold->lists[1]);
	assert_ptr_equal(fold->shown, fold->main);
	assert_int_equal(reel_fold_write(fold), REEL_OK);
	assert_string_equal(told,
	    "segment a.ts\n"
	    "stream one.m3u8 playlist 1000\n"
	    "stream two.m3u8 playlist 2000 is the film's\n"
	    "stream away.m3u8 playlist 9000\n"
	    "stream film hls_directory -1\n"
	    "judged a stream: film\n");
}

static void
what_is_known_is_not_looked_at(void **state)
{
	static const char *const segments[] = {"a.ts", NULL};
	static const struct {
		int ended, changed, apart, seen, pictured, known;
	} rows[] = {
	    {1, 0, 0, 1, 1, 1},
	    {1, 1, 0, 1, 1, 0},
	    {1, 0, 1, 2, 1, 0},
	    {1, 0, 0, 0, 1, 0},
	    {1, 0, 0, 1, 0, 0},
	    /* One that is live changes all the time. */
	    {0, 1, 0, 1, 1, 1},
	    {0, 1, 1, 1, 1, 0},
	    {0, 1, 1, 2, 1, 1},
	    {0, 1, 0, 1, 0, 0},
	};
	struct reel_stream_variant best = {.file = 1};
	int cache; /* whatever it is */
	size_t i;

	(void)state;
	add(11, TOP, "one.m3u8", REEL_TYPE_PLAYLIST);
	add(12, TOP, "a.ts", REEL_TYPE_SEGMENT);
	load();
	(void)was_read(0, REEL_PLAYLIST_MEDIA, 1000, segments);
	reel_fold_choose(fold);
	fold->best = &best;
	book.cache = (void *)&cache;
	assert_int_equal(reel_fold_known(fold), 0);
	fold->folder.type = REEL_TYPE_HLS_DIRECTORY;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fold->shown->stream->ended = (uint32_t)rows[i].ended;
		fold->main->changed = rows[i].changed;
		best.sound = (uint64_t)rows[i].apart;
		seen = rows[i].seen;
		pictured = rows[i].pictured;
		assert_int_equal(reel_fold_known(fold), rows[i].known);
	}
	/* Where none are made, none is owed. */
	book.cache = NULL;
	assert_int_equal(reel_fold_known(fold), 1);
}

static void
without_a_segment_it_is_a_folder(void **state)
{
	static const char *const away[] = {"c.ts", NULL};

	(void)state;
	add(11, TOP, "one.m3u8", REEL_TYPE_PLAYLIST);
	add(12, TOP, "two.m3u8", REEL_TYPE_PLAYLIST);
	/* It was folded away once. */
	add(13, TOP, "left.ts", REEL_TYPE_SEGMENT);
	load();
	(void)was_read(0, REEL_PLAYLIST_MEDIA, 1000, away);
	(void)snprintf(fold->lists[1].reason, sizeof(fold->lists[1].reason),
	    "no playlist");
	reel_fold_choose(fold);
	assert_null(fold->main);
	assert_int_equal(reel_fold_write(fold), REEL_OK);
	assert_string_equal(told,
	    "put left.ts video\n"
	    "probe left.ts\n"
	    "stream one.m3u8 playlist 1000\n"
	    "fail two.m3u8 no playlist\n"
	    "stream film directory -1\n"
	    "judged none: film\n");
}

/* Which variants are there, and which has the most bits. */
static void
a_master_is_shown_by_its_best_variant(void **state)
{
	static const char *const segments[] = {"a.ts", NULL};
	struct reel_stream *master;

	(void)state;
	add(11, TOP, "longest.m3u8", REEL_TYPE_PLAYLIST);
	add(12, TOP, "low.m3u8", REEL_TYPE_PLAYLIST);
	add(13, TOP, "high.m3u8", REEL_TYPE_PLAYLIST);
	add(14, TOP, "master.m3u8", REEL_TYPE_PLAYLIST);
	add(15, TOP, "a.ts", REEL_TYPE_VIDEO);
	load();
	(void)was_read(0, REEL_PLAYLIST_MEDIA, 9000, segments);
	(void)was_read(1, REEL_PLAYLIST_MEDIA, 2000, segments);
	(void)was_read(2, REEL_PLAYLIST_MEDIA, 2000, segments);
	master = was_read(3, REEL_PLAYLIST_MASTER, -1, NULL);
	has_variant(master, NULL, "low.m3u8", 100);
	has_variant(master, NULL, "high.m3u8", 300);
	has_variant(master, NULL, "gone.m3u8", 900);
	has_variant(master, "nowhere", "low.m3u8", 900);
	has_variant(master, NULL, "longest.m3u8", 999);
	master->variants[4].is_rendition = 1;
	reel_fold_choose(fold);
	assert_ptr_equal(fold->main, &fold->lists[3]);
	assert_ptr_equal(fold->shown, &fold->lists[2]);
	assert_ptr_equal(fold->best, &master->variants[1]);
	/* The variant loses its segments. */
	fold->lists[2].count.there = 0;
	reel_fold_choose(fold);
	assert_ptr_equal(fold->shown, &fold->lists[1]);
	/* No variant is there: the longest of the others. */
	fold->lists[1].count.there = 0;
	reel_fold_choose(fold);
	assert_ptr_equal(fold->main, &fold->lists[0]);
	/* Pictures for scrubbing are no film. */
	fold->lists[0].stream->key_frames_only = 1;
	reel_fold_choose(fold);
	assert_null(fold->main);
}

static void
a_variant_in_a_folder_is_tried_once(void **state)
{
	static const char *const segments[] = {"s.ts", NULL};
	struct reel_fold_list *sub = &fold->lists[REEL_FOLD_PLAYLISTS_MAX];
	struct reel_stream *master;

	(void)state;
	add(11, TOP, "master.m3u8", REEL_TYPE_PLAYLIST);
	add(12, TOP, "v0", REEL_TYPE_DIRECTORY);
	add(21, 12, "index.m3u8", REEL_TYPE_PLAYLIST);
	add(22, 12, "s.ts", REEL_TYPE_SEGMENT);
	load();
	master = was_read(0, REEL_PLAYLIST_MASTER, -1, NULL);
	has_variant(master, "v0", "index.m3u8", 100);
	reel_fold_choose(fold);
	assert_ptr_equal(fold->shown, sub);
	assert_ptr_equal(fold->best, &master->variants[0]);
	/* Now its playlist is read. */
	fold->at = REEL_FOLD_PLAYLISTS_MAX;
	assert_int_equal(
	    reel_fold_view_load(NULL, 12, &fold->sub), REEL_OK);
	(void)was_read(REEL_FOLD_PLAYLISTS_MAX, REEL_PLAYLIST_MEDIA, 4000,
	    segments);
	reel_fold_choose(fold);
	assert_ptr_equal(fold->main, &fold->lists[0]);
	assert_ptr_equal(fold->shown, sub);
	/* There is nothing in it. */
	sub->count.there = 0;
	reel_fold_choose(fold);
	assert_null(fold->main);
}

static void
a_root_and_a_variant_are_no_films(void **state)
{
	static const char *const segments[] = {"a.ts", NULL};

	add(11, TOP, "one.m3u8", REEL_TYPE_PLAYLIST);
	add(12, TOP, "a.ts", REEL_TYPE_VIDEO);
	nodes[0].type = REEL_TYPE_HLS_DIRECTORY;
	load();
	(void)was_read(0, REEL_PLAYLIST_MEDIA, 1000, segments);
	reel_fold_choose(fold);
	assert_int_equal(reel_fold_write(fold), REEL_OK);
	assert_string_equal(told,
	    "segment a.ts\n"
	    "stream one.m3u8 playlist 1000\n"
	    "stream film directory -1\n"
	    "judged a stream: film\n");
	assert_int_equal(end(state), 0);
	assert_int_equal(begin(state), 0);
	nodes[1].parent_id = REEL_ITEM_TOP;
	add(11, TOP, "one.m3u8", REEL_TYPE_PLAYLIST);
	add(12, TOP, "a.ts", REEL_TYPE_VIDEO);
	load();
	(void)was_read(0, REEL_PLAYLIST_MEDIA, 1000, segments);
	reel_fold_choose(fold);
	assert_int_equal(reel_fold_write(fold), REEL_OK);
	assert_string_equal(told, "stream one.m3u8 playlist 1000\n");
}

static void
very_many_segments_are_folded_in_turns(void **state)
{
	static const char *const segments[] = {"000000.ts", NULL};

	(void)state;
	add(11, TOP, "one.m3u8", REEL_TYPE_PLAYLIST);
	many = 1;
	load();
	(void)was_read(0, REEL_PLAYLIST_MEDIA, 1000, segments);
	reel_fold_choose(fold);
	assert_int_equal(reel_fold_write(fold), REEL_AGAIN);
	/* The folder is told last. */
	assert_string_equal(told, "");
}

static void
more_playlists_than_are_read_say_so(void **state)
{
	static char names[18][16];
	int i;

	(void)state;
	for (i = 0; i < 18; i++) {
		snprintf(names[i], sizeof(names[i]), "%02d.m3u8", i);
		add(100 + i, TOP, names[i], REEL_TYPE_PLAYLIST);
	}
	load();
	assert_int_equal(fold->count, REEL_FOLD_PLAYLISTS_MAX);
	reel_fold_choose(fold);
	assert_int_equal(reel_fold_write(fold), REEL_OK);
	assert_string_equal(told,
	    "fail 16.m3u8 not read: of the playlists of one folder only 16 are\n"
	    "fail 17.m3u8 not read: of the playlists of one folder only 16 are\n"
	    "stream film directory -1\n"
	    "judged none: film\n");
}

static void
a_folder_that_is_gone_is_told(void **state)
{

	(void)state;
	job.item_id = 99;
	assert_int_equal(reel_fold_load(fold), REEL_NOT_FOUND);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	    TEST(the_longest_playlist_is_the_film),
	    TEST(what_is_known_is_not_looked_at),
	    TEST(without_a_segment_it_is_a_folder),
	    TEST(a_master_is_shown_by_its_best_variant),
	    TEST(a_variant_in_a_folder_is_tried_once),
	    TEST(a_root_and_a_variant_are_no_films),
	    TEST(very_many_segments_are_folded_in_turns),
	    TEST(more_playlists_than_are_read_say_so),
	    TEST(a_folder_that_is_gone_is_told),
	};

	reel_log_open("/dev/null", REEL_LOG_DEBUG);

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
