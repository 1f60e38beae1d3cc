/*
 * The life of one worker as its parent sees it.  A slot that is "gone" has its
 * socket closed and its process ending; the outcome of its job, if one is due, is
 * told once the process is reaped, because only then is known what it died of.  A
 * process that cannot be reaped (stuck in a read from a disk that hangs) keeps
 * its slot, so such processes never pile up, but its outcome is told after a
 * while.
 *
 * A worker greets when it is ready and locked in.  One that dies without a
 * greeting says nothing of the file.  Everything odd (an answer to another
 * question, facts out of range, death, lack of time) ends the worker; the next
 * file gets a fresh one.
 */
#include <sys/resource.h>
#include <sys/wait.h>

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "indexer/reel_log.h"
#include "indexer/reel_loop.h"
#include "indexer/reel_slot_judge.h"
#include "indexer/reel_slot_send.h"
#include "indexer/reel_slot_time.h"
#include "indexer/reel_spawn.h"

#include "indexer/reel_slot.h"

/* A worker is replaced after so many files, or so much time spent on them. */
#define JOBS_MAX 1000
#define BUSY_MAX_MS 60000
/* Beyond its own deadline, of which a worker can still tell. */
#define GRACE_MS 1000
#define NICE_BOARD 10 /* as of nice(1); more would starve on a busy machine */
#define REAP_FIRST_MS 2
#define REAP_LAST_MS 100
/* One that was told to end and lives is killed; a killed one that lives hangs. */
#define PATIENCE_MS 1000
#define STUCK_MS 2000

static void on_readable(void *cookie, int fd);
static void on_reap(void *cookie);

void
reel_slot_init(struct reel_slot *slot, struct reel_loop *loop)
{

	memset(slot, 0, sizeof(*slot));
	slot->loop = loop;
	slot->sock = slot->map = -1;
	reel_piece_init(&slot->picture);
}

/* Our end is closed: the worker sees it and ends, or is killed. */
static void
let_go(struct reel_slot *slot, int kill_it)
{

	reel_slot_time_end(slot);
	if (slot->sock != -1) {
		reel_loop_fd(slot->loop, slot->sock, NULL, NULL);
		close(slot->sock);
		slot->sock = -1;
	}
	slot->doomed = kill_it;
	if (kill_it && slot->pid > 0)
		kill(slot->pid, SIGKILL);
	slot->state = REEL_SLOT_GONE;
	slot->since_ms = reel_slot_clock_ms();
	slot->reap_ms = REAP_FIRST_MS;
	reel_loop_timer(slot->loop,
	    slot->pid > 0 || slot->birth.number != 0 ? REAP_FIRST_MS : 0,
	    on_reap, slot);
}

/* End a worker for ${reason}, which becomes the outcome of its job. */
static void give_up(struct reel_slot *slot, enum reel_status status,
    const char *fmt, ...) __attribute__((format(printf, 3, 4)));

static void
give_up(struct reel_slot *slot, enum reel_status status, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(slot->reason, sizeof(slot->reason), fmt, ap);
	va_end(ap);
	slot->status = status;
	let_go(slot, 1);
}

/* Tell the outcome; the slot is ready for whatever the owner does. */
static void
tell(struct reel_slot *slot, enum reel_status status,
    const struct reel_facts *facts, const char *reason)
{
	char copy[sizeof(slot->reason)];

	if (!slot->has_job)
		return;
	slot->has_job = 0;
	/* The slot's own text may be overwritten by the next job. */
	snprintf(copy, sizeof(copy), "%s", reason != NULL ? reason : "");
	slot->on_outcome(slot, status, facts, status == REEL_OK ? NULL : copy);
}

static void
on_late(void *cookie)
{
	struct reel_slot *slot = cookie;

	give_up(slot, slot->greeted ? REEL_IO : REEL_AGAIN,
	    "took longer than %lld ms", (long long)
	    (slot->timeout_ms * slot->patience));
}

void
reel_slot_nice(struct reel_slot *slot, int nice)
{

	slot->nice = nice;
	if (nice > 0 && slot->pid > 0)
		(void)setpriority(PRIO_PROCESS, (id_t)slot->pid, nice);
}

