/*
 * fan: many WebSockets on one nginx worker, and what they cost it: in scheduler
 * time, which hardly wanders, and in memory of its own.
 *
 *   fan feed PORT PID N TARGET ROUNDS FILE   connect N clients to TARGET, rename
 *       FILE to and fro ROUNDS times, each time until all have heard of it;
 *       prints: ns a connect, bytes a client, ns a message, bytes a message
 *   fan hold PORT PID N TARGET   send N requests to TARGET, which are never
 *       answered; prints: ns a connect, bytes a client
 *   fan bare N BYTES ROUNDS      the same fan-out from a plain loop of send();
 *       prints: ns a message
 *   fan probe PORT TARGET SECS   ask for TARGET once a millisecond; prints the
 *       50th, 99th percentile and the longest, in microseconds
 *
 * The headers are always the same.  Only 127.0.0.1 is ever asked.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static int *fds;
static int epfd;
static char buf[65536];

static uint64_t
now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ((uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec);
}

/* Nanoseconds ${pid} has been on a CPU. */
static uint64_t
cpu_ns(int pid)
{
	char path[64];
	unsigned long long ns = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/schedstat", pid);
	if ((f = fopen(path, "r")) == NULL || fscanf(f, "%llu", &ns) != 1)
		err(1, "%s", path);
	fclose(f);
	return (ns);
}

/* Bytes of memory that ${pid} has for itself. */
static uint64_t
memory(int pid)
{
	char path[64], line[256];
	unsigned long kib, sum = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", pid);
	if ((f = fopen(path, "r")) == NULL)
		err(1, "%s", path);
	while (fgets(line, sizeof(line), f) != NULL) {
		if (sscanf(line, "Private_Dirty: %lu", &kib) == 1)
			sum += kib;
	}
	fclose(f);
	return (sum * 1024);
}

static int
dial(int port)
{
	struct sockaddr_in addr = { .sin_family = AF_INET };
	int fd, one = 1;

	addr.sin_port = htons((uint16_t)port);
	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if ((fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) == -1 ||
	    connect(fd, (struct sockaddr *)&addr, sizeof(addr)) == -1)
		err(1, "connect");
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	return (fd);
}

