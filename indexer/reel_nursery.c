/*
 * One template at a time, started when the first worker is needed.  Until it has
 * greeted, the sockets of those to come are kept here, jobs and all; so a program
 * at worker_path that knows nothing of templates costs one start more than it did:
 * it greets as a worker, or not at all, and from then on each is started by itself.
 *
 * A template that ends is replaced when the next worker is needed; one after the
 * other that ends without having made one is given up, until the configuration is
 * read again or nothing was to do for a while.  What it owed is told as an error,
 * not started anew: it may have made it, which sees its socket closed then and ends.
 *
 * All workers of one template have the same addresses.  Who would guess at them
 * needs many crashes for it, and gets a few.
 *
 * Nothing here waits but reel_nursery_free.  Runs on the loop's thread.
 */
#include <sys/socket.h>
#include <sys/wait.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "shared/reel_wire.h"

#include "indexer/reel_log.h"
#include "indexer/reel_loop.h"
#include "indexer/reel_mem.h"
#include "indexer/reel_spawn.h"
#include "indexer/reel_template.h"

#include "indexer/reel_nursery.h"

#define LOSSES_MAX 3   /* in a row, then it is given up */
#define CRASHES_MAX 16 /* of its workers, then it is replaced */
/* For its greeting on a machine that is busy, and for each answer. */
#define GREET_MS 20000
#define ANSWER_MS 10000
#define REAP_MS 10
#define END_MS 2000 /* how long the end of the indexer waits for it */

enum state {
	NONE = 0,
	STARTING, /* not greeted yet */
	READY,
	ENDING /* not reaped yet */
};

struct reel_nursery {
	struct reel_loop *loop;
	char *path;
	enum state state;
	pid_t pid;
	int sock;
	int unfit; /* the program at ${path} is none */
	int losses;
	int crashes;
	int stale; /* it is to end once nothing is due */
	uint64_t last; /* number of a birth */
	struct reel_birth *due;
};

static void on_late(void *cookie);
static void on_reap(void *cookie);
static int start(struct reel_nursery *nursery);
static void go_without(struct reel_nursery *nursery, const char *why);

/* No more births of ${birth}: tell what became of it. */
static void
tell(struct reel_nursery *nursery, struct reel_birth *birth, pid_t pid,
    int error)
{
	struct reel_birth **at = &nursery->due;

	while (*at != birth)
		at = &(*at)->next;
	*at = birth->next;
	birth->number = 0;
	if (birth->end != -1)
		close(birth->end);
	birth->end = -1;
	birth->on_born(birth->cookie, pid, error);
}

/* It is to end: it holds nothing, and a worker that is due is told elsewhere. */
static void
end(struct reel_nursery *nursery)
{

	if (nursery->state != STARTING && nursery->state != READY)
		return;
	reel_loop_timer(nursery->loop, -1, on_late, nursery);
	reel_loop_fd(nursery->loop, nursery->sock, NULL, NULL);
	close(nursery->sock);
	nursery->sock = -1;
	kill(nursery->pid, SIGKILL);
	nursery->state = ENDING;
	reel_loop_timer(nursery->loop, 0, on_reap, nursery);
}

static void
on_reap(void *cookie)
{
	struct reel_nursery *nursery = cookie;

	if (waitpid(nursery->pid, NULL, WNOHANG) == 0) {
		reel_loop_timer(nursery->loop, REAP_MS, on_reap, nursery);
		return;
	}
	nursery->pid = 0;
	nursery->state = NONE;
	if (nursery->due != NULL && (nursery->unfit || start(nursery) != 0))
		go_without(nursery, "it cannot be started");
}

/* The next worker is to be of another one. */
static void
retire(struct reel_nursery *nursery)
{

	nursery->stale = 1;
	if (nursery->due == NULL)
		end(nursery);
}

