/*
 * The indexer's event loop over poll(2), one thread.  A turn: wait, call what is
 * readable, call the timers that are due.  Whatever a callback adds takes part
 * from the next turn on, so a timer that sets itself to 0 ms again and again
 * shares the loop fairly with the descriptors, and a descriptor that is closed
 * and whose number comes back in the same turn is not called for the old one.
 *
 * Descriptors and timers are few (workers, peers of the bell, a timer an
 * activity), so both live in plain arrays.
 */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "indexer/reel_log.h"
#include "indexer/reel_mem.h"

#include "indexer/reel_loop.h"

struct loop_fd {
	void (*on_readable)(void *cookie, int fd); /* NULL: no longer */
	void *cookie;
	int fd;
};

struct loop_timer {
	void (*on_time)(void *cookie); /* NULL: no longer */
	void *cookie;
	int64_t when_ms;
	uint64_t since; /* turn in which it was set */
};

struct reel_loop {
	struct loop_fd *fds;
	struct pollfd *polls; /* parallel to fds */
	size_t fds_count;
	size_t fds_cap;
	struct loop_timer *timers;
	size_t timers_count;
	size_t timers_cap;
	uint64_t turn;
	int64_t now_ms;
	int stop;
};

static void
look_at_clock(struct reel_loop *loop)
{
	struct timespec ts;
	int64_t ms;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	ms = (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
	if (ms > loop->now_ms)
		loop->now_ms = ms;
}

struct reel_loop *
reel_loop_new(void)
{
	struct reel_loop *loop = reel_mem_new(sizeof(*loop));

	look_at_clock(loop);

	return (loop);
}

void
reel_loop_free(struct reel_loop *loop)
{

	if (loop == NULL)
		return;
	free(loop->fds);
	free(loop->polls);
	free(loop->timers);
	free(loop);
}

int64_t
reel_loop_now_ms(struct reel_loop *loop)
{

	return (loop->now_ms);
}

void
reel_loop_fd(struct reel_loop *loop, int fd,
    void (*on_readable)(void *cookie, int fd), void *cookie)
{
	struct loop_fd *entry;
	size_t i;

	for (i = 0; i < loop->fds_count; i++) {
		entry = &loop->fds[i];
		if (entry->fd == fd && entry->on_readable != NULL) {
			entry->on_readable = on_readable;
			entry->cookie = cookie;
			return;
		}
	}
	if (on_readable == NULL)
		return;
	if (loop->fds_count == loop->fds_cap) {
		loop->fds_cap = loop->fds_cap > 0 ? 2 * loop->fds_cap : 16;
		loop->fds = reel_mem_grow(
		    loop->fds, loop->fds_cap, sizeof(*loop->fds));
		loop->polls = reel_mem_grow(
		    loop->polls, loop->fds_cap, sizeof(*loop->polls));
	}
	loop->fds[loop->fds_count++] = (struct loop_fd){
	    .on_readable = on_readable,
	    .cookie = cookie,
	    .fd = fd,
	};
}

void
reel_loop_timer(struct reel_loop *loop, int64_t after_ms,
    void (*on_time)(void *cookie), void *cookie)
{
	struct loop_timer *timer = NULL;
	uint64_t since = loop->turn;
	size_t i;

	for (i = 0; i < loop->timers_count && timer == NULL; i++)
		if (loop->timers[i].on_time == on_time &&
		    loop->timers[i].cookie == cookie)
			timer = &loop->timers[i];
	if (after_ms < 0) {
		if (timer != NULL)
			timer->on_time = NULL;
		return;
	}
	if (timer == NULL) {
		if (loop->timers_count == loop->timers_cap) {
			loop->timers_cap =
			    loop->timers_cap > 0 ? 2 * loop->timers_cap : 16;
			loop->timers = reel_mem_grow(loop->timers,
			    loop->timers_cap, sizeof(*loop->timers));
		}
		timer = &loop->timers[loop->timers_count++];
	}
	else if (after_ms == 0 && timer->when_ms <= loop->now_ms)
		/* Due already: who is kicked again and again still gets there. */
		since = timer->since;
	/* A slow callback must not shorten what is set after it. */
	look_at_clock(loop);
	if (after_ms > INT64_MAX - loop->now_ms)
		after_ms = INT64_MAX - loop->now_ms;
	*timer = (struct loop_timer){
	    .on_time = on_time,
	    .cookie = cookie,
	    .when_ms = loop->now_ms + after_ms,
	    .since = since,
	};
}

/* Close the gaps that callbacks left. */
static void
sweep(struct reel_loop *loop)
{
	size_t i, n;

	for (i = n = 0; i < loop->fds_count; i++)
		if (loop->fds[i].on_readable != NULL)
			loop->fds[n++] = loop->fds[i];
	loop->fds_count = n;
	for (i = n = 0; i < loop->timers_count; i++)
		if (loop->timers[i].on_time != NULL)
			loop->timers[n++] = loop->timers[i];
	loop->timers_count = n;
}

static int
wait_ms(struct reel_loop *loop)
{
	int64_t first = INT64_MAX;
	size_t i;

	for (i = 0; i < loop->timers_count; i++)
		if (loop->timers[i].when_ms < first)
			first = loop->timers[i].when_ms;
	if (first == INT64_MAX)
		return (-1);
	if (first <= loop->now_ms)
		return (0);

	return (first - loop->now_ms > INT_MAX ? INT_MAX
	                                       : (int)(first - loop->now_ms));
}

static void
run_fds(struct reel_loop *loop, size_t polled)
{
	struct loop_fd *entry;
	size_t i;

	for (i = 0; i < polled && !loop->stop; i++) {
		/* Callbacks may move the array: look anew each time. */
		entry = &loop->fds[i];
		if (loop->polls[i].revents == 0 || entry->on_readable == NULL)
			continue;
		if (loop->polls[i].revents & POLLNVAL) {
			/* Closed behind our back; calling would spin. */
			reel_err("closed descriptor in the loop fd=%d",
			    entry->fd);
			entry->on_readable = NULL;
			continue;
		}
		entry->on_readable(entry->cookie, entry->fd);
	}
}

/* The due timer that was set before this turn and is due the longest. */
static struct loop_timer *
due_timer(struct reel_loop *loop)
{
	struct loop_timer *timer, *first = NULL;
	size_t i;

	for (i = 0; i < loop->timers_count; i++) {
		timer = &loop->timers[i];
		if (timer->on_time != NULL && timer->since < loop->turn &&
		    timer->when_ms <= loop->now_ms &&
		    (first == NULL || timer->when_ms < first->when_ms))
			first = timer;
	}

	return (first);
}

static void
run_timers(struct reel_loop *loop)
{
	struct loop_timer *timer;
	void (*on_time)(void *cookie);

	while (!loop->stop && (timer = due_timer(loop)) != NULL) {
		on_time = timer->on_time;
		timer->on_time = NULL;
		on_time(timer->cookie);
	}
}

void
reel_loop_run(struct reel_loop *loop)
{
	size_t i, polled;
	int n;

	while (!loop->stop) {
		sweep(loop);
		look_at_clock(loop);
		polled = loop->fds_count;
		for (i = 0; i < polled; i++)
			loop->polls[i] = (struct pollfd){
			    .fd = loop->fds[i].fd, .events = POLLIN};
		n = poll(loop->polls, polled, wait_ms(loop));
		if (n == -1 && errno != EINTR)
			reel_fatal("cannot wait for events reason=\"%s\"",
			    strerror(errno));
		look_at_clock(loop);
		loop->turn++;
		if (n > 0)
			run_fds(loop, polled);
		run_timers(loop);
	}
	loop->stop = 0;
}

void
reel_loop_stop(struct reel_loop *loop)
{

	loop->stop = 1;
}
