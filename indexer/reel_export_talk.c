/*
 * The worker is believed as little as one that reads facts: packets are of the
 * form or it is ended.  It may be slow, since disks are, but not silent.
 */
#include <sys/signalfd.h>
#include <sys/wait.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "shared/reel_escape.h"

#include "indexer/reel_spawn.h"

#include "indexer/reel_export_talk.h"

#define SILENT_MS 120000
#define TICK_MS 250
/* Nobody waits longer for an export; its processor time is bounded by it too. */
#define EXPORT_MS (INT64_C(7) * 86400 * 1000)

static int64_t
clock_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);

	return ((int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000);
}

/* What it died of, in words. */
static enum reel_status
explain_end(struct reel_export_talk *talk)
{
	char text[REEL_WIRE_REASON_MAX];
	int status = 0;

	close(talk->sock);
	talk->sock = -1;
	while (waitpid(talk->pid, &status, 0) == -1 && errno == EINTR)
		continue;
	talk->pid = 0;
	reel_spawn_explain(status, text, sizeof(text));
	reel_buf_str(talk->why, text);

	return (REEL_IO);
}

static enum reel_status
nonsense(struct reel_export_talk *talk)
{

	reel_buf_str(talk->why, "the worker's answer made no sense");

	return (REEL_IO);
}

static int
is_asked_to_end(struct reel_export_talk *talk)
{
	struct signalfd_siginfo info;

	return (talk->signals != -1 &&
	    read(talk->signals, &info, sizeof(info)) == sizeof(info));
}

/* Wait for a packet. */
static enum reel_status
await(struct reel_export_talk *talk)
{
	struct pollfd fds[2] = {{.fd = talk->sock, .events = POLLIN},
	    {.fd = talk->signals, .events = POLLIN}};
	int64_t began_ms = clock_ms();
	enum reel_status rc;
	int fd = -1;

	for (;;) {
		if (is_asked_to_end(talk))
			return (REEL_BUSY);
		rc = reel_wire_recv(talk->sock, &talk->header, &talk->packet,
		    sizeof(talk->packet), &fd);
		if (rc == REEL_OK && fd != -1) {
			close(fd);
			return (nonsense(talk));
		}
		if (rc == REEL_NOT_FOUND)
			return (explain_end(talk));
		if (rc != REEL_AGAIN)
			return (rc == REEL_OK ? REEL_OK : nonsense(talk));
		if (clock_ms() - began_ms > SILENT_MS) {
			reel_buf_fmt(talk->why, "the worker said nothing for "
			    "%d s", SILENT_MS / 1000);
			return (REEL_IO);
		}
		if (talk->on_tick != NULL)
			talk->on_tick(talk->cookie);
		(void)poll(fds, 2, TICK_MS);
	}
}

/* Its reason, if it is one that may be shown. */
static enum reel_status
gave_up(struct reel_export_talk *talk)
{
	const char *text = (const char *)&talk->packet;

	if (talk->len == 0 || talk->len > REEL_WIRE_REASON_MAX ||
	    memchr(text, '\0', talk->len) != NULL ||
	    !reel_escape_utf8_ok(text, talk->len))
		return (nonsense(talk));
	reel_buf_add(talk->why, text, talk->len);

	return (REEL_BAD_INPUT);
}

enum reel_status
reel_export_talk_hear(struct reel_export_talk *talk)
{
	enum reel_status rc;

	if ((rc = await(talk)) != REEL_OK)
		return (rc);
	talk->len = talk->header.len;
	if (talk->header.kind != REEL_WIRE_EXPORT)
		return (nonsense(talk));
	if (talk->header.status != REEL_OK)
		return (gave_up(talk));
	switch (talk->header.type) {
	case REEL_REMUX_DONE:
		return (talk->len == 0 ? REEL_OK : nonsense(talk));
	case REEL_REMUX_NEXT:
		return (talk->len == 0 &&
		    talk->header.left < REEL_REMUX_INPUTS_MAX
		    ? REEL_OK : nonsense(talk));
	case REEL_REMUX_BYTES:
		return (talk->len > sizeof(talk->packet.note)
		    ? REEL_OK : nonsense(talk));
	case REEL_REMUX_ENTRY:
		return (talk->len >= sizeof(talk->packet.note) &&
		    (uint64_t)talk->packet.note.uri_len +
		    talk->packet.note.map_len ==
		    talk->len - sizeof(talk->packet.note)
		    ? REEL_OK : nonsense(talk));
	default:
		return (nonsense(talk));
	}
}

enum reel_status
reel_export_talk_send(struct reel_export_talk *talk, enum reel_remux_what what,
    int input, const struct reel_remux_note *note, int fd)
{
	struct reel_wire_header header;
	enum reel_status rc;

	memset(&header, 0, sizeof(header));
	header.version = REEL_WIRE_VERSION;
	header.kind = REEL_WIRE_EXPORT;
	header.job = 1;
	header.type = (int32_t)what;
	header.left = (uint32_t)input;
	header.len = note != NULL ? sizeof(*note) : 0;
	rc = reel_wire_send(talk->sock, &header, note, fd);
	if (rc == REEL_NOT_FOUND)
		return (explain_end(talk));
	/* It is asked for one at a time, so there always is room. */
	if (rc != REEL_OK)
		reel_buf_fmt(talk->why, "cannot talk to the worker: %s",
		    strerror(errno));

	return (rc == REEL_OK ? REEL_OK : REEL_IO);
}

static enum reel_status
hear_greeting(struct reel_export_talk *talk, const char *worker_path)
{
	enum reel_status rc;

	if ((rc = await(talk)) != REEL_OK)
		return (rc);
	talk->len = talk->header.len;
	if (talk->header.status != REEL_OK) {
		reel_buf_fmt(talk->why, "%s: ", worker_path);
		return (gave_up(talk) == REEL_OK ? REEL_OK : REEL_IO);
	}

	return (talk->header.job == 0 && talk->len == 0 ? REEL_OK
	    : nonsense(talk));
}

enum reel_status
reel_export_talk_open(struct reel_export_talk *talk, const char *worker_path,
    struct reel_buf *why)
{
	sigset_t set;
	int rc;

	memset(talk, 0, sizeof(*talk));
	talk->sock = talk->signals = -1;
	talk->why = why;
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	talk->signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	rc = reel_spawn_worker(
	    worker_path, EXPORT_MS, 1, &talk->pid, &talk->sock);
	if (rc != 0) {
		talk->pid = 0;
		reel_buf_fmt(why, "cannot start %s (%s): install reel-worker "
		    "beside reel-indexer, or name it with \"worker_path\"",
		    worker_path, strerror(rc));
		return (REEL_IO);
	}

	return (hear_greeting(talk, worker_path));
}

void
reel_export_talk_close(struct reel_export_talk *talk)
{

	if (talk->pid > 0) {
		kill(talk->pid, SIGKILL);
		while (waitpid(talk->pid, NULL, 0) == -1 && errno == EINTR)
			continue;
	}
	if (talk->sock != -1)
		close(talk->sock);
	if (talk->signals != -1)
		close(talk->signals);
	talk->pid = 0;
	talk->sock = talk->signals = -1;
}