/* There is no template, and none to be had: each is started by itself. */
static void
go_without(struct reel_nursery *nursery, const char *why)
{
	struct reel_birth *birth;
	pid_t pid;
	int rc;

	reel_debug("no template of workers path=%s reason=\"%s\"",
	    nursery->path, why);
	nursery->unfit = 1;
	end(nursery);
	while ((birth = nursery->due) != NULL) {
		pid = 0;
		rc = reel_spawn_plain(nursery->path, birth->timeout_ms,
		    birth->end, &pid);
		tell(nursery, birth, pid, rc);
	}
}

/* Once more it made none. */
static void
lose(struct reel_nursery *nursery)
{

	if (++nursery->losses < LOSSES_MAX)
		return;
	nursery->unfit = 1;
	retire(nursery);
}

/* It was there, and is not any more. */
static void
lost(struct reel_nursery *nursery)
{

	reel_warn("the template of workers ended, another will be started");
	end(nursery);
	lose(nursery);
	while (nursery->due != NULL)
		tell(nursery, nursery->due, 0, EIO);
}

static void
on_late(void *cookie)
{
	struct reel_nursery *nursery = cookie;

	if (nursery->state == STARTING)
		go_without(nursery, "it does not greet");
	else
		lost(nursery);
}

/* Ask for it; nonzero if it cannot be asked. */
static int
ask(struct reel_nursery *nursery, struct reel_birth *birth)
{
	struct reel_wire_header header = {.version = REEL_WIRE_VERSION,
	    .kind = REEL_WIRE_TEMPLATE, .job = birth->number,
	    .length_ms = birth->timeout_ms};

	if (reel_wire_send(nursery->sock, &header, NULL, birth->end) != REEL_OK)
		return (-1);
	close(birth->end);
	birth->end = -1;
	reel_loop_timer(nursery->loop, ANSWER_MS, on_late, nursery);

	return (0);
}

static void
greeting(struct reel_nursery *nursery, const struct reel_wire_header *header)
{
	struct reel_birth *birth, *next;
	pid_t pid;
	int rc;

	if (header->kind != REEL_WIRE_TEMPLATE || header->job != 0 ||
	    header->status != REEL_OK) {
		go_without(nursery, header->kind != REEL_WIRE_TEMPLATE
		    ? "it is a worker" : "it cannot be one");
		return;
	}
	reel_debug("template of workers started pid=%d", (int)nursery->pid);
	reel_loop_timer(nursery->loop, -1, on_late, nursery);
	nursery->state = READY;
	for (birth = nursery->due; birth != NULL; birth = next) {
		next = birth->next;
		pid = 0;
		if (ask(nursery, birth) == 0)
			continue;
		rc = reel_spawn_plain(nursery->path, birth->timeout_ms,
		    birth->end, &pid);
		tell(nursery, birth, pid, rc);
	}
}

/* Only what is a child of ours may be killed in its name. */
static int
is_ours(pid_t pid)
{
	siginfo_t info;

	return (pid > 1 && waitid(P_PID, (id_t)pid, &info,
	    WEXITED | WNOHANG | WNOWAIT) == 0);
}

static void
answer(struct reel_nursery *nursery, const struct reel_wire_header *header)
{
	struct reel_birth *birth = nursery->due;

	while (birth != NULL && birth->number != header->job)
		birth = birth->next;
	if (birth == NULL || header->kind != REEL_WIRE_TEMPLATE ||
	    (header->status == REEL_OK && !is_ours((pid_t)header->type))) {
		lost(nursery);
		return;
	}
	reel_loop_timer(nursery->loop,
	    nursery->due->next != NULL ? ANSWER_MS : -1, on_late, nursery);
	if (header->status != REEL_OK) {
		tell(nursery, birth, 0, header->type);
		lose(nursery);
	} else {
		nursery->losses = 0;
		tell(nursery, birth, (pid_t)header->type, 0);
	}
	if (nursery->stale)
		retire(nursery);
}

