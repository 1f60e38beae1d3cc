/* links: shared/reel_wire.c shared/reel_facts.c shared/reel_escape.c shared/reel_buf.c shared/reel_item.c */
/*
 * Any packet on the socket between indexer and worker, with as many descriptors
 * as its first byte says: of the form, or refused, off the queue and nothing left
 * open; what is taken can be sent again and is the same.  What passes as facts has
 * texts that end and numbers that can be.
 */
#include <sys/socket.h>
#include <sys/uio.h>

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/reel_escape.h"
#include "shared/reel_facts.h"
#include "shared/reel_wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
send_raw(int sock, const uint8_t *data, size_t size, int fd, int count)
{
	char control[CMSG_SPACE(8 * sizeof(int))];
	struct iovec iov = { (void *)(uintptr_t)data, size };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct cmsghdr *cmsg;
	int i;

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
	if (sendmsg(sock, &msg, MSG_NOSIGNAL) != (ssize_t)size)
		abort();
}

static void
look_at_facts(const void *payload, size_t len)
{
	static struct reel_facts facts;

	if (len > sizeof(facts))
		len = sizeof(facts);
	memset(&facts, 0, sizeof(facts));
	memcpy(&facts, payload, len);
	if (reel_facts_check(&facts, len) != REEL_OK)
		return;
	if (len != sizeof(facts) || strlen(facts.title) >= REEL_FACTS_TEXT ||
	    !reel_escape_utf8_ok(facts.title, strlen(facts.title)) ||
	    strlen(facts.codecs) >= REEL_FACTS_TEXT ||
	    facts.audio_count > REEL_FACTS_AUDIO_MAX ||
	    (facts.width == 0) != (facts.height == 0) || facts.width < 0 ||
	    facts.sar_num > (int64_t)facts.sar_den * REEL_FACTS_SAR_MAX)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int pair[2] = { -1, -1 }, null = -1;
	static char payload[REEL_WIRE_PIECE_MAX], again[REEL_WIRE_PIECE_MAX];
	struct reel_wire_header header, same;
	enum reel_status status;
	int count, fd = -2, lowest, next;

	if (pair[0] == -1) {
		if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0,
		    pair) != 0)
			abort();
		null = open("/dev/null", O_RDONLY);
	}
	lowest = dup(null);
	close(lowest);
	if (size < 2)
		return (0);
	count = data[0] % 5;
	data++;
	size--;
	look_at_facts(data, size);
	send_raw(pair[0], data, size, null, count);
	status = reel_wire_recv(
	    pair[1], &header, payload, sizeof(payload), &fd);
	if (status == REEL_OK) {
		if (header.version != REEL_WIRE_VERSION || count > 1 ||
		    (fd == -1) != (count == 0) ||
		    size != sizeof(header) + header.len ||
		    memcmp(payload, data + sizeof(header), header.len) != 0 ||
		    strlen(header.ending) >= sizeof(header.ending))
			abort();
		if (reel_wire_send(pair[0], &header, payload, fd) != REEL_OK)
			abort();
		if (fd != -1)
			close(fd);
		if (reel_wire_recv(pair[1], &same, again, sizeof(again), &fd) !=
		    REEL_OK ||
		    memcmp(&header, &same, sizeof(header)) != 0 ||
		    memcmp(payload, again, header.len) != 0 ||
		    (fd == -1) != (count == 0))
			abort();
		if (fd != -1)
			close(fd);
	} else if (status != REEL_BAD_INPUT || fd != -2)
		abort();

	/* Nothing is left behind: no packet, no descriptor. */
	if (reel_wire_recv(pair[1], &same, again, sizeof(again), &fd) !=
	    REEL_AGAIN)
		abort();
	next = dup(null);
	close(next);
	if (next != lowest)
		abort();

	return (0);
}
