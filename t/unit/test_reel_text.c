/* links: indexer/reel_text.c shared/reel_escape.c shared/reel_buf.c */
/* Tags of any bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "indexer/reel_text.h"

static void
what_is_no_text_becomes_one(void **state)
{
	static const struct {
		const char *text;
		const char *put;
	} rows[] = {
	    {NULL, ""}, {"", ""}, {"plain", "plain"},
	    {"T\xc3\xa4st", "T\xc3\xa4st"}, {"a\nb\x7f", "a b "},
	    {"\xff", "\xef\xbf\xbd"},
	    {"a\xc3", "a\xef\xbf\xbd"},
	    {"\xed\xa0\x80z", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdz"},
	    /* Whole characters only. */
	    {"0123456789\xf0\x9f\x8e\xa5", "0123456789"},
	    {"01234567890123456789", "0123456789012"},
	    {"0123456789ab\xff", "0123456789ab"},
	};
	char out[14];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		memset(out, 'x', sizeof(out));
		reel_text_put(out, sizeof(out), rows[i].text);
		assert_string_equal(out, rows[i].put);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_no_text_becomes_one),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
