/* links: shared/reel_bell.c */
/* The bell between processes, with peers of every kind of bad manners. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/reel_bell.h"

/* Milliseconds after which something that must come is declared missing. */
#define DEADLINE 30000

static char folder[64];
static char path[128];
static int open_before;

static int
count_open(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int n = 0;

	assert_non_null(dir);
	while (readdir(dir) != NULL)
		n++;
	closedir(dir);
	return (n);
}

static int
set_up(void **state)
{

	(void)state;
	open_before = count_open();
	strcpy(folder, "/tmp/reel-test-bell-XXXXXX");
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/%s", folder, REEL_BELL_NAME);
	return (0);
}

static int
tear_down(void **state)
{
	char name[512];
	struct dirent *entry;
	DIR *dir;

	(void)state;
	dir = opendir(folder);
	assert_non_null(dir);
	while ((entry = readdir(dir)) != NULL) {
		snprintf(name, sizeof(name), "%s/%s", folder, entry->d_name);
		unlink(name);
	}
	closedir(dir);
	rmdir(folder);
	assert_int_equal(count_open(), open_before);
	return (0);
}

static void
wait_for(int fd)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };

	assert_int_equal(poll(&pfd, 1, DEADLINE), 1);
}

/* A listener, one connection to it, and its accepted end. */
static void
make_pair(int *listener, int *here, int *peer)
{
	uid_t uid = (uid_t)-1;

	assert_int_equal(reel_bell_listen(path, listener), REEL_OK);
	assert_int_equal(reel_bell_connect(path, here), REEL_OK);
	assert_int_equal(reel_bell_accept(*listener, peer, &uid), REEL_OK);
	assert_int_equal(uid, geteuid());
}

static void
assert_manners(int fd)
{

	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	assert_true(fcntl(fd, F_GETFL) & O_NONBLOCK);
}

static void
every_descriptor_is_closed_on_exec_and_never_waits(void **state)
{
	int listener, here, peer, other = 77;
	uid_t uid = 88;
	struct stat st;

	(void)state;
	make_pair(&listener, &here, &peer);
	assert_manners(listener);
	assert_manners(here);
	assert_manners(peer);
	assert_int_equal(stat(path, &st), 0);
	assert_true(S_ISSOCK(st.st_mode));
	assert_int_equal(st.st_mode & 07777, 0660);

	assert_int_equal(reel_bell_accept(listener, &other, &uid), REEL_AGAIN);
	assert_int_equal(other, 77);
	assert_int_equal(uid, 88);
	close(peer);
	close(here);
	close(listener);
}

static void
a_bell_is_heard_in_another_process(void **state)
{
	int listener, peer, here, status, i;
	uid_t uid;
	pid_t pid;

	(void)state;
	assert_int_equal(reel_bell_listen(path, &listener), REEL_OK);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		/* Hear at least one bell, say what we look at, see the end. */
		struct pollfd pfd = { .events = POLLIN };
		int heard = 0;
		enum reel_status got;

		close(listener);
		if (reel_bell_connect(path, &here) != REEL_OK)
			_exit(1);
		pfd.fd = here;
		for (;;) {
			if (poll(&pfd, 1, DEADLINE) != 1)
				_exit(2);
			got = reel_bell_drain(here);
			if (got == REEL_NOT_FOUND)
				_exit(heard ? 0 : 3);
			if (got == REEL_OK && heard++ == 0 &&
			    reel_bell_hint_send(here, REEL_BELL_LOOK, 42, NULL,
			    0) != REEL_OK)
				_exit(4);
		}
	}

	wait_for(listener);
	assert_int_equal(reel_bell_accept(listener, &peer, &uid), REEL_OK);
	for (i = 0; i < 100; i++)
		assert_int_equal(reel_bell_ring(peer), REEL_OK);
	wait_for(peer);
	{
		struct reel_bell_hint hint;
		char text[REEL_BELL_PATH_MAX];

		assert_int_equal(
		    reel_bell_hint_recv(peer, &hint, text), REEL_OK);
		assert_int_equal(hint.kind, REEL_BELL_LOOK);
		assert_true(hint.id == 42);
	}
	close(peer);
	close(listener);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void *
ring_often(void *arg)
{
	int peer = *(int *)arg;
	intptr_t i, wrong = 0;

	for (i = 0; i < 20000; i++)
		wrong += reel_bell_ring(peer) != REEL_OK;
	shutdown(peer, SHUT_WR);
	return ((void *)wrong);
}

