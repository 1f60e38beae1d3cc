/*
 * One packet in, an open file with it; facts, a picture, what a playlist says or a
 * reason out.  No state is kept between jobs but libav's own; the indexer replaces
 * a worker now and then, and at once when anything is odd.  A worker never decides
 * to end by itself while its socket is open: the indexer might just be handing it
 * a file.
 */
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "shared/reel_facts.h"
#include "shared/reel_key.h"
#include "shared/reel_wire.h"

#include "indexer/reel_board_lavf.h"
#include "indexer/reel_content.h"
#include "indexer/reel_picture_lavf.h"
#include "indexer/reel_probe_lavf.h"
#include "indexer/reel_remux.h"
#include "indexer/reel_remux_lavf.h"
#include "indexer/reel_sandbox_seccomp.h"
#include "indexer/reel_source_lavf.h"
#include "indexer/reel_stream_file.h"

#include "indexer/reel_worker.h"

/*
 * A decoder takes many megabytes and gives them back for each file.  What is
 * kept is not asked of the kernel again, page by page: a fifth of the time that
 * a picture costs.  Beyond that much free memory goes back.
 */
#define KEPT_BYTES (32 << 20)

struct worker {
	int sock;
	int map; /* the file at hand comes behind it; -1: behind none */
	int64_t timeout_ms;
	struct reel_facts facts;
	/* The answer to come: a picture has its key before it. */
	const unsigned char *answer;
	size_t answer_len;
	unsigned char picture[REEL_KEY_BYTES + REEL_WIRE_SHEET_MAX];
	union {
		struct reel_stream_answer playlist;
		struct reel_plan plan;
	};
	char reason[REEL_WIRE_REASON_MAX];
};

/*
 * Facts are told even if they came last: the indexer waits a little longer.
 * ${sheet}: of a storyboard, 0 if it is none.
 */
static int
answer(struct worker *worker, const struct reel_wire_header *job,
    enum reel_status status, int sheet)
{
	struct reel_wire_header header = *job;
	const unsigned char *at = worker->answer;
	size_t left = worker->answer_len, len;

	memset(header.ending, 0, sizeof(header.ending));
	header.type = sheet;
	header.status = status;
	if (status != REEL_OK) {
		at = (const unsigned char *)worker->reason;
		left = strlen(worker->reason);
	}
	do {
		len = left > REEL_WIRE_PIECE_MAX ? REEL_WIRE_PIECE_MAX : left;
		left -= len;
		header.len = (uint32_t)len;
		header.left = (uint32_t)left;
		if (reel_wire_send(worker->sock, &header, at, -1) != REEL_OK)
			return (0);
		at += len;
	} while (left > 0);

	return (1);
}

/* Nothing but the names of pictures depends on it. */
static enum reel_status
find_keys(int fd, const struct reel_wire_header *job, unsigned char *picture,
    unsigned char *board)
{
	struct stat st;

	memset(picture, 0, REEL_KEY_BYTES);
	memset(board, 0, REEL_KEY_BYTES);
	if (job->making.box == 0 && job->board.box == 0)
		return (REEL_OK);
	if (syscall(SYS_fstat, fd, &st) == -1 ||
	    reel_content_load(fd, st.st_size) != REEL_OK)
		return (REEL_IO);
	reel_content_picture(&job->making, picture);
	reel_content_board(&job->board, board);

	return (REEL_OK);
}

static enum reel_status
cannot_read(struct worker *worker)
{

	snprintf(worker->reason, sizeof(worker->reason),
	    "cannot read the file: %s", strerror(errno));

	return (REEL_IO);
}

static enum reel_status
render(struct worker *worker, int fd, const struct reel_wire_header *job)
{
	unsigned char board[REEL_KEY_BYTES];
	enum reel_status rc;
	size_t len = 0;

	if (find_keys(fd, job, worker->picture, board) != REEL_OK)
		return (cannot_read(worker));
	rc = reel_picture_file(fd, (enum reel_type)job->type, &job->making,
	    worker->timeout_ms, worker->picture + REEL_KEY_BYTES,
	    REEL_WIRE_PICTURE_MAX, &len, worker->reason);
	worker->answer = worker->picture;
	worker->answer_len = REEL_KEY_BYTES + len;

	return (rc);
}

