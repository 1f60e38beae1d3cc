/*
 * Packets between reel-indexer and reel-worker.  SOCK_SEQPACKET keeps their
 * borders, so a packet is whole or it is nothing.  The receiver takes at most
 * one descriptor and trusts neither lengths nor what a header says; whatever it
 * refuses, it leaves no descriptor open.  Whether a call waits is decided by the
 * descriptor: the indexer's end is non-blocking, the worker's is not.
 */
#include <sys/socket.h>
#include <sys/uio.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "shared/reel_wire.h"

/*
 * Room for two descriptors, which is what alignment gives for one anyway: a
 * second one is then seen and closed here, further ones are closed by the
 * kernel, which says so.
 */
#define FDS_MAX 2

union control {
	char bytes[CMSG_SPACE(FDS_MAX * sizeof(int))];
	struct cmsghdr align;
};

static enum reel_status
from_errno(void)
{

	switch (errno) {
	case EAGAIN:
#if EWOULDBLOCK != EAGAIN
	case EWOULDBLOCK:
#endif
	case ENOBUFS:
		return (REEL_AGAIN);
	case EPIPE:
	case ECONNRESET:
	case ENOTCONN:
		return (REEL_NOT_FOUND);
	default:
		return (REEL_IO);
	}
}

enum reel_status
reel_wire_send(int sock, const struct reel_wire_header *header,
    const void *payload, int fd)
{
	struct reel_wire_header copy = *header;
	struct iovec iov[2];
	struct msghdr msg;
	union control control;
	struct cmsghdr *cmsg;
	ssize_t n;

	iov[0].iov_base = &copy;
	iov[0].iov_len = sizeof(copy);
	/* sendmsg takes no const; it does not write there. */
	memcpy(&iov[1].iov_base, &payload, sizeof(payload));
	iov[1].iov_len = header->len;
	memset(&msg, 0, sizeof(msg));
	msg.msg_iov = iov;
	msg.msg_iovlen = header->len > 0 ? 2 : 1;
	if (fd != -1) {
		memset(&control, 0, sizeof(control));
		msg.msg_control = control.bytes;
		msg.msg_controllen = CMSG_SPACE(sizeof(int));
		cmsg = CMSG_FIRSTHDR(&msg);
		cmsg->cmsg_level = SOL_SOCKET;
		cmsg->cmsg_type = SCM_RIGHTS;
		cmsg->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(cmsg), &fd, sizeof(fd));
	}
	do
		n = sendmsg(sock, &msg, MSG_NOSIGNAL);
	while (n == -1 && errno == EINTR);

	return (n == -1 ? from_errno() : REEL_OK);
}

/* Take the descriptors out of ${msg}: at most FDS_MAX of them. */
static size_t
take_fds(struct msghdr *msg, int *fds)
{
	struct cmsghdr *cmsg;
	size_t count = 0, bytes, i;
	int fd;

	for (cmsg = CMSG_FIRSTHDR(msg); cmsg != NULL;
	     cmsg = CMSG_NXTHDR(msg, cmsg)) {
		if (cmsg->cmsg_level != SOL_SOCKET ||
		    cmsg->cmsg_type != SCM_RIGHTS)
			continue;
		bytes = cmsg->cmsg_len - CMSG_LEN(0);
		for (i = 0; i + sizeof(int) <= bytes; i += sizeof(int)) {
			memcpy(&fd, CMSG_DATA(cmsg) + i, sizeof(fd));
			if (count < FDS_MAX)
				fds[count++] = fd;
			else
				close(fd);
		}
	}

	return (count);
}

static int
is_of_the_form(const struct reel_wire_header *header, size_t bytes)
{

	return (bytes >= sizeof(*header) &&
	    header->version == REEL_WIRE_VERSION &&
	    ((header->kind >= REEL_WIRE_PROBE &&
	    header->kind <= REEL_WIRE_PLAN) ||
	    header->kind == REEL_WIRE_EXPORT ||
	    header->kind == REEL_WIRE_TEMPLATE) &&
	    header->len == bytes - sizeof(*header) &&
	    memchr(header->ending, '\0', sizeof(header->ending)) != NULL);
}

enum reel_status
reel_wire_recv(int sock, struct reel_wire_header *header, void *payload,
    size_t cap, int *fd)
{
	struct reel_wire_header got;
	struct iovec iov[2];
	struct msghdr msg;
	union control control;
	size_t count, i;
	ssize_t n;
	int fds[FDS_MAX] = {-1, -1}, resets = 0;

	memset(&got, 0, sizeof(got));
	iov[0].iov_base = &got;
	iov[0].iov_len = sizeof(got);
	iov[1].iov_base = payload;
	iov[1].iov_len = cap;
	memset(&msg, 0, sizeof(msg));
	msg.msg_iov = iov;
	msg.msg_iovlen = 2;
	msg.msg_control = control.bytes;
	msg.msg_controllen = sizeof(control.bytes);
	/*
	 * A peer that ends with a packet of ours unread leaves a reset, which
	 * the kernel tells before the last words that wait (Linux 6.18).
	 */
	do
		n = recvmsg(sock, &msg, MSG_CMSG_CLOEXEC);
	while (n == -1 &&
	    (errno == EINTR || (errno == ECONNRESET && resets++ == 0)));
	if (n == -1)
		return (from_errno());
	count = take_fds(&msg, fds);
	if (n == 0 && count == 0)
		return (REEL_NOT_FOUND);
	if ((msg.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0 || count > 1 ||
	    !is_of_the_form(&got, (size_t)n)) {
		for (i = 0; i < count; i++)
			close(fds[i]);
		return (REEL_BAD_INPUT);
	}
	*header = got;
	*fd = fds[0];

	return (REEL_OK);
}
