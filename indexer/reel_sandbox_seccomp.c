/*
 * Limits and an allow-list of system calls for a process that parses media.  The
 * list was measured (libav 5.1.9, 160 real files and 52,920 broken ones, see
 * t/unit/test_reel_sandbox_seccomp.c for what must not work): reading at an
 * offset from what is open already, memory that can never be executed, the
 * socket to the indexer, the clock, the end.
 *
 * Everything else ends the process, with three exceptions.  Calls that name a
 * file answer EACCES: service names in MPEG-TS reach iconv, which looks for its
 * modules and can do without.  A few questions about the machine answer ENOSYS or
 * ENOTTY for the same reason.
 *
 * A sanitizer's runtime needs more calls; builds with one allow those too, and
 * are for tests.  No build runs without a filter.
 */
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <linux/filter.h>
#include <linux/seccomp.h>

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

#include <seccomp.h>

#include "indexer/reel_sandbox_seccomp.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define REEL_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) ||     \
    __has_feature(memory_sanitizer)
#define REEL_SANITIZED 1
#endif
#endif

#define CPU_S 120 /* over a worker's life; the indexer replaces it earlier */
#define ADDRESS_SPACE_BYTES ((rlim_t)512 << 20)
#define STACK_BYTES ((rlim_t)8 << 20)
#define DESCRIPTORS 16
#define CODE_MAX 512 /* instructions of a filter; it has a hundred */

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct {
	int resource;
	rlim_t soft;
	rlim_t hard;
} limits[] = {
#ifndef REEL_SANITIZED
    /* Shadow memory is terabytes of address space. */
    {RLIMIT_AS, ADDRESS_SPACE_BYTES, ADDRESS_SPACE_BYTES},
    {RLIMIT_STACK, STACK_BYTES, STACK_BYTES},
#endif
    {RLIMIT_FSIZE, 0, 0},
    {RLIMIT_CORE, 0, 0},
    {RLIMIT_NOFILE, DESCRIPTORS, DESCRIPTORS},
    {RLIMIT_NPROC, 0, 0},
    {RLIMIT_MEMLOCK, 0, 0},
};

/* Allowed whatever the arguments are. */
static const int allowed[] = {
    SCMP_SYS(pread64),
    SCMP_SYS(close),
    SCMP_SYS(fstat),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(brk),
    SCMP_SYS(madvise),
    SCMP_SYS(futex),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(exit_group),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(restart_syscall),
#ifdef REEL_SANITIZED
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(sched_yield),
    SCMP_SYS(gettid),
    SCMP_SYS(getpid),
    SCMP_SYS(getrandom),
    SCMP_SYS(write),
#endif
};

/*
 * Beyond that, for the one who makes workers: what a child does before it is one.
 * Their network is gone already: unshare is refused.
 */
static const int allowed_making[] = {
    SCMP_SYS(setpgid),
    SCMP_SYS(dup3),
    SCMP_SYS(close_range),
    SCMP_SYS(prctl),
    SCMP_SYS(prlimit64),
    SCMP_SYS(setrlimit),
};

/* What a library tries and can do without. */
static const struct {
	int call;
	int error;
} refused[] = {
    {SCMP_SYS(open), EACCES},
    {SCMP_SYS(openat), EACCES},
    {SCMP_SYS(openat2), EACCES},
    {SCMP_SYS(stat), EACCES},
    {SCMP_SYS(lstat), EACCES},
    {SCMP_SYS(newfstatat), EACCES},
    {SCMP_SYS(statx), EACCES},
    {SCMP_SYS(access), EACCES},
    {SCMP_SYS(faccessat), EACCES},
    {SCMP_SYS(faccessat2), EACCES},
    {SCMP_SYS(readlink), EACCES},
    {SCMP_SYS(readlinkat), EACCES},
    {SCMP_SYS(getcwd), EACCES},
    {SCMP_SYS(ioctl), ENOTTY},
    {SCMP_SYS(sched_getaffinity), ENOSYS},
    {SCMP_SYS(sysinfo), ENOSYS},
    {SCMP_SYS(getrandom), ENOSYS},
};

static int
add_allowed(scmp_filter_ctx ctx, const int *calls, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (seccomp_rule_add(ctx, SCMP_ACT_ALLOW, calls[i], 0) != 0)
			return (-1);

	return (0);
}

static int
add_refused(scmp_filter_ctx ctx)
{
	size_t i;
	int rc;

	for (i = 0; i < COUNT(refused); i++) {
#ifdef REEL_SANITIZED
		if (refused[i].call == SCMP_SYS(getrandom))
			continue;
#endif
		rc = seccomp_rule_add(ctx,
		    SCMP_ACT_ERRNO((uint32_t)refused[i].error),
		    refused[i].call, 0);
		/* Some architectures never had the older ones. */
		if (rc != 0 && rc != -EDOM && rc != -EINVAL)
			return (-1);
	}

	return (0);
}

