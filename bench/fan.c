/*
 * fan: many WebSockets on one nginx worker, and what they cost it: in scheduler
 * time, which hardly wanders, and in memory of its own.
 *
 *   fan feed PORT PID N TARGET ROUNDS FILE   connect N clients to TARGET, rename
 *       FILE to and fro ROUNDS times, each time until all have heard of it;
 *       prints: ns a connect, bytes a client, ns a message, bytes a message
 *   fan post PORT PID N TARGET ROUNDS BYTES PLACE   the same, but a message of
 *       BYTES is sent by a POST to PLACE
 *   fan hold PORT PID N TARGET   send N requests to TARGET, which are never
 *       answered; prints: ns a connect, bytes a client
 *   fan bare N BYTES ROUNDS      the same fan-out from a plain loop of send();
 *       prints: ns a message
 *   fan light PORT PID N TARGET ROUNDS FILE PLACE   connect and rename as above,
 *       and ask for PLACE once a millisecond: as long when nothing happens, and
 *       while a change goes to all, who do not read it meanwhile; prints the
 *       50th, 99th percentile of either, and how often it was asked, in us
 *   fan close PORT N TARGET ROUNDS FOLDER   connect; close a new file in FOLDER;
 *       prints how long until all have heard of it, in us, a line each
 *
 * The headers are always the same.  Only 127.0.0.1 is ever asked.  It ends by
 * itself, after five minutes at most.
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

/* Read what there is; bytes read. */
static uint64_t
drain(void)
{
	struct epoll_event evs[512];
	uint64_t bytes = 0;
	ssize_t len;
	int i, got;

	while ((got = epoll_wait(epfd, evs, 512, 0)) > 0) {
		for (i = 0; i < got; i++) {
			len = recv(fds[evs[i].data.u32], buf, sizeof(buf),
			    MSG_DONTWAIT);
			if (len == 0 || (len == -1 && errno != EAGAIN))
				errx(1, "a connection was closed");
			bytes += len > 0 ? (uint64_t)len : 0;
		}
	}
	return (bytes);
}

/* Connect ${n} clients to ${target}; all have heard what there is at first. */
static void
gather(int port, int n, const char *target, uint64_t *times)
{
	int i;

	for (i = 0; i < n; i++) {
		fds[i] = dial(port);
		watch(i);
		ask(fds[i], target);
		if (i % 64 == 63)
			hear(64, times, 1);
	}
	if (n % 64 != 0)
		hear(n % 64, times, 1);
	usleep(300000);
	drain();
}

/*
 * Send ${bytes} by a POST to ${place}, on a connection of its own, which is
 * returned.  The clients hear meanwhile, as they do of a rename.
 */
static int
post(int port, const char *place, int bytes)
{
	int fd = dial(port), len;

	len = snprintf(buf, sizeof(buf), "POST %s HTTP/1.1\r\nHost: localhost\r\n"
	    "Connection: close\r\nContent-Length: %d\r\n\r\n%0*d", place, bytes,
	    bytes, 0);
	if (len >= (int)sizeof(buf) || write(fd, buf, (size_t)len) != len)
		err(1, "write");
	return (fd);
}

/* Who leaves before the answer may be taken for one who gave up. */
static void
posted(int fd, const char *place)
{

	if (recv(fd, buf, 12, MSG_WAITALL) != 12 || buf[9] != '2')
		errx(1, "POST %s: \"%.12s\" is no success", place, buf);
	close(fd);
}

