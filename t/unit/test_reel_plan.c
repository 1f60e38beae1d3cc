/* links: shared/reel_plan.c */
/* Plans of storyboards: what is in order, and each field out of its range. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "shared/reel_plan.h"

static struct reel_plan plan;

static void
make(void)
{

	reel_plan_init(&plan);
	plan.count = 2;
	plan.parts[0] = (struct reel_plan_part){0, 7, {0, 1, 3}};
	plan.parts[1] = (struct reel_plan_part){9, 8, {5000, 3, 4}};
}

static enum reel_status
check(void)
{

	return (reel_plan_check(&plan, REEL_PLAN_LEN(2)));
}

#define BAD(change)                                                            \
	do {                                                                   \
		make();                                                        \
		change;                                                        \
		assert_int_equal(check(), REEL_BAD_INPUT);                     \
	} while (0)

static void
parts_follow_each_other(void **state)
{

	(void)state;
	make();
	assert_int_equal(check(), REEL_OK);
	BAD(plan.parts[1].span.from = 2);
	BAD(plan.parts[1].span.upto = 3);
	BAD(plan.parts[0].span.upto = 1);
	BAD(plan.parts[1].span.upto = REEL_PLAN_TILES_MAX + 1);
	BAD(plan.parts[0].file = 0);
	BAD(plan.parts[0].span.begins_ms = INT64_MIN);
	BAD(plan.parts[0].span.begins_ms = INT64_MAX);
}

static void
it_is_as_long_as_it_says(void **state)
{

	(void)state;
	BAD(plan.version++);
	BAD(plan.count = 3);
	BAD(plan.count = 1);
	BAD(plan.count = UINT32_MAX);
	make();
	assert_int_equal(
	    reel_plan_check(&plan, REEL_PLAN_LEN(2) - 1), REEL_BAD_INPUT);
	assert_int_equal(reel_plan_check(&plan, 3), REEL_BAD_INPUT);
	reel_plan_init(&plan);
	assert_int_equal(reel_plan_check(&plan, REEL_PLAN_LEN(0)), REEL_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts_follow_each_other),
		cmocka_unit_test(it_is_as_long_as_it_says),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
