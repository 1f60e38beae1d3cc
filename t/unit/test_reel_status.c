/* links: shared/reel_status.c */
/* The words of a status: each has its own, and a wild number has one too. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "shared/reel_status.h"

static void
every_status_has_a_word_of_its_own(void **state)
{
	const char *a, *b;
	int i, j;

	(void)state;
	for (i = REEL_OK; i <= REEL_NOMEM; i++) {
		a = reel_status_name((enum reel_status)i);
		assert_true(strlen(a) > 0);
		assert_string_not_equal(a, "unknown");
		for (j = REEL_OK; j < i; j++) {
			b = reel_status_name((enum reel_status)j);
			assert_string_not_equal(a, b);
		}
	}
}

static void
words_are_lower_case(void **state)
{
	const char *word;
	int i;

	(void)state;
	for (i = REEL_OK; i <= REEL_NOMEM + 1; i++)
		for (word = reel_status_name((enum reel_status)i);
		    *word != '\0'; word++)
			assert_false(*word >= 'A' && *word <= 'Z');
}

static void
a_number_from_outside_is_unknown(void **state)
{

	(void)state;
	assert_string_equal(
	    reel_status_name((enum reel_status)(REEL_NOMEM + 1)), "unknown");
	assert_string_equal(reel_status_name((enum reel_status)-1), "unknown");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_status_has_a_word_of_its_own),
		cmocka_unit_test(words_are_lower_case),
		cmocka_unit_test(a_number_from_outside_is_unknown),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
