/*
 * --check looks at what the configuration names, as the user who calls it, and
 * leaves everything as it is.  The book is looked at by the bytes of its header:
 * opening it with SQLite would take part in its life.  A worker is truly started,
 * because only it knows whether this kernel lets it lock itself in.
 */
#include <sys/stat.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/reel_bell.h"
#include "shared/reel_schema_sql.h"
#include "shared/reel_wire.h"

#include "indexer/reel_file.h"
#include "indexer/reel_log.h"
#include "indexer/reel_spawn.h"

#include "indexer/reel_check.h"

#define WORKER_PATIENCE_MS 10000
/* Where SQLite keeps these numbers in a file. */
#define AT_USER_VERSION 60
#define AT_APPLICATION_ID 68
#define HEADER_BYTES 100

static int tell(int ok, const char *what, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* One line; returns 1 for a fault. */
static int
tell(int ok, const char *what, const char *fmt, ...)
{
	va_list ap;

	printf("%-5s %s: ", ok ? "ok" : "WRONG", what);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	printf("\n");

	return (!ok);
}

static int
check_root(const struct reel_config_root *root)
{
	char what[300];
	struct stat st;

	snprintf(what, sizeof(what), "root %s", root->name);
	if (stat(root->path, &st) == -1)
		return (tell(1, what, "%s is away (%s); it will be shown as "
		    "offline until it comes", root->path, strerror(errno)));

	return (tell(1, what, "%s%s", root->path,
	    root->poll_s > 0 ? ", polled as configured" : ""));
}

/* The nearest folder above ${dir} that exists. */
static void
existing(const char *dir, char *out, size_t size)
{
	char *slash;

	snprintf(out, size, "%s", dir);
	while (access(out, F_OK) == -1 && (slash = strrchr(out, '/')) != NULL &&
	    slash != out)
		*slash = '\0';
}

static int
check_state(const char *dir)
{
	char there[4096];
	struct stat st;

	if (stat(dir, &st) == 0 && !S_ISDIR(st.st_mode))
		return (tell(0, "state", "%s is no folder: name another with "
		    "--state", dir));
	existing(dir, there, sizeof(there));
	if (access(there, W_OK | X_OK) == -1)
		return (tell(0, "state", "%s cannot be written (%s): let this user "
		    "own it, or name another with --state", dir,
		    strerror(errno)));

	return (tell(1, "state", "%s%s", dir,
	    strcmp(there, dir) == 0 ? "" : " will be made"));
}

static uint32_t
number_at(const struct reel_buf *buf, size_t at)
{
	const unsigned char *b = (const unsigned char *)buf->data + at;

	return ((uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 |
	    (uint32_t)b[2] << 8 | b[3]);
}

static int
check_book(const char *dir)
{
	char path[4096];
	unsigned char header[HEADER_BYTES];
	struct reel_buf buf;
	int fd, fault;

	snprintf(path, sizeof(path), "%s/%s", dir, REEL_SCHEMA_FILE);
	if ((fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)) == -1) {
		if (errno == ENOENT || errno == ENOTDIR)
			return (tell(1, "index", "%s will be made", path));
		return (tell(0, "index", "%s cannot be read (%s): run as the "
		    "user who owns it", path, strerror(errno)));
	}
	memset(header, 0, sizeof(header));
	(void)!read(fd, header, sizeof(header));
	close(fd);
	reel_buf_init(&buf);
	reel_buf_add(&buf, header, sizeof(header));
	if (buf.failed)
		reel_fatal("out of memory");
	if (memcmp(buf.data, "SQLite format 3", 16) != 0 ||
	    number_at(&buf, AT_APPLICATION_ID) != REEL_SCHEMA_APPLICATION_ID)
		fault = tell(0, "index", "%s is no index of Reel: move it away, or "
		    "name another folder with --state", path);
	else if (number_at(&buf, AT_USER_VERSION) > REEL_SCHEMA_VERSION)
		fault = tell(0, "index", "%s is of a newer Reel (version %u, this "
		    "one knows %d): update reel-indexer", path,
		    number_at(&buf, AT_USER_VERSION), REEL_SCHEMA_VERSION);
	else
		fault = tell(1, "index", "%s", path);
	reel_buf_clear(&buf);

	return (fault);
}

/* Wait for the first packet of a worker: it is ready, or says why not. */
static int
hear_greeting(int sock, char *reason, size_t size)
{
	struct pollfd pfd = {.fd = sock, .events = POLLIN};
	struct reel_wire_header header;
	char text[REEL_WIRE_REASON_MAX + 1] = "";
	int fd = -1, ready = 0;

	if (poll(&pfd, 1, WORKER_PATIENCE_MS) != 1)
		snprintf(reason, size, "does not get ready");
	else if (reel_wire_recv(sock, &header, text, sizeof(text) - 1, &fd) !=
	    REEL_OK)
		snprintf(reason, size, "is no reel-worker of this version");
	else if (header.status != REEL_OK)
		snprintf(reason, size, "%s", text);
	else
		ready = 1;
	if (fd != -1)
		close(fd);

	return (ready);
}

static int
check_worker(const struct reel_config *config)
{
	char reason[REEL_WIRE_REASON_MAX + 1];
	int rc, sock = -1, ready;
	pid_t pid = 0;

	rc = reel_spawn_worker(config->worker_path,
	    (long long)config->probe_timeout_ms, 1, &pid, &sock);
	if (rc != 0)
		return (tell(0, "worker", "cannot start %s (%s): install "
		    "reel-worker beside reel-indexer, or name it with "
		    "\"worker_path\"", config->worker_path, strerror(rc)));
	ready = hear_greeting(sock, reason, sizeof(reason));
	close(sock);
	kill(pid, SIGKILL);
	(void)waitpid(pid, NULL, 0);
	if (!ready)
		return (tell(0, "worker", "%s: %s", config->worker_path, reason));

	return (tell(1, "worker", "%s, locked in; %d at a time",
	    config->worker_path, config->workers));
}

static int
check_inotify(void)
{
	static const char path[] = "/proc/sys/fs/inotify/max_user_watches";
	struct reel_buf text;
	long watches = 0;

	reel_buf_init(&text);
	if (reel_file_read(path, 64, &text) == REEL_OK) {
		reel_buf_chr(&text, '\0');
		watches = atol(text.data);
	}
	reel_buf_clear(&text);
	if (watches <= 0)
		return (tell(1, "watcher", "this kernel has no inotify; folders "
		    "will be polled"));

	return (tell(1, "watcher", "%ld folders can be watched, more are polled "
	    "(fs.inotify.max_user_watches)", watches));
}

static int
check_running(const char *dir)
{
	char path[4096];
	int fd = -1;

	snprintf(path, sizeof(path), "%s/%s", dir, REEL_BELL_NAME);
	if (reel_bell_connect(path, &fd) != REEL_OK)
		return (tell(1, "indexer", "none is running on this state"));
	close(fd);

	return (tell(1, "indexer", "one is running on this state"));
}

int
reel_check(const struct reel_config *config)
{
	int faults = 0;
	size_t i;

	for (i = 0; i < config->roots_count; i++)
		faults += check_root(&config->roots[i]);
	faults += check_state(config->state_dir);
	faults += check_book(config->state_dir);
	faults += check_worker(config);
	faults += check_inotify();
	faults += check_running(config->state_dir);

	return (faults);
}
