/*
 * A worker costs a tenth of a second of processor time before it reads its first
 * byte: libav comes with more than a hundred libraries.  This process has loaded
 * them, once, and then forks: a worker takes a few milliseconds, and shares what
 * it does not write to.
 *
 * What it makes are children of the indexer, not its own (CLONE_PARENT): the
 * indexer alone waits for them and kills them, as it does with those it starts
 * itself, and they live on when this process ends.  The C library has no call for
 * that.  What its fork does beside the system call is for locks that other threads
 * hold, and there are none, which is looked after here; and it tells the library
 * the new number of the thread, which only who sends signals to threads asks for.
 * The other way, a fork of a fork that the indexer adopts, costs both twice and
 * kills the worker for the death of a parent that was never meant.
 *
 * It never reads a file: it takes sockets from the indexer and hands them on.  So
 * it is not in the room that workers are in, but in one around it, which has what
 * it takes to make one; each worker goes on from there into its own, as ever.
 * All have the addresses of this process.  One that crashes again and again
 * could be somebody who guesses at them: the indexer has this process replaced
 * then (reel_nursery.c).
 */
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "shared/reel_wire.h"

#include "indexer/reel_sandbox_seccomp.h"
#include "indexer/reel_worker.h"

#include "indexer/reel_template.h"

/* A folder has its own two names and one for each thread. */
static int
is_single(void)
{
	struct stat st;

	return (stat("/proc/self/task", &st) == 0 && st.st_nlink == 3);
}

static int
say(int sock, uint64_t job, enum reel_status status, int32_t type,
    const char *reason)
{
	struct reel_wire_header header;

	memset(&header, 0, sizeof(header));
	header.version = REEL_WIRE_VERSION;
	header.kind = REEL_WIRE_TEMPLATE;
	header.job = job;
	header.status = status;
	header.type = type;
	if (reason != NULL)
		header.len = (uint32_t)strlen(reason);

	return (reel_wire_send(sock, &header, reason, -1) == REEL_OK);
}

/* In the worker: nothing of ours but its socket. */
static int
become(int fd, int64_t timeout_ms)
{

	/* Ctrl-C is for the indexer, and this process may be killed as one. */
	if (setpgid(0, 0) == -1 || dup3(fd, REEL_WIRE_FD, 0) == -1 ||
	    close_range(REEL_WIRE_FD + 1, ~0U, 0) == -1)
		return (1);

	return (reel_worker_run(REEL_WIRE_FD, timeout_ms));
}

int
reel_template_run(int sock)
{
	struct reel_wire_header ask;
	enum reel_status rc;
	const char *closed = NULL;
	char dummy[8];
	long pid;
	int fd;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	reel_worker_warm();
	if (!is_single())
		closed = "a library has started a thread";
	else
		(void)reel_sandbox_template(sock, &closed);
	if (!say(sock, 0, closed == NULL ? REEL_OK : REEL_IO, 0, closed) ||
	    closed != NULL)
		return (1);
	for (;;) {
		rc = reel_wire_recv(sock, &ask, dummy, sizeof(dummy), &fd);
		if (rc != REEL_OK || fd == -1 ||
		    ask.kind != REEL_WIRE_TEMPLATE)
			return (rc == REEL_NOT_FOUND ? 0 : 1);
		pid = syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0);
		if (pid == 0)
			return (become(fd, ask.length_ms));
		close(fd);
		if (!say(sock, ask.job, pid > 0 ? REEL_OK : REEL_IO,
		    (int32_t)(pid > 0 ? pid : errno), NULL))
			return (0);
	}
}
