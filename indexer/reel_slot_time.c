/*
 * A worker that is to leave the processor to others is stopped, not killed: what it
 * has done so far is not lost, and no other has to be started.  It does not see that
 * (its own limits are of processor time), so only the deadline is held here.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "indexer/reel_loop.h"
#include "indexer/reel_slot.h"

#include "indexer/reel_slot_time.h"

static int64_t
us_of(clockid_t clock)
{
	struct timespec ts;

	if (clock_gettime(clock, &ts) == -1)
		return (0);

	return ((int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000);
}

int64_t
reel_slot_clock_ms(void)
{

	return (us_of(CLOCK_MONOTONIC) / 1000);
}

int64_t
reel_slot_cpu_us(const struct reel_slot *slot)
{
	clockid_t clock;

	if (slot->pid <= 0 || clock_getcpuclockid(slot->pid, &clock) != 0)
		return (0);

	return (us_of(clock));
}

/* What the kernel tells of it; how long that is, with a NUL behind it. */
static size_t
ask(const struct reel_slot *slot, const char *what, char *text, size_t size)
{
	char path[32];
	ssize_t len;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)slot->pid, what);
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) == -1)
		return (0);
	len = read(fd, text, size - 1);
	close(fd);
	text[len > 0 ? len : 0] = '\0';

	return (len > 0 ? (size_t)len : 0);
}

int
reel_slot_runs(const struct reel_slot *slot)
{
	char text[256], *state;

	if (ask(slot, "stat", text, sizeof(text)) == 0)
		return (1);
	/* Behind the name, which may hold anything. */
	state = strrchr(text, ')');

	return (state == NULL || (state[1] == ' ' &&
	    state[2] != 'S' && state[2] != 'D'));
}

int64_t
reel_slot_kib(const struct reel_slot *slot)
{
	long long resident, shared;
	char text[128];

	if (ask(slot, "statm", text, sizeof(text)) == 0 ||
	    sscanf(text, "%*d %lld %lld", &resident, &shared) != 2)
		return (0);

	return ((resident - shared) * (sysconf(_SC_PAGESIZE) / 1024));
}

void
reel_slot_time_begin(
    struct reel_slot *slot, int64_t ms, void (*on_late)(void *cookie))
{

	slot->on_late = on_late;
	slot->late_ms = reel_slot_clock_ms() + ms;
	reel_loop_timer(slot->loop, ms, on_late, slot);
}

void
reel_slot_time_end(struct reel_slot *slot)
{

	if (slot->on_late == NULL)
		return;
	reel_slot_resume(slot);
	reel_loop_timer(slot->loop, -1, slot->on_late, slot);
	slot->on_late = NULL;
}

void
reel_slot_halt(struct reel_slot *slot)
{

	if (slot->halted || slot->on_late == NULL || slot->pid <= 0)
		return;
	if (kill(slot->pid, SIGSTOP) == -1)
		return;
	slot->halted = 1;
	/* What is left of it. */
	slot->late_ms -= reel_slot_clock_ms();
	reel_loop_timer(slot->loop, -1, slot->on_late, slot);
}

void
reel_slot_resume(struct reel_slot *slot)
{

	if (!slot->halted)
		return;
	slot->halted = 0;
	(void)kill(slot->pid, SIGCONT);
	reel_slot_time_begin(
	    slot, slot->late_ms > 0 ? slot->late_ms : 0, slot->on_late);
}
