/* links: indexer/reel_ring.c indexer/reel_mem.c indexer/reel_log.c
 * libs: pthread */
/* Events between two threads: in order, whole, and honest about loss. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "indexer/reel_ring.h"

#define MANY 300000

static void
fill(struct reel_ring_event *event, int32_t n)
{

	memset(event, 0, sizeof(*event));
	event->wd = n;
	event->mask = (uint32_t)n * 3;
	event->cookie = (uint32_t)n * 5;
	event->name_len = (uint32_t)n % 256;
	memset(event->name, 'a' + n % 26, event->name_len);
}

static int
readable(struct reel_ring *ring)
{
	struct pollfd pfd = { reel_ring_fd(ring), POLLIN, 0 };

	return (poll(&pfd, 1, 0) == 1);
}

static void
the_bell_rings_while_there_is_something(void **state)
{
	struct reel_ring *ring = reel_ring_open();
	struct reel_ring_event event;
	int lost;

	(void)state;
	assert_non_null(ring);
	assert_false(readable(ring));
	fill(&event, 7);
	reel_ring_put(ring, &event);
	assert_true(readable(ring));
	assert_true(reel_ring_take(ring, &event, &lost));
	assert_int_equal(event.wd, 7);
	assert_string_equal(event.name, "hhhhhhh");
	assert_false(lost);
	assert_false(reel_ring_take(ring, &event, &lost));
	assert_false(readable(ring));
	reel_ring_close(ring);
}

static void
a_full_ring_says_that_events_were_lost_after_the_last_one_kept(void **state)
{
	struct reel_ring *ring = reel_ring_open();
	struct reel_ring_event event;
	int32_t n, taken = 0;
	int lost;

	(void)state;
	assert_non_null(ring);
	for (n = 0; n < REEL_RING_EVENTS + 10; n++) {
		fill(&event, n);
		event.name_len = 1;
		reel_ring_put(ring, &event);
	}
	while (reel_ring_take(ring, &event, &lost) && !lost)
		assert_int_equal(event.wd, taken++);
	assert_int_equal(taken, REEL_RING_EVENTS);
	assert_true(lost);
	assert_false(reel_ring_take(ring, &event, &lost));
	fill(&event, 1);
	reel_ring_put(ring, &event);
	assert_true(reel_ring_take(ring, &event, &lost));
	assert_false(lost);
	reel_ring_close(ring);
}

static atomic_int heard; /* the taker has seen the end */

static void *
put_many(void *cookie)
{
	struct reel_ring *ring = cookie;
	struct reel_ring_event event;
	int32_t n;

	for (n = 1; n <= MANY; n++) {
		fill(&event, n);
		reel_ring_put(ring, &event);
	}
	fill(&event, -1);
	event.name_len = 0;
	/* The last one may be thrown away like any other: until it is heard. */
	while (!atomic_load(&heard)) {
		struct pollfd none = { -1, 0, 0 };

		reel_ring_put(ring, &event);
		(void)poll(&none, 1, 10);
	}
	return (NULL);
}

static void
what_arrives_from_another_thread_is_in_order_and_whole(void **state)
{
	struct reel_ring *ring = reel_ring_open();
	struct reel_ring_event event, want;
	struct pollfd pfd;
	pthread_t thread;
	int32_t last = 0;
	int lost, ended = 0, dropped = 0;

	(void)state;
	assert_non_null(ring);
	assert_int_equal(pthread_create(&thread, NULL, put_many, ring), 0);
	pfd.fd = reel_ring_fd(ring);
	pfd.events = POLLIN;
	while (!ended) {
		assert_true(poll(&pfd, 1, 30000) == 1);
		while (reel_ring_take(ring, &event, &lost)) {
			if (lost) {
				dropped = 1;
				continue;
			}
			if (event.wd == -1) {
				ended = 1;
				atomic_store(&heard, 1);
				continue;
			}
			assert_true(event.wd > last);
			if (event.wd != last + 1)
				dropped |= 2;
			last = event.wd;
			fill(&want, event.wd);
			assert_int_equal(event.mask, want.mask);
			assert_int_equal(event.name_len, want.name_len);
			assert_memory_equal(
			    event.name, want.name, event.name_len + 1);
		}
	}
	assert_int_equal(pthread_join(thread, NULL), 0);
	/* A hole that nobody told of would be the one real error. */
	if (last != MANY || dropped & 2)
		assert_true(dropped & 1);
	reel_ring_close(ring);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_bell_rings_while_there_is_something),
		cmocka_unit_test(
		    a_full_ring_says_that_events_were_lost_after_the_last_one_kept),
		cmocka_unit_test(
		    what_arrives_from_another_thread_is_in_order_and_whole),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
