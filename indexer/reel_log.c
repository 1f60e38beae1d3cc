/*
 * The indexer's log: one line a message, written by one write(2), so that lines
 * of two threads never mix.  What a line says may come from a file name, a tag
 * or a worker; it is escaped here, once, for all callers: a name can neither
 * begin a line of its own nor move the cursor of the terminal it is read on.
 *
 * A log that cannot be written (pipe full, disk full) never holds the indexer
 * up: lines are dropped and counted, and the count is told by the first line
 * that gets through.
 *
 * This is the one place of the indexer with state at file scope: a log that had
 * to be handed to every function would be left out where it is needed most.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "indexer/reel_log.h"

/*
 * A line, its newline included, is at most PIPE_BUF long, for one write to a
 * pipe to be whole.  A message is cut where it would grow beyond.
 */
#define LINE_MAX_BYTES 4096
#define MESSAGE_MAX_BYTES 3072

static int log_fd = STDERR_FILENO;
static char *log_path = NULL;
static enum reel_log_level log_level = REEL_LOG_INFO;
static atomic_uint log_lost = 0;

static const char *const level_words[] = {"error", "warn", "info", "debug"};

static int
open_path(const char *path)
{

	return (open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY,
	    0640));
}

int
reel_log_open(const char *path, enum reel_log_level level)
{
	char *copy = NULL;
	int fd = STDERR_FILENO;

	if (path != NULL) {
		if ((copy = strdup(path)) == NULL)
			return (-1);
		if ((fd = open_path(path)) == -1) {
			free(copy);
			return (-1);
		}
	}
	reel_log_close();
	log_fd = fd;
	log_path = copy;
	log_level = level;

	return (0);
}

int
reel_log_reopen(void)
{
	int fd, old = log_fd;

	if (log_path == NULL)
		return (0);
	/* The old file goes on being used if the new one cannot be had. */
	if ((fd = open_path(log_path)) == -1)
		return (-1);
	log_fd = fd;
	close(old);

	return (0);
}

void
reel_log_close(void)
{

	if (log_fd != STDERR_FILENO)
		close(log_fd);
	free(log_path);
	log_fd = STDERR_FILENO;
	log_path = NULL;
}

int
reel_log_wants(enum reel_log_level level)
{

	return (level <= log_level);
}

int
reel_log_level_parse(const char *word)
{
	int level;

	for (level = REEL_LOG_ERR; level <= REEL_LOG_DEBUG; level++)
		if (strcmp(word, level_words[level]) == 0)
			return (level);

	return (-1);
}

/*
 * Length of the well-formed UTF-8 character at ${s}, 0 if there is none or if
 * it is a control character: C0, DEL, C1 (terminals obey some of those), the
 * line and paragraph separators, and the marks that turn the writing direction.
 */
static size_t
plain_char(const unsigned char *s, size_t len)
{
	unsigned int code, least;
	size_t need, i;

	if (s[0] < 0x80)
		return (s[0] >= 0x20 && s[0] != 0x7f);
	if (s[0] >= 0xc2 && s[0] <= 0xdf)
		need = 2, code = s[0] & 0x1f, least = 0x80;
	else if ((s[0] & 0xf0) == 0xe0)
		need = 3, code = s[0] & 0x0f, least = 0x800;
	else if (s[0] >= 0xf0 && s[0] <= 0xf4)
		need = 4, code = s[0] & 0x07, least = 0x10000;
	else
		return (0);
	if (len < need)
		return (0);
	for (i = 1; i < need; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return (0);
		code = code << 6 | (s[i] & 0x3f);
	}
	if (code < least || code > 0x10ffff)
		return (0);
	if ((code >= 0xd800 && code <= 0xdfff) || code < 0xa0)
		return (0);
	if ((code >= 0x2028 && code <= 0x202e) ||
	    (code >= 0x2066 && code <= 0x2069))
		return (0);

	return (need);
}

/* Copy ${msg} to ${line}, escaped, as far as there is room. */
static size_t
escape(char *line, size_t room, const char *msg, size_t len)
{
	static const char hex[] = "0123456789abcdef";
	const unsigned char *s = (const unsigned char *)msg;
	size_t used = 0, n;

	while (len > 0) {
		n = plain_char(s, len);
		if (n > 0) {
			if (used + n > room)
				break;
			memcpy(line + used, s, n);
			used += n;
		} else {
			if (used + 4 > room)
				break;
			n = 1;
			line[used++] = '\\';
			line[used++] = 'x';
			line[used++] = hex[s[0] >> 4];
			line[used++] = hex[s[0] & 15];
		}
		s += n;
		len -= n;
	}

	return (used);
}

static size_t
stamp(char *line, size_t size, enum reel_log_level level)
{
	struct timespec ts;
	struct tm tm;
	int n;

	clock_gettime(CLOCK_REALTIME, &ts);
	gmtime_r(&ts.tv_sec, &tm);
	/* On a terminal the line takes the place of a progress line. */
	n = snprintf(line, size, "%s%04d-%02d-%02dT%02d:%02d:%02d.%03ldZ %s ",
	    isatty(log_fd) ? "\r\033[K" : "", tm.tm_year + 1900, tm.tm_mon + 1,
	    tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec,
	    ts.tv_nsec / 1000000, level_words[level]);

	return (n > 0 ? (size_t)n : 0);
}

static void
put_line(const char *line, size_t len)
{
	struct pollfd pfd = {.fd = log_fd, .events = POLLOUT};

	/* A pipe nobody empties must not stop us; files are always ready. */
	if (poll(&pfd, 1, 0) != 1 || (pfd.revents & POLLOUT) == 0 ||
	    write(log_fd, line, len) != (ssize_t)len)
		atomic_fetch_add(&log_lost, 1);
}

static void
say(enum reel_log_level level, const char *msg, size_t len)
{
	char line[LINE_MAX_BYTES];
	size_t used;

	used = stamp(line, sizeof(line), level);
	used += escape(line + used, sizeof(line) - used - 1, msg, len);
	line[used++] = '\n';
	put_line(line, used);
}

static void
vsay(enum reel_log_level level, const char *fmt, va_list ap)
{
	char msg[MESSAGE_MAX_BYTES];
	unsigned int lost;
	int n, saved_errno = errno;

	if (!reel_log_wants(level))
		return;
	n = vsnprintf(msg, sizeof(msg), fmt, ap);
	if (n < 0)
		n = snprintf(msg, sizeof(msg), "cannot format message: %s", fmt);
	if ((size_t)n >= sizeof(msg))
		n = sizeof(msg) - 1;
	if ((lost = atomic_exchange(&log_lost, 0)) > 0) {
		char note[64];
		int m = snprintf(note, sizeof(note), "log lines lost count=%u",
		    lost);

		say(REEL_LOG_WARN, note, (size_t)m);
		/* Still nobody reads: what we just took off is lost again. */
		if (atomic_load(&log_lost) > 0)
			atomic_fetch_add(&log_lost, lost - 1);
	}
	say(level, msg, (size_t)n);
	errno = saved_errno;
}

void
reel_err(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsay(REEL_LOG_ERR, fmt, ap);
	va_end(ap);
}

void
reel_warn(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsay(REEL_LOG_WARN, fmt, ap);
	va_end(ap);
}

void
reel_info(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsay(REEL_LOG_INFO, fmt, ap);
	va_end(ap);
}

void
reel_debug(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsay(REEL_LOG_DEBUG, fmt, ap);
	va_end(ap);
}

void
reel_fatal(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsay(REEL_LOG_ERR, fmt, ap);
	va_end(ap);
	abort();
}
