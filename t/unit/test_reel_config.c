/* links: indexer/reel_config.c indexer/reel_config_cjson.c indexer/reel_config_keys.c indexer/reel_lines.c indexer/reel_file.c indexer/reel_log.c indexer/reel_mem.c shared/reel_buf.c shared/reel_path.c */
/* The configuration: what is read, and what each refusal says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/stat.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "indexer/reel_config.h"
#include "indexer/reel_log.h"
#include "shared/reel_key.h"
#include "shared/reel_schema_sql.h"

static char dir[64];
static char file[96];
static struct reel_config config;
static struct reel_buf why;

static int
set_up(void **state)
{

	(void)state;
	strcpy(dir, "/tmp/reel-test-config-XXXXXX");
	assert_non_null(mkdtemp(dir));
	snprintf(file, sizeof(file), "%s/indexer.json", dir);
	reel_config_init(&config);
	reel_buf_init(&why);

	return (0);
}

static int
tear_down(void **state)
{
	char cmd[128];

	(void)state;
	reel_config_clear(&config);
	reel_buf_clear(&why);
	snprintf(cmd, sizeof(cmd), "rm -rf '%s'", dir);
	assert_int_equal(system(cmd), 0);

	return (0);
}

static void
write_file(const char *text, size_t len)
{
	FILE *f = fopen(file, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
}

/* ${why} with the folder of the test cut out. */
static const char *
reason(void)
{
	static char text[2048];
	char *at;

	assert_true(why.len < sizeof(text));
	memcpy(text, why.data, why.len);
	text[why.len] = '\0';
	while ((at = strstr(text, dir)) != NULL)
		memmove(at, at + strlen(dir) + (at[strlen(dir)] == '/'),
		    strlen(at + strlen(dir) + (at[strlen(dir)] == '/')) + 1);

	return (text);
}

