/* links: indexer/reel_flags.c indexer/reel_config.c indexer/reel_config_cjson.c indexer/reel_config_keys.c indexer/reel_lines.c indexer/reel_file.c indexer/reel_log.c indexer/reel_mem.c shared/reel_buf.c shared/reel_path.c */
/* The command line: what each wrong one is told, and that flags win. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "indexer/reel_flags.h"
#include "indexer/reel_log.h"

static struct reel_flags flags;
static struct reel_buf why;

/* Parse a line; words are separated by single spaces, "''" is an empty one. */
static enum reel_status
parse(const char *line)
{
	static char copy[512];
	char *argv[32], *rest = copy;
	int argc = 0;

	reel_flags_clear(&flags);
	reel_buf_clear(&why);
	snprintf(copy, sizeof(copy), "reel-indexer %s", line);
	while (rest != NULL && argc < 31) {
		argv[argc] = strsep(&rest, " ");
		if (strcmp(argv[argc], "''") == 0)
			argv[argc][0] = '\0';
		argc++;
	}
	argv[argc] = NULL;

	return (reel_flags_parse(argc, argv, &flags, &why));
}

static void
wrong_lines_are_told(void **state)
{
	static const struct {
		const char *line;
		const char *why;
	} rows[] = {
	    {"--foo", "--foo is no option: see reel-indexer --help"},
	    {"-x", "-x is no option: see reel-indexer --help"},
	    {"--root", "--root needs a value: see reel-indexer --help"},
	    {"--once=1", "--once=1 is no option: see reel-indexer --help"},
	    {"films", "films is no option: name folders with --root films"},
	    {"--root ''",
	        "--root names no folder: give --root DIR or --root NAME=DIR"},
	    {"--root x=",
	        "--root names no folder: give --root DIR or --root NAME=DIR"},
	    {"--state ''", "--state is empty: give a path"},
	    {"--workers 0",
	        "--workers 0: expected a whole number from 1 to 64"},
	    {"--workers 2x",
	        "--workers 2x: expected a whole number from 1 to 64"},
	    {"--workers ''",
	        "--workers : expected a whole number from 1 to 64"},
	    {"--workers 99999999999999999999",
	        "--workers 99999999999999999999: expected a whole number from 1 "
	        "to 64"},
	    {"--log-level loud",
	        "--log-level loud: expected error, warn, info or debug"},
	    {"--once --check",
	        "--once, --check, --rescan, --accept, --backup, --export and "
	        "--print-schema exclude each other: give one"},
	    {"--backup ''", "--backup is empty: give the file to write"},
	    {"--export films",
	        "--export needs two: the stream, and the mp4 to write"},
	    {"--export films ''",
	        "--export needs two: the stream, and the mp4 to write"},
	    {"--export films a.mp4 b.mp4",
	        "b.mp4 is no option: name folders with --root b.mp4"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(parse(rows[i].line), REEL_BAD_INPUT);
		reel_buf_chr(&why, '\0');
		assert_string_equal(why.data, rows[i].why);
	}
}

static void
help_and_version_win_over_everything(void **state)
{

	(void)state;
	assert_int_equal(parse("--once --help"), REEL_OK);
	assert_int_equal(flags.mode, REEL_FLAGS_HELP);
	assert_int_equal(parse("--version --check"), REEL_OK);
	assert_int_equal(flags.mode, REEL_FLAGS_VERSION);
	assert_int_equal(parse("-h"), REEL_OK);
	assert_int_equal(flags.mode, REEL_FLAGS_HELP);
}

static void
an_export_has_two_arguments(void **state)
{

	(void)state;
	assert_int_equal(parse("--export films/a a.mp4"), REEL_OK);
	assert_int_equal(flags.mode, REEL_FLAGS_EXPORT);
	assert_string_equal(flags.argument, "films/a");
	assert_string_equal(flags.out, "a.mp4");
	assert_int_equal(
	    parse("--export films/a a.mp4 --root /nowhere/films"), REEL_OK);
	assert_string_equal(flags.out, "a.mp4");
	assert_int_equal(flags.over.roots_count, 1);
}

static void
every_option_is_in_the_help(void **state)
{
	static const char *const options[] = {"--config FILE", "--root [NAME=]DIR",
	    "--state DIR", "--cache DIR", "--workers N", "--log-level LEVEL",
	    "--log FILE", "--check", "--once", "--rescan PATH", "--accept PATH",
	    "--backup FILE", "--export PATH OUT", "--print-schema", "--version", "--help"};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		assert_non_null(strstr(reel_flags_help, options[i]));
}

static void
a_root_has_the_name_before_the_first_equals_sign(void **state)
{
	static const struct {
		const char *line;
		const char *name;
		const char *path;
	} rows[] = {
	    {"--root films=/nowhere/a", "films", "/nowhere/a"},
	    {"--root /nowhere/a", "a", "/nowhere/a"},
	    {"--root /nowhere/a=b", "a=b", "/nowhere/a=b"},
	    {"--root x=/nowhere/a=b", "x", "/nowhere/a=b"},
	    {"--root=x=/nowhere/a", "x", "/nowhere/a"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(parse(rows[i].line), REEL_OK);
		assert_int_equal(flags.over.roots_count, 1);
		assert_string_equal(flags.over.roots[0].name, rows[i].name);
		assert_string_equal(flags.over.roots[0].path, rows[i].path);
	}
}

static void
relative_paths_are_made_absolute(void **state)
{

	(void)state;
	assert_int_equal(parse("--state var --root ."), REEL_OK);
	assert_int_equal(flags.over.state_dir[0], '/');
	assert_int_equal(flags.over.roots[0].path[0], '/');
	assert_true(flags.over.roots[0].name[0] != '.');
}

static void
flags_win_over_the_file(void **state)
{
	static const char text[] =
	    "{\"roots\": [{\"name\": \"one\", \"path\": \"/nowhere/1\"},"
	    " {\"name\": \"two\", \"path\": \"/nowhere/2\"}],"
	    " \"state_dir\": \"/file\", \"workers\": 1, \"settle_ms\": 7,"
	    " \"log\": {\"level\": \"error\"}}";
	char path[] = "/tmp/reel-test-flags-XXXXXX", line[256];
	struct reel_config config;
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	snprintf(line, sizeof(line), "--config %s", path);
	assert_int_equal(parse(line), REEL_OK);
	assert_int_equal(reel_flags_load(&flags, &config, &why), REEL_OK);
	assert_int_equal(config.roots_count, 2);
	assert_string_equal(config.state_dir, "/file");
	assert_int_equal(config.log_level, REEL_LOG_ERR);
	reel_config_clear(&config);

	snprintf(line, sizeof(line), "--config %s --root x=/nowhere/x --state "
	    "/nowhere/s --workers 5 --log-level debug --log /nowhere/l", path);
	assert_int_equal(parse(line), REEL_OK);
	assert_int_equal(reel_flags_load(&flags, &config, &why), REEL_OK);
	assert_int_equal(config.roots_count, 1);
	assert_string_equal(config.roots[0].name, "x");
	assert_string_equal(config.state_dir, "/nowhere/s");
	assert_int_equal(config.workers, 5);
	assert_int_equal(config.log_level, REEL_LOG_DEBUG);
	assert_string_equal(config.log_path, "/nowhere/l");
	assert_int_equal(config.settle_ms, 7);
	reel_config_clear(&config);
	unlink(path);
}

static int
tear_down(void **state)
{

	(void)state;
	reel_flags_clear(&flags);
	reel_buf_clear(&why);

	return (0);
}

int
main(void)
{
#define T(f) cmocka_unit_test_teardown(f, tear_down)
	const struct CMUnitTest tests[] = {
	    T(wrong_lines_are_told),
	    T(help_and_version_win_over_everything),
	    T(an_export_has_two_arguments),
	    T(every_option_is_in_the_help),
	    T(a_root_has_the_name_before_the_first_equals_sign),
	    T(relative_paths_are_made_absolute),
	    T(flags_win_over_the_file),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
