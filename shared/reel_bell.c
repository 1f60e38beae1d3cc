#include "shared/reel_bell.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/*
 * The bell's two ends: the indexer listens and rings, nginx workers connect and
 * drain; hints go the other way.  No call ever waits.  What arrives here comes
 * from another process that may be old, broken or hostile: every packet is
 * taken off whole, judged, and never makes more than itself go wrong.
 *
 * Invariant: a name in the folder that is not a dead socket is never replaced.
 */

/* Workers of several generations that connect at the same moment. */
#define BACKLOG 256

/* Bytes a drain takes at most; the bell may lose what it says twice. */
#define DRAIN_MAX 1024

/* Set up while the name is still this one, then renamed into place. */
#define NEW_SUFFIX ".new"

/*
 * The address of ${path}${suffix}.  sun_path holds 107 bytes, a folder may be
 * far deeper; /proc/self/fd/N is a short name of it.  ${*dir} is that folder's
 * descriptor or -1 and must outlive the use of the address.
 */
static enum reel_status
address(
    const char *path, const char *suffix, struct sockaddr_un *addr, int *dir)
{
	char folder[PATH_MAX];
	const char *name;
	size_t len = strlen(path);
	int n;

	memset(addr, 0, sizeof(*addr));
	addr->sun_family = AF_UNIX;
	*dir = -1;

	/* An empty name would bind an abstract address of Linux' choice. */
	if (len == 0) {
		errno = ENOENT;
		return (REEL_IO);
	}
	if (len + strlen(suffix) < sizeof(addr->sun_path)) {
		memcpy(addr->sun_path, path, len);
		memcpy(addr->sun_path + len, suffix, strlen(suffix) + 1);
		return (REEL_OK);
	}

	name = strrchr(path, '/');
	name = name == NULL ? path : name + 1;
	len = (size_t)(name - path);
	if (len == 0 || len >= sizeof(folder)) {
		errno = ENAMETOOLONG;
		return (REEL_IO);
	}
	memcpy(folder, path, len);
	folder[len] = '\0';
	if ((*dir = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC)) == -1)
		return (errno == ENOENT || errno == ENOTDIR ? REEL_NOT_FOUND :
		    REEL_IO);

	n = snprintf(addr->sun_path, sizeof(addr->sun_path),
	    "/proc/self/fd/%d/%s%s", *dir, name, suffix);
	if (n < 0 || (size_t)n >= sizeof(addr->sun_path)) {
		close(*dir);
		*dir = -1;
		errno = ENAMETOOLONG;
		return (REEL_IO);
	}
	return (REEL_OK);
}

