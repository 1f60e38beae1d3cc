/* links: indexer/reel_report_cjson.c indexer/reel_state.c indexer/reel_failures_sql.c
 * indexer/reel_file.c indexer/reel_slate.c indexer/reel_queue_sql.c indexer/reel_outs.c indexer/reel_write_sql.c
 * indexer/reel_write_rows_sql.c indexer/reel_write_find_sql.c
 * indexer/reel_write_facts_sql.c indexer/reel_write_picture_sql.c shared/reel_key.c indexer/reel_write_disks_sql.c
 * indexer/reel_write_upkeep_sql.c indexer/reel_write_backup_sql.c
 * indexer/reel_book_sql.c indexer/reel_inodes.c indexer/reel_book_epoch_sql.c
 * indexer/reel_book_file_sql.c indexer/reel_book_log_sql.c
 * indexer/reel_book_paths_sql.c indexer/reel_book_query_sql.c
 * indexer/reel_book_rows_sql.c indexer/reel_book_sums_sql.c indexer/reel_book_subs_sql.c indexer/reel_book_beside_sql.c indexer/reel_subtitle.c indexer/reel_subtitle_list.c
 * indexer/reel_body_cjson.c indexer/reel_member.c indexer/reel_json_cjson.c indexer/reel_node.c
 * indexer/reel_log.c indexer/reel_mem.c shared/reel_buf.c
 * shared/reel_escape.c shared/reel_gram.c shared/reel_item.c
 * shared/reel_schema_sql.c shared/reel_status.c shared/reel_facts.c */
/* status.json: its lines, its content, when it is replaced. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/stat.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cjson/cJSON.h>

#include "indexer/reel_failures_sql.h"
#include "indexer/reel_file.h"
#include "indexer/reel_log.h"
#include "indexer/reel_report_cjson.h"
#include "indexer/reel_write_sql.h"

static char dir[64];
static struct reel_write *book;
static struct reel_queue *queue;
static struct reel_report *report;
static struct reel_index_report state_of_index;
static struct reel_index_disk disks[2];
static struct reel_queue_counts counts;
static struct reel_report_now now;
static struct reel_buf text;

static int
set_up(void **state)
{
	struct reel_buf why;

	(void)state;
	strcpy(dir, "/tmp/reel-test-report-XXXXXX");
	assert_non_null(mkdtemp(dir));
	reel_log_open("/dev/null", REEL_LOG_ERR);
	reel_buf_init(&why);
	reel_buf_init(&text);
	assert_int_equal(reel_write_open(dir, &book, &why), REEL_OK);
	assert_int_equal(reel_queue_open(book, &queue), REEL_OK);
	reel_buf_clear(&why);
	report = reel_report_new(dir, book);
	disks[0] = (struct reel_index_disk){
	    "films", "/srv/fi\"l\nms", 1, 1, NULL};
	disks[1] = (struct reel_index_disk){
	    "films/caf\xe9", NULL, 0, 0, "the disk is away"};
	state_of_index = (struct reel_index_report){.phase = "live",
	    .scan_folders = 3, .scan_files = 40, .watching = 1,
	    .watches = 3, .polled = 1,
	    .scan_started_ms = INT64_C(1700000000000),
	    .scan_ended_ms = INT64_C(1700000001500), .disks = disks,
	    .disks_count = 2};
	now = (struct reel_report_now){
	    &state_of_index, &counts, 1, 0, NULL};

	return (0);
}

static int
tear_down(void **state)
{
	char command[128];

	(void)state;
	reel_report_free(report);
	reel_queue_close(queue);
	reel_write_close(book);
	reel_buf_clear(&text);
	snprintf(command, sizeof(command), "rm -rf '%s'", dir);

	return (system(command) == 0 ? 0 : -1);
}

static const char *
path(void)
{
	static char name[128];

	snprintf(name, sizeof(name), "%s/%s", dir, REEL_REPORT_FILE);

	return (name);
}

/* Write, read back, parse. */
static cJSON *
put(void)
{
	cJSON *json;

	reel_queue_count(queue, &counts);
	assert_int_equal(reel_report_put(report, &now), REEL_OK);
	reel_buf_reset(&text);
	assert_int_equal(reel_file_read(path(), 1 << 20, &text), REEL_OK);
	reel_buf_chr(&text, '\0');
	json = cJSON_Parse(text.data);
	assert_non_null(json);

	return (json);
}

