/*
 * reel-worker as it would be if a file had taken it over: all of it is real, the
 * sandbox too, but for the reading of facts.  A file that begins with
 * "rogue:WHAT\n" makes it try WHAT; any other file is read as ever.  Linked with
 * --wrap (see the Makefile); of use to t/e2e/84-rogue.sh alone.
 */
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/reel_wire.h"

#include "indexer/reel_probe_lavf.h"
#include "indexer/reel_source_lavf.h"

enum reel_status __real_reel_probe_lavf_file(int fd, enum reel_type type,
    const char *ending, int64_t timeout_ms, struct reel_facts *facts,
    char *reason);
enum reel_status __wrap_reel_probe_lavf_file(int fd, enum reel_type type,
    const char *ending, int64_t timeout_ms, struct reel_facts *facts,
    char *reason);

static enum reel_status
opens(char *reason)
{

	if (open("/etc/passwd", O_RDONLY) != -1)
		snprintf(reason, REEL_WIRE_REASON_MAX, "it is open");
	else
		snprintf(reason, REEL_WIRE_REASON_MAX,
		    "tried to open another file: %s", strerror(errno));

	return (REEL_BAD_INPUT);
}

static void
connects(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = 9};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	(void)connect(fd, (struct sockaddr *)&address, sizeof(address));
}

static void
executes(void)
{
	char *const argv[] = {(char *)(uintptr_t)"true", NULL};

	(void)execv("/bin/true", argv);
}

static void
forks(void)
{

	while (fork() != -1)
		continue;
}

/* 10 GiB, a piece at a time. */
static enum reel_status
eats(char *reason)
{
	const struct reel_source nothing = {.size = 1};
	const size_t piece = (size_t)16 << 20;
	char *memory;
	int i;

	for (i = 0; i < 640; i++) {
		memory = mmap(NULL, piece, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (memory == MAP_FAILED)
			return (reel_source_explain(&nothing, -ENOMEM, reason));
		memory[0] = 1;
	}
	snprintf(reason, REEL_WIRE_REASON_MAX, "10 GiB are mine");

	return (REEL_BAD_INPUT);
}

static void
loops(void)
{
	volatile int on = 1;

	while (on)
		continue;
}

static void
sleeps(void)
{
	int word = 0;

	(void)syscall(SYS_futex, &word, FUTEX_WAIT, 0, NULL, NULL, 0);
}

/* Answers to questions nobody asked, as fast as they go. */
static void
floods(void)
{
	struct reel_wire_header header = {.version = REEL_WIRE_VERSION,
	    .kind = REEL_WIRE_PROBE, .job = 4711};

	while (reel_wire_send(REEL_WIRE_FD, &header, NULL, -1) == REEL_OK)
		continue;
}

#pragma GCC diagnostic ignored "-Winfinite-recursion"
static void
sinks(volatile char *above)
{
	volatile char here[4096];

	here[0] = above[0];
	sinks(here);
	here[1] = above[1];
}

static void
crashes(void)
{
	volatile char *nothing = NULL;

	*nothing = 1;
}

enum reel_status
__wrap_reel_probe_lavf_file(int fd, enum reel_type type, const char *ending,
    int64_t timeout_ms, struct reel_facts *facts, char *reason)
{
	volatile char ground[2] = {0, 0};
	char what[32] = "";

	if (pread(fd, what, sizeof(what) - 1, 0) < 6 ||
	    strncmp(what, "rogue:", 6) != 0)
		return (__real_reel_probe_lavf_file(
		    fd, type, ending, timeout_ms, facts, reason));
	what[strcspn(what, "\n")] = '\0';
	if (strcmp(what + 6, "open") == 0)
		return (opens(reason));
	if (strcmp(what + 6, "eat") == 0)
		return (eats(reason));
	if (strcmp(what + 6, "connect") == 0)
		connects();
	else if (strcmp(what + 6, "exec") == 0)
		executes();
	else if (strcmp(what + 6, "fork") == 0)
		forks();
	else if (strcmp(what + 6, "loop") == 0)
		loops();
	else if (strcmp(what + 6, "sleep") == 0)
		sleeps();
	else if (strcmp(what + 6, "flood") == 0)
		floods();
	else if (strcmp(what + 6, "sink") == 0)
		sinks(ground);
	else if (strcmp(what + 6, "crash") == 0)
		crashes();
	/* Facts of a file nobody read: they are held against what can be. */
	reel_facts_init(facts);
	facts->type = REEL_TYPE_VIDEO;
	facts->width = -1;
	snprintf(reason, REEL_WIRE_REASON_MAX, "got away with %s", what + 6);

	return (strcmp(what + 6, "lie") == 0 ? REEL_OK : REEL_BAD_INPUT);
}
