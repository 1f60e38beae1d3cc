/* links: indexer/reel_rules.c indexer/reel_mem.c indexer/reel_log.c */
/* What is left out: .reelignore and the patterns of a root. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "indexer/reel_config.h"
#include "indexer/reel_rules.h"

#define S REEL_RULES_SILENT
#define I REEL_RULES_IGNORE
#define K REEL_RULES_KEEP

struct row {
	const char *text;
	const char *path;
	int folder;
	enum reel_rules_word word;
};

static const struct row rows[] = {
	{ "*.tmp", "a.tmp", 0, I },
	{ "*.tmp", "deep/down/a.tmp", 0, I },
	{ "*.tmp", "a.tmp.mp4", 0, S },
	{ "# *.mp4\n*.tmp\n", "a.mp4", 0, S },
	{ "*.tmp\n!keep.tmp", "keep.tmp", 0, K },
	{ "!keep.tmp\n*.tmp", "keep.tmp", 0, I },
	{ "raw/", "raw", 1, I },
	{ "raw/", "raw", 0, S },
	{ "raw/", "a/raw", 1, I },
	{ "/raw", "raw", 0, I },
	{ "/raw", "a/raw", 0, S },
	{ "a/raw", "a/raw", 0, I },
	{ "a/raw", "b/a/raw", 0, S },
	{ "a/*", "a/x", 0, I },
	{ "a/*", "a/x/y", 0, S },
	{ "a/**", "a/x/y", 0, I },
	{ "**/x", "x", 0, I },
	{ "**/x", "a/b/x", 0, I },
	{ "?.mp4", "a.mp4", 0, I },
	{ "[a-c].mp4", "d.mp4", 0, S },
	{ "  \n\r\n*.tmp  \r\n", "a.tmp", 0, I },
	{ "/", "a", 1, S },
	{ "!", "a", 1, S },
	{ "\\#a", "#a", 0, I },
	{ "\xff*", "\xff\xfe", 0, I },
};

static void
patterns_are_read_as_in_the_table(void **state)
{
	struct reel_rules *rules;
	const char *name;
	enum reel_rules_word word;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		rules = reel_rules_parse(rows[i].text, strlen(rows[i].text));
		name = strrchr(rows[i].path, '/');
		name = name == NULL ? rows[i].path : name + 1;
		word = rules == NULL ? S : reel_rules_match(
		    rules, rows[i].path, name, rows[i].folder);
		if (word != rows[i].word)
			fail_msg("row %zu: \"%s\" says %d of %s", i,
			    rows[i].text, (int)word, rows[i].path);
		reel_rules_free(rules);
	}
}

static void
equal_texts_are_the_same_rules(void **state)
{
	struct reel_rules *a = reel_rules_parse("*.a\n", 4);
	struct reel_rules *b = reel_rules_parse("*.a\n", 4);
	struct reel_rules *c = reel_rules_parse("*.b\n", 4);

	(void)state;
	assert_true(reel_rules_same(a, b));
	assert_false(reel_rules_same(a, c));
	assert_false(reel_rules_same(a, NULL));
	assert_true(reel_rules_same(NULL, NULL));
	assert_false(reel_rules_anchored(a));
	reel_rules_free(a);
	reel_rules_free(b);
	reel_rules_free(c);
	reel_rules_free(NULL);
}

static void
a_text_without_a_pattern_is_no_rules(void **state)
{

	(void)state;
	assert_null(reel_rules_parse("", 0));
	assert_null(reel_rules_parse("\n#only words\n\n", 14));
	assert_null(reel_rules_parse("\0\0\0", 3));
}

static void
an_endless_text_is_cut_at_its_bounds(void **state)
{
	size_t len = REEL_RULES_MAX_BYTES * 2;
	char *text = malloc(len);
	struct reel_rules *rules;
	size_t i;

	(void)state;
	assert_non_null(text);
	for (i = 0; i < len; i += 2)
		memcpy(text + i, "x\n", 2);
	memcpy(text + len - 2, "y\n", 2);
	rules = reel_rules_parse(text, len);
	assert_int_equal(reel_rules_match(rules, "x", "x", 0), I);
	assert_int_equal(reel_rules_match(rules, "y", "y", 0), S);
	reel_rules_free(rules);
	free(text);
}

static void
a_root_hides_excludes_and_includes(void **state)
{
	char mp4[] = "*.mp4", raw[] = "raw/*", tmp[] = "tmp";
	char *include[] = { mp4, NULL };
	char *exclude[] = { raw, tmp, NULL };
	struct reel_config_root root;

	(void)state;
	memset(&root, 0, sizeof(root));
	assert_true(reel_rules_wanted(&root, "a.txt", "a.txt", 0));
	assert_false(reel_rules_wanted(&root, ".a.mp4", ".a.mp4", 0));
	root.hidden = 1;
	assert_true(reel_rules_wanted(&root, ".a.mp4", ".a.mp4", 0));
	root.include = include;
	root.exclude = exclude;
	assert_true(reel_rules_root_anchored(&root));
	assert_true(reel_rules_wanted(&root, "d/a.mp4", "a.mp4", 0));
	assert_false(reel_rules_wanted(&root, "d/a.txt", "a.txt", 0));
	assert_true(reel_rules_wanted(&root, "d/sub", "sub", 1));
	assert_false(reel_rules_wanted(&root, "d/tmp", "tmp", 1));
	assert_false(reel_rules_wanted(&root, "raw/a.mp4", "a.mp4", 0));
	assert_true(reel_rules_wanted(&root, "d/raw/a.mp4", "a.mp4", 0));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(patterns_are_read_as_in_the_table),
		cmocka_unit_test(equal_texts_are_the_same_rules),
		cmocka_unit_test(a_text_without_a_pattern_is_no_rules),
		cmocka_unit_test(an_endless_text_is_cut_at_its_bounds),
		cmocka_unit_test(a_root_hides_excludes_and_includes),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