static void
ask(int fd, const char *target)
{
	int len;

	len = snprintf(buf, sizeof(buf),
	    "GET %s HTTP/1.1\r\nHost: localhost\r\nUser-Agent: fan\r\n"
	    "Authorization: Basic bm9ib2R5Ondyb25n\r\n"
	    "Upgrade: websocket\r\nConnection: Upgrade\r\n"
	    "Sec-WebSocket-Version: 13\r\n"
	    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n", target);
	if (write(fd, buf, (size_t)len) != len)
		err(1, "write");
}

static void
watch(int i)
{
	struct epoll_event ev = { .events = EPOLLIN };

	ev.data.u32 = (uint32_t)i;
	if (epoll_ctl(epfd, EPOLL_CTL_ADD, fds[i], &ev) == -1)
		err(1, "epoll_ctl");
}

/* Read until ${n} sockets have said something; bytes read. */
static uint64_t
hear(int n, uint64_t *times, uint64_t round)
{
	struct epoll_event evs[512];
	uint64_t bytes = 0;
	ssize_t len;
	int i, got;

	while (n > 0) {
		if ((got = epoll_wait(epfd, evs, 512, 30000)) <= 0)
			errx(1, "%d clients heard nothing for 30 s", n);
		for (i = 0; i < got; i++) {
			len = recv(fds[evs[i].data.u32], buf, sizeof(buf),
			    MSG_DONTWAIT);
			if (len <= 0) {
				if (len == -1 && errno == EAGAIN)
					continue;
				errx(1, "a connection was closed");
			}
			bytes += (uint64_t)len;
			if (times[evs[i].data.u32] < round) {
				times[evs[i].data.u32] = round;
				n--;
			}
		}
	}
	return (bytes);
}

static void
feed(int port, int pid, int n, const char *target, int rounds, const char *file)
{
	char other[4096];
	uint64_t *times, before, began, connect_ns, bytes, size = 0;
	int i, round;

	times = calloc((size_t)n, sizeof(*times));
	before = memory(pid);
	began = cpu_ns(pid);
	for (i = 0; i < n; i++) {
		fds[i] = dial(port);
		watch(i);
		ask(fds[i], target);
		if (i % 64 == 63)
			hear(64, times, 1);
	}
	if (n % 64 != 0)
		hear(n % 64, times, 1);
	connect_ns = (cpu_ns(pid) - began) / (uint64_t)n;
	usleep(300000);
	bytes = memory(pid) - before;
	printf("%llu %llu", (unsigned long long)connect_ns,
	    (unsigned long long)bytes / (unsigned)n);

	snprintf(other, sizeof(other), "%s.other", file);
	began = 0;
	for (round = 0; round <= rounds; round++) {
		usleep(50000);
		if (round == 1)
			began = cpu_ns(pid);
		if (rename(round % 2 ? other : file, round % 2 ? file : other))
			err(1, "rename %s", file);
		bytes = hear(n, times, (uint64_t)round + 2);
		if (round > 0)
			size += bytes;
	}
	usleep(20000);
	if (rounds > 0)
		printf(" %llu %llu", (unsigned long long)(cpu_ns(pid) - began) /
		    (unsigned)n / (unsigned)rounds,
		    (unsigned long long)size / (unsigned)n / (unsigned)rounds);
	if (rounds % 2 == 0)
		rename(other, file);
	printf("\n");
}

static void
hold(int port, int pid, int n, const char *target)
{
	uint64_t before, began;
	int i;

	before = memory(pid);
	began = cpu_ns(pid);
	for (i = 0; i < n; i++) {
		fds[i] = dial(port);
		ask(fds[i], target);
		if (i % 64 == 63)
			usleep(2000);
	}
	usleep(500000);
	printf("%llu %llu\n",
	    (unsigned long long)(cpu_ns(pid) - began) / (unsigned)n,
	    (unsigned long long)(memory(pid) - before) / (unsigned)n);
}

/* The other side of bare: accept, then send to all when told so. */
static void
serve(int listener, int order, int n, int bytes)
{
	char *message;
	int *peers, i;
	char c;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	peers = calloc((size_t)n, sizeof(*peers));
	message = calloc(1, (size_t)bytes);
	for (i = 0; i < n; i++) {
		if ((peers[i] = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) == -1)
			err(1, "accept");
	}
	while (read(order, &c, 1) == 1) {
		for (i = 0; i < n; i++) {
			if (send(peers[i], message, (size_t)bytes, 0) != bytes)
				err(1, "send");
		}
	}
	_exit(0);
}

static void
bare(int n, int bytes, int rounds)
{
	struct sockaddr_in addr = { .sin_family = AF_INET };
	socklen_t len = sizeof(addr);
	uint64_t *times, began = 0;
	int listener, order[2], pid, i, round;

	times = calloc((size_t)n, sizeof(*times));
	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if ((listener = socket(AF_INET, SOCK_STREAM, 0)) == -1 ||
	    bind(listener, (struct sockaddr *)&addr, sizeof(addr)) == -1 ||
	    listen(listener, 511) == -1 || pipe(order) == -1 ||
	    getsockname(listener, (struct sockaddr *)&addr, &len) == -1)
		err(1, "listen");
	if ((pid = fork()) == 0) {
		close(order[1]);
		serve(listener, order[0], n, bytes);
	}
	for (i = 0; i < n; i++) {
		fds[i] = dial(ntohs(addr.sin_port));
		watch(i);
	}
	usleep(300000);
	for (round = 0; round <= rounds; round++) {
		usleep(50000);
		if (round == 1)
			began = cpu_ns(pid);
		if (write(order[1], "!", 1) != 1)
			err(1, "write");
		hear(n, times, (uint64_t)round + 1);
	}
	usleep(20000);
	printf("%llu\n", (unsigned long long)(cpu_ns(pid) - began) / (unsigned)n /
	    (unsigned)rounds);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static int
by_size(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x < *y ? -1 : *x > *y);
}

static void
probe(int port, const char *target, int secs)
{
	static uint64_t took[1000000];
	uint64_t end = now_ns() + (uint64_t)secs * 1000000000, began;
	size_t n = 0;
	int fd = dial(port), len;

	while ((began = now_ns()) < end && n < 1000000) {
		len = snprintf(buf, sizeof(buf),
		    "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", target);
		/* keepalive_requests has an end: that one does not count */
		if (write(fd, buf, (size_t)len) != len ||
		    read(fd, buf, sizeof(buf)) <= 0) {
			close(fd);
			fd = dial(port);
			continue;
		}
		took[n++] = now_ns() - began;
		usleep(1000);
	}
	qsort(took, n, sizeof(took[0]), by_size);
	printf("%.0f %.0f %.0f\n", (double)took[n / 2] / 1e3,
	    (double)took[n * 99 / 100] / 1e3, (double)took[n - 1] / 1e3);
}

int
main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	int n;

	signal(SIGPIPE, SIG_IGN);
	if ((epfd = epoll_create1(EPOLL_CLOEXEC)) == -1)
		err(1, "epoll");
	n = argc > 4 ? atoi(argv[strcmp(what, "bare") == 0 ? 2 : 4]) : 0;
	if ((fds = calloc((size_t)(n > 0 ? n : 1), sizeof(*fds))) == NULL)
		err(1, "calloc");
	if (strcmp(what, "feed") == 0 && argc == 8)
		feed(atoi(argv[2]), atoi(argv[3]), n, argv[5], atoi(argv[6]),
		    argv[7]);
	else if (strcmp(what, "hold") == 0 && argc == 6)
		hold(atoi(argv[2]), atoi(argv[3]), n, argv[5]);
	else if (strcmp(what, "bare") == 0 && argc == 5)
		bare(n, atoi(argv[3]), atoi(argv[4]));
	else if (strcmp(what, "probe") == 0 && argc == 5)
		probe(atoi(argv[2]), argv[3], atoi(argv[4]));
	else
		errx(2, "feed, hold, bare or probe; see the head of fan.c");
	return (0);
}