static void
a_ringer_is_never_held_up_by_a_listener(void **state)
{
	int listener, here, peer;
	unsigned heard = 0;
	enum reel_status status;
	pthread_t thread;
	void *wrong;

	(void)state;
	make_pair(&listener, &here, &peer);
	assert_int_equal(pthread_create(&thread, NULL, ring_often, &peer), 0);
	do {
		wait_for(here);
		status = reel_bell_drain(here);
		heard += status == REEL_OK;
	} while (status != REEL_NOT_FOUND);
	assert_int_equal(pthread_join(thread, &wrong), 0);
	assert_null(wrong);
	assert_true(heard > 0);
	close(peer);
	close(here);
	close(listener);
}

static void
bells_nobody_reads_are_no_failure(void **state)
{
	int listener, here, peer, i;

	(void)state;
	make_pair(&listener, &here, &peer);
	assert_int_equal(reel_bell_drain(here), REEL_AGAIN);
	for (i = 0; i < 5000; i++)
		assert_int_equal(reel_bell_ring(peer), REEL_OK);
	assert_int_equal(reel_bell_drain(here), REEL_OK);
	assert_int_equal(reel_bell_drain(here), REEL_AGAIN);
	assert_int_equal(reel_bell_ring(peer), REEL_OK);
	assert_int_equal(reel_bell_drain(here), REEL_OK);
	close(peer);
	close(here);
	close(listener);
}

static void
a_side_that_is_gone_is_not_found(void **state)
{
	int listener, here, peer;
	struct reel_bell_hint hint;
	char text[REEL_BELL_PATH_MAX];

	(void)state;
	make_pair(&listener, &here, &peer);
	assert_int_equal(reel_bell_ring(peer), REEL_OK);
	close(peer);

	/* What was rung before is heard, then the end. */
	while (reel_bell_drain(here) == REEL_OK)
		continue;
	assert_int_equal(reel_bell_drain(here), REEL_NOT_FOUND);
	assert_int_equal(reel_bell_hint_send(
	    here, REEL_BELL_LOOK, 1, NULL, 0), REEL_NOT_FOUND);
	close(here);

	assert_int_equal(reel_bell_connect(path, &here), REEL_OK);
	assert_int_equal(
	    reel_bell_accept(listener, &peer, &(uid_t){ 0 }), REEL_OK);
	close(here);
	assert_int_equal(reel_bell_ring(peer), REEL_NOT_FOUND);
	assert_int_equal(
	    reel_bell_hint_recv(peer, &hint, text), REEL_NOT_FOUND);
	close(peer);
	close(listener);
}

static void
nobody_listens_is_not_found(void **state)
{
	char other[200];
	int fd = 77;

	(void)state;
	assert_int_equal(reel_bell_connect(path, &fd), REEL_NOT_FOUND);
	snprintf(other, sizeof(other), "%s/no/such/folder", folder);
	assert_int_equal(reel_bell_connect(other, &fd), REEL_NOT_FOUND);
	snprintf(other, sizeof(other), "%s/no/such/%099d", folder, 1);
	assert_int_equal(reel_bell_connect(other, &fd), REEL_NOT_FOUND);
	assert_int_equal(reel_bell_connect("", &fd), REEL_IO);
	assert_int_equal(fd, 77);

	/* A socket whose process is gone looks the same. */
	assert_int_equal(reel_bell_listen(path, &fd), REEL_OK);
	close(fd);
	fd = 77;
	assert_int_equal(reel_bell_connect(path, &fd), REEL_NOT_FOUND);
	assert_int_equal(fd, 77);
}

static void
a_dead_socket_is_replaced(void **state)
{
	int listener, here;
	char left_over[160];
	int i;

	(void)state;
	for (i = 0; i < 3; i++) {
		/* Also what a start that was killed half-way left. */
		snprintf(left_over, sizeof(left_over), "%s.new", path);
		here = open(left_over, O_CREAT | O_WRONLY, 0600);
		assert_true(here >= 0);
		close(here);

		assert_int_equal(reel_bell_listen(path, &listener), REEL_OK);
		assert_int_equal(access(left_over, F_OK), -1);
		assert_int_equal(reel_bell_connect(path, &here), REEL_OK);
		close(here);
		close(listener);
	}
}

