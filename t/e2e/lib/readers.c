/*
 * readers OUT PORT N TARGET LAST HEAD [deaf]: N WebSockets of the feed that read
 * as fast as they can, where a crowd in Perl would be the slow ones.  They ask for
 * what follows the cursor LAST.  Each record has to name the one before it, and
 * all have to hear the same bytes.  When a file HEAD is there, which holds a
 * cursor, and all are that far, a summary goes to OUT.  OUT.ready: all are heard.
 * deaf: once they are, they read nothing until HEAD is there.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <err.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ROOM 131072

struct reader {
	int fd;
	int open; /* the head of the answer was read */
	size_t len;
	uint64_t hash; /* of all records */
	char last[64];
	unsigned char in[ROOM];
};

static long records, holes, gaps, lost;

static void
pong(int fd)
{
	static const unsigned char frame[] = { 0x8a, 0x80, 0, 0, 0, 0 };

	if (write(fd, frame, sizeof(frame)) == -1)
		warn("pong");
}

/* The string behind ${name} at ${text}, which begins with it; NULL: it does not. */
static const char *
member(const char *text, const char *end, const char *name, char *value)
{
	size_t len = strlen(name);
	const char *quote;

	if ((size_t)(end - text) < len || memcmp(text, name, len) != 0)
		return (NULL);
	text += len;
	quote = memchr(text, '"', (size_t)(end - text));
	if (quote == NULL || quote - text > 63)
		return (NULL);
	memcpy(value, text, (size_t)(quote - text));
	value[quote - text] = '\0';
	return (quote);
}

static void
hear(struct reader *r, const char *text, size_t len)
{
	char cursor[64], prev[64];
	const char *end = text + len, *p;
	uint64_t word;
	size_t i;

	if ((p = member(text, end, "{\"type\":\"change\",\"cursor\":\"", cursor)) == NULL) {
		gaps += len > 14 && memcmp(text, "{\"type\":\"gap\"", 13) == 0;
		return;
	}
	if (member(p, end, "\",\"prev\":\"", prev) == NULL || strcmp(prev, r->last) != 0)
		holes++;
	strcpy(r->last, cursor);
	records++;
	for (i = 0; i < len; i += 8) {
		word = 0;
		memcpy(&word, text + i, len - i < 8 ? len - i : 8);
		r->hash = (r->hash ^ word) * 0x9e3779b97f4a7c15;
	}
}

/* All whole frames; 0: the other side says that it is over. */
static int
frames(struct reader *r)
{
	size_t at = 0, from, len, i;
	unsigned char *p, *end;

	if (!r->open) {
		end = memmem(r->in, r->len, "\r\n\r\n", 4);
		if (end == NULL)
			return (1);
		if (memcmp(r->in, "HTTP/1.1 101", 12) != 0)
			errx(1, "the answer is \"%.20s\"", (char *)r->in);
		r->open = 1;
		at = (size_t)(end - r->in) + 4;
	}
	while (r->len - at >= 2) {
		p = r->in + at;
		len = p[1];
		from = len == 126 ? 4 : len == 127 ? 10 : 2;
		if (r->len - at < from)
			break;
		if (from > 2) {
			for (len = 0, i = 2; i < from; i++)
				len = len << 8 | p[i];
		}
		if (len > ROOM - from)
			errx(1, "a message of %zu bytes", len);
		if (r->len - at < from + len)
			break;
		if ((p[0] & 15) == 1)
			hear(r, (char *)p + from, len);
		else if ((p[0] & 15) == 9)
			pong(r->fd);
		else if ((p[0] & 15) == 8)
			return (0);
		at += from + len;
	}
	r->len -= at;
	memmove(r->in, r->in + at, r->len);
	return (1);
}

static void
mark(const char *out, const char *text)
{
	char path[4096];
	FILE *f;

	snprintf(path, sizeof(path), "%s.new", out);
	if ((f = fopen(path, "w")) == NULL)
		err(1, "%s", path);
	fputs(text, f);
	fclose(f);
	if (rename(path, out) == -1)
		err(1, "%s", out);
}