static void
on_readable(void *cookie, int fd)
{
	struct reel_nursery *nursery = cookie;
	struct reel_wire_header header;
	char why[REEL_WIRE_REASON_MAX];
	enum reel_status rc;
	int passed = -1;

	rc = reel_wire_recv(fd, &header, why, sizeof(why), &passed);
	if (rc == REEL_AGAIN)
		return;
	if (passed != -1)
		close(passed);
	if (nursery->state == STARTING && (rc != REEL_OK || passed != -1))
		go_without(nursery, "it does not greet as ours do");
	else if (rc != REEL_OK || passed != -1)
		lost(nursery);
	else if (nursery->state == STARTING)
		greeting(nursery, &header);
	else
		answer(nursery, &header);
}

static int
start(struct reel_nursery *nursery)
{
	int rc, ours = -1, theirs = -1;

	if ((rc = reel_spawn_pair(&ours, &theirs)) != 0)
		return (rc);
	rc = reel_spawn_with(nursery->path, REEL_TEMPLATE_WORD, reel_spawn_quiet(),
	    theirs, &nursery->pid);
	close(theirs);
	if (rc != 0) {
		close(ours);
		return (rc);
	}
	nursery->sock = ours;
	nursery->state = STARTING;
	nursery->crashes = nursery->stale = 0;
	reel_loop_fd(nursery->loop, ours, on_readable, nursery);
	reel_loop_timer(nursery->loop, GREET_MS, on_late, nursery);

	return (0);
}

struct reel_nursery *
reel_nursery_new(struct reel_loop *loop)
{
	struct reel_nursery *nursery = reel_mem_new(sizeof(*nursery));

	nursery->loop = loop;
	nursery->sock = -1;

	return (nursery);
}

void
reel_nursery_free(struct reel_nursery *nursery)
{
	struct pollfd waits = {.events = POLLIN};

	if (nursery == NULL)
		return;
	waits.fd = nursery->sock;
	/* It makes what it was asked for, sees that this was all, and ends. */
	if (nursery->state == READY)
		(void)shutdown(nursery->sock, SHUT_WR);
	while (nursery->state == READY && nursery->due != NULL &&
	    poll(&waits, 1, END_MS) == 1)
		on_readable(nursery, nursery->sock);
	end(nursery);
	while (nursery->due != NULL)
		tell(nursery, nursery->due, 0, EIO);
	reel_loop_timer(nursery->loop, -1, on_reap, nursery);
	if (nursery->pid > 0)
		(void)waitpid(nursery->pid, NULL, 0);
	free(nursery->path);
	free(nursery);
}

void
reel_nursery_configure(struct reel_nursery *nursery, const char *worker_path)
{

	reel_nursery_rest(nursery);
	free(nursery->path);
	nursery->path = reel_mem_str(worker_path);
}

void
reel_nursery_rest(struct reel_nursery *nursery)
{

	nursery->unfit = nursery->losses = 0;
	retire(nursery);
}

int
reel_nursery_bear(struct reel_nursery *nursery, struct reel_birth *birth,
    int64_t timeout_ms, int *sock)
{
	int rc, ours = -1;
	pid_t pid = 0;

	if ((rc = reel_spawn_pair(&ours, &birth->end)) != 0)
		return (rc);
	birth->timeout_ms = timeout_ms;
	if (nursery->state == NONE && !nursery->unfit && start(nursery) != 0)
		nursery->unfit = 1;
	birth->number = ++nursery->last;
	if (nursery->state != STARTING &&
	    (nursery->state != ENDING || nursery->unfit) &&
	    (nursery->state != READY || ask(nursery, birth) != 0)) {
		rc = reel_spawn_plain(
		    nursery->path, timeout_ms, birth->end, &pid);
		if (rc != 0) {
			birth->number = 0;
			close(birth->end);
			close(ours);
			return (rc);
		}
	}
	birth->next = nursery->due;
	nursery->due = birth;
	if (pid > 0)
		tell(nursery, birth, pid, 0);
	*sock = ours;

	return (0);
}

void
reel_nursery_crashed(struct reel_nursery *nursery)
{

	if (++nursery->crashes == CRASHES_MAX)
		retire(nursery);
}