static void
a_living_socket_is_busy(void **state)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	char other[160];
	int listener, second = 77, here, stream;

	(void)state;
	assert_int_equal(reel_bell_listen(path, &listener), REEL_OK);
	assert_int_equal(reel_bell_listen(path, &second), REEL_BUSY);
	assert_int_equal(second, 77);

	/* The first one goes on as if nothing had been. */
	assert_int_equal(reel_bell_connect(path, &here), REEL_OK);
	close(here);
	close(listener);

	/* So is a socket of another kind. */
	snprintf(other, sizeof(other), "%s/stream.sock", folder);
	stream = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(stream >= 0);
	strcpy(addr.sun_path, other);
	assert_int_equal(
	    bind(stream, (struct sockaddr *)&addr, sizeof(addr)), 0);
	assert_int_equal(listen(stream, 1), 0);
	assert_int_equal(reel_bell_listen(other, &second), REEL_BUSY);
	assert_int_equal(reel_bell_connect(other, &second), REEL_IO);
	close(stream);
	assert_int_equal(reel_bell_listen(other, &second), REEL_OK);
	close(second);
}

static void
a_full_backlog_is_again_and_still_busy(void **state)
{
	int here[1000], n, listener, second = 77;
	enum reel_status status = REEL_OK;

	(void)state;
	assert_int_equal(reel_bell_listen(path, &listener), REEL_OK);
	for (n = 0; n < 900; n++) {
		status = reel_bell_connect(path, &here[n]);
		if (status != REEL_OK)
			break;
	}
	assert_int_equal(status, REEL_AGAIN);
	assert_int_equal(reel_bell_listen(path, &second), REEL_BUSY);
	assert_int_equal(second, 77);
	while (n-- > 0)
		close(here[n]);
	close(listener);
}

static void
a_file_in_the_way_stays(void **state)
{
	char text[8] = "";
	int fd, listener = 77;

	(void)state;
	fd = open(path, O_CREAT | O_RDWR, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "precious", 8), 8);
	assert_int_equal(reel_bell_listen(path, &listener), REEL_IO);
	assert_int_equal(errno, ENOTSOCK);
	assert_int_equal(listener, 77);
	assert_int_equal(pread(fd, text, 8, 0), 8);
	assert_memory_equal(text, "precious", 8);
	close(fd);
	fd = open(path, O_RDONLY);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(unlink(path), 0);

	/* Not even through a symlink, and no folder either. */
	assert_int_equal(symlink("elsewhere", path), 0);
	assert_int_equal(reel_bell_listen(path, &listener), REEL_IO);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(reel_bell_listen(path, &listener), REEL_IO);
	assert_int_equal(rmdir(path), 0);
}

static void
paths_longer_than_an_address_work(void **state)
{
	static const size_t lengths[] = { 90, 100, 102, 103, 104, 105, 106, 107,
		108, 109, 110, 150, 250, 1000, 3000 };
	char deep[4096], bell[4200];
	size_t i, len, k;
	int listener, here, peer, second;
	uid_t uid;

	(void)state;
	for (i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		strcpy(deep, folder);
		len = strlen(deep);
		while (len + 11 < lengths[i]) {
			deep[len++] = '/';
			for (k = 0; k < 200 && len + 10 < lengths[i]; k++)
				deep[len++] = 'd';
			deep[len] = '\0';
			assert_int_equal(mkdir(deep, 0700), 0);
		}
		snprintf(bell, sizeof(bell), "%s/" REEL_BELL_NAME, deep);
		assert_int_equal(reel_bell_listen(bell, &listener), REEL_OK);
		assert_int_equal(reel_bell_connect(bell, &here), REEL_OK);
		assert_int_equal(
		    reel_bell_accept(listener, &peer, &uid), REEL_OK);
		assert_int_equal(reel_bell_listen(bell, &second), REEL_BUSY);
		assert_int_equal(reel_bell_ring(peer), REEL_OK);
		assert_int_equal(reel_bell_drain(here), REEL_OK);
		close(peer);
		close(here);
		close(listener);

		/* A dead one at such a place is replaced as well. */
		assert_int_equal(reel_bell_listen(bell, &listener), REEL_OK);
		close(listener);
		assert_int_equal(unlink(bell), 0);
		while (strcmp(deep, folder) != 0) {
			assert_int_equal(rmdir(deep), 0);
			*strrchr(deep, '/') = '\0';
		}
	}
}