static int
make_socket(void)
{

	return (socket(
	    AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

/* close() that keeps the errno the caller is about to be told. */
static void
shut(int fd)
{
	int saved = errno;

	if (fd != -1)
		close(fd);
	errno = saved;
}

static enum reel_status
connect_to(const struct sockaddr_un *addr, int *fd)
{
	enum reel_status status = REEL_IO;
	int sock;

	if ((sock = make_socket()) == -1)
		return (REEL_IO);
	if (connect(sock, (const struct sockaddr *)addr, sizeof(*addr)) == 0) {
		*fd = sock;
		return (REEL_OK);
	}

	if (errno == ENOENT || errno == ENOTDIR || errno == ECONNREFUSED)
		status = REEL_NOT_FOUND;
	else if (errno == EAGAIN)
		status = REEL_AGAIN;
	shut(sock);
	return (status);
}

/* May the name be taken?  Only if it is free, or a socket nobody listens on. */
static enum reel_status
may_take(const struct sockaddr_un *addr)
{
	enum reel_status status;
	struct stat st;
	int fd;

	if (lstat(addr->sun_path, &st) == -1)
		return (errno == ENOENT ? REEL_OK : REEL_IO);
	if (!S_ISSOCK(st.st_mode)) {
		errno = ENOTSOCK;
		return (REEL_IO);
	}

	status = connect_to(addr, &fd);
	if (status == REEL_NOT_FOUND)
		return (REEL_OK);
	if (status == REEL_OK)
		close(fd);

	/* EPROTOTYPE: a socket of another kind, and it is alive. */
	if (status == REEL_IO && errno != EPROTOTYPE)
		return (REEL_IO);
	return (REEL_BUSY);
}

enum reel_status
reel_bell_listen(const char *path, int *fd)
{
	struct sockaddr_un addr, fresh;
	enum reel_status status;
	int dir = -1, fresh_dir = -1, sock = -1;

	if ((status = address(path, "", &addr, &dir)) != REEL_OK ||
	    (status = address(path, NEW_SUFFIX, &fresh, &fresh_dir)) !=
	    REEL_OK || (status = may_take(&addr)) != REEL_OK)
		goto out;

	/*
	 * Bound beside its place and renamed over it when it is complete: no
	 * moment at which the name is missing, has a wide mode, or refuses.
	 */
	status = REEL_IO;
	if ((sock = make_socket()) == -1)
		goto out;
	if (unlink(fresh.sun_path) == -1 && errno != ENOENT)
		goto out;
	if (bind(sock, (struct sockaddr *)&fresh, sizeof(fresh)) == -1)
		goto out;
	if (chmod(fresh.sun_path, 0660) == -1 || listen(sock, BACKLOG) == -1 ||
	    rename(fresh.sun_path, addr.sun_path) == -1) {
		int saved = errno;

		unlink(fresh.sun_path);
		errno = saved;
		goto out;
	}

	*fd = sock;
	sock = -1;
	status = REEL_OK;
out:
	shut(sock);
	shut(fresh_dir);
	shut(dir);
	return (status);
}

enum reel_status
reel_bell_connect(const char *path, int *fd)
{
	struct sockaddr_un addr;
	enum reel_status status;
	int dir;

	if ((status = address(path, "", &addr, &dir)) != REEL_OK)
		return (status);
	status = connect_to(&addr, fd);
	shut(dir);
	return (status);
}

enum reel_status
reel_bell_accept(int fd, int *peer, uid_t *uid)
{
	struct ucred cred;
	socklen_t len = sizeof(cred);
	int sock;

	do {
		sock = accept4(fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	} while (sock == -1 && (errno == EINTR || errno == ECONNABORTED));
	if (sock == -1)
		return (errno == EAGAIN ? REEL_AGAIN : REEL_IO);

	if (getsockopt(sock, SOL_SOCKET, SO_PEERCRED, &cred, &len) == -1) {
		shut(sock);
		return (REEL_IO);
	}
	*peer = sock;
	*uid = cred.uid;
	return (REEL_OK);
}

/* What a failed send or receive means. */
static enum reel_status
failure(void)
{

	switch (errno) {
	case EAGAIN:
	case EINTR:
		return (REEL_AGAIN);
	case EPIPE:
	case ECONNRESET:
	case ENOTCONN:
		return (REEL_NOT_FOUND);
	default:
		return (REEL_IO);
	}
}

/* A read of no bytes: the end, or a packet of no bytes? */
static int
is_over(int fd)
{
	struct pollfd pfd = { .fd = fd, .events = POLLRDHUP };

	return (poll(&pfd, 1, 0) == 1);
}

enum reel_status
reel_bell_ring(int peer)
{
	enum reel_status status;

	if (send(peer, "!", 1, MSG_NOSIGNAL | MSG_DONTWAIT) == 1)
		return (REEL_OK);

	/* Bells that wait say all that this one would. */
	status = failure();
	return (status == REEL_AGAIN ? REEL_OK : status);
}

enum reel_status
reel_bell_drain(int fd)
{
	enum reel_status status = REEL_AGAIN, failed;
	char byte;
	ssize_t n;
	int i;

	for (i = 0; i < DRAIN_MAX; i++) {
		n = recv(fd, &byte, sizeof(byte), MSG_DONTWAIT);
		if (n == 0 && is_over(fd))
			return (REEL_NOT_FOUND);
		if (n == -1) {
			failed = failure();
			return (failed == REEL_AGAIN ? status : failed);
		}
		status = REEL_OK;
	}
	return (status);
}

enum reel_status
reel_bell_hint_send(int fd, enum reel_bell_kind kind, int64_t id,
    const char *path, size_t path_len)
{
	struct reel_bell_hint hint;
	struct msghdr msg;
	struct iovec iov[2];

	if (path_len > REEL_BELL_PATH_MAX)
		return (REEL_BAD_INPUT);

	memset(&hint, 0, sizeof(hint));
	hint.version = REEL_BELL_VERSION;
	hint.kind = (uint8_t)kind;
	hint.path_len = (uint16_t)path_len;
	hint.id = id;
	iov[0].iov_base = &hint;
	iov[0].iov_len = sizeof(hint);
	iov[1].iov_base = (void *)(uintptr_t)path;
	iov[1].iov_len = path_len;
	memset(&msg, 0, sizeof(msg));
	msg.msg_iov = iov;
	msg.msg_iovlen = path_len > 0 ? 2 : 1;

	if (sendmsg(fd, &msg, MSG_NOSIGNAL | MSG_DONTWAIT) == -1)
		return (failure());
	return (REEL_OK);
}

static int
hint_is_good(const struct reel_bell_hint *hint, size_t len, const char *path)
{

	if (len < sizeof(*hint) || hint->version != REEL_BELL_VERSION ||
	    hint->zero != 0 || hint->path_len != len - sizeof(*hint))
		return (0);

	switch (hint->kind) {
	case REEL_BELL_LOOK:
		return (hint->path_len == 0);
	case REEL_BELL_RESCAN:
	case REEL_BELL_ACCEPT:
		return (memchr(path, '\0', hint->path_len) == NULL);
	}
	return (0);
}

enum reel_status
reel_bell_hint_recv(int peer, struct reel_bell_hint *hint, char *path)
{
	struct reel_bell_hint got;
	struct msghdr msg;
	struct iovec iov[2];
	ssize_t n;

	iov[0].iov_base = &got;
	iov[0].iov_len = sizeof(got);
	iov[1].iov_base = path;
	iov[1].iov_len = REEL_BELL_PATH_MAX;

	/* No room for control data: the kernel closes descriptors sent along. */
	memset(&msg, 0, sizeof(msg));
	msg.msg_iov = iov;
	msg.msg_iovlen = 2;

	/* Of a peer that left without reading all, an error comes first, once. */
	if ((n = recvmsg(peer, &msg, MSG_DONTWAIT)) == -1 &&
	    errno == ECONNRESET)
		n = recvmsg(peer, &msg, MSG_DONTWAIT);
	if (n == -1)
		return (failure());
	if (n == 0 && is_over(peer))
		return (REEL_NOT_FOUND);
	if ((msg.msg_flags & MSG_TRUNC) || !hint_is_good(&got, (size_t)n, path))
		return (REEL_BAD_INPUT);

	*hint = got;
	return (REEL_OK);
}

enum reel_status
reel_bell_answer_send(int peer, enum reel_status answer)
{
	const char packet[2] = { '=', (char)answer };

	if (send(peer, packet, sizeof(packet), MSG_NOSIGNAL | MSG_DONTWAIT) == -1)
		return (failure());
	return (REEL_OK);
}

enum reel_status
reel_bell_answer_recv(int fd, enum reel_status *answer)
{
	char packet[2];
	ssize_t n;

	while ((n = recv(fd, packet, sizeof(packet), MSG_DONTWAIT)) != -1) {
		if (n == 0 && is_over(fd))
			return (REEL_NOT_FOUND);
		if (n == 2 && packet[0] == '=' && packet[1] >= REEL_OK &&
		    packet[1] <= REEL_NOMEM) {
			*answer = (enum reel_status)packet[1];
			return (REEL_OK);
		}
	}
	return (failure());
}
