/* links: indexer/reel_table.c indexer/reel_mem.c indexer/reel_log.c */
/* The table against a plain array, through every kind of collision. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "indexer/reel_table.h"

#define KEYS 512

static void
empty_table_has_nothing(void **state)
{
	struct reel_table table;
	size_t pos = 0;

	(void)state;
	reel_table_init(&table);
	assert_null(reel_table_get(&table, 7));
	assert_null(reel_table_drop(&table, 7));
	assert_null(reel_table_next(&table, &pos, NULL));
	reel_table_clear(&table);
}

static void
any_order_of_puts_and_drops_agrees_with_an_array(void **state)
{
	struct reel_table table;
	static char values[KEYS];
	void *model[KEYS];
	void *value;
	size_t pos, count, i;
	int64_t key;
	int n;

	(void)state;
	memset(model, 0, sizeof(model));
	reel_table_init(&table);
	srandom(4711);
	for (n = 0; n < 200000; n++) {
		/* Few keys and a table that fills up and empties in turns. */
		i = (size_t)random() % KEYS;
		key = (int64_t)i - KEYS / 2;
		if ((random() % 100) < (n / 10000 % 2 ? 30 : 70)) {
			model[i] = &values[random() % KEYS];
			reel_table_put(&table, key, model[i]);
		} else {
			assert_ptr_equal(reel_table_drop(&table, key), model[i]);
			model[i] = NULL;
		}
		i = (size_t)random() % KEYS;
		key = (int64_t)i - KEYS / 2;
		assert_ptr_equal(reel_table_get(&table, key), model[i]);
	}
	for (i = 0, count = 0; i < KEYS; i++)
		count += model[i] != NULL;
	assert_int_equal(table.count, count);
	pos = 0;
	while ((value = reel_table_next(&table, &pos, &key)) != NULL) {
		assert_ptr_equal(value, model[key + KEYS / 2]);
		count--;
	}
	assert_int_equal(count, 0);
	reel_table_clear(&table);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(empty_table_has_nothing),
		cmocka_unit_test(any_order_of_puts_and_drops_agrees_with_an_array),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
