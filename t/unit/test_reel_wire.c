/* links: shared/reel_wire.c */
/* Packets between indexer and worker: what rude ones do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/socket.h>
#include <sys/uio.h>

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "shared/reel_wire.h"

static int pair[2];

static int
set_up(void **state)
{

	(void)state;

	return (socketpair(
	    AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair));
}

static int
tear_down(void **state)
{

	(void)state;
	close(pair[0]);
	close(pair[1]);

	return (0);
}

static int
count_fds(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int n = 0;

	assert_non_null(dir);
	while (readdir(dir) != NULL)
		n++;
	closedir(dir);

	return (n);
}

static struct reel_wire_header
good_header(uint32_t len)
{
	struct reel_wire_header header;

	memset(&header, 0, sizeof(header));
	header.version = REEL_WIRE_VERSION;
	header.kind = REEL_WIRE_PROBE;
	header.job = UINT64_C(0x123456789abcdef0);
	header.type = 2;
	header.len = len;
	strcpy(header.ending, "mp4");

	return (header);
}

/* Send raw bytes with ${count} copies of ${fd}. */
static void
send_raw(const void *data, size_t len, int fd, int count)
{
	char control[CMSG_SPACE(16 * sizeof(int))];
	struct iovec iov = {(void *)(uintptr_t)data, len};
	struct msghdr msg;
	struct cmsghdr *cmsg;
	int i;

	memset(&msg, 0, sizeof(msg));
	msg.msg_iov = &iov;
	msg.msg_iovlen = 1;
	if (count > 0) {
		memset(control, 0, sizeof(control));
		msg.msg_control = control;
		msg.msg_controllen = CMSG_SPACE((size_t)count * sizeof(int));
		cmsg = CMSG_FIRSTHDR(&msg);
		cmsg->cmsg_level = SOL_SOCKET;
		cmsg->cmsg_type = SCM_RIGHTS;
		cmsg->cmsg_len = CMSG_LEN((size_t)count * sizeof(int));
		for (i = 0; i < count; i++)
			memcpy(CMSG_DATA(cmsg) + (size_t)i * sizeof(int), &fd,
			    sizeof(fd));
	}
	assert_int_equal(sendmsg(pair[0], &msg, 0), len);
}

static void
a_packet_with_payload_and_descriptor_arrives_whole(void **state)
{
	struct reel_wire_header sent = good_header(5), got;
	char payload[16] = "";
	int fd = open("/dev/null", O_RDONLY), there = -1;

	(void)state;
	assert_int_equal(reel_wire_send(pair[0], &sent, "hello", fd), REEL_OK);
	assert_int_equal(
	    reel_wire_recv(pair[1], &got, payload, sizeof(payload), &there),
	    REEL_OK);
	assert_memory_equal(&got, &sent, sizeof(got));
	assert_memory_equal(payload, "hello", 5);
	assert_true(there >= 0 && there != fd);
	assert_int_equal(fcntl(there, F_GETFD), FD_CLOEXEC);
	close(there);
	assert_int_equal(fcntl(fd, F_GETFD), 0);
	close(fd);
}

static void
a_packet_without_payload_and_descriptor_arrives(void **state)
{
	struct reel_wire_header sent = good_header(0), got;
	int there = 7;

	(void)state;
	assert_int_equal(reel_wire_send(pair[0], &sent, NULL, -1), REEL_OK);
	assert_int_equal(
	    reel_wire_recv(pair[1], &got, NULL, 0, &there), REEL_OK);
	assert_int_equal(there, -1);
	assert_int_equal(got.len, 0);
}

static void
nothing_waits_and_nobody_is_there_are_told_apart(void **state)
{
	struct reel_wire_header header = good_header(0);
	int fd;

	(void)state;
	assert_int_equal(
	    reel_wire_recv(pair[1], &header, NULL, 0, &fd), REEL_AGAIN);
	close(pair[0]);
	pair[0] = -1;
	assert_int_equal(
	    reel_wire_recv(pair[1], &header, NULL, 0, &fd), REEL_NOT_FOUND);
	assert_int_equal(
	    reel_wire_send(pair[1], &header, NULL, -1), REEL_NOT_FOUND);
}