static enum reel_status
probe(struct worker *worker, int fd, const struct reel_wire_header *job)
{
	struct reel_facts *facts = &worker->facts;
	char *reason = worker->reason;
	enum reel_status rc;

	rc = reel_probe_lavf_file(fd, (enum reel_type)job->type, job->ending,
	    worker->timeout_ms, facts, reason);
	/* Without a key its picture is made once more than needed. */
	if (rc == REEL_OK)
		(void)find_keys(fd, job, facts->key, facts->board);
	worker->answer = (const unsigned char *)facts;
	worker->answer_len = sizeof(*facts);
	if (rc == REEL_OK &&
	    (rc = reel_facts_check(facts, sizeof(*facts))) != REEL_OK)
		snprintf(reason, REEL_WIRE_REASON_MAX,
		    "what the file says of itself cannot be");

	return (rc);
}

static enum reel_status
export_(struct worker *worker, int fd, const struct reel_wire_header *job)
{

	worker->answer_len = 0;

	return (job->type == REEL_REMUX_LIST
	    ? reel_remux_list(worker->sock, job, fd, worker->reason)
	    : reel_remux_lavf_run(worker->sock, job, worker->reason));
}

static enum reel_status
list(struct worker *worker, int fd, const struct reel_wire_header *job)
{

	worker->answer = (const unsigned char *)&worker->playlist;

	return (reel_stream_file(fd, job->ending, worker->timeout_ms,
	    &worker->playlist, &worker->answer_len, worker->reason));
}

static enum reel_status
plan(struct worker *worker, int fd, const struct reel_wire_header *job)
{
	enum reel_status rc;

	/* It is reckoned with below. */
	if (job->length_ms <= 0 || job->board.columns == 0 ||
	    job->board.rows == 0) {
		snprintf(worker->reason, sizeof(worker->reason),
		    "no storyboard can be planned");
		return (REEL_BAD_INPUT);
	}
	rc = reel_stream_file_plan(fd, &job->board, job->length_ms,
	    worker->timeout_ms, &worker->plan, worker->reason);
	worker->answer = (const unsigned char *)&worker->plan;
	worker->answer_len = REEL_PLAN_LEN(worker->plan.count);

	return (rc);
}

/* The next packet that is a job, and its file. */
static enum reel_status
receive(struct worker *worker, struct reel_wire_header *job, int *fd)
{
	enum reel_status rc;
	char dummy[64];

	for (;;) {
		rc = reel_wire_recv(
		    worker->sock, job, dummy, sizeof(dummy), fd);
		if (rc != REEL_OK || job->kind != REEL_WIRE_MAP)
			return (rc);
		if (*fd == -1 || worker->map != -1)
			return (REEL_BAD_INPUT);
		reel_source_behind(worker->map = *fd);
	}
}

static void
close_files(struct worker *worker, int fd)
{

	if (fd != -1)
		close(fd);
	if (worker->map != -1)
		close(worker->map);
	reel_source_behind(worker->map = -1);
}

struct sheets {
	struct worker *worker;
	const struct reel_wire_header *job;
	int fd; /* of the part at hand; not of the first, which is the job's */
};

static int
on_sheet(void *cookie, int sheet, size_t len)
{
	struct sheets *sheets = cookie;

	sheets->worker->answer_len = REEL_KEY_BYTES + len;

	return (answer(sheets->worker, sheets->job, REEL_OK, sheet));
}