/* There is a process; or there is not, and that is no file's fault. */
static void
on_born(void *cookie, pid_t pid, int error)
{
	struct reel_slot *slot = cookie;

	slot->pid = pid;
	/* Its socket may have been seen closed already. */
	if (pid == 0 && (slot->state != REEL_SLOT_GONE || !slot->doomed)) {
		give_up(slot, REEL_AGAIN, "cannot start a worker: %s",
		    strerror(error));
		return;
	}
	if (slot->state == REEL_SLOT_GONE) {
		if (pid > 0 && slot->doomed)
			kill(pid, SIGKILL);
		return;
	}
	reel_slot_nice(slot, slot->nice);
	reel_debug("worker started pid=%d", (int)pid);
}

void
reel_slot_start(
    struct reel_slot *slot, const char *worker_path, int64_t timeout_ms)
{
	int rc, sock = -1;

	slot->greeted = slot->jobs = slot->nice = 0;
	slot->busy_ms = 0;
	slot->pid = 0;
	slot->timeout_ms = timeout_ms;
	slot->birth.on_born = on_born;
	slot->birth.cookie = slot;
	slot->state = REEL_SLOT_IDLE;
	rc = reel_nursery_bear(
	    slot->nursery, &slot->birth, timeout_ms, &sock);
	if (rc != 0) {
		give_up(slot, REEL_AGAIN, "cannot start %s: %s", worker_path,
		    strerror(rc));
		return;
	}
	slot->sock = sock;
	reel_loop_fd(slot->loop, sock, on_readable, slot);
}

void
reel_slot_hand(struct reel_slot *slot, const char *worker_path,
    int64_t timeout_ms, int fd, enum reel_type type, const char *name)
{

	slot->has_job = 1;
	slot->reason[0] = '\0';
	reel_piece_clear(&slot->picture);
	if (slot->state == REEL_SLOT_EMPTY)
		reel_slot_start(slot, worker_path, timeout_ms);
	if (slot->state == REEL_SLOT_IDLE) {
		slot->state = REEL_SLOT_BUSY;
		/* Storyboards wait for whatever else the machine has to do. */
		if (slot->kind == REEL_WIRE_STORYBOARD)
			reel_slot_nice(slot, NICE_BOARD);
		slot->since_ms = reel_slot_clock_ms();
		if (reel_slot_send(slot, fd, type, name) == REEL_OK)
			reel_slot_time_begin(slot, GRACE_MS +
			    slot->timeout_ms * slot->patience, on_late);
		else {
			/* It died before: no file's fault, whatever it was. */
			slot->status = REEL_AGAIN;
			let_go(slot, 0);
		}
	}
	close(fd);
	if (slot->map != -1)
		close(slot->map);
	slot->map = -1;
}

void
reel_slot_cancel(struct reel_slot *slot)
{

	give_up(slot, REEL_BUSY, "not wanted any more");
}

void
reel_slot_retire(struct reel_slot *slot)
{

	slot->reason[0] = '\0';
	let_go(slot, 0);
}

void
reel_slot_end(struct reel_slot *slot)
{

	slot->has_job = 0;
	reel_piece_clear(&slot->picture);
	if (slot->state == REEL_SLOT_IDLE || slot->state == REEL_SLOT_BUSY)
		let_go(slot, slot->state == REEL_SLOT_BUSY);
	reel_loop_timer(slot->loop, -1, on_reap, slot);
}

void
reel_slot_wait(struct reel_slot *slot, int64_t until_ms)
{
	const struct timespec tick = {0, 2 * 1000 * 1000};

	while (slot->pid > 0 && waitpid(slot->pid, NULL, WNOHANG) == 0 &&
	    reel_slot_clock_ms() < until_ms) {
		if (reel_slot_clock_ms() - slot->since_ms > PATIENCE_MS)
			kill(slot->pid, SIGKILL);
		nanosleep(&tick, NULL);
	}
	slot->pid = 0;
}

