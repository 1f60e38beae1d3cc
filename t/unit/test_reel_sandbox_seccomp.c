/* links: indexer/reel_sandbox_seccomp.c */
/* The sandbox of a worker: what must not work in it, and what must. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "indexer/reel_sandbox_seccomp.h"

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

#define KILLED (-SIGSYS)

static int sock[2];  /* the worker's own */
static int other[2]; /* one that it only happens to have */
static int file;     /* open for reading and writing */

/* --- each returns 0 when all is as it should be --- */

static int
opens_a_file(void)
{

	return (open("/etc/passwd", O_RDONLY) == -1 && errno == EACCES ? 0 : 1);
}

static int
opens_its_own_memory(void)
{

	return (open("/proc/self/mem", O_RDWR) == -1 && errno == EACCES ? 0 : 1);
}

static int
stats_a_file(void)
{
	struct stat st;

	return (stat("/etc/passwd", &st) == -1 && errno == EACCES ? 0 : 1);
}

static int
makes_a_socket(void)
{

	(void)socket(AF_INET, SOCK_STREAM, 0);

	return (1);
}

static int
connects_a_socket(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "/x"};

	(void)connect(other[0], (struct sockaddr *)&address, sizeof(address));

	return (1);
}

static int
runs_a_program(void)
{
	char *const argv[] = {(char *)(uintptr_t)"true", NULL};

	execv("/bin/true", argv);

	return (1);
}

static int
forks(void)
{

	if (fork() == 0)
		_exit(0);

	return (1);
}

static int
kills_its_parent(void)
{

	(void)kill(getppid(), 0);

	return (1);
}

static int
traces(void)
{

	(void)ptrace(PTRACE_TRACEME, 0, NULL, NULL);

	return (1);
}

static int
maps_executable_memory(void)
{

	(void)mmap(NULL, 4096, PROT_READ | PROT_EXEC,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return (1);
}

static int
maps_the_file(void)
{

	(void)mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, file, 0);

	return (1);
}

static int
makes_memory_executable(void)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED)
		return (2);
	(void)mprotect(page, 4096, PROT_READ | PROT_EXEC);

	return (1);
}

static int
writes_the_file(void)
{

	(void)!pwrite(file, "x", 1, 0);

	return (1);
}

static int
sends_on_another_socket(void)
{
	struct iovec iov = {(void *)(uintptr_t)"x", 1};
	struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};

	(void)sendmsg(other[0], &msg, 0);

	return (1);
}

static int
raises_its_limits(void)
{

	(void)syscall(SYS_prlimit64, 0, 0, NULL, NULL);

	return (1);
}

static int
unlinks(void)
{

	(void)unlink("/tmp/reel-nothing");

	return (1);
}

static int
enters_a_namespace(void)
{

	(void)unshare(CLONE_NEWUSER);

	return (1);
}

static int
reads_what_it_holds(void)
{
	char c = 0;

	return (pread(file, &c, 1, 0) == 1 && c == 'R' ? 0 : 1);
}

static int
talks_to_the_indexer(void)
{
	char c = 'x';
	struct iovec iov = {&c, 1};
	struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};

	if (sendmsg(sock[1], &msg, 0) != 1)
		return (1);
	/* The parent sent one beforehand. */
	return (recvmsg(sock[1], &msg, 0) == 1 && c == 'p' ? 0 : 2);
}

static int
uses_memory_and_the_clock(void)
{
	struct timespec ts;
	char *block;
	size_t size;

	for (size = 16; size <= 64 << 20; size *= 4) {
		if ((block = malloc(size)) == NULL)
			return (1);
		memset(block, 1, size);
		if ((block = realloc(block, size * 2)) == NULL)
			return (2);
		free(block);
	}

	return (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts) == 0 ? 0 : 3);
}

static int
asks_for_too_much_memory(void)
{
	char *volatile block = malloc((size_t)600 << 20);

	return (block == NULL ? 0 : 1);
}

static int
closes_and_ends(void)
{

	return (close(file));
}

static int
run_inside(int (*action)(void))
{
	const char *why = NULL;
	int status;
	pid_t pid;

	if ((pid = fork()) == 0) {
		if (reel_sandbox_enter(sock[1], 20, &why) != 0)
			_exit(99);
		_exit(action());
	}
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);

	return (WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status));
}