static void
paths_that_cannot_be_are_told(void **state)
{
	char bell[5000], nul_folder[200];
	int fd = 77;

	(void)state;

	/* A name that no address holds, even in a short folder. */
	snprintf(bell, sizeof(bell), "%s/%0120d", folder, 1);
	assert_int_equal(reel_bell_listen(bell, &fd), REEL_IO);
	assert_int_equal(errno, ENAMETOOLONG);
	assert_int_equal(reel_bell_connect(bell, &fd), REEL_IO);

	/* The same without a folder, and a folder longer than PATH_MAX. */
	snprintf(bell, sizeof(bell), "%0120d", 1);
	assert_int_equal(reel_bell_connect(bell, &fd), REEL_IO);
	assert_int_equal(errno, ENAMETOOLONG);
	memset(bell, 'x', 4500);
	memcpy(bell + 4500, "/b", 3);
	assert_int_equal(reel_bell_connect(bell, &fd), REEL_IO);
	assert_int_equal(errno, ENAMETOOLONG);

	/* A file where the folder should be. */
	snprintf(nul_folder, sizeof(nul_folder), "/dev/null/%099d", 1);
	assert_int_equal(reel_bell_connect(nul_folder, &fd), REEL_NOT_FOUND);
	assert_int_equal(reel_bell_connect("/dev/null/b", &fd), REEL_NOT_FOUND);
	assert_int_equal(reel_bell_listen("/dev/null/b", &fd), REEL_IO);
	assert_int_equal(fd, 77);
}

static void
hints_arrive_as_they_were_sent(void **state)
{
	static char longest[REEL_BELL_PATH_MAX + 1];
	static const struct {
		enum reel_bell_kind kind;
		int64_t id;
		const char *path;
		size_t len;
	} rows[] = {
		{ REEL_BELL_LOOK, 1, NULL, 0 },
		{ REEL_BELL_LOOK, INT64_MAX, NULL, 0 },
		{ REEL_BELL_LOOK, INT64_MIN, "", 0 },
		{ REEL_BELL_RESCAN, 0, "films/new", 9 },
		{ REEL_BELL_RESCAN, 0, "", 0 },
		{ REEL_BELL_ACCEPT, 0, "\xff\n\"", 3 },
		{ REEL_BELL_ACCEPT, -5, longest, REEL_BELL_PATH_MAX },
	};
	struct reel_bell_hint hint;
	char text[REEL_BELL_PATH_MAX];
	int listener, here, peer;
	size_t i;

	(void)state;
	memset(longest, 'p', sizeof(longest));
	make_pair(&listener, &here, &peer);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(reel_bell_hint_send(here, rows[i].kind,
		    rows[i].id, rows[i].path, rows[i].len), REEL_OK);
		memset(&hint, 0x55, sizeof(hint));
		assert_int_equal(
		    reel_bell_hint_recv(peer, &hint, text), REEL_OK);
		assert_int_equal(hint.version, REEL_BELL_VERSION);
		assert_int_equal(hint.kind, rows[i].kind);
		assert_int_equal(hint.zero, 0);
		assert_true(hint.id == rows[i].id);
		assert_int_equal(hint.path_len, rows[i].len);
		if (rows[i].len > 0)
			assert_memory_equal(text, rows[i].path, rows[i].len);
	}
	assert_int_equal(reel_bell_hint_recv(peer, &hint, text), REEL_AGAIN);
	assert_int_equal(reel_bell_hint_send(here, REEL_BELL_ACCEPT, 0, longest,
	    REEL_BELL_PATH_MAX + 1), REEL_BAD_INPUT);
	assert_int_equal(reel_bell_hint_recv(peer, &hint, text), REEL_AGAIN);
	close(peer);
	close(here);
	close(listener);
}

static void
send_raw(int fd, struct reel_bell_hint hint, const char *text, size_t len)
{
	static char packet[65536];

	memcpy(packet, &hint, sizeof(hint));
	memcpy(packet + sizeof(hint), text, len);
	assert_int_equal(send(fd, packet, sizeof(hint) + len, MSG_NOSIGNAL),
	    sizeof(hint) + len);
}