static void
bad_files_are_told_with_line_key_and_expectation(void **state)
{
	static const struct {
		const char *text;
		const char *why;
	} rows[] = {
	    {"", "indexer.json:1: not JSON: the file is empty"},
	    {"   \n\n", "indexer.json:3: not JSON: the file is empty"},
	    {"{\n\"roots\": [\n",
	        "indexer.json:3: not JSON: the file ends before its last bracket"},
	    {"{\n\"workers\": 1,\n}",
	        "indexer.json:3: not JSON: there is a comma before the closing "
	        "bracket"},
	    {"{\n\"workers\": 1\n\"poll_s\": 2}",
	        "indexer.json:3: not JSON: a comma or colon is missing before "
	        "this"},
	    {"{\n// hello\n}", "indexer.json:2: not JSON: JSON has no comments"},
	    {"{\n'workers': 1}",
	        "indexer.json:2: not JSON: strings take double quotes"},
	    {"{\"workers\": 1} x",
	        "indexer.json:1: not JSON: something follows the last bracket"},
	    {"{\"workers\": 1}\n\n{}",
	        "indexer.json:3: not JSON: something follows the last bracket"},
	    {"{\n\"group\": \"a\\u0000b\"}",
	        "indexer.json:2: not JSON: a string holds \\u0000"},
	    {"[]", "indexer.json:1: expected an object in { }"},
	    {"\n7", "indexer.json:2: expected an object in { }"},
	    {"{\n\"wrokers\": 1}",
	        "indexer.json:2: wrokers: unknown key: expected one of roots, "
	        "state_dir, cache_dir, group, workers, worker_path, "
	        "probe_timeout_ms, settle_ms, verify_s, poll_s, thumbnail, storyboard, retention, log"},
	    {"{\"workers\": 1,\n\"poll_s\": 1,\n\"workers\": 2}",
	        "indexer.json:3: workers: is there twice: keep one"},
	    {"{\"workers\": 0}",
	        "indexer.json:1: workers: expected a whole number from 1 to 64"},
	    {"{\"workers\": 65}",
	        "indexer.json:1: workers: expected a whole number from 1 to 64"},
	    {"{\"workers\": 1.5}",
	        "indexer.json:1: workers: expected a whole number from 1 to 64"},
	    {"{\"workers\": \"2\"}",
	        "indexer.json:1: workers: expected a whole number from 1 to 64"},
	    {"{\"workers\": 1e300}",
	        "indexer.json:1: workers: expected a whole number from 1 to 64"},
	    {"{\"workers\": null}",
	        "indexer.json:1: workers: expected a whole number from 1 to 64"},
	    {"{\"settle_ms\": -1}",
	        "indexer.json:1: settle_ms: expected a whole number from 0 to "
	        "600000"},
	    {"{\"state_dir\": \"var\"}",
	        "indexer.json:1: state_dir: expected an absolute path, beginning "
	        "with /"},
	    {"{\"state_dir\": \"\"}",
	        "indexer.json:1: state_dir: expected a string that is not empty"},
	    {"{\"group\": 7}", "indexer.json:1: group: expected a string"},
	    {"{\"retention\": 7}",
	        "indexer.json:1: retention: expected an object in { }"},
	    {"{\"retention\": {\"days\": 7,\n \"weeks\": 1}}",
	        "indexer.json:2: retention.weeks: unknown key: expected one of "
	        "days, records"},
	    {"{\"log\": {\n\"level\": \"loud\"}}",
	        "indexer.json:2: log.level: expected error, warn, info or debug"},
	    {"{\"thumbnail\": {\n\"format\": \"png\"}}",
	        "indexer.json:2: thumbnail.format: expected jpeg or webp"},
	    {"{\"thumbnail\": {\"format\": 1}}",
	        "indexer.json:1: thumbnail.format: expected jpeg or webp"},
	    {"{\"storyboard\": {\n\"interval_s\": 0}}",
	        "indexer.json:2: storyboard.interval_s: expected a whole number "
	        "from 1 to 3600"},
	    {"{\"storyboard\": {\"columns\": 21}}",
	        "indexer.json:1: storyboard.columns: expected a whole number from "
	        "1 to 20"},
	    {"{\"storyboard\": {\"count\": 1}}",
	        "indexer.json:1: storyboard.count: unknown key: expected one of "
	        "enabled, interval_s, width, columns, rows, quality"},
	    {"{\"storyboard\": true}",
	        "indexer.json:1: storyboard: expected an object in { }"},
	    {"{\"roots\": {}}",
	        "indexer.json:1: roots: expected a list of objects"},
	    {"{\"roots\": [\n7]}",
	        "indexer.json:2: roots[0]: expected an object in { }"},
	    {"{\"roots\": [\n{\"path\": \"/a,{[\\\"\", \"include\": [\"x\"]},\n{\n"
	     "\"name\": \"b\",\n\"path\": 7}]}",
	        "indexer.json:5: roots[1].path: expected a string"},
	    {"{\"roots\": [{\"path\": \"/a\", \"exclude\": [\"x\",\n\"y\",\n7]}]}",
	        "indexer.json:3: roots[0].exclude[2]: expected a string"},
	    {"{\"roots\": [{\"path\": \"/a\", \"exclude\": \"x\"}]}",
	        "indexer.json:1: roots[0].exclude: expected a list of strings"},
	    {"{\"roots\": [{\"path\": \"/a\", \"hidden\": 1}]}",
	        "indexer.json:1: roots[0].hidden: expected true or false"},
	    {"{\"roots\": [{\"name\": \"a\"}]}",
	        "indexer.json:1: roots[0]: has no \"path\""},
	    {"{\"roots\": [{\"path\": \"/\"}]}",
	        "indexer.json:1: roots[0]: has no \"name\""},
	    {"\xef\xbb\xbf{\n\"x\": 1}",
	        "indexer.json:2: x: unknown key: expected one of roots, state_dir, "
	        "cache_dir, group, workers, worker_path, probe_timeout_ms, "
	        "settle_ms, verify_s, poll_s, thumbnail, storyboard, retention, log"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		reel_config_clear(&config);
		reel_buf_reset(&why);
		write_file(rows[i].text, strlen(rows[i].text));
		assert_int_equal(
		    reel_config_load(file, &config, &why), REEL_BAD_INPUT);
		assert_string_equal(reason(), rows[i].why);
	}
}

static void
a_full_file_is_read(void **state)
{
	static const char text[] =
	    "{ \"roots\": [ {\"name\": \"films\", \"path\": \"/srv/films\","
	    "  \"include\": [\"*.mp4\", \"*.mkv\"], \"exclude\": [\"tmp/*\"],"
	    "  \"poll_s\": 60, \"hidden\": true}, {\"path\": \"/srv/clips\"} ],"
	    " \"state_dir\": \"/s\", \"cache_dir\": \"/c\", \"group\": \"root\","
	    " \"workers\": 3, \"worker_path\": \"/w\","
	    " \"probe_timeout_ms\": 5000, \"settle_ms\": 0, \"verify_s\": 60,"
	    " \"poll_s\": 5, \"retention\": {\"days\": 2, \"records\": 10},"
	    " \"storyboard\": {\"enabled\": true, \"interval_s\": 5, \"rows\": 3},"
	    " \"thumbnail\": {\"format\": \"webp\", \"width\": 64},"
	    " \"log\": {\"path\": \"/l\", \"level\": \"debug\"} }";

	(void)state;
	write_file(text, strlen(text));
	assert_int_equal(reel_config_load(file, &config, &why), REEL_OK);
	assert_int_equal(config.roots_count, 2);
	assert_string_equal(config.roots[0].name, "films");
	assert_string_equal(config.roots[0].path, "/srv/films");
	assert_string_equal(config.roots[0].include[0], "*.mp4");
	assert_string_equal(config.roots[0].include[1], "*.mkv");
	assert_null(config.roots[0].include[2]);
	assert_string_equal(config.roots[0].exclude[0], "tmp/*");
	assert_int_equal(config.roots[0].poll_s, 60);
	assert_int_equal(config.roots[0].hidden, 1);
	assert_string_equal(config.roots[1].name, "clips");
	assert_int_equal(config.roots[1].hidden, 0);
	assert_string_equal(config.state_dir, "/s");
	assert_string_equal(config.cache_dir, "/c");
	assert_string_equal(config.group, "root");
	assert_int_equal(config.workers, 3);
	assert_string_equal(config.worker_path, "/w");
	assert_int_equal(config.probe_timeout_ms, 5000);
	assert_int_equal(config.settle_ms, 0);
	assert_int_equal(config.verify_s, 60);
	assert_int_equal(config.poll_s, 5);
	assert_int_equal(config.retention_s, 2 * 86400);
	assert_int_equal(config.retention_records, 10);
	assert_int_equal(config.boards, 1);
	assert_int_equal(config.board_step_s, 5);
	assert_int_equal(config.board_width, 160);
	assert_int_equal(config.board_columns, 10);
	assert_int_equal(config.board_rows, 3);
	assert_int_equal(config.board_quality, 70);
	assert_int_equal(config.picture_form, REEL_KEY_WEBP);
	assert_int_equal(config.picture_width, 64);
	assert_int_equal(config.picture_quality, 80);
	assert_string_equal(config.log_path, "/l");
	assert_int_equal(config.log_level, REEL_LOG_DEBUG);
}

static void
a_file_that_is_none_is_told(void **state)
{
	char *big = calloc(1, (1 << 20) + 2);

	(void)state;
	assert_int_equal(reel_config_load(file, &config, &why), REEL_BAD_INPUT);
	assert_string_equal(reason(), "cannot read configuration indexer.json (No "
	    "such file or directory): name a file with --config, or folders with "
	    "--root");
	reel_buf_reset(&why);
	assert_int_equal(mkfifo(file, 0600), 0);
	assert_int_equal(reel_config_load(file, &config, &why), REEL_BAD_INPUT);
	assert_string_equal(reason(), "configuration indexer.json is no regular "
	    "file of at most 1 MiB: name a JSON file with --config");
	assert_int_equal(unlink(file), 0);
	reel_buf_reset(&why);
	assert_non_null(big);
	write_file(big, (1 << 20) + 1);
	free(big);
	assert_int_equal(reel_config_load(file, &config, &why), REEL_BAD_INPUT);
	assert_string_equal(reason(), "configuration indexer.json is no regular "
	    "file of at most 1 MiB: name a JSON file with --config");
}

/* Every prefix of a good file, and every byte of it broken: never a crash. */
static void
any_bytes_are_refused_or_read_without_harm(void **state)
{
	static const char text[] =
	    "{\"roots\":[{\"name\":\"f\\u00e9\",\"path\":\"/a\",\"include\":"
	    "[\"*\"]}],\"log\":{\"level\":\"info\"},\"workers\":3}";
	char copy[sizeof(text)];
	size_t i, k;
	static const char bytes[] = {'\0', '"', '\\', '{', ']', '\xff', ','};

	(void)state;
	for (i = 0; i < strlen(text); i++) {
		reel_config_clear(&config);
		reel_buf_reset(&why);
		write_file(text, i);
		assert_int_equal(
		    reel_config_load(file, &config, &why), REEL_BAD_INPUT);
		assert_true(why.len > 0);
		for (k = 0; k < sizeof(bytes); k++) {
			memcpy(copy, text, sizeof(text));
			copy[i] = bytes[k];
			reel_config_clear(&config);
			reel_buf_reset(&why);
			write_file(copy, strlen(text));
			if (reel_config_load(file, &config, &why) != REEL_OK)
				assert_true(why.len > 0);
		}
	}
}

static void
make_dir(const char *name)
{
	char path[160];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	assert_int_equal(mkdir(path, 0755), 0);
}

static void
add(const char *name, const char *path)
{
	char full[160];

	snprintf(full, sizeof(full), "%s/%s", dir, path);
	assert_int_equal(
	    reel_config_add_root(&config, name, full, &why), REEL_OK);
}

static void
set_dirs(const char *state_dir, const char *cache_dir)
{

	reel_config_clear(&config);
	reel_buf_reset(&why);
	assert_true(asprintf(&config.state_dir, "%s/%s", dir, state_dir) > 0);
	assert_true(asprintf(&config.cache_dir, "%s/%s", dir, cache_dir) > 0);
}

static void
check_says(const char *expected)
{

	assert_int_equal(reel_config_check(&config, &why),
	    expected != NULL ? REEL_BAD_INPUT : REEL_OK);
	if (expected != NULL)
		assert_string_equal(reason(), expected);
}

static void
folders_that_cannot_work_are_refused(void **state)
{
	FILE *f;

	(void)state;
	make_dir("a");
	make_dir("a/in");
	make_dir("ab");
	snprintf(file, sizeof(file), "%s/plain", dir);
	assert_non_null(f = fopen(file, "w"));
	fclose(f);

	set_dirs("s", "c");
	check_says("there is no root: name a folder of media with --root DIR, or "
	    "with \"roots\" in the file of --config");
	set_dirs("s", "c");
	add("x", "a");
	add("x", "ab");
	check_says("two roots are named \"x\" (a and ab): give one of them another "
	    "name");
	set_dirs("s", "c");
	add(NULL, "a");
	add(NULL, "a/in");
	check_says("root \"in\" (a/in) lies inside root \"a\" (a): keep the outer "
	    "one");
	set_dirs("s", "c");
	add(NULL, "a/in");
	add(NULL, "a");
	check_says("root \"in\" (a/in) lies inside root \"a\" (a): keep the outer "
	    "one");
	set_dirs("s", "c");
	add("x", "a");
	add("y", "a/in/..");
	check_says("roots \"x\" and \"y\" are the same folder (a): keep one of "
	    "them");
	set_dirs("a/state", "c");
	add(NULL, "a");
	check_says("the state folder a/state lies inside root \"a\" (a): put it "
	    "elsewhere with --state");
	set_dirs("s", "a");
	add(NULL, "a");
	check_says("the cache folder a lies inside root \"a\" (a): put it "
	    "elsewhere with --cache");
	set_dirs("a", "c");
	add("r", "a/in");
	check_says("root \"r\" (a/in) lies inside the state folder a: put that "
	    "elsewhere with --state");
	set_dirs("c/s", "c");
	add("r", "a/in");
	check_says("the state folder c/s lies inside the cache folder c: put one "
	    "of them elsewhere with --state or --cache");
	set_dirs("s", "c");
	add("p", "plain");
	check_says("root \"p\": plain is not a folder: name the folder that holds "
	    "it");
	set_dirs("s", "c");
	add("a/b", "a");
	check_says("root name \"a/b\" cannot be a folder's name: use 1 to 255 "
	    "bytes without '/', and not \".\" or \"..\"");
	set_dirs("s", "c");
	add("..", "a");
	check_says("root name \"..\" cannot be a folder's name: use 1 to 255 "
	    "bytes without '/', and not \".\" or \"..\"");
	set_dirs("s", "c");
	add("a", "a");
	config.group = strdup("no such group");
	check_says("group \"no such group\" does not exist: name the group nginx "
	    "runs with, \"www-data\" on Debian");
}

static void
the_newest_records_stay_whatever_the_retention_is(void **state)
{

	(void)state;
	make_dir("a");
	set_dirs("s", "c");
	add("r", "a");
	config.retention_s = 0;
	config.retention_records = 0;
	assert_int_equal(reel_config_check(&config, &why), REEL_OK);
	assert_int_equal(config.retention_records, REEL_SCHEMA_LOG_MIN);
	config.retention_records = REEL_SCHEMA_LOG_MIN + 1;
	assert_int_equal(reel_config_check(&config, &why), REEL_OK);
	assert_int_equal(config.retention_records, REEL_SCHEMA_LOG_MIN + 1);
}

static void
folders_side_by_side_and_missing_ones_are_taken(void **state)
{
	char link[160], target[160];

	(void)state;
	make_dir("a");
	make_dir("ab");
	snprintf(target, sizeof(target), "%s/a", dir);
	snprintf(link, sizeof(link), "%s/link", dir);
	assert_int_equal(symlink(target, link), 0);
	set_dirs("link/../s", "c");
	add(NULL, "link");
	add(NULL, "ab/");
	add(NULL, "away/disk//");
	check_says(NULL);
	assert_string_equal(config.roots[0].name, "a");
	assert_string_equal(config.roots[0].path, target);
	assert_string_equal(config.roots[1].name, "ab");
	assert_string_equal(config.roots[2].name, "disk");
	assert_true(config.workers >= 1 && config.workers <= 4);
	assert_non_null(strstr(config.worker_path, "/reel-worker"));
}

static void
a_root_flag_without_a_name_is_told(void **state)
{

	(void)state;
	assert_int_equal(reel_config_add_root(&config, NULL, "/", &why),
	    REEL_BAD_INPUT);
	assert_string_equal(reason(),
	    "--root / has no name: give it one with --root NAME=/");
	reel_buf_reset(&why);
	assert_int_equal(
	    reel_config_add_root(&config, "x", "", &why), REEL_BAD_INPUT);
	assert_string_equal(reason(), "--root names no folder: give --root DIR or "
	    "--root NAME=DIR");
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    T(bad_files_are_told_with_line_key_and_expectation),
	    T(a_full_file_is_read),
	    T(a_file_that_is_none_is_told),
	    T(any_bytes_are_refused_or_read_without_harm),
	    T(folders_that_cannot_work_are_refused),
	    T(the_newest_records_stay_whatever_the_retention_is),
	    T(folders_side_by_side_and_missing_ones_are_taken),
	    T(a_root_flag_without_a_name_is_told),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
