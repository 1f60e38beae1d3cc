/* links: indexer/reel_worker.c shared/reel_plan.c shared/reel_wire.c shared/reel_key.c shared/reel_facts.c shared/reel_escape.c shared/reel_buf.c shared/reel_item.c */
/*
 * Any job, as a worker takes it: what reads the file is played here and says what
 * the first byte of the input tells it to.  The worker answers in the form, or
 * ends; it keeps no descriptor.
 */
#include <sys/socket.h>
#include <sys/uio.h>

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/reel_escape.h"
#include "shared/reel_facts.h"
#include "shared/reel_key.h"
#include "shared/reel_wire.h"

#include "indexer/reel_board_lavf.h"
#include "indexer/reel_content.h"
#include "indexer/reel_picture_lavf.h"
#include "indexer/reel_probe_lavf.h"
#include "indexer/reel_remux.h"
#include "indexer/reel_remux_lavf.h"
#include "indexer/reel_sandbox_seccomp.h"
#include "indexer/reel_source_lavf.h"
#include "indexer/reel_stream_file.h"
#include "indexer/reel_worker.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t mood; /* what the file makes of the parser */

static enum reel_status
outcome(char *reason)
{

	snprintf(reason, REEL_WIRE_REASON_MAX, "mood %d", mood);

	return (mood % 3 == 0 ? REEL_OK
	    : mood % 3 == 1 ? REEL_BAD_INPUT : REEL_IO);
}

void
reel_source_warm(void)
{
}

int
reel_sandbox_enter(int sock, int64_t cpu_s, const char **why)
{

	(void)sock;
	(void)cpu_s;
	*why = NULL;

	return (0);
}

void
reel_source_behind(int fd)
{

	if (fd != -1 && fcntl(fd, F_GETFD) == -1)
		abort();
}

enum reel_status
reel_content_load(int fd, int64_t size)
{

	(void)fd;
	(void)size;

	return (mood & 8 ? REEL_IO : REEL_OK);
}

void
reel_content_picture(const struct reel_wire_making *making, unsigned char *key)
{

	memset(key, making->box + making->quality, REEL_KEY_BYTES);
}

void
reel_content_board(const struct reel_wire_board *board, unsigned char *key)
{

	memset(key, board->box, REEL_KEY_BYTES);
}

/* Some files, if it is a stream, and sheets; then what became of it. */
enum reel_status
reel_board_file(const struct reel_board_part *first,
    const struct reel_wire_board *how, int64_t length_ms, int64_t timeout_ms,
    const struct reel_board_sink *sink, struct reel_wire_tile *tile,
    char *reason)
{
	struct reel_board_part part = *first;
	int sheet;

	(void)length_ms;
	(void)timeout_ms;
	if (fcntl(part.fd, F_GETFD) == -1)
		abort();
	for (sheet = 1; sheet <= mood % 5; sheet++) {
		memset(sink->jpeg, mood, (size_t)mood * 300 % sink->cap);
		if (!sink->on_sheet(sink->cookie, sheet,
		        (size_t)mood * 300 % sink->cap))
			break;
		if (sink->next != NULL && !sink->next(sink->cookie, &part))
			break;
		if (part.fd != -1 && fcntl(part.fd, F_GETFD) == -1)
			abort();
	}
	tile->width = how->box;
	tile->height = mood;

	return (outcome(reason));
}

enum reel_status
reel_stream_file_plan(int fd, const struct reel_wire_board *how,
    int64_t length_ms, int64_t timeout_ms, struct reel_plan *plan, char *reason)
{

	(void)timeout_ms;
	if (fcntl(fd, F_GETFD) == -1 || length_ms <= 0 || how->columns == 0 ||
	    how->rows == 0)
		abort();
	reel_plan_init(plan);
	plan->count = mood;
	memset(plan->parts, mood, mood * sizeof(plan->parts[0]));

	return (outcome(reason));
}

enum reel_status
reel_probe_lavf_file(int fd, enum reel_type type, const char *ending,
    int64_t timeout_ms, struct reel_facts *facts, char *reason)
{

	(void)timeout_ms;
	if (fcntl(fd, F_GETFD) == -1 || strlen(ending) > 15)
		abort();
	reel_facts_init(facts);
	facts->type = mood & 16 ? (int32_t)type : REEL_TYPE_VIDEO;

	return (outcome(reason));
}