static cJSON *
at(cJSON *json, const char *a, const char *b)
{
	cJSON *item = cJSON_GetObjectItemCaseSensitive(json, a);

	assert_non_null(item);
	if (b == NULL)
		return (item);
	item = cJSON_GetObjectItemCaseSensitive(item, b);
	assert_non_null(item);

	return (item);
}

static void
the_lines_are_what_nginx_expects(void **state)
{
	static const char *const begins[] = {
	    "{\"version\":1,\"written_at\":\"", "\"status\":{", "\"tasks\":{",
	    "\"watcher\":{", "}"};
	static const char *const ends[] = {"\",", "},", "},", "}", "}"};
	cJSON *json = put();
	char *line, *rest = text.data;
	size_t i;

	(void)state;
	for (i = 0; i < 5; i++) {
		line = strsep(&rest, "\n");
		assert_non_null(line);
		assert_int_equal(
		    strncmp(line, begins[i], strlen(begins[i])), 0);
		assert_true(strlen(line) >= strlen(ends[i]));
		assert_string_equal(
		    line + strlen(line) - strlen(ends[i]), ends[i]);
	}
	assert_string_equal(rest, "");
	cJSON_Delete(json);
}

static void
the_content_is_what_was_told(void **state)
{
	cJSON *json = put(), *list;

	(void)state;
	assert_string_equal(at(json, "status", "phase")->valuestring, "live");
	assert_int_equal(
	    at(at(json, "status", NULL), "scan", "files")->valueint, 40);
	assert_string_equal(at(at(json, "status", NULL), "scan", "started_at")
	                        ->valuestring, "2023-11-14T22:13:20.000Z");
	assert_true(
	    cJSON_IsTrue(at(at(json, "status", NULL), "indexer", "running")));
	assert_int_equal(at(at(json, "status", NULL), "indexer", "pid")->valueint,
	    getpid());
	list = at(json, "status", "disks");
	assert_int_equal(cJSON_GetArraySize(list), 2);
	assert_string_equal(at(cJSON_GetArrayItem(list, 0), "folder", NULL)
	                        ->valuestring, "/srv/fi\"l\nms");
	/* A name that is no UTF-8. */
	assert_string_equal(at(cJSON_GetArrayItem(list, 1), "path", NULL)
	                        ->valuestring, "films/caf\xef\xbf\xbd");
	assert_true(cJSON_IsFalse(
	    at(cJSON_GetArrayItem(list, 1), "online", NULL)));
	assert_int_equal(at(json, "watcher", "watches")->valueint, 3);
	assert_true(cJSON_IsTrue(at(json, "watcher", "running")));
	assert_null(cJSON_GetObjectItem(at(json, "status", NULL), "trouble"));
	cJSON_Delete(json);
}

static void
a_scan_that_runs_has_percent_and_eta(void **state)
{
	cJSON *json, *scan;

	(void)state;
	state_of_index.scan_ended_ms = 0;
	state_of_index.items_before = 80;
	json = put();
	scan = at(json, "status", "scan");
	assert_int_equal(at(scan, "percent", NULL)->valueint, 50);
	assert_true(at(scan, "eta_s", NULL)->valuedouble > 0);
	assert_null(cJSON_GetObjectItem(scan, "ended_at"));
	cJSON_Delete(json);
	state_of_index.scan_files = 100;
	json = put();
	assert_int_equal(at(at(json, "status", NULL), "scan", "percent")->valueint,
	    99);
	cJSON_Delete(json);
}

static void
nothing_new_is_not_written(void **state)
{
	struct stat before, after;

	(void)state;
	cJSON_Delete(put());
	assert_int_equal(stat(path(), &before), 0);
	assert_int_equal(before.st_mode & 07777, 0640);
	cJSON_Delete(put());
	assert_int_equal(stat(path(), &after), 0);
	assert_int_equal(before.st_ino, after.st_ino);
	now.running = 0;
	cJSON_Delete(put());
	assert_int_equal(stat(path(), &after), 0);
	assert_int_not_equal(before.st_ino, after.st_ino);
}

static void
an_index_that_was_taken_away_is_told_until_it_is_back(void **state)
{
	char here[128], away[128];
	cJSON *json, *trouble;

	(void)state;
	snprintf(here, sizeof(here), "%s/index.db", dir);
	snprintf(away, sizeof(away), "%s/index.away", dir);
	assert_int_equal(rename(here, away), 0);
	json = put();
	trouble = cJSON_GetObjectItem(
	    cJSON_GetObjectItem(json, "status"), "trouble");
	assert_string_equal(cJSON_GetStringValue(trouble), "index.db was taken "
	    "away or replaced while reel-indexer runs: restart reel-indexer");
	cJSON_Delete(json);
	assert_int_equal(rename(away, here), 0);
	json = put();
	assert_null(cJSON_GetObjectItem(
	    cJSON_GetObjectItem(json, "status"), "trouble"));
	cJSON_Delete(json);
}

