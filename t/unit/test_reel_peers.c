/* links: indexer/reel_peers.c indexer/reel_loop.c indexer/reel_log.c indexer/reel_mem.c shared/reel_bell.c shared/reel_buf.c */
/* The indexer's end of the bell: many peers, rude peers, dead peers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "indexer/reel_log.h"
#include "indexer/reel_loop.h"
#include "indexer/reel_peers.h"
#include "shared/reel_bell.h"

static struct reel_loop *loop;
static struct reel_peers *peers;
static struct reel_buf why;
static char dir[64], bell[96];
static int looks, rescans, accepts;
static int64_t last_id;
static char last_path[64];

static void
on_look(void *cookie, int64_t item_id)
{

	(void)cookie;
	looks++;
	last_id = item_id;
}

static void
keep_path(const char *path, size_t len)
{

	assert_true(len < sizeof(last_path));
	memcpy(last_path, path, len);
	last_path[len] = '\0';
}

static enum reel_status
on_rescan(void *cookie, const char *path, size_t len)
{

	(void)cookie;
	rescans++;
	keep_path(path, len);
	return (len == 0 ? REEL_NOT_FOUND : REEL_OK);
}

static enum reel_status
on_accept(void *cookie, const char *path, size_t len)
{

	(void)cookie;
	accepts++;
	keep_path(path, len);
	return (REEL_NOT_FOUND);
}

static const struct reel_peers_calls calls = {
    on_look, on_rescan, on_accept, NULL};

static void
on_enough(void *cookie)
{

	reel_loop_stop(cookie);
}

/* Let the loop turn until nothing is left to read, and a little more. */
static void
turn(void)
{

	reel_loop_timer(loop, 30, on_enough, loop);
	reel_loop_run(loop);
}

static int
set_up(void **state)
{

	(void)state;
	strcpy(dir, "/tmp/reel-test-peers-XXXXXX");
	assert_non_null(mkdtemp(dir));
	snprintf(bell, sizeof(bell), "%s/%s", dir, REEL_BELL_NAME);
	reel_log_open("/dev/null", REEL_LOG_ERR);
	looks = rescans = accepts = 0;
	reel_buf_init(&why);
	loop = reel_loop_new();
	assert_int_equal(
	    reel_peers_open(loop, dir, &calls, &peers, &why), REEL_OK);

	return (0);
}

static int
tear_down(void **state)
{
	struct stat st;

	(void)state;
	reel_peers_close(peers);
	peers = NULL;
	reel_loop_free(loop);
	reel_buf_clear(&why);
	assert_int_equal(stat(bell, &st), -1);

	return (rmdir(dir));
}

static void
tear_peers(void)
{

	reel_peers_close(peers);
	peers = NULL;
}

static int
join(void)
{
	int fd = -1;

	assert_int_equal(reel_bell_connect(bell, &fd), REEL_OK);

	return (fd);
}

static void
every_peer_is_rung(void **state)
{
	int fds[20], i;

	(void)state;
	for (i = 0; i < 20; i++)
		fds[i] = join();
	turn();
	assert_int_equal(reel_peers_count(peers), 20);
	reel_peers_ring(peers);
	for (i = 0; i < 20; i++) {
		assert_int_equal(reel_bell_drain(fds[i]), REEL_OK);
		assert_int_equal(reel_bell_drain(fds[i]), REEL_AGAIN);
		close(fds[i]);
	}
	turn();
	assert_int_equal(reel_peers_count(peers), 0);
}

static void
a_peer_that_does_not_read_is_kept_and_rings_are_lost(void **state)
{
	int fd = join(), i;

	(void)state;
	turn();
	for (i = 0; i < 100000; i++)
		reel_peers_ring(peers);
	assert_int_equal(reel_peers_count(peers), 1);
	assert_int_equal(reel_bell_drain(fd), REEL_OK);
	reel_peers_ring(peers);
	assert_int_equal(reel_bell_drain(fd), REEL_OK);
	close(fd);
}

