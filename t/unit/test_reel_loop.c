/* links: indexer/reel_loop.c indexer/reel_mem.c indexer/reel_log.c */
/* The event loop: order and fairness of descriptors and timers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "indexer/reel_loop.h"

struct scene {
	struct reel_loop *loop;
	char seen[64];
	int pipe[2];
	int other[2];
	int left;
};

static void
note(struct scene *sc, char c)
{
	size_t n = strlen(sc->seen);

	if (n + 1 < sizeof(sc->seen)) {
		sc->seen[n] = c;
		sc->seen[n + 1] = '\0';
	}
}

static int
set_up(void **state)
{
	static struct scene sc;

	memset(&sc, 0, sizeof(sc));
	sc.loop = reel_loop_new();
	assert_int_equal(pipe(sc.pipe), 0);
	assert_int_equal(pipe(sc.other), 0);
	*state = &sc;

	return (0);
}

static int
tear_down(void **state)
{
	struct scene *sc = *state;

	reel_loop_free(sc->loop);
	close(sc->pipe[0]);
	close(sc->pipe[1]);
	close(sc->other[0]);
	close(sc->other[1]);

	return (0);
}

static void
on_a(void *cookie)
{

	note(cookie, 'a');
}

static void
on_b(void *cookie)
{

	note(cookie, 'b');
}

static void
on_stop(void *cookie)
{
	struct scene *sc = cookie;

	note(sc, 'S');
	reel_loop_stop(sc->loop);
}

static void
timers_fire_in_the_order_of_their_time(void **state)
{
	struct scene *sc = *state;

	reel_loop_timer(sc->loop, 30, on_stop, sc);
	reel_loop_timer(sc->loop, 20, on_b, sc);
	reel_loop_timer(sc->loop, 10, on_a, sc);
	reel_loop_run(sc->loop);
	assert_string_equal(sc->seen, "abS");
}

static void
a_timer_fires_once(void **state)
{
	struct scene *sc = *state;

	reel_loop_timer(sc->loop, 0, on_a, sc);
	reel_loop_timer(sc->loop, 20, on_stop, sc);
	reel_loop_run(sc->loop);
	assert_string_equal(sc->seen, "aS");
}

static void
setting_again_moves_and_minus_one_takes_away(void **state)
{
	struct scene *sc = *state;

	reel_loop_timer(sc->loop, 3600 * 1000, on_a, sc);
	reel_loop_timer(sc->loop, 1, on_a, sc);
	reel_loop_timer(sc->loop, 1, on_b, sc);
	reel_loop_timer(sc->loop, -1, on_b, sc);
	reel_loop_timer(sc->loop, -1, on_b, sc);
	reel_loop_timer(sc->loop, 20, on_stop, sc);
	reel_loop_run(sc->loop);
	assert_string_equal(sc->seen, "aS");
}

static void
on_again(void *cookie)
{
	struct scene *sc = cookie;

	if (sc->left-- > 0)
		reel_loop_timer(sc->loop, 0, on_again, sc);
	else
		reel_loop_stop(sc->loop);
}

static void
on_byte(void *cookie, int fd)
{
	char c;

	if (read(fd, &c, 1) == 1)
		note(cookie, c);
}

static void
a_timer_that_sets_itself_does_not_starve_descriptors(void **state)
{
	struct scene *sc = *state;

	sc->left = 20;
	assert_int_equal(write(sc->pipe[1], "xyz", 3), 3);
	reel_loop_fd(sc->loop, sc->pipe[0], on_byte, sc);
	reel_loop_timer(sc->loop, 0, on_again, sc);
	reel_loop_run(sc->loop);
	assert_string_equal(sc->seen, "xyz");
}

/* Each byte kicks the timer; a byte more is always there. */
static void
on_byte_kicks(void *cookie, int fd)
{
	struct scene *sc = cookie;
	char c;

	if (read(fd, &c, 1) != 1 || write(sc->pipe[1], "x", 1) != 1)
		note(sc, '!');
	reel_loop_timer(sc->loop, 0, on_stop, sc);
	if (++sc->left > 100)
		reel_loop_stop(sc->loop);
}