static void
a_reader_that_sleeps_makes_the_sender_come_again(void **state)
{
	struct reel_wire_header header = good_header(4096);
	char payload[4096] = "";
	enum reel_status rc = REEL_OK;
	int i;

	(void)state;
	for (i = 0; i < 10000 && rc == REEL_OK; i++)
		rc = reel_wire_send(pair[0], &header, payload, -1);
	assert_int_equal(rc, REEL_AGAIN);
}

static void
rude_packets_are_refused_and_leave_nothing_open(void **state)
{
	struct {
		struct reel_wire_header header;
		char rest[64];
	} packet;
	struct reel_wire_header got;
	char payload[8];
	int null = open("/dev/null", O_RDONLY), before, fd, row;

	(void)state;
	for (row = 0; row < 10; row++) {
		size_t len = sizeof(packet.header) + 4;
		int fds = 1;

		memset(&packet, 0, sizeof(packet));
		packet.header = good_header(4);
		switch (row) {
		case 0: /* shorter than a header */
			len = sizeof(packet.header) - 1;
			break;
		case 1: /* one byte */
			len = 1;
			break;
		case 2:
			packet.header.version++;
			break;
		case 3:
			packet.header.kind = 9;
			break;
		case 4: /* says more than there is */
			packet.header.len = 5;
			break;
		case 5: /* says less */
			packet.header.len = 3;
			break;
		case 6: /* does not fit */
			len = sizeof(packet);
			packet.header.len = sizeof(packet.rest);
			break;
		case 7:
			memset(packet.header.ending, 'x', 16);
			break;
		case 8:
			fds = 2;
			break;
		case 9:
			fds = 9;
			break;
		}
		before = count_fds();
		send_raw(&packet, len, null, fds);
		fd = 77;
		assert_int_equal(reel_wire_recv(pair[1], &got, payload,
		    sizeof(payload), &fd), REEL_BAD_INPUT);
		assert_int_equal(fd, 77);
		assert_int_equal(count_fds(), before);
		assert_int_equal(reel_wire_recv(pair[1], &got, payload,
		    sizeof(payload), &fd), REEL_AGAIN);
	}
	close(null);
}

static void
last_words_are_heard_although_the_peer_read_nothing(void **state)
{
	struct reel_wire_header header = good_header(0), got;
	int fd;

	(void)state;
	assert_int_equal(reel_wire_send(pair[1], &header, NULL, -1), REEL_OK);
	assert_int_equal(reel_wire_send(pair[0], &header, NULL, -1), REEL_OK);
	close(pair[0]);
	pair[0] = -1;
	assert_int_equal(reel_wire_recv(pair[1], &got, NULL, 0, &fd), REEL_OK);
	assert_int_equal(
	    reel_wire_recv(pair[1], &got, NULL, 0, &fd), REEL_NOT_FOUND);
}

static void
results_are_untouched_by_a_refused_packet(void **state)
{
	struct reel_wire_header got, before;
	int fd = 5;

	(void)state;
	memset(&got, 0xaa, sizeof(got));
	before = got;
	send_raw("x", 1, -1, 0);
	assert_int_equal(
	    reel_wire_recv(pair[1], &got, NULL, 0, &fd), REEL_BAD_INPUT);
	assert_memory_equal(&got, &before, sizeof(got));
	assert_int_equal(fd, 5);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    T(a_packet_with_payload_and_descriptor_arrives_whole),
	    T(a_packet_without_payload_and_descriptor_arrives),
	    T(nothing_waits_and_nobody_is_there_are_told_apart),
	    T(a_reader_that_sleeps_makes_the_sender_come_again),
	    T(rude_packets_are_refused_and_leave_nothing_open),
	    T(last_words_are_heard_although_the_peer_read_nothing),
	    T(results_are_untouched_by_a_refused_packet),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
