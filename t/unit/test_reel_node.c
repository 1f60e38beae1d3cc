/* links: indexer/reel_node.c indexer/reel_log.c indexer/reel_mem.c
 * shared/reel_buf.c shared/reel_escape.c */
/* Lists of nodes: names stay where the nodes say they are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "indexer/reel_node.h"

static void
add(struct reel_node_list *list, const char *name, size_t len)
{
	struct reel_node node;

	memset(&node, 0, sizeof(node));
	node.id = (int64_t)list->count;
	node.name = name;
	node.name_len = len;
	reel_node_list_add(list, &node);
}

static void
names_survive_growth_and_belong_to_the_list(void **state)
{
	struct reel_node_list list;
	char name[32];
	size_t i, len;

	(void)state;
	reel_node_list_init(&list);
	for (i = 0; i < 3000; i++) {
		len = (size_t)snprintf(name, sizeof(name), "name %zu", i);
		add(&list, name, len);
	}
	memset(name, 'x', sizeof(name));
	assert_int_equal(list.count, 3000);
	for (i = 0; i < list.count; i++) {
		snprintf(name, sizeof(name), "name %zu", i);
		assert_string_equal(list.nodes[i].name, name);
		assert_int_equal(list.nodes[i].name_len, strlen(name));
		assert_int_equal(list.nodes[i].id, i);
	}
	reel_node_list_clear(&list);
	assert_null(list.nodes);
	assert_int_equal(list.count, 0);
}

static void
bytes_of_a_name_are_not_a_string(void **state)
{
	struct reel_node_list list;

	(void)state;
	reel_node_list_init(&list);
	add(&list, "a\0b", 3);
	add(&list, "", 0);
	add(&list, "c", 1);
	assert_memory_equal(list.nodes[0].name, "a\0b", 4);
	assert_string_equal(list.nodes[1].name, "");
	assert_string_equal(list.nodes[2].name, "c");
	reel_node_list_clear(&list);
}

static void
reset_forgets_nodes_and_starts_over(void **state)
{
	struct reel_node_list list;

	(void)state;
	reel_node_list_init(&list);
	reel_node_list_reset(&list);
	add(&list, "before", 6);
	reel_node_list_reset(&list);
	assert_int_equal(list.count, 0);
	add(&list, "after", 5);
	assert_int_equal(list.count, 1);
	assert_string_equal(list.nodes[0].name, "after");
	reel_node_list_clear(&list);
	reel_node_list_clear(&list);
}

static void
names_a_folder_can_hold(void **state)
{
	static const struct {
		const char *name;
		size_t len;
		int ok;
	} cases[] = {
		{ "a", 1, 1 },
		{ "...", 3, 1 },
		{ ".a", 2, 1 },
		{ "..a", 3, 1 },
		{ " ", 1, 1 },
		{ "\xff\n", 2, 1 },
		{ "", 0, 0 },
		{ ".", 1, 0 },
		{ "..", 2, 0 },
		{ "a/b", 3, 0 },
		{ "a\0b", 3, 0 },
	};
	char name[256];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (reel_node_name_ok(cases[i].name, cases[i].len) !=
		    cases[i].ok)
			fail_msg("case %zu", i);
	memset(name, 'x', sizeof(name));
	assert_true(reel_node_name_ok(name, 255));
	assert_false(reel_node_name_ok(name, 256));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_survive_growth_and_belong_to_the_list),
		cmocka_unit_test(bytes_of_a_name_are_not_a_string),
		cmocka_unit_test(reset_forgets_nodes_and_starts_over),
		cmocka_unit_test(names_a_folder_can_hold),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