static void
a_timer_that_is_kicked_again_and_again_still_fires(void **state)
{
	struct scene *sc = *state;

	assert_int_equal(write(sc->pipe[1], "x", 1), 1);
	reel_loop_fd(sc->loop, sc->pipe[0], on_byte_kicks, sc);
	reel_loop_run(sc->loop);
	assert_string_equal(sc->seen, "S");
}

static void
on_end(void *cookie, int fd)
{
	struct scene *sc = cookie;
	char c;

	if (read(fd, &c, 1) == 0) {
		note(sc, 'E');
		reel_loop_fd(sc->loop, fd, NULL, NULL);
		reel_loop_stop(sc->loop);
	}
}

static void
the_end_of_a_descriptor_is_told(void **state)
{
	struct scene *sc = *state;

	close(sc->pipe[1]);
	reel_loop_fd(sc->loop, sc->pipe[0], on_end, sc);
	reel_loop_run(sc->loop);
	assert_string_equal(sc->seen, "E");
	sc->pipe[1] = dup(sc->pipe[0]);
}

/* Whoever comes first takes the other one away. */
static void
on_remove_other(void *cookie, int fd)
{
	struct scene *sc = cookie;

	note(sc, 'r');
	reel_loop_fd(sc->loop,
	    fd == sc->pipe[0] ? sc->other[0] : sc->pipe[0], NULL, NULL);
	reel_loop_fd(sc->loop, fd, NULL, NULL);
	reel_loop_timer(sc->loop, 20, on_stop, sc);
}

static void
a_removed_descriptor_is_not_called_in_the_same_turn(void **state)
{
	struct scene *sc = *state;

	assert_int_equal(write(sc->pipe[1], "x", 1), 1);
	assert_int_equal(write(sc->other[1], "x", 1), 1);
	reel_loop_fd(sc->loop, sc->pipe[0], on_remove_other, sc);
	reel_loop_fd(sc->loop, sc->other[0], on_remove_other, sc);
	reel_loop_run(sc->loop);
	assert_string_equal(sc->seen, "rS");
}

static void
on_add_many(void *cookie, int fd)
{
	struct scene *sc = cookie;
	int i;

	(void)fd;
	note(sc, 'm');
	reel_loop_fd(sc->loop, sc->pipe[0], NULL, NULL);
	for (i = 0; i < 40; i++)
		reel_loop_fd(sc->loop, dup(sc->other[0]), on_byte, sc);
	reel_loop_timer(sc->loop, 20, on_stop, sc);
}

static void
descriptors_can_be_added_from_inside(void **state)
{
	struct scene *sc = *state;
	int fd;

	assert_int_equal(write(sc->pipe[1], "x", 1), 1);
	reel_loop_fd(sc->loop, sc->pipe[0], on_add_many, sc);
	reel_loop_run(sc->loop);
	assert_string_equal(sc->seen, "mS");
	for (fd = sc->other[1] + 1; fd < sc->other[1] + 41; fd++)
		close(fd);
}

static void
a_closed_descriptor_does_not_spin(void **state)
{
	struct scene *sc = *state;
	int fd = dup(sc->pipe[0]);

	reel_loop_fd(sc->loop, fd, on_byte, sc);
	close(fd);
	reel_loop_timer(sc->loop, 30, on_stop, sc);
	reel_loop_run(sc->loop);
	assert_string_equal(sc->seen, "S");
}

static void
time_does_not_go_back(void **state)
{
	struct scene *sc = *state;
	int64_t before = reel_loop_now_ms(sc->loop);

	reel_loop_timer(sc->loop, 15, on_stop, sc);
	reel_loop_run(sc->loop);
	assert_true(reel_loop_now_ms(sc->loop) >= before + 15);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    T(timers_fire_in_the_order_of_their_time),
	    T(a_timer_fires_once),
	    T(setting_again_moves_and_minus_one_takes_away),
	    T(a_timer_that_sets_itself_does_not_starve_descriptors),
	    T(a_timer_that_is_kicked_again_and_again_still_fires),
	    T(the_end_of_a_descriptor_is_told),
	    T(a_removed_descriptor_is_not_called_in_the_same_turn),
	    T(descriptors_can_be_added_from_inside),
	    T(a_closed_descriptor_does_not_spin),
	    T(time_does_not_go_back),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