static void
hints_arrive(void **state)
{
	int fd = join();

	(void)state;
	assert_int_equal(
	    reel_bell_hint_send(fd, REEL_BELL_LOOK, 4711, NULL, 0), REEL_OK);
	turn();
	assert_int_equal(looks, 1);
	assert_int_equal(last_id, 4711);
	assert_int_equal(
	    reel_bell_hint_send(fd, REEL_BELL_RESCAN, 0, "films/a", 7), REEL_OK);
	turn();
	assert_int_equal(rescans, 1);
	assert_string_equal(last_path, "films/a");
	assert_int_equal(
	    reel_bell_hint_send(fd, REEL_BELL_ACCEPT, 0, "films", 5), REEL_OK);
	/* Also if the asker is gone before we look. */
	close(fd);
	turn();
	assert_int_equal(accepts, 1);
	assert_string_equal(last_path, "films");
}

static void
who_asks_is_answered_among_rings(void **state)
{
	int fd = join(), other = join();
	enum reel_status answer = REEL_NOMEM;

	(void)state;
	turn();
	assert_int_equal(reel_bell_answer_recv(fd, &answer), REEL_AGAIN);
	reel_peers_ring(peers);
	assert_int_equal(
	    reel_bell_hint_send(fd, REEL_BELL_RESCAN, 0, "films", 5), REEL_OK);
	turn();
	reel_peers_ring(peers);
	assert_int_equal(reel_bell_answer_recv(fd, &answer), REEL_OK);
	assert_int_equal(answer, REEL_OK);
	assert_int_equal(
	    reel_bell_hint_send(fd, REEL_BELL_ACCEPT, 0, "no", 2), REEL_OK);
	turn();
	assert_int_equal(reel_bell_answer_recv(fd, &answer), REEL_OK);
	assert_int_equal(answer, REEL_NOT_FOUND);
	/* A worker of nginx takes an answer for a ring. */
	assert_int_equal(
	    reel_bell_hint_send(fd, REEL_BELL_RESCAN, 0, "films", 5), REEL_OK);
	turn();
	assert_int_equal(reel_bell_drain(fd), REEL_OK);
	assert_int_equal(reel_bell_drain(fd), REEL_AGAIN);
	/* Nobody else hears of it. */
	assert_int_equal(reel_bell_answer_recv(other, &answer), REEL_AGAIN);
	close(other);
	tear_peers();
	assert_int_equal(reel_bell_answer_recv(fd, &answer), REEL_NOT_FOUND);
	close(fd);
}

