/*
 * load: ask one nginx worker a fixed number of questions over kept-alive
 * connections and say what an answer cost it in scheduler time.  Requests per
 * second wander with the machine; nanoseconds on a CPU, divided by answers,
 * hardly do.  Only 127.0.0.1 is ever asked.
 *
 *   load PORT PID ANSWERS CONNECTIONS FILE
 *
 * FILE holds one request target a line; they are taken in turn, from the line
 * that the environment's START names on.  Prints: nanoseconds an answer, mean
 * bytes of a body, answers that were not 200.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <dirent.h>
#include <err.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CONNECTIONS_MAX 256
#define ANSWER_MAX (4 * 1024 * 1024)

static char *targets; /* the file, lines ended by NUL */
static char **line;
static size_t lines;
static char *answer;

static void
read_targets(const char *path)
{
	FILE *f;
	long size;
	char *p;

	if ((f = fopen(path, "rb")) == NULL)
		err(1, "%s", path);
	fseek(f, 0, SEEK_END);
	if ((size = ftell(f)) <= 0)
		errx(1, "%s: empty", path);
	rewind(f);
	if ((targets = malloc((size_t)size + 1)) == NULL ||
	    (line = malloc((size_t)size * sizeof(*line))) == NULL)
		err(1, "malloc");
	if (fread(targets, 1, (size_t)size, f) != (size_t)size)
		err(1, "%s", path);
	fclose(f);
	targets[size] = '\0';
	for (p = strtok(targets, "\n"); p != NULL; p = strtok(NULL, "\n"))
		line[lines++] = p;
}

/* Nanoseconds all threads of ${pid} have been on a CPU. */
static uint64_t
cpu_ns(const char *pid)
{
	char path[512];
	struct dirent *d;
	uint64_t sum = 0, ns;
	DIR *dir;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%s/task", pid);
	if ((dir = opendir(path)) == NULL)
		err(1, "%s", path);
	while ((d = readdir(dir)) != NULL) {
		if (d->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "/proc/%s/task/%s/schedstat", pid,
		    d->d_name);
		if ((f = fopen(path, "r")) == NULL)
			continue; /* the thread has ended */
		if (fscanf(f, "%lu", &ns) == 1)
			sum += ns;
		fclose(f);
	}
	closedir(dir);
	return (sum);
}

static int
dial(const char *port)
{
	struct sockaddr_in to = {.sin_family = AF_INET};
	int s, on = 1;

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	to.sin_port = htons((uint16_t)atoi(port));
	if ((s = socket(AF_INET, SOCK_STREAM, 0)) == -1 ||
	    connect(s, (struct sockaddr *)&to, sizeof(to)) == -1)
		err(1, "127.0.0.1:%s", port);
	setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	return (s);
}

static void
ask(int s, const char *target)
{
	char request[8192];
	int n;

	n = snprintf(request, sizeof(request),
	    "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", target);
	if (n >= (int)sizeof(request) || write(s, request, (size_t)n) != n)
		err(1, "write");
}

/* Read one answer with a Content-Length; return the length of its body. */
static size_t
hear(int s, int *status)
{
	size_t have = 0, head, body;
	char *end, *length;
	ssize_t n;

	for (;;) {
		if ((n = read(s, answer + have, ANSWER_MAX - have)) <= 0)
			err(1, "the connection ended in the middle of an answer");
		have += (size_t)n;
		answer[have] = '\0';
		if ((end = strstr(answer, "\r\n\r\n")) != NULL)
			break;
	}
	if (sscanf(answer, "HTTP/1.1 %d", status) != 1 ||
	    (length = strcasestr(answer, "\r\nContent-Length:")) == NULL ||
	    length > end)
		errx(1, "an answer without status or length: %.200s", answer);
	head = (size_t)(end + 4 - answer);
	body = strtoul(length + 17, NULL, 10);
	if (head + body > ANSWER_MAX)
		errx(1, "an answer of %zu bytes", body);
	while (have < head + body) {
		if ((n = read(s, answer + have, head + body - have)) <= 0)
			err(1, "the connection ended in the middle of a body");
		have += (size_t)n;
	}
	return (body);
}

int
main(int argc, char **argv)
{
	int s[CONNECTIONS_MAX], connections, i, status;
	unsigned long answers, done, bad = 0, next;
	uint64_t before, bytes = 0;

	if (argc != 6)
		errx(2, "usage: load PORT PID ANSWERS CONNECTIONS FILE");
	answers = strtoul(argv[3], NULL, 10);
	connections = atoi(argv[4]);
	if (answers == 0 || connections < 1 || connections > CONNECTIONS_MAX)
		errx(2, "between 1 and %d connections, and some answers",
		    CONNECTIONS_MAX);
	read_targets(argv[5]);
	next = getenv("START") != NULL ? strtoul(getenv("START"), NULL, 10) : 0;
	if ((answer = malloc(ANSWER_MAX + 1)) == NULL)
		err(1, "malloc");
	for (i = 0; i < connections; i++)
		s[i] = dial(argv[1]);

	/* One question on each connection, so that they have been accepted. */
	for (i = 0; i < connections; i++) {
		ask(s[i], line[next % lines]);
		(void)hear(s[i], &status);
	}
	before = cpu_ns(argv[2]);
	for (done = 0; done < answers; done += (unsigned long)connections) {
		for (i = 0; i < connections; i++)
			ask(s[i], line[next++ % lines]);
		for (i = 0; i < connections; i++) {
			bytes += hear(s[i], &status);
			if (status != 200)
				bad++;
		}
	}
	printf("%.0f %.0f %lu\n",
	    (double)(cpu_ns(argv[2]) - before) / (double)done,
	    (double)bytes / (double)done, bad);
	return (0);
}