static int
on_next(void *cookie, struct reel_board_part *part)
{
	struct sheets *sheets = cookie;
	struct worker *worker = sheets->worker;
	struct reel_wire_header job;

	close_files(worker, sheets->fd);
	sheets->fd = -1;
	worker->answer_len = 0;
	if (!answer(worker, sheets->job, REEL_OK, REEL_PLAN_NEXT) ||
	    receive(worker, &job, &sheets->fd) != REEL_OK ||
	    job.kind != REEL_WIRE_STORYBOARD || job.job != sheets->job->job)
		return (0);
	part->fd = sheets->fd;
	part->span = job.span;

	return (1);
}

/* Sheets are told as they are made; what is left to say is their form. */
static enum reel_status
draw(struct worker *worker, int fd, const struct reel_wire_header *job)
{
	struct sheets sheets = {worker, job, -1};
	const struct reel_board_part first = {fd, job->span};
	const struct reel_board_sink sink = {.on_sheet = on_sheet,
	    .next = job->span.upto > 0 ? on_next : NULL, .cookie = &sheets,
	    .jpeg = worker->picture + REEL_KEY_BYTES,
	    .cap = REEL_WIRE_SHEET_MAX};
	unsigned char picture[REEL_KEY_BYTES];
	struct reel_wire_tile tile = {0, 0};
	enum reel_status rc;

	if (find_keys(fd, job, picture, worker->picture) != REEL_OK)
		return (cannot_read(worker));
	worker->answer = worker->picture;
	rc = reel_board_file(&first, &job->board, job->length_ms,
	    worker->timeout_ms * REEL_WIRE_BOARD_PATIENCE, &sink, &tile,
	    worker->reason);
	close_files(worker, sheets.fd);
	memcpy(worker->picture + REEL_KEY_BYTES, &tile, sizeof(tile));
	worker->answer_len = REEL_KEY_BYTES + sizeof(tile);

	return (rc);
}

static enum reel_status
work(struct worker *worker, int fd, const struct reel_wire_header *job)
{

	switch (job->kind) {
	case REEL_WIRE_PICTURE:
		return (render(worker, fd, job));
	case REEL_WIRE_STORYBOARD:
		return (draw(worker, fd, job));
	case REEL_WIRE_PLAYLIST:
		return (list(worker, fd, job));
	case REEL_WIRE_PLAN:
		return (plan(worker, fd, job));
	case REEL_WIRE_EXPORT:
		return (export_(worker, fd, job));
	default:
		return (probe(worker, fd, job));
	}
}

/* The first packet: ready, or why no file may be read here. */
static int
greet(int sock, const char *closed)
{
	struct reel_wire_header header;

	memset(&header, 0, sizeof(header));
	header.version = REEL_WIRE_VERSION;
	header.kind = REEL_WIRE_PROBE;

	if (closed != NULL) {
		header.status = REEL_IO;
		header.len = (uint32_t)strlen(closed);
	}

	return (reel_wire_send(sock, &header, closed, -1) == REEL_OK);
}

void
reel_worker_warm(void)
{
	static int warm;

	if (warm)
		return;
	(void)mallopt(M_MMAP_THRESHOLD, KEPT_BYTES);
	(void)mallopt(M_TRIM_THRESHOLD, KEPT_BYTES);
	reel_source_warm();
	warm = 1;
}

int
reel_worker_run(int sock, int64_t timeout_ms)
{
	static struct worker worker;
	struct reel_wire_header job;
	enum reel_status rc;
	const char *closed = NULL;
	int fd, ok;

	worker.sock = sock;
	worker.map = -1;
	worker.timeout_ms = timeout_ms;
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	reel_worker_warm();
	(void)reel_sandbox_enter(sock, timeout_ms / 1000, &closed);
	if (!greet(sock, closed) || closed != NULL)
		return (1);
	for (;;) {
		rc = receive(&worker, &job, &fd);
		if (rc == REEL_NOT_FOUND)
			return (0);
		if (rc != REEL_OK || fd == -1)
			return (1);
		rc = work(&worker, fd, &job);
		close_files(&worker, fd);
		ok = answer(&worker, &job, rc, 0);
		if (!ok)
			return (0);
	}
}