static void
feed(int port, int pid, int n, const char *target, int rounds, const char *file,
    const char *place)
{
	char other[4096];
	uint64_t *times, before, began, connect_ns, bytes, size = 0;
	int round, fd = -1;

	times = calloc((size_t)n, sizeof(*times));
	before = memory(pid);
	began = cpu_ns(pid);
	gather(port, n, target, times);
	connect_ns = (cpu_ns(pid) - began) / (uint64_t)n;
	bytes = memory(pid) - before;
	printf("%llu %llu", (unsigned long long)connect_ns,
	    (unsigned long long)bytes / (unsigned)n);

	snprintf(other, sizeof(other), "%s.other", file);
	began = 0;
	for (round = 0; round <= rounds; round++) {
		usleep(50000);
		bytes = drain();
		if (round > 1)
			size += bytes;
		if (round == 1)
			began = cpu_ns(pid);
		if (place != NULL)
			fd = post(port, place, atoi(file));
		else if (rename(round % 2 ? other : file,
		    round % 2 ? file : other))
			err(1, "rename %s", file);
		bytes = hear(n, times, (uint64_t)round + 2);
		if (place != NULL)
			posted(fd, place);
		if (round > 0)
			size += bytes;
	}
	usleep(50000);
	size += drain();
	if (rounds > 0)
		printf(" %llu %llu", (unsigned long long)(cpu_ns(pid) - began) /
		    (unsigned)n / (unsigned)rounds,
		    (unsigned long long)size / (unsigned)n / (unsigned)rounds);
	if (place == NULL && rounds % 2 == 0)
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

/* One request for ${place} on ${fd}, and a millisecond of rest; ns it took. */
static uint64_t
light_ask(int *fd, int port, const char *place)
{
	uint64_t took;
	int len;

	for (;;) {
		len = snprintf(buf, sizeof(buf),
		    "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", place);
		took = now_ns();
		/* keepalive_requests has an end: that one does not count */
		if (write(*fd, buf, (size_t)len) == len &&
		    read(*fd, buf, sizeof(buf)) > 0)
			break;
		close(*fd);
		*fd = dial(port);
	}
	took = now_ns() - took;
	usleep(1000);
	return (took);
}

static void
print_took(uint64_t *took, size_t n)
{
	qsort(took, n, sizeof(took[0]), by_size);
	printf("%.0f %.0f %zu", (double)took[n / 2] / 1e3,
	    (double)took[n * 99 / 100] / 1e3, n);
}

/*
 * Clients are served in the order in which they came, so that the last one has
 * a change when all have it.  It alone is looked at: nobody else takes the CPUs.
 */
static void
light(int port, int n, const char *target, int rounds, const char *file,
    const char *place)
{
	static uint64_t idle[100000], busy[100000];
	char other[4096], last[4096];
	uint64_t *times;
	size_t nidle = 0, nbusy = 0, m;
	int fd = dial(port), round;

	times = calloc((size_t)n, sizeof(*times));
	gather(port, n, target, times);
	snprintf(other, sizeof(other), "%s.other", file);
	for (round = 0; round < rounds; round++) {
		usleep(100000);
		drain();
		usleep(50000);
		m = nbusy;
		if (rename(round % 2 ? other : file, round % 2 ? file : other))
			err(1, "rename %s", file);
		/* the indexer has it, and the first ones hear of it */
		while (recv(fds[0], last, 1, MSG_PEEK | MSG_DONTWAIT) != 1)
			usleep(200);
		do {
			busy[nbusy++] = light_ask(&fd, port, place);
		} while (nbusy < 100000 && recv(fds[n - 1], last, sizeof(last),
		    MSG_PEEK | MSG_DONTWAIT) <= 0);
		usleep(100000);
		drain();
		usleep(50000);
		for (m = nbusy - m; m > 0 && nidle < 100000; m--)
			idle[nidle++] = light_ask(&fd, port, place);
	}
	if (rounds % 2 == 1)
		rename(other, file);
	print_took(idle, nidle);
	printf(" ");
	print_took(busy, nbusy);
	printf("\n");
}

static void
closed(int port, int n, const char *target, int rounds, const char *folder)
{
	char path[4096];
	uint64_t *times, began;
	FILE *f;
	int round;

	times = calloc((size_t)n, sizeof(*times));
	gather(port, n, target, times);
	for (round = 0; round < rounds; round++) {
		snprintf(path, sizeof(path), "%s/fan-%d-%d.txt", folder,
		    (int)getpid(), round);
		if ((f = fopen(path, "w")) == NULL)
			err(1, "%s", path);
		fprintf(f, "x\n");
		fclose(f);
		began = now_ns();
		hear(n, times, (uint64_t)round * 2 + 2);
		printf("%.0f\n", (double)(now_ns() - began) / 1e3);
		usleep(150000);
		drain();
		unlink(path);
		hear(n, times, (uint64_t)round * 2 + 3);
		usleep(100000);
		drain();
	}
}

int
main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	int n;

	signal(SIGPIPE, SIG_IGN);
	if ((epfd = epoll_create1(EPOLL_CLOEXEC)) == -1)
		err(1, "epoll");
	n = argc > 4 ? atoi(argv[strcmp(what, "bare") == 0 ? 2 :
	    strcmp(what, "close") == 0 ? 3 : 4]) : 0;
	if ((fds = calloc((size_t)(n > 0 ? n : 1), sizeof(*fds))) == NULL)
		err(1, "calloc");
	alarm(300);
	if (strcmp(what, "feed") == 0 && argc == 8)
		feed(atoi(argv[2]), atoi(argv[3]), n, argv[5], atoi(argv[6]),
		    argv[7], NULL);
	else if (strcmp(what, "post") == 0 && argc == 9)
		feed(atoi(argv[2]), atoi(argv[3]), n, argv[5], atoi(argv[6]),
		    argv[7], argv[8]);
	else if (strcmp(what, "light") == 0 && argc == 9)
		light(atoi(argv[2]), n, argv[5], atoi(argv[6]), argv[7],
		    argv[8]);
	else if (strcmp(what, "close") == 0 && argc == 7)
		closed(atoi(argv[2]), n, argv[4], atoi(argv[5]), argv[6]);
	else if (strcmp(what, "hold") == 0 && argc == 6)
		hold(atoi(argv[2]), atoi(argv[3]), n, argv[5]);
	else if (strcmp(what, "bare") == 0 && argc == 5)
		bare(n, atoi(argv[3]), atoi(argv[4]));
	else
		errx(2, "feed, post, hold, bare, light or close; see the head of fan.c");
	return (0);
}