static void
only_root_and_our_own_user_may_ask_for_work(void **state)
{
	int status;
	pid_t pid;

	(void)state;
	if (geteuid() != 0)
		skip();
	assert_int_equal(chmod(dir, 0755), 0);
	assert_int_equal(chmod(bell, 0666), 0);
	if ((pid = fork()) == 0) {
		int fd = -1;

		if (setuid(65534) != 0 ||
		    reel_bell_connect(bell, &fd) != REEL_OK ||
		    reel_bell_hint_send(fd, REEL_BELL_RESCAN, 0, "films", 5) !=
		    REEL_OK ||
		    reel_bell_hint_send(fd, REEL_BELL_ACCEPT, 0, "films", 5) !=
		    REEL_OK ||
		    reel_bell_hint_send(fd, REEL_BELL_LOOK, 5, NULL, 0) !=
		    REEL_OK)
			_exit(1);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	turn();
	assert_int_equal(looks, 1);
	assert_int_equal(rescans, 0);
	assert_int_equal(accepts, 0);
}

static void
who_asks_again_and_again_in_vain_is_hung_up_on_and_logged_once(void **state)
{
	char log[96], text[4096];
	const char *at;
	size_t len, lines = 0;
	int i, status;
	pid_t pid;
	FILE *in;

	(void)state;
	if (geteuid() != 0)
		skip();
	snprintf(log, sizeof(log), "%s/log", dir);
	assert_int_equal(reel_log_open(log, REEL_LOG_INFO), 0);
	assert_int_equal(chmod(dir, 0755), 0);
	assert_int_equal(chmod(bell, 0666), 0);
	if ((pid = fork()) == 0) {
		int fd = -1;

		if (setuid(65534) != 0 ||
		    reel_bell_connect(bell, &fd) != REEL_OK)
			_exit(1);
		for (i = 0; i < 10000; i++) {
			if (reel_bell_hint_send(fd, REEL_BELL_RESCAN, 0, "films",
			    5) == REEL_NOT_FOUND)
				_exit(0);
			usleep(1000);
		}
		_exit(2);
	}
	while (waitpid(pid, &status, WNOHANG) == 0)
		turn();
	assert_int_equal(status, 0);
	assert_int_equal(rescans, 0);
	assert_int_equal(reel_peers_count(peers), 0);
	reel_log_open("/dev/null", REEL_LOG_ERR);
	assert_non_null(in = fopen(log, "r"));
	len = fread(text, 1, sizeof(text) - 1, in);
	fclose(in);
	text[len] = '\0';
	for (at = text; (at = strstr(at, "refused")) != NULL; at++)
		lines++;
	assert_int_equal(lines, 1);
	assert_int_equal(unlink(log), 0);
}

static void
who_sends_nothing_but_noise_is_hung_up_on(void **state)
{
	int fd = join(), good = join(), i;

	(void)state;
	turn();
	assert_int_equal(reel_peers_count(peers), 2);
	for (i = 0; i < 200; i++)
		if (send(fd, "noise", 5, MSG_DONTWAIT | MSG_NOSIGNAL) == -1)
			turn();
	turn();
	assert_int_equal(reel_peers_count(peers), 1);
	assert_int_equal(reel_bell_drain(fd), REEL_NOT_FOUND);
	assert_int_equal(
	    reel_bell_hint_send(good, REEL_BELL_LOOK, 1, NULL, 0), REEL_OK);
	turn();
	assert_int_equal(looks, 1);
	close(fd);
	close(good);
}

static void
beyond_the_bound_the_first_one_loses_its_place(void **state)
{
	static int fds[REEL_PEERS_MAX + 5];
	int i;

	(void)state;
	for (i = 0; i < REEL_PEERS_MAX + 5; i++) {
		fds[i] = join();
		if (i % 50 == 0)
			turn();
	}
	turn();
	turn();
	assert_int_equal(reel_peers_count(peers), REEL_PEERS_MAX);
	for (i = 0; i < 5; i++)
		assert_int_equal(reel_bell_drain(fds[i]), REEL_NOT_FOUND);
	reel_peers_ring(peers);
	for (; i < REEL_PEERS_MAX + 5; i++)
		assert_int_equal(reel_bell_drain(fds[i]), REEL_OK);
	for (i = 0; i < REEL_PEERS_MAX + 5; i++)
		close(fds[i]);
}

static void
a_second_listener_is_told_so(void **state)
{
	struct reel_peers *second = NULL;
	char expected[256];

	(void)state;
	assert_int_equal(
	    reel_peers_open(loop, dir, &calls, &second, &why), REEL_BUSY);
	reel_buf_chr(&why, '\0');
	snprintf(expected, sizeof(expected), "another reel-indexer listens on %s: "
	    "stop it, or give this one another folder with --state", bell);
	assert_string_equal(why.data, expected);
}

static void
a_socket_left_by_a_killed_one_is_replaced(void **state)
{
	pid_t pid;
	int fd, status;

	(void)state;
	reel_peers_close(peers);
	/* The child ends without taking its socket away. */
	if ((pid = fork()) == 0)
		_exit(reel_bell_listen(bell, &fd) == REEL_OK ? 0 : 1);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(reel_bell_connect(bell, &fd), REEL_NOT_FOUND);
	assert_int_equal(
	    reel_peers_open(loop, dir, &calls, &peers, &why), REEL_OK);
	close(join());
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    T(every_peer_is_rung),
	    T(a_peer_that_does_not_read_is_kept_and_rings_are_lost),
	    T(hints_arrive),
	    T(who_asks_is_answered_among_rings),
	    T(only_root_and_our_own_user_may_ask_for_work),
	    T(who_asks_again_and_again_in_vain_is_hung_up_on_and_logged_once),
	    T(who_sends_nothing_but_noise_is_hung_up_on),
	    T(beyond_the_bound_the_first_one_loses_its_place),
	    T(a_second_listener_is_told_so),
	    T(a_socket_left_by_a_killed_one_is_replaced),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