/* Memory: anonymous and never to be executed. */
static int
add_memory(scmp_filter_ctx ctx)
{

	if (seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2,
	    SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
	    SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, MAP_ANONYMOUS)) != 0 ||
	    seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
	    SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) != 0)
		return (-1);

	return (0);
}

/* Packets on the one socket; words of despair on stderr. */
static int
add_socket(scmp_filter_ctx ctx, int sock)
{
	const scmp_datum_t fd = (scmp_datum_t)sock;

	if (seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(recvmsg), 1,
	    SCMP_A0(SCMP_CMP_EQ, fd, 0)) != 0 ||
	    seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(sendmsg), 1,
	    SCMP_A0(SCMP_CMP_EQ, fd, 0)) != 0 ||
	    seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(write), 1,
	    SCMP_A0(SCMP_CMP_EQ, STDERR_FILENO, 0)) != 0)
		return (-1);

	return (0);
}

/*
 * Not a necessity: the filter has no socket(2).  As root, or where a user may
 * have a namespace of his own.
 */
static void
leave_the_network(void)
{

	if (unshare(CLONE_NEWNET) == -1)
		(void)unshare(CLONE_NEWUSER | CLONE_NEWNET);
}

/* A child of one's parent, with memory and all of its own; no thread. */
static int
add_making(scmp_filter_ctx ctx)
{

	if (add_allowed(ctx, allowed_making, COUNT(allowed_making)) != 0 ||
	    seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
	    SCMP_A0(SCMP_CMP_EQ, CLONE_PARENT | SIGCHLD, 0)) != 0 ||
	    seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(unshare),
	    0) != 0)
		return (-1);

	return (0);
}

/* What the kernel takes; workers of a template have theirs from there. */
struct filter {
	struct sock_fprog program;
	struct sock_filter code[CODE_MAX];
	int sock;
};
static struct filter prepared = {.sock = -1};

/* Out of the library, through a pipe, which holds that much. */
static int
take_code(scmp_filter_ctx ctx, struct filter *filter)
{
	ssize_t len = -1;
	int ends[2];

	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) == -1)
		return (-1);
	if (seccomp_export_bpf(ctx, ends[1]) == 0)
		len = read(ends[0], filter->code, sizeof(filter->code));
	close(ends[0]);
	close(ends[1]);
	if (len <= 0 || (size_t)len == sizeof(filter->code) ||
	    (size_t)len % sizeof(filter->code[0]) != 0)
		return (-1);
	filter->program.len =
	    (unsigned short)((size_t)len / sizeof(filter->code[0]));
	filter->program.filter = filter->code;

	return (0);
}

/* Only what is on the lists.  It takes the library two milliseconds. */
static int
make(struct filter *filter, int sock, int making, const char **why)
{
	scmp_filter_ctx ctx;
	int rc = -1;

	*why = "cannot make the filter of system calls (seccomp)";
	filter->sock = -1;
	if ((ctx = seccomp_init(SCMP_ACT_KILL_PROCESS)) != NULL &&
	    add_allowed(ctx, allowed, COUNT(allowed)) == 0 &&
	    add_refused(ctx) == 0 && add_memory(ctx) == 0 &&
	    add_socket(ctx, sock) == 0 &&
	    (!making || add_making(ctx) == 0) && take_code(ctx, filter) == 0) {
		filter->sock = sock;
		rc = 0;
	}
	if (ctx != NULL)
		seccomp_release(ctx);

	return (rc);
}

/* It holds from here on. */
static int
load(const struct filter *filter, const char **why)
{

	*why = "cannot give up privileges (no_new_privs)";
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		return (-1);
	*why = "the kernel does not take the filter of system calls (seccomp)";
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter->program) == -1)
		return (-1);
	*why = NULL;

	return (0);
}

int
reel_sandbox_enter(int sock, int64_t cpu_s, const char **why)
{
	struct rlimit limit;
	size_t i;
	int rc = -1;

	leave_the_network();
	*why = "cannot set resource limits";
	/* At the soft one comes SIGXCPU, which tells why; at the hard, SIGKILL. */
	limit.rlim_cur = cpu_s > CPU_S ? (rlim_t)cpu_s : CPU_S;
	limit.rlim_max = limit.rlim_cur + 1;
	if (setrlimit(RLIMIT_CPU, &limit) == -1)
		goto out;
	for (i = 0; i < COUNT(limits); i++) {
		limit.rlim_cur = limits[i].soft;
		limit.rlim_max = limits[i].hard;
		if (setrlimit(limits[i].resource, &limit) == -1)
			goto out;
	}
	if (prepared.sock != sock && make(&prepared, sock, 0, why) != 0)
		goto out;
	rc = load(&prepared, why);
out:
	return (rc);
}

int
reel_sandbox_template(int sock, const char **why)
{
	struct filter own;

	leave_the_network();
	if (make(&prepared, sock, 0, why) != 0 ||
	    make(&own, sock, 1, why) != 0)
		return (-1);

	return (load(&own, why));
}