int
main(int argc, char **argv)
{
	struct sockaddr_in addr = { .sin_family = AF_INET };
	struct epoll_event ev, evs[64];
	struct reader *readers, *r;
	char text[4096], head[64] = "";
	int n, i, got, late, different, epfd, len, deaf, small = 4096, large = 1 << 20;
	ssize_t more;
	FILE *f;

	deaf = argc == 8 && strcmp(argv[7], "deaf") == 0;
	if (argc != 7 + deaf)
		errx(2, "see the head of readers.c");
	alarm(7200); /* whoever began it may be gone */
	n = atoi(argv[3]);
	addr.sin_port = htons((uint16_t)atoi(argv[2]));
	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	readers = calloc((size_t)n, sizeof(*readers));
	if (readers == NULL || (epfd = epoll_create1(EPOLL_CLOEXEC)) == -1)
		err(1, "epoll");
	for (i = 0; i < n; i++) {
		r = &readers[i];
		snprintf(r->last, sizeof(r->last), "%s", argv[5]);
		len = snprintf(text, sizeof(text), "GET %s?since=%s HTTP/1.1\r\nHost: localhost\r\n"
		    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
		    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n", argv[4], argv[5]);
		if ((r->fd = socket(AF_INET, SOCK_STREAM, 0)) == -1 ||
		    (deaf && setsockopt(r->fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small)) == -1) ||
		    connect(r->fd, (struct sockaddr *)&addr, sizeof(addr)) == -1 ||
		    write(r->fd, text, (size_t)len) != len)
			err(1, "connect");
		while (!r->open) {
			if ((more = read(r->fd, r->in + r->len, ROOM - r->len)) <= 0)
				errx(1, "no answer");
			r->len += (size_t)more;
			frames(r);
		}
	}
	snprintf(text, sizeof(text), "%s.ready", argv[1]);
	mark(text, "");
	while (deaf && access(argv[6], F_OK) == -1)
		usleep(100000);
	for (i = 0; i < n; i++) {
		r = &readers[i];
		ev.events = EPOLLIN;
		ev.data.ptr = r;
		/* a window of a few bytes would make the rest slow, not deaf */
		if ((deaf && setsockopt(r->fd, SOL_SOCKET, SO_RCVBUF, &large, sizeof(large)) == -1) ||
		    epoll_ctl(epfd, EPOLL_CTL_ADD, r->fd, &ev) == -1)
			err(1, "epoll_ctl");
	}
	for (late = n; late > 0 && lost == 0;) {
		got = epoll_wait(epfd, evs, 64, 500);
		for (i = 0; i < got; i++) {
			r = evs[i].data.ptr;
			more = recv(r->fd, r->in + r->len, ROOM - r->len, MSG_DONTWAIT);
			if (more == -1 && (errno == EAGAIN || errno == EINTR))
				continue;
			r->len += more > 0 ? (size_t)more : 0;
			lost += more <= 0 || !frames(r);
		}
		if (head[0] == '\0' && (f = fopen(argv[6], "r")) != NULL) {
			if (fscanf(f, "%63s", head) != 1)
				errx(1, "%s holds no cursor", argv[6]);
			fclose(f);
		}
		if (head[0] != '\0') {
			for (late = 0, i = 0; i < n; i++)
				late += strcmp(readers[i].last, head) != 0;
		}
	}
	for (different = 0, i = 1; i < n; i++)
		different += readers[i].hash != readers[0].hash;
	snprintf(text, sizeof(text), "{\"clients\":%d,\"records\":%ld,\"holes\":%ld,\"gaps\":%ld,"
	    "\"lost\":%ld,\"different\":%d}\n", n, records, holes, gaps, lost, different);
	mark(argv[1], text);
	return (0);
}