static void
rude_packets_are_taken_off_and_refused(void **state)
{
	static const struct {
		struct reel_bell_hint hint;
		const char *text;
		size_t len;
	} rows[] = {
		{ { 0, REEL_BELL_LOOK, 0, 0, 1 }, "", 0 },
		{ { 2, REEL_BELL_LOOK, 0, 0, 1 }, "", 0 },
		{ { 255, REEL_BELL_LOOK, 0, 0, 1 }, "", 0 },
		{ { 1, 0, 0, 0, 1 }, "", 0 },
		{ { 1, 4, 0, 0, 1 }, "", 0 },
		{ { 1, 255, 0, 0, 1 }, "", 0 },
		{ { 1, REEL_BELL_LOOK, 0, 1, 1 }, "", 0 },
		{ { 1, REEL_BELL_LOOK, 0, 0x80000000U, 1 }, "", 0 },
		{ { 1, REEL_BELL_LOOK, 1, 0, 1 }, "x", 1 },
		{ { 1, REEL_BELL_LOOK, 1, 0, 1 }, "", 0 },
		{ { 1, REEL_BELL_RESCAN, 0, 0, 1 }, "x", 1 },
		{ { 1, REEL_BELL_RESCAN, 2, 0, 1 }, "x", 1 },
		{ { 1, REEL_BELL_RESCAN, 65535, 0, 1 }, "x", 1 },
		{ { 1, REEL_BELL_RESCAN, 3, 0, 1 }, "a\0b", 3 },
		{ { 1, REEL_BELL_ACCEPT, 1, 0, 1 }, "\0", 1 },
	};
	static char big[20000];
	struct reel_bell_hint hint, before;
	char text[REEL_BELL_PATH_MAX];
	int listener, here, peer;
	size_t i;

	(void)state;
	memset(&before, 0x77, sizeof(before));
	hint = before;
	memset(big, 'x', sizeof(big));
	make_pair(&listener, &here, &peer);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		send_raw(here, rows[i].hint, rows[i].text, rows[i].len);
		assert_int_equal(
		    reel_bell_hint_recv(peer, &hint, text), REEL_BAD_INPUT);
		assert_memory_equal(&hint, &before, sizeof(hint));
		assert_int_equal(
		    reel_bell_hint_recv(peer, &hint, text), REEL_AGAIN);
	}

	/* Too short, of every length, none included. */
	for (i = 0; i < sizeof(hint); i++) {
		memset(text, 1, sizeof(text));
		assert_int_equal(send(here, text, i, MSG_NOSIGNAL), i);
		assert_int_equal(
		    reel_bell_hint_recv(peer, &hint, text), REEL_BAD_INPUT);
		assert_int_equal(
		    reel_bell_hint_recv(peer, &hint, text), REEL_AGAIN);
	}

	/* Longer than any path, by one and by much. */
	send_raw(here, (struct reel_bell_hint){ 1, REEL_BELL_RESCAN,
	    REEL_BELL_PATH_MAX + 1, 0, 1 }, big, REEL_BELL_PATH_MAX + 1);
	send_raw(here, (struct reel_bell_hint){ 1, REEL_BELL_RESCAN, 20000, 0,
	    1 }, big, sizeof(big));
	for (i = 0; i < 2; i++)
		assert_int_equal(
		    reel_bell_hint_recv(peer, &hint, text), REEL_BAD_INPUT);

	/* The connection is as good as before. */
	assert_int_equal(reel_bell_hint_send(
	    here, REEL_BELL_RESCAN, 3, "x", 1), REEL_OK);
	assert_int_equal(reel_bell_hint_recv(peer, &hint, text), REEL_OK);
	assert_int_equal(text[0], 'x');
	close(peer);
	close(here);
	close(listener);
}

static void
descriptors_sent_along_do_not_stay(void **state)
{
	struct reel_bell_hint hint = { 1, REEL_BELL_LOOK, 0, 0, 9 };
	struct iovec iov = { .iov_base = &hint, .iov_len = sizeof(hint) };
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(int))];
	} control;
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control.room,
		.msg_controllen = sizeof(control.room) };
	char text[REEL_BELL_PATH_MAX];
	int listener, here, peer, before, zero = 0;

	(void)state;
	make_pair(&listener, &here, &peer);
	memset(&control, 0, sizeof(control));
	control.header.cmsg_level = SOL_SOCKET;
	control.header.cmsg_type = SCM_RIGHTS;
	control.header.cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(&control.header), &zero, sizeof(int));
	before = count_open();
	assert_int_equal(sendmsg(here, &msg, 0), sizeof(hint));
	assert_int_equal(reel_bell_hint_recv(peer, &hint, text), REEL_OK);
	assert_true(hint.id == 9);
	assert_int_equal(count_open(), before);
	close(peer);
	close(here);
	close(listener);
}