static const struct {
	const char *name;
	int (*action)(void);
	int expected;
} rows[] = {
    {"open a file", opens_a_file, 0},
    {"open its own memory", opens_its_own_memory, 0},
    {"stat a file", stats_a_file, 0},
    {"make a socket", makes_a_socket, KILLED},
    {"connect a socket", connects_a_socket, KILLED},
    {"run a program", runs_a_program, KILLED},
    {"fork", forks, KILLED},
    {"kill its parent", kills_its_parent, KILLED},
    {"trace", traces, KILLED},
    {"map executable memory", maps_executable_memory, KILLED},
    {"map the file", maps_the_file, KILLED},
    {"make memory executable", makes_memory_executable, KILLED},
    {"write the file", writes_the_file, KILLED},
    {"send on another socket", sends_on_another_socket, KILLED},
    {"raise its limits", raises_its_limits, KILLED},
    {"unlink", unlinks, KILLED},
    {"enter a namespace", enters_a_namespace, KILLED},
    {"read what it holds", reads_what_it_holds, 0},
    {"talk to the indexer", talks_to_the_indexer, 0},
    {"use memory and the clock", uses_memory_and_the_clock, 0},
    {"close and end", closes_and_ends, 0},
};

static int under_valgrind(void);

static void
the_room_holds_and_the_work_can_be_done(void **state)
{
	size_t i;
	int got;

	(void)state;
	if (under_valgrind())
		skip();
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		got = run_inside(rows[i].action);
		if (got != rows[i].expected)
			fail_msg("%s: got %d, expected %d", rows[i].name, got,
			    rows[i].expected);
	}
}

static void
memory_is_bounded(void **state)
{

	(void)state;
	/* A sanitizer's shadow is bigger than any bound. */
	if (SANITIZED || under_valgrind())
		skip();
	assert_int_equal(run_inside(asks_for_too_much_memory), 0);
}

static int
loops(void)
{
	volatile int on = 1;

	while (on)
		continue;

	return (1);
}

/* With one limit for both, the kernel kills at once and says nothing. */
static void
time_that_is_up_has_a_name(void **state)
{
	struct rlimit cpu = {0, 0};
	const char *why = NULL;
	char ready = 0;
	int status, pipe_fds[2];
	pid_t pid;

	(void)state;
	if (under_valgrind())
		skip();
	assert_int_equal(pipe(pipe_fds), 0);
	if ((pid = fork()) == 0) {
		close(pipe_fds[0]);
		if (reel_sandbox_enter(sock[1], 20, &why) != 0)
			_exit(99);
		close(pipe_fds[1]);
		_exit(loops());
	}
	close(pipe_fds[1]);
	assert_int_equal(read(pipe_fds[0], &ready, 1), 0);
	close(pipe_fds[0]);
	assert_int_equal(prlimit(pid, RLIMIT_CPU, NULL, &cpu), 0);
	assert_int_equal(cpu.rlim_cur, 120);
	assert_true(cpu.rlim_cur < cpu.rlim_max);
	cpu.rlim_cur = 1;
	assert_int_equal(prlimit(pid, RLIMIT_CPU, &cpu, NULL), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGXCPU);
}

/* valgrind makes calls of its own on behalf of the program. */
static int
under_valgrind(void)
{
	const char *preload = getenv("LD_PRELOAD");

	return (preload != NULL && strstr(preload, "vgpreload") != NULL);
}

static int
set_up(void **state)
{
	char name[] = "/tmp/reel-test-sandbox-XXXXXX";

	(void)state;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, sock) == -1 ||
	    socketpair(AF_UNIX, SOCK_SEQPACKET, 0, other) == -1 ||
	    (file = mkstemp(name)) == -1)
		return (-1);
	unlink(name);
	/* Whoever asks finds a packet; the rest do not look. */
	if (write(file, "Reel", 4) != 4 || send(sock[0], "p", 1, 0) != 1)
		return (-1);

	return (0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_room_holds_and_the_work_can_be_done),
	    cmocka_unit_test(memory_is_bounded),
	    cmocka_unit_test(time_that_is_up_has_a_name),
	};

	return (cmocka_run_group_tests(tests, set_up, NULL));
}
