/*
 * posix_spawn, so that a big indexer is not copied and an executable that cannot
 * be run is told here and now.  What a worker inherits is listed in full: nothing
 * is left to what happens to be open.
 */
#include <sys/socket.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "shared/reel_wire.h"

#include "indexer/reel_log.h"

#include "indexer/reel_spawn.h"

/* libav asks for the time zone and for nothing else. */
static const char *const bare[] = {"TZ=UTC0", "LC_ALL=C", NULL};

static int
add_files(posix_spawn_file_actions_t *files, int sock, int quiet)
{
	int rc;

	rc = posix_spawn_file_actions_addopen(
	    files, STDIN_FILENO, "/dev/null", O_RDWR, 0);
	if (rc == 0)
		rc = posix_spawn_file_actions_adddup2(
		    files, STDIN_FILENO, STDOUT_FILENO);
	if (rc == 0 && quiet)
		rc = posix_spawn_file_actions_adddup2(
		    files, STDIN_FILENO, STDERR_FILENO);
	if (rc == 0)
		rc = posix_spawn_file_actions_adddup2(
		    files, sock, REEL_WIRE_FD);
	if (rc == 0)
		rc = posix_spawn_file_actions_addclosefrom_np(
		    files, REEL_WIRE_FD + 1);

	return (rc);
}

static int
add_attributes(posix_spawnattr_t *attr)
{
	sigset_t none, all;
	int rc;

	sigemptyset(&none);
	sigfillset(&all);
	/* SIGKILL and SIGSTOP have no disposition to reset. */
	sigdelset(&all, SIGKILL);
	sigdelset(&all, SIGSTOP);
	if ((rc = posix_spawnattr_setsigmask(attr, &none)) == 0 &&
	    (rc = posix_spawnattr_setsigdefault(attr, &all)) == 0 &&
	    /* Ctrl-C is for us; we end them. */
	    (rc = posix_spawnattr_setpgroup(attr, 0)) == 0)
		rc = posix_spawnattr_setflags(attr, POSIX_SPAWN_SETSIGMASK |
		    POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);

	return (rc);
}

int
reel_spawn_quiet(void)
{

#ifdef __SANITIZE_ADDRESS__
	return (0);
#else
	return (!reel_log_wants(REEL_LOG_DEBUG));
#endif
}

int
reel_spawn_with(
    const char *path, const char *word, int quiet, int end, pid_t *pid)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	const char *argv[] = {path, word, NULL};
	int rc, have_files = 0, have_attr = 0;

	if ((rc = posix_spawn_file_actions_init(&files)) != 0)
		goto out;
	have_files = 1;
	if ((rc = posix_spawnattr_init(&attr)) != 0)
		goto out;
	have_attr = 1;
	if ((rc = add_files(&files, end, quiet)) != 0 ||
	    (rc = add_attributes(&attr)) != 0)
		goto out;
	/* posix_spawn's prototype knows no const; it changes neither. */
	rc = posix_spawn(pid, path, &files, &attr, (char **)(void *)argv,
	    (char **)(void *)bare);
out:
	if (have_attr)
		posix_spawnattr_destroy(&attr);
	if (have_files)
		posix_spawn_file_actions_destroy(&files);

	return (rc);
}

int
reel_spawn_pair(int *ours, int *theirs)
{
	int pair[2], rc = 0;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == -1)
		return (errno);
	if (fcntl(pair[0], F_SETFL, O_NONBLOCK) == -1) {
		rc = errno;
		close(pair[0]);
		close(pair[1]);
		return (rc);
	}
	*ours = pair[0];
	*theirs = pair[1];

	return (0);
}

static int
spawn_for(const char *path, long long timeout_ms, int quiet, int end, pid_t *pid)
{
	char number[24];

	snprintf(number, sizeof(number), "%lld", timeout_ms);

	return (reel_spawn_with(path, number, quiet, end, pid));
}

int
reel_spawn_plain(const char *path, long long timeout_ms, int end, pid_t *pid)
{

	return (spawn_for(path, timeout_ms, reel_spawn_quiet(), end, pid));
}

int
reel_spawn_worker(const char *path, long long timeout_ms, int quiet,
    pid_t *pid, int *sock)
{
	int rc, ours = -1, theirs = -1;

	if ((rc = reel_spawn_pair(&ours, &theirs)) != 0)
		return (rc);
	rc = spawn_for(path, timeout_ms, quiet, theirs, pid);
	close(theirs);
	if (rc == 0)
		*sock = ours;
	else
		close(ours);

	return (rc);
}

void
reel_spawn_explain(int status, char *text, size_t size)
{
	int signal_no = WIFSIGNALED(status) ? WTERMSIG(status) : 0;

	if (signal_no == SIGSYS)
		snprintf(text, size, "the worker tried what its sandbox forbids");
	else if (signal_no == SIGXCPU)
		snprintf(text, size, "the worker ran out of processor time");
	else if (signal_no != 0)
		snprintf(text, size, "the worker crashed: %s",
		    strsignal(signal_no));
	else
		snprintf(text, size, "the worker ended with status %d",
		    WEXITSTATUS(status));
}