/* The first packet of a worker: ready, or why it cannot be. */
static void
greeting(struct reel_slot *slot, const struct reel_wire_header *header)
{

	if (header->job != 0 ||
	    (header->status == REEL_OK && header->len != 0) ||
	    (header->status != REEL_OK && !reel_slot_judge_reason(
	    slot, header->len))) {
		give_up(slot, REEL_AGAIN, "the worker does not greet as ours do");
		return;
	}
	if (header->status != REEL_OK) {
		slot->status = REEL_AGAIN;
		let_go(slot, 1);
		return;
	}
	slot->greeted = 1;
	slot->on_greeted(slot);
}

static void
answer(struct reel_slot *slot, const struct reel_wire_header *header)
{
	enum reel_status status = (enum reel_status)header->status;
	enum reel_piece_state state = reel_slot_judge(slot, header);

	if (state == REEL_PIECE_MORE)
		return;
	if (state == REEL_PIECE_WHOLE && status == REEL_OK &&
	    slot->kind == REEL_WIRE_STORYBOARD && header->type != 0) {
		slot->on_sheet(
		    slot->cookie, slot->job, header->type, &slot->picture);
		reel_piece_next(&slot->picture);
		return;
	}
	if (state == REEL_PIECE_WRONG) {
		give_up(slot, REEL_IO, "the worker's answer made no sense");
		return;
	}
	reel_slot_time_end(slot);
	slot->state = REEL_SLOT_IDLE;
	slot->jobs++;
	slot->busy_ms += reel_slot_clock_ms() - slot->since_ms;
	if (status == REEL_IO || slot->jobs >= JOBS_MAX ||
	    slot->busy_ms >= BUSY_MAX_MS || slot->nice > 0)
		/*
		 * Its outcome is known; nothing more is told on its end.  One
		 * that is nice would be so for good.
		 */
		let_go(slot, 0);
	tell(slot, status, &slot->packet->facts, slot->reason);
}

static void
on_readable(void *cookie, int fd)
{
	struct reel_slot *slot = cookie;
	struct reel_wire_header header;
	enum reel_status rc;
	int passed = -1;

	rc = reel_wire_recv(fd, &header, slot->packet->bytes,
	    sizeof(slot->packet->bytes), &passed);
	if (rc == REEL_AGAIN)
		return;
	if (rc == REEL_NOT_FOUND) {
		/* It is dying; what of, is known when it is reaped. */
		slot->reason[0] = '\0';
		slot->status = slot->greeted ? REEL_IO : REEL_AGAIN;
		let_go(slot, 0);
		return;
	}
	if (rc != REEL_OK || passed != -1) {
		if (passed != -1)
			close(passed);
		give_up(slot, slot->greeted ? REEL_IO : REEL_AGAIN,
		    "the worker's answer made no sense");
		return;
	}
	if (!slot->greeted)
		greeting(slot, &header);
	else
		answer(slot, &header);
}

/* Not reaped yet: look again later, and do not wait for ever. */
static void
still_there(struct reel_slot *slot)
{
	int64_t ms = reel_slot_clock_ms() - slot->since_ms;

	if (ms > PATIENCE_MS && slot->pid > 0)
		kill(slot->pid, SIGKILL);
	if (slot->reap_ms < REAP_LAST_MS)
		slot->reap_ms *= 2;
	reel_loop_timer(slot->loop, slot->reap_ms, on_reap, slot);
	if (ms > STUCK_MS)
		tell(slot, slot->status, NULL, slot->reason[0] != '\0'
		    ? slot->reason : "the worker hangs in the kernel");
}

static void
on_reap(void *cookie)
{
	struct reel_slot *slot = cookie;
	int status = 0;

	if (slot->birth.number != 0 ||
	    (slot->pid > 0 && waitpid(slot->pid, &status, WNOHANG) == 0)) {
		still_there(slot);
		return;
	}
	if (slot->pid > 0)
		reel_debug("worker ended pid=%d status=%#x", (int)slot->pid,
		    (unsigned int)status);
	if (WIFSIGNALED(status) && WTERMSIG(status) != SIGKILL)
		reel_nursery_crashed(slot->nursery);
	if (slot->has_job && slot->reason[0] == '\0')
		reel_spawn_explain(status, slot->reason, sizeof(slot->reason));
	slot->pid = 0;
	slot->state = REEL_SLOT_EMPTY;
	tell(slot, slot->status, NULL, slot->reason);
}
