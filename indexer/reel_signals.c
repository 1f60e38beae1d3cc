/*
 * signalfd: no code runs in a signal's context, and nothing is interrupted.
 */
#include <sys/signalfd.h>

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "indexer/reel_log.h"
#include "indexer/reel_loop.h"
#include "indexer/reel_mem.h"

#include "indexer/reel_signals.h"

struct reel_signals {
	struct reel_loop *loop;
	void (*on_signal)(void *cookie, int number);
	void *cookie;
	int fd;
};

static void
ours(sigset_t *set)
{

	sigemptyset(set);
	sigaddset(set, SIGHUP);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGUSR1);
	sigaddset(set, SIGUSR2);
}

void
reel_signals_block(void)
{
	sigset_t set;

	ours(&set);
	if (sigprocmask(SIG_BLOCK, &set, NULL) == -1 ||
	    signal(SIGPIPE, SIG_IGN) == SIG_ERR ||
	    /* Ignored by a parent, it would eat the ends of our workers. */
	    signal(SIGCHLD, SIG_DFL) == SIG_ERR)
		reel_fatal("cannot set up signals");
}

static void
on_readable(void *cookie, int fd)
{
	struct reel_signals *signals = cookie;
	struct signalfd_siginfo info;

	while (read(fd, &info, sizeof(info)) == sizeof(info))
		signals->on_signal(signals->cookie, (int)info.ssi_signo);
}

struct reel_signals *
reel_signals_open(struct reel_loop *loop,
    void (*on_signal)(void *cookie, int number), void *cookie)
{
	struct reel_signals *signals;
	sigset_t set;
	int fd;

	ours(&set);
	if ((fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK)) == -1)
		return (NULL);
	signals = reel_mem_new(sizeof(*signals));
	signals->loop = loop;
	signals->on_signal = on_signal;
	signals->cookie = cookie;
	signals->fd = fd;
	reel_loop_fd(loop, fd, on_readable, signals);

	return (signals);
}

void
reel_signals_close(struct reel_signals *signals)
{

	if (signals == NULL)
		return;
	reel_loop_fd(signals->loop, signals->fd, NULL, NULL);
	close(signals->fd);
	free(signals);
}
