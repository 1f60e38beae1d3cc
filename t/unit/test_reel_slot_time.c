/* links: indexer/reel_slot_time.c indexer/reel_loop.c indexer/reel_log.c indexer/reel_mem.c */
/*
 * A process that stands still, and its deadline with it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/wait.h>

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "indexer/reel_loop.h"
#include "indexer/reel_slot.h"
#include "indexer/reel_slot_time.h"

static struct reel_loop *loop;
static struct reel_slot slot;
static int late;

static pid_t
child(int busy)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	while (pid == 0)
		if (!busy)
			pause();

	return (pid);
}

static int
set_up(void **state)
{

	(void)state;
	loop = reel_loop_new();
	memset(&slot, 0, sizeof(slot));
	slot.loop = loop;
	late = 0;

	return (0);
}

static int
tear_down(void **state)
{

	(void)state;
	if (slot.pid > 0) {
		kill(slot.pid, SIGKILL);
		(void)waitpid(slot.pid, NULL, 0);
	}
	reel_slot_time_end(&slot);
	reel_loop_free(loop);

	return (0);
}

static void
on_late(void *cookie)
{

	assert_ptr_equal(cookie, &slot);
	late++;
	reel_loop_stop(loop);
}

static void
on_enough(void *cookie)
{

	(void)cookie;
	reel_loop_stop(loop);
}

static void
run_for(int64_t ms)
{

	reel_loop_timer(loop, ms, on_enough, NULL);
	reel_loop_run(loop);
	reel_loop_timer(loop, -1, on_enough, NULL);
}

/* What became of it: it stopped, it goes on. */
static void
expect(int options)
{
	int status;

	assert_int_equal(waitpid(slot.pid, &status, options), slot.pid);
	assert_true(options == WUNTRACED ? WIFSTOPPED(status)
	                                 : WIFCONTINUED(status));
}

static void
one_that_is_late_is_told_once(void **state)
{

	(void)state;
	slot.pid = child(0);
	reel_slot_time_begin(&slot, 20, on_late);
	run_for(10000);
	assert_int_equal(late, 1);
	run_for(100);
	assert_int_equal(late, 1);
}

static void
one_that_needs_no_more_is_not(void **state)
{

	(void)state;
	slot.pid = child(0);
	reel_slot_time_begin(&slot, 20, on_late);
	reel_slot_time_end(&slot);
	reel_slot_time_end(&slot);
	run_for(100);
	assert_int_equal(late, 0);
}

static void
its_time_stands_still_with_it(void **state)
{
	int64_t left_ms;

	(void)state;
	slot.pid = child(1);
	reel_slot_time_begin(&slot, 300, on_late);
	reel_slot_halt(&slot);
	expect(WUNTRACED);
	assert_int_equal(slot.halted, 1);
	left_ms = slot.late_ms;
	assert_in_range(left_ms, 1, 300);
	/* Halted twice it is halted once. */
	reel_slot_halt(&slot);
	run_for(600);
	assert_int_equal(late, 0);
	assert_int_equal(slot.late_ms, left_ms);
	reel_slot_resume(&slot);
	expect(WCONTINUED);
	reel_slot_resume(&slot);
	assert_int_equal(slot.halted, 0);
	run_for(10000);
	assert_int_equal(late, 1);
}

static void
the_end_of_its_time_lets_it_go_on(void **state)
{

	(void)state;
	slot.pid = child(1);
	reel_slot_time_begin(&slot, 60000, on_late);
	reel_slot_halt(&slot);
	expect(WUNTRACED);
	reel_slot_time_end(&slot);
	expect(WCONTINUED);
	assert_int_equal(slot.halted, 0);
}

static void
without_a_file_or_a_process_nothing_is_halted(void **state)
{

	(void)state;
	reel_slot_time_begin(&slot, 60000, on_late);
	reel_slot_halt(&slot);
	assert_int_equal(slot.halted, 0);
	assert_int_equal(reel_slot_cpu_us(&slot), 0);
	reel_slot_time_end(&slot);
	slot.pid = child(0);
	reel_slot_halt(&slot);
	assert_int_equal(slot.halted, 0);
}

static void
who_is_busy_is_seen_and_who_sleeps(void **state)
{
	int64_t us;

	(void)state;
	slot.pid = child(1);
	us = reel_slot_cpu_us(&slot);
	do
		run_for(5);
	while (reel_slot_cpu_us(&slot) < us + 20000);
	assert_true(reel_slot_runs(&slot));
	kill(slot.pid, SIGKILL);
	assert_int_equal(waitpid(slot.pid, NULL, 0), slot.pid);
	slot.pid = child(0);
	do
		run_for(5);
	while (reel_slot_runs(&slot));
	us = reel_slot_cpu_us(&slot);
	run_for(100);
	assert_int_equal(reel_slot_cpu_us(&slot), us);
}

#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(one_that_is_late_is_told_once),
	    T(one_that_needs_no_more_is_not),
	    T(its_time_stands_still_with_it),
	    T(the_end_of_its_time_lets_it_go_on),
	    T(without_a_file_or_a_process_nothing_is_halted),
	    T(who_is_busy_is_seen_and_who_sleeps),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
