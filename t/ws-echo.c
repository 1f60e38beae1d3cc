/* links: ngx_module/reel_ws.c ngx_module/reel_ws_frame.c ngx_module/reel_utf8.c shared/reel_buf.c */
/*
 * ws-echo PORT [LIMIT]: a WebSocket echo service on 127.0.0.1, so that
 * conformance suites can be run against the codec without nginx.  PORT 0 lets
 * the kernel choose; the first line of output names the port.  One thread, one
 * poll loop; a client that does not read is not read from.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <ctype.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "ngx_module/reel_ws.h"
#include "shared/reel_buf.h"

#define CLIENTS_MAX 64
#define REQUEST_MAX 8192
#define READ_MAX 65536
#define LIMIT_DEFAULT (4 * 1024 * 1024)

/* Bytes that wait to be sent; above it the client is not read from. */
#define OUT_MAX (1024 * 1024)

struct client {
	int fd;             /* -1: free */
	int talks;          /* the handshake is over */
	int leaves;         /* close once all is sent */
	struct reel_ws ws;
	struct reel_buf request;
	struct reel_buf message;
	struct reel_buf out;
	size_t sent;        /* of out */
};

static struct client clients[CLIENTS_MAX];
static uint64_t limit = LIMIT_DEFAULT;

/* --- the accept key: SHA-1 and base64 of FIPS 180-4 and RFC 4648 ----------- */

static uint32_t
rotate(uint32_t x, int n)
{

	return (x << n | x >> (32 - n));
}

