/* links: shared/reel_uri.c shared/reel_path.c */
/* Which file of the folder an address means, and which mean none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "shared/reel_uri.h"

#define LIT(text) text, sizeof(text) - 1

static void
names_and_what_is_none(void **state)
{
	static const struct {
		const char *uri;
		size_t len;
		enum reel_uri_place place;
		const char *path;
	} rows[] = {
		{ LIT("0.ts"), REEL_URI_HERE, "0.ts" },
		{ LIT("./0.ts"), REEL_URI_HERE, "0.ts" },
		{ LIT("././0.ts"), REEL_URI_HERE, "0.ts" },
		{ LIT("0.ts?token=a/b"), REEL_URI_HERE, "0.ts" },
		{ LIT("0.ts#t=1"), REEL_URI_HERE, "0.ts" },
		{ LIT("my%20file%e6%b5%8b.ts"), REEL_URI_HERE,
		    "my file\xe6\xb5\x8b.ts" },
		{ LIT("a b.ts"), REEL_URI_HERE, "a b.ts" },
		{ LIT("100%.ts"), REEL_URI_HERE, "100%.ts" },
		{ LIT("%zz%2"), REEL_URI_HERE, "%zz%2" },
		{ LIT("a%3fb%23c.ts"), REEL_URI_HERE, "a?b#c.ts" },
		{ LIT("\xff\xfe.ts"), REEL_URI_HERE, "\xff\xfe.ts" },
		{ LIT("0-1:2.ts"), REEL_URI_HERE, "0-1:2.ts" },
		{ LIT("..."), REEL_URI_HERE, "..." },
		{ LIT("hi/v.m3u8"), REEL_URI_BELOW, "hi/v.m3u8" },
		{ LIT("./a/b/c.ts"), REEL_URI_BELOW, "a/b/c.ts" },
		{ LIT(""), REEL_URI_ELSEWHERE, NULL },
		{ LIT("."), REEL_URI_ELSEWHERE, NULL },
		{ LIT("./"), REEL_URI_ELSEWHERE, NULL },
		{ LIT(".."), REEL_URI_ELSEWHERE, NULL },
		{ LIT("../0.ts"), REEL_URI_ELSEWHERE, NULL },
		{ LIT("a/../0.ts"), REEL_URI_ELSEWHERE, NULL },
		{ LIT("%2e%2e/0.ts"), REEL_URI_ELSEWHERE, NULL },
		{ LIT("..%2f0.ts"), REEL_URI_ELSEWHERE, NULL },
		{ LIT("a%2fb.ts"), REEL_URI_ELSEWHERE, NULL },
		{ LIT("a//b.ts"), REEL_URI_ELSEWHERE, NULL },
		{ LIT("a/"), REEL_URI_ELSEWHERE, NULL },
		{ LIT("/etc/passwd"), REEL_URI_ELSEWHERE, NULL },
		{ LIT("%2fetc/passwd"), REEL_URI_ELSEWHERE, NULL },
		{ LIT("//host/0.ts"), REEL_URI_ELSEWHERE, NULL },
		{ LIT("http://host/0.ts"), REEL_URI_ELSEWHERE, NULL },
		{ LIT("FILE:///etc/passwd"), REEL_URI_ELSEWHERE, NULL },
		{ LIT("data:text/plain,x"), REEL_URI_ELSEWHERE, NULL },
		{ LIT("C:\\a.mp3"), REEL_URI_ELSEWHERE, NULL },
		{ LIT("concat:a|b"), REEL_URI_ELSEWHERE, NULL },
		{ LIT("?a"), REEL_URI_ELSEWHERE, NULL },
		{ LIT("#a"), REEL_URI_ELSEWHERE, NULL },
		{ LIT("a%00b"), REEL_URI_ELSEWHERE, NULL },
		{ LIT("a\0b"), REEL_URI_ELSEWHERE, NULL },
	};
	char path[REEL_URI_PATH_MAX];
	size_t i, len;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		len = 0;
		assert_int_equal(reel_uri_place(rows[i].uri, rows[i].len, path,
		    &len), rows[i].place);
		if (rows[i].place == REEL_URI_ELSEWHERE)
			continue;
		assert_int_equal(len, strlen(rows[i].path));
		assert_memory_equal(path, rows[i].path, len);
	}
}

static void
long_ones_are_elsewhere(void **state)
{
	char uri[REEL_URI_PATH_MAX + 8], path[REEL_URI_PATH_MAX];
	size_t len = 0, i;

	(void)state;
	memset(uri, 'a', sizeof(uri));
	assert_int_equal(reel_uri_place(uri, 255, path, &len), REEL_URI_HERE);
	assert_int_equal(len, 255);
	assert_int_equal(
	    reel_uri_place(uri, 256, path, &len), REEL_URI_ELSEWHERE);
	for (i = 1; i < sizeof(uri); i += 2)
		uri[i] = '/';
	assert_int_equal(reel_uri_place(uri, REEL_URI_PATH_MAX - 1, path, &len),
	    REEL_URI_BELOW);
	assert_int_equal(reel_uri_place(uri, REEL_URI_PATH_MAX + 1, path, &len),
	    REEL_URI_ELSEWHERE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_and_what_is_none),
		cmocka_unit_test(long_ones_are_elsewhere),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