enum reel_status
reel_picture_file(int fd, enum reel_type type,
    const struct reel_wire_making *making, int64_t timeout_ms,
    unsigned char *jpeg, size_t cap, size_t *len, char *reason)
{

	(void)type;
	(void)making;
	(void)timeout_ms;
	if (fcntl(fd, F_GETFD) == -1)
		abort();
	*len = (size_t)mood * 2000 % (cap + 1);
	memset(jpeg, mood, *len);

	return (outcome(reason));
}

enum reel_status
reel_stream_file(int fd, const char *ending, int64_t timeout_ms,
    struct reel_stream_answer *answer, size_t *len, char *reason)
{

	(void)fd;
	(void)ending;
	(void)timeout_ms;
	memset(answer, mood, sizeof(answer->stream));
	*len = sizeof(answer->stream);

	return (outcome(reason));
}

enum reel_status
reel_remux_list(
    int sock, const struct reel_wire_header *job, int fd, char *reason)
{

	(void)sock;
	(void)job;
	(void)fd;

	return (outcome(reason));
}

enum reel_status
reel_remux_lavf_run(int sock, const struct reel_wire_header *job, char *reason)
{

	(void)sock;
	(void)job;

	return (outcome(reason));
}

/* A descriptor comes with it unless its first byte is odd. */
static void
send_job(int sock, const uint8_t *data, size_t size, int fd)
{
	uint8_t packet[256];
	struct reel_wire_header header;
	char control[CMSG_SPACE(sizeof(int))];
	struct iovec iov = { packet, size < sizeof(packet) ? size : sizeof(packet) };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct cmsghdr *cmsg;

	memcpy(packet, data, iov.iov_len);
	if (iov.iov_len >= sizeof(header)) {
		memcpy(&header, packet, sizeof(header));
		header.version ^= REEL_WIRE_VERSION;
		if (header.len == 0)
			header.len = (uint32_t)(iov.iov_len - sizeof(header));
		memcpy(packet, &header, sizeof(header));
	}
	if (size > 0 && data[0] % 2 == 0) {
		memset(control, 0, sizeof(control));
		msg.msg_control = control;
		msg.msg_controllen = sizeof(control);
		cmsg = CMSG_FIRSTHDR(&msg);
		cmsg->cmsg_level = SOL_SOCKET;
		cmsg->cmsg_type = SCM_RIGHTS;
		cmsg->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(cmsg), &fd, sizeof(fd));
	}
	(void)sendmsg(sock, &msg, MSG_NOSIGNAL);
}

/* Every packet of the answer is one that the indexer may believe. */
static void
hear(int sock)
{
	static char payload[REEL_WIRE_PIECE_MAX];
	struct reel_wire_header header;
	enum reel_status rc;
	int fd, packets = 0;

	for (;;) {
		rc = reel_wire_recv(
		    sock, &header, payload, sizeof(payload), &fd);
		if (rc == REEL_NOT_FOUND)
			break;
		if (rc != REEL_OK || fd != -1)
			abort();
		if (header.status != REEL_OK &&
		    (header.len > REEL_WIRE_REASON_MAX || header.left != 0 ||
		        !reel_escape_utf8_ok(payload, header.len)))
			abort();
		packets++;
	}
	/* The greeting at least. */
	if (packets == 0)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int pair[2], file, lowest, next, room = 4 << 20;
	size_t len, jobs = 0;

	lowest = open("/dev/null", O_RDONLY);
	close(lowest);
	if (size < 1 ||
	    socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) != 0)
		return (0);
	(void)setsockopt(pair[1], SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof(room));
	mood = data[0];
	data++;
	size--;
	file = open("/dev/null", O_RDONLY);
	/* A few: their answers have to find room. */
	while (size >= 1 && jobs++ < 4) {
		len = data[0];
		data++;
		size--;
		if (len > size)
			len = size;
		send_job(pair[0], data, len, file);
		data += len;
		size -= len;
	}
	close(file);
	(void)shutdown(pair[0], SHUT_WR);
	(void)reel_worker_run(pair[1], 1000);
	close(pair[1]);
	hear(pair[0]);
	close(pair[0]);
	next = open("/dev/null", O_RDONLY);
	close(next);
	if (next != lowest)
		abort();

	return (0);
}