static void
sha1_block(uint32_t h[5], const unsigned char *p)
{
	uint32_t w[80], a = h[0], b = h[1], c = h[2], d = h[3], e = h[4], f, k;
	int i;

	for (i = 0; i < 16; i++)
		w[i] = (uint32_t)p[4 * i] << 24 | (uint32_t)p[4 * i + 1] << 16 |
		    (uint32_t)p[4 * i + 2] << 8 | p[4 * i + 3];
	for (; i < 80; i++)
		w[i] = rotate(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
	for (i = 0; i < 80; i++) {
		if (i < 20) {
			f = (b & c) | (~b & d);
			k = 0x5a827999;
		} else if (i < 40) {
			f = b ^ c ^ d;
			k = 0x6ed9eba1;
		} else if (i < 60) {
			f = (b & c) | (b & d) | (c & d);
			k = 0x8f1bbcdc;
		} else {
			f = b ^ c ^ d;
			k = 0xca62c1d6;
		}
		f += rotate(a, 5) + e + k + w[i];
		e = d;
		d = c;
		c = rotate(b, 30);
		b = a;
		a = f;
	}
	h[0] += a;
	h[1] += b;
	h[2] += c;
	h[3] += d;
	h[4] += e;
}

/* ${len} <= 119, which is all that a key and the GUID need. */
static void
sha1(const unsigned char *data, size_t len, unsigned char digest[20])
{
	uint32_t h[5] = { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476,
		0xc3d2e1f0 };
	unsigned char block[128] = { 0 };
	size_t size = len < 56 ? 64 : 128;
	int i;

	memcpy(block, data, len);
	block[len] = 0x80;
	block[size - 2] = (unsigned char)(len * 8 >> 8);
	block[size - 1] = (unsigned char)(len * 8);
	sha1_block(h, block);
	if (size == 128)
		sha1_block(h, block + 64);
	for (i = 0; i < 20; i++)
		digest[i] = (unsigned char)(h[i / 4] >> (24 - 8 * (i % 4)));
}

static const char base64[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* 28 characters: 20 bytes are six threes and a two. */
static void
accept_key(const char *key, char text[29])
{
	unsigned char joined[24 + sizeof(REEL_WS_GUID)], digest[21] = { 0 };
	uint32_t three;
	int i;

	memcpy(joined, key, 24);
	memcpy(joined + 24, REEL_WS_GUID, sizeof(REEL_WS_GUID) - 1);
	sha1(joined, 24 + sizeof(REEL_WS_GUID) - 1, digest);
	for (i = 0; i < 28; i++) {
		three = (uint32_t)digest[i / 4 * 3] << 16 |
		    (uint32_t)digest[i / 4 * 3 + 1] << 8 | digest[i / 4 * 3 + 2];
		text[i] = base64[three >> (18 - 6 * (i % 4)) & 63];
	}
	text[27] = '=';
	text[28] = '\0';
}

/* --- the handshake ---------------------------------------------------------- */

/* The value of a header of the request, or NULL. */
static char *
header(char *request, const char *name)
{
	static char value[REQUEST_MAX];
	char *line = strstr(request, "\r\n"), *end;
	size_t len = strlen(name);

	for (; line != NULL && line[2] != '\r'; line = strstr(line + 2, "\r\n")) {
		if (strncasecmp(line + 2, name, len) != 0 ||
		    line[2 + len] != ':')
			continue;
		line += 3 + len;
		line += strspn(line, " \t");
		end = strstr(line, "\r\n");
		while (end > line && (end[-1] == ' ' || end[-1] == '\t'))
			end--;
		memcpy(value, line, (size_t)(end - line));
		value[end - line] = '\0';
		return (value);
	}
	return (NULL);
}

/* Is ${token} one of the comma-separated words of the header? */
static int
has_token(char *request, const char *name, const char *token)
{
	char *word, *save, *value = header(request, name);

	if (value == NULL)
		return (0);
	for (word = strtok_r(value, ", \t", &save); word != NULL;
	    word = strtok_r(NULL, ", \t", &save))
		if (strcasecmp(word, token) == 0)
			return (1);
	return (0);
}

static void
refuse(struct client *client, const char *status)
{

	reel_buf_fmt(&client->out, "HTTP/1.1 %s\r\nConnection: close\r\n"
	    "Sec-WebSocket-Version: 13\r\nContent-Length: 0\r\n\r\n", status);
	client->leaves = 1;
}

static void
answer(struct client *client, char *request)
{
	char *value, key[25], accept[29];
	size_t i;

	if (strncmp(request, "GET ", 4) != 0) {
		refuse(client, "405 Method Not Allowed");
		return;
	}
	value = strstr(request, " HTTP/");
	if (value == NULL || strncmp(value, " HTTP/1.1\r\n", 11) != 0 ||
	    header(request, "Host") == NULL ||
	    !has_token(request, "Upgrade", "websocket") ||
	    !has_token(request, "Connection", "upgrade")) {
		refuse(client, "400 Bad Request");
		return;
	}
	value = header(request, "Sec-WebSocket-Version");
	if (value == NULL || strcmp(value, "13") != 0) {
		refuse(client, "426 Upgrade Required");
		return;
	}

	/* 16 bytes: 22 digits, of the last of which four bits are no data. */
	value = header(request, "Sec-WebSocket-Key");
	if (value == NULL || strlen(value) != 24 ||
	    strcmp(value + 22, "==") != 0 || strchr("AQgw", value[21]) == NULL) {
		refuse(client, "400 Bad Request");
		return;
	}
	for (i = 0; i < 22; i++)
		if (strchr(base64, value[i]) == NULL) {
			refuse(client, "400 Bad Request");
			return;
		}
	strcpy(key, value);
	accept_key(key, accept);
	reel_buf_fmt(&client->out, "HTTP/1.1 101 Switching Protocols\r\n"
	    "Upgrade: websocket\r\nConnection: Upgrade\r\n"
	    "Sec-WebSocket-Accept: %s\r\n\r\n", accept);
	client->talks = 1;
	reel_ws_init(&client->ws, limit);
}

/* --- the conversation ------------------------------------------------------- */

static void
add_header(struct reel_buf *out, enum reel_ws_frame_opcode opcode, size_t len)
{
	unsigned char bytes[REEL_WS_FRAME_HEADER_MAX];

	reel_buf_add(out, bytes, reel_ws_frame_header(bytes, opcode, len));
}

static void
add_close(struct client *client, unsigned code)
{
	unsigned char bytes[REEL_WS_FRAME_CLOSE_MAX];

	reel_buf_add(&client->out, bytes,
	    reel_ws_frame_close(bytes, code, NULL, 0));
	client->leaves = 1;
}

static void
on_bytes(struct client *client, unsigned char *pos, unsigned char *last)
{
	struct reel_ws_piece piece;
	enum reel_ws_event event;

	while ((event = reel_ws_next(&client->ws, &pos, last, &piece)) !=
	    REEL_WS_NEED) {
		switch (event) {
		case REEL_WS_BEGIN:
			reel_buf_reset(&client->message);
			break;
		case REEL_WS_DATA:
			reel_buf_add(&client->message, piece.data, piece.len);
			break;
		case REEL_WS_END:
			add_header(&client->out, piece.opcode,
			    client->message.len);
			reel_buf_add(&client->out, client->message.data,
			    client->message.len);
			break;
		case REEL_WS_PING:
			/* A pong is begun before all of its ping is there. */
			if (piece.offset == 0)
				add_header(&client->out, REEL_WS_FRAME_PONG,
				    piece.total);
			reel_buf_add(&client->out, piece.data, piece.len);
			break;
		case REEL_WS_CLOSE:
		case REEL_WS_ERROR:
			add_close(client, piece.code);
			break;
		default:
			break;
		}
	}
}

static void
leave(struct client *client)
{

	close(client->fd);
	client->fd = -1;
	reel_buf_clear(&client->request);
	reel_buf_clear(&client->message);
	reel_buf_clear(&client->out);
}

static void
on_readable(struct client *client)
{
	static unsigned char bytes[READ_MAX];
	char *end, *request;
	size_t used, before;
	ssize_t n;

	n = recv(client->fd, bytes, sizeof(bytes), MSG_DONTWAIT);
	if (n == 0 || (n == -1 && errno != EAGAIN && errno != EINTR)) {
		leave(client);
		return;
	}
	if (n == -1)
		return;

	/* What comes behind a refusal is of no interest. */
	if (client->leaves)
		return;
	if (client->talks) {
		on_bytes(client, bytes, bytes + n);
		return;
	}

	before = client->request.len;
	reel_buf_add(&client->request, bytes, (size_t)n);
	if ((request = reel_buf_reserve(&client->request, 1)) == NULL) {
		leave(client);
		return;
	}
	*request = '\0';
	request = client->request.data;
	if ((end = strstr(request, "\r\n\r\n")) == NULL) {
		if (client->request.len > REQUEST_MAX)
			leave(client);
		return;
	}

	/* Frames may come in the same segment as the request. */
	used = (size_t)(end - request) + 4 - before;
	end[4] = '\0';
	if (end - request > REQUEST_MAX) {
		leave(client);
		return;
	}
	answer(client, request);
	if (client->talks)
		on_bytes(client, bytes + used, bytes + n);
}

static void
on_writable(struct client *client)
{
	ssize_t n;

	if (client->out.failed) {
		leave(client);
		return;
	}
	while (client->sent < client->out.len) {
		n = send(client->fd, client->out.data + client->sent,
		    client->out.len - client->sent, MSG_DONTWAIT | MSG_NOSIGNAL);
		if (n == -1 && errno != EAGAIN && errno != EINTR) {
			leave(client);
			return;
		}
		if (n == -1)
			return;
		client->sent += (size_t)n;
	}
	client->sent = 0;
	reel_buf_reset(&client->out);

	/* Everything is said; the client sees the end behind the Close. */
	if (client->leaves)
		shutdown(client->fd, SHUT_WR);
}

static void
on_connection(int listener)
{
	int fd, i, on = 1;

	if ((fd = accept(listener, NULL, NULL)) == -1)
		return;
	for (i = 0; i < CLIENTS_MAX && clients[i].fd != -1; i++)
		continue;
	if (i == CLIENTS_MAX) {
		close(fd);
		return;
	}
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	memset(&clients[i], 0, sizeof(clients[i]));
	clients[i].fd = fd;
}

static int
listen_on(int port)
{
	struct sockaddr_in addr = { .sin_family = AF_INET };
	socklen_t len = sizeof(addr);
	int fd, on = 1;

	addr.sin_port = htons((uint16_t)port);
	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if ((fd = socket(AF_INET, SOCK_STREAM, 0)) == -1 ||
	    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == -1 ||
	    bind(fd, (struct sockaddr *)&addr, sizeof(addr)) == -1 ||
	    listen(fd, CLIENTS_MAX) == -1 ||
	    getsockname(fd, (struct sockaddr *)&addr, &len) == -1) {
		fprintf(stderr, "ws-echo: port %d: %s\n", port, strerror(errno));
		exit(1);
	}
	printf("listening on 127.0.0.1:%d\n", ntohs(addr.sin_port));
	fflush(stdout);
	return (fd);
}

int
main(int argc, char **argv)
{
	struct pollfd fds[CLIENTS_MAX + 1];
	struct client *client;
	int i, listener;

	if (argc < 2 || argc > 3 || !isdigit((unsigned char)argv[1][0])) {
		fprintf(stderr, "usage: ws-echo PORT [LIMIT]\n");
		return (2);
	}
	if (argc == 3)
		limit = strtoull(argv[2], NULL, 10);
	signal(SIGPIPE, SIG_IGN);
	for (i = 0; i < CLIENTS_MAX; i++)
		clients[i].fd = -1;
	listener = listen_on(atoi(argv[1]));

	for (;;) {
		for (i = 0; i < CLIENTS_MAX; i++) {
			client = &clients[i];
			fds[i].fd = client->fd;
			fds[i].events = 0;
			if (client->out.len - client->sent < OUT_MAX)
				fds[i].events |= POLLIN;
			if (client->sent < client->out.len ||
			    client->out.failed)
				fds[i].events |= POLLOUT;
		}
		fds[CLIENTS_MAX].fd = listener;
		fds[CLIENTS_MAX].events = POLLIN;
		if (poll(fds, CLIENTS_MAX + 1, -1) == -1)
			continue;
		for (i = 0; i < CLIENTS_MAX; i++) {
			if (fds[i].fd == -1)
				continue;
			if (fds[i].revents & (POLLIN | POLLHUP | POLLERR))
				on_readable(&clients[i]);
			if (clients[i].fd != -1 && (clients[i].out.len > 0 ||
			    clients[i].out.failed))
				on_writable(&clients[i]);
		}
		if (fds[CLIENTS_MAX].revents & POLLIN)
			on_connection(listener);
	}
}