static void
an_empty_packet_is_a_bell_and_not_the_end(void **state)
{
	int listener, here, peer;

	(void)state;
	make_pair(&listener, &here, &peer);
	assert_int_equal(send(peer, "", 0, MSG_NOSIGNAL), 0);
	assert_int_equal(reel_bell_drain(here), REEL_OK);
	assert_int_equal(reel_bell_drain(here), REEL_AGAIN);
	assert_int_equal(send(peer, "a long packet", 13, MSG_NOSIGNAL), 13);
	assert_int_equal(reel_bell_drain(here), REEL_OK);
	assert_int_equal(reel_bell_drain(here), REEL_AGAIN);
	close(peer);
	assert_int_equal(reel_bell_drain(here), REEL_NOT_FOUND);
	close(here);
	close(listener);
}

static void
a_full_queue_loses_the_hint_and_says_so(void **state)
{
	struct reel_bell_hint hint;
	char text[REEL_BELL_PATH_MAX];
	int listener, here, peer;
	enum reel_status status = REEL_OK;
	int64_t sent = 0, got = 0;

	(void)state;
	make_pair(&listener, &here, &peer);
	while (sent < 1000000) {
		status = reel_bell_hint_send(
		    here, REEL_BELL_LOOK, sent, NULL, 0);
		if (status != REEL_OK)
			break;
		sent++;
	}
	assert_int_equal(status, REEL_AGAIN);
	assert_true(sent > 0);
	while (reel_bell_hint_recv(peer, &hint, text) == REEL_OK)
		assert_true(hint.id == got++);
	assert_true(got == sent);
	assert_int_equal(reel_bell_hint_send(
	    here, REEL_BELL_LOOK, 5, NULL, 0), REEL_OK);
	close(peer);
	close(here);
	close(listener);
}

static void
what_is_no_socket_is_an_error(void **state)
{
	struct reel_bell_hint hint;
	char text[REEL_BELL_PATH_MAX];
	int fd, peer = 77;
	uid_t uid;

	(void)state;
	fd = open("/dev/null", O_RDWR);
	assert_true(fd >= 0);
	assert_int_equal(reel_bell_ring(fd), REEL_IO);
	assert_int_equal(reel_bell_drain(fd), REEL_IO);
	assert_int_equal(reel_bell_accept(fd, &peer, &uid), REEL_IO);
	assert_int_equal(peer, 77);
	assert_int_equal(reel_bell_hint_recv(fd, &hint, text), REEL_IO);
	assert_int_equal(
	    reel_bell_hint_send(fd, REEL_BELL_LOOK, 1, NULL, 0), REEL_IO);
	close(fd);
}

static void
no_descriptor_left_is_an_error_and_heals(void **state)
{
	struct rlimit limit, none;
	int listener, here, second, peer = 77;
	uid_t uid;

	(void)state;
	assert_int_equal(reel_bell_listen(path, &listener), REEL_OK);
	assert_int_equal(reel_bell_connect(path, &here), REEL_OK);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	none = limit;
	none.rlim_cur = 3;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	assert_int_equal(reel_bell_connect(path, &peer), REEL_IO);
	assert_int_equal(errno, EMFILE);
	assert_int_equal(reel_bell_accept(listener, &peer, &uid), REEL_IO);
	assert_int_equal(errno, EMFILE);
	assert_int_equal(reel_bell_listen(path, &peer), REEL_IO);
	assert_int_equal(peer, 77);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);

	/* (valgrind may have closed the one that waited) */
	assert_int_equal(reel_bell_connect(path, &second), REEL_OK);
	assert_int_equal(reel_bell_accept(listener, &peer, &uid), REEL_OK);
	assert_int_equal(reel_bell_ring(peer), REEL_OK);
	close(peer);
	close(second);
	close(here);
	close(listener);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_descriptor_is_closed_on_exec_and_never_waits),
		TEST(a_bell_is_heard_in_another_process),
		TEST(a_ringer_is_never_held_up_by_a_listener),
		TEST(bells_nobody_reads_are_no_failure),
		TEST(a_side_that_is_gone_is_not_found),
		TEST(nobody_listens_is_not_found),
		TEST(a_dead_socket_is_replaced),
		TEST(a_living_socket_is_busy),
		TEST(a_full_backlog_is_again_and_still_busy),
		TEST(a_file_in_the_way_stays),
		TEST(paths_longer_than_an_address_work),
		TEST(paths_that_cannot_be_are_told),
		TEST(hints_arrive_as_they_were_sent),
		TEST(rude_packets_are_taken_off_and_refused),
		TEST(descriptors_sent_along_do_not_stay),
		TEST(an_empty_packet_is_a_bell_and_not_the_end),
		TEST(a_full_queue_loses_the_hint_and_says_so),
		TEST(what_is_no_socket_is_an_error),
		TEST(no_descriptor_left_is_an_error_and_heals),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