static int64_t
add_item(int64_t parent, const char *name, enum reel_type type)
{
	struct reel_node node;

	memset(&node, 0, sizeof(node));
	node.parent_id = parent;
	node.name = name;
	node.name_len = strlen(name);
	node.type = type;
	node.state = REEL_STATE_READY;
	assert_int_equal(reel_write_put(book, &node), REEL_OK);

	return (node.id);
}

static void
failures_are_listed_newest_first_with_path_and_reason(void **state)
{
	int64_t root = add_item(0, "films", REEL_TYPE_DIRECTORY), id = 0;
	char name[32];
	cJSON *json, *list, *first;
	int i;

	(void)state;
	for (i = 0; i < REEL_FAILURES_MAX + 20; i++) {
		snprintf(name, sizeof(name), "%d\xff.mp4", i);
		id = add_item(root, name, REEL_TYPE_VIDEO);
		assert_int_equal(reel_write_fail(book, id, 2, "why \"not\""),
		    REEL_OK);
	}
	json = put();
	assert_int_equal(at(json, "tasks", "failed")->valueint,
	    REEL_FAILURES_MAX + 20);
	list = at(json, "tasks", "failures");
	assert_int_equal(cJSON_GetArraySize(list), REEL_FAILURES_MAX);
	first = cJSON_GetArrayItem(list, 0);
	assert_int_equal(atoll(at(first, "id", NULL)->valuestring), id);
	assert_string_equal(at(first, "path", NULL)->valuestring,
	    "films/119\xef\xbf\xbd.mp4");
	assert_string_equal(
	    at(first, "reason", NULL)->valuestring, "why \"not\"");
	assert_int_equal(at(first, "attempts", NULL)->valueint, 2);
	cJSON_Delete(json);
	/* One is mended, and no longer listed. */
	assert_int_equal(reel_write_drop(book, id), REEL_OK);
	json = put();
	first = cJSON_GetArrayItem(at(json, "tasks", "failures"), 0);
	assert_int_equal(atoll(at(first, "id", NULL)->valuestring), id - 1);
	cJSON_Delete(json);
}

static void
what_runs_is_not_pending(void **state)
{
	int64_t root = add_item(0, "films", REEL_TYPE_DIRECTORY);
	cJSON *json;
	int i;

	(void)state;
	for (i = 0; i < 5; i++) {
		char name[16];

		snprintf(name, sizeof(name), "%d.mp4", i);
		assert_int_equal(reel_queue_put(queue,
		    add_item(root, name, REEL_TYPE_VIDEO), 0, 0), REEL_OK);
	}
	now.probing = 2;
	now.trouble = "no worker";
	json = put();
	assert_int_equal(at(json, "tasks", "pending")->valueint, 3);
	assert_int_equal(at(json, "tasks", "running")->valueint, 2);
	assert_string_equal(
	    at(json, "status", "trouble")->valuestring, "no worker");
	cJSON_Delete(json);
}

static void
what_could_not_be_written_is_tried_again(void **state)
{
	struct reel_report *late;
	char sub[128], file[192];

	(void)state;
	snprintf(sub, sizeof(sub), "%s/late", dir);
	snprintf(file, sizeof(file), "%s/" REEL_REPORT_FILE, sub);
	late = reel_report_new(sub, book);
	assert_int_equal(reel_report_put(late, &now), REEL_IO);
	assert_int_equal(mkdir(sub, 0700), 0);
	assert_int_equal(reel_report_put(late, &now), REEL_OK);
	assert_int_equal(access(file, R_OK), 0);
	reel_report_free(late);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    T(the_lines_are_what_nginx_expects),
	    T(the_content_is_what_was_told),
	    T(a_scan_that_runs_has_percent_and_eta),
	    T(nothing_new_is_not_written),
	    T(an_index_that_was_taken_away_is_told_until_it_is_back),
	    T(failures_are_listed_newest_first_with_path_and_reason),
	    T(what_runs_is_not_pending),
	    T(what_could_not_be_written_is_tried_again),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
