/*
 * inotify, through libinotifytools.
 *
 * A thread of its own does nothing but take events from the library and copy
 * them, raw, into a ring; the loop's thread takes them out and looks the folder
 * up.  The ring is bounded: when it is full, events are thrown away and the
 * loop is told so, as when the kernel's own queue was full.
 *
 * Of the library only the start and the reading of events are used.  What it
 * remembers of paths is wrong after the first rename, its entries are never
 * freed, and nothing in it may be called from two threads; but reading events
 * does not touch those tables (3.22, no regex, no statistics).  So watches are
 * added and removed by the system calls, on the library's descriptor, from the
 * loop's thread, and the map from watch descriptor to folder is ours and never
 * seen by the other thread.  The library has no accessor for its descriptor:
 * it is found in /proc/self/fd, and gets the close-on-exec flag it lacks.
 */
#include "indexer/reel_watch_inotify.h"

#include <sys/inotify.h>

#include <errno.h>
#include <fcntl.h>
#include <inotifytools/inotifytools.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "indexer/reel_burst.h"
#include "indexer/reel_log.h"
#include "indexer/reel_mem.h"
#include "indexer/reel_ring.h"
#include "indexer/reel_table.h"

#define REEL_WATCH_FDS 1024     /* the library uses select(2) */

#define REEL_WATCH_MASK                                                        \
	(IN_CREATE | IN_DELETE | IN_MODIFY | IN_MOVED_FROM | IN_MOVED_TO | IN_CLOSE_WRITE |    \
	    IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR |               \
	    IN_EXCL_UNLINK)

struct place {
	int wd;
	int64_t folder_id;
};

struct reel_watch {
	int fd; /* the library's */
	pthread_t thread;
	atomic_int stop;
	struct reel_ring *ring;

	/* The watcher's thread only. */
	struct reel_burst bursts;

	/* The loop's thread only. */
	struct reel_table by_wd;
	struct reel_table by_folder;
	int wd_max;
	int mark_fd; /* a file of no folder, to be watched for a moment */
	int mark_wd;
	int64_t overflows;
};

/* Whether each descriptor below ${REEL_WATCH_FDS} is an inotify instance. */
static void
instances(char *found)
{
	char path[64], target[64];
	ssize_t len;
	int fd;

	for (fd = 0; fd < REEL_WATCH_FDS; fd++) {
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		len = readlink(path, target, sizeof(target) - 1);
		target[len < 0 ? 0 : len] = '\0';
		found[fd] = strcmp(target, "anon_inode:inotify") == 0;
	}
}

static void
pass_on(struct reel_watch *watch, const struct inotify_event *event)
{
	struct reel_ring_event copy;

	copy.wd = event->wd;
	copy.mask = event->mask;
	copy.cookie = event->cookie;
	/* The kernel pads names with NULs. */
	copy.name_len = event->len == 0
	    ? 0 : (uint32_t)strnlen(event->name, event->len);
	if (copy.name_len >= sizeof(copy.name))
		copy.name_len = sizeof(copy.name) - 1;
	memcpy(copy.name, event->name, copy.name_len);
	if (!reel_burst_again(&watch->bursts, &copy))
		reel_ring_put(watch->ring, &copy);
}

static void *
read_events(void *cookie)
{
	struct reel_watch *watch = cookie;
	const struct inotify_event *event;
	int error;

	while (!watch->stop) {
		event = inotifytools_next_event(1);
		if (event != NULL) {
			pass_on(watch, event);
			continue;
		}
		/* NULL and no error is the timeout.  Never spin on the rest. */
		error = inotifytools_error();
		if (error != 0 && error != EINTR && !watch->stop)
			usleep(100000);
	}
	return (NULL);
}

static int
thread_start(struct reel_watch *watch)
{
	sigset_t all, old;
	int error;

	/* Signals are the loop's business. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	error = pthread_create(&watch->thread, NULL, read_events, watch);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return (error);
}

int
reel_watch_possible(void)
{
	int fd = inotify_init1(IN_CLOEXEC);

	if (fd != -1)
		close(fd);
	return (fd != -1 && fd < REEL_WATCH_FDS);
}

enum reel_status
reel_watch_open(struct reel_watch **result)
{
	char before[REEL_WATCH_FDS], after[REEL_WATCH_FDS];
	struct reel_watch *watch = NULL;
	enum reel_status status = REEL_BUSY;
	int fd;

	instances(before);
	if (!inotifytools_initialize()) {
		reel_warn("watch not possible reason=%s",
		    strerror(inotifytools_error()));
		return (REEL_BUSY);
	}
	instances(after);
	for (fd = 0; fd < REEL_WATCH_FDS; fd++) {
		if (after[fd] && !before[fd])
			break;
	}
	if (fd == REEL_WATCH_FDS) {
		reel_warn("watch not possible reason=%s",
		    "no descriptor below 1024 is free");
		inotifytools_cleanup();
		return (REEL_BUSY);
	}
	watch = reel_mem_new(sizeof(*watch));
	watch->fd = fd;
	watch->mark_fd = memfd_create("mark", MFD_CLOEXEC);
	watch->mark_wd = -1;
	(void)fcntl(fd, F_SETFD, FD_CLOEXEC);
	reel_table_init(&watch->by_wd);
	reel_table_init(&watch->by_folder);
	watch->ring = reel_ring_open();
	if (watch->ring == NULL) {
		reel_warn("watch not possible reason=%s", strerror(errno));
		goto out;
	}
	if (thread_start(watch)) {
		reel_warn("watch not possible reason=%s", "no thread");
		goto out;
	}
	*result = watch;
	watch = NULL;
	status = REEL_OK;

out:
	if (watch != NULL) {
		reel_ring_close(watch->ring);
		if (watch->mark_fd != -1)
			close(watch->mark_fd);
		free(watch);
		inotifytools_cleanup();
	}
	return (status);
}

void
reel_watch_close(struct reel_watch *watch)
{
	struct place *place;
	size_t pos = 0;
	int wd;

	if (watch == NULL)
		return;
	watch->stop = 1;
	/* Taking a watch away makes an event, which wakes the thread up. */
	wd = inotify_add_watch(watch->fd, "/", IN_DELETE_SELF | IN_ONLYDIR);
	if (wd != -1)
		inotify_rm_watch(watch->fd, wd);
	pthread_join(watch->thread, NULL);
	inotifytools_cleanup();
	reel_ring_close(watch->ring);
	if (watch->mark_fd != -1)
		close(watch->mark_fd);
	while ((place = reel_table_next(&watch->by_wd, &pos, NULL)) != NULL)
		free(place);
	reel_table_clear(&watch->by_wd);
	reel_table_clear(&watch->by_folder);
	free(watch);
}

int
reel_watch_fd(struct reel_watch *watch)
{

	return (reel_ring_fd(watch->ring));
}

enum reel_status
reel_watch_add(struct reel_watch *watch, int folder_fd, int64_t folder_id)
{
	struct place *place;
	char path[64];
	int wd;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", folder_fd);
	wd = inotify_add_watch(watch->fd, path, REEL_WATCH_MASK);
	if (wd == -1)
		return (errno == ENOSPC || errno == ENOMEM ? REEL_BUSY : REEL_IO);
	if (wd > watch->wd_max)
		watch->wd_max = wd;
	place = reel_table_get(&watch->by_wd, wd);
	if (place != NULL) {
		/* Two folders of the library are one inode: a bind mount. */
		return (place->folder_id == folder_id ? REEL_OK : REEL_BUSY);
	}
	/* The folder's place was taken by another one: the old watch ends. */
	reel_watch_remove(watch, folder_id);
	place = reel_mem_new(sizeof(*place));
	place->wd = wd;
	place->folder_id = folder_id;
	reel_table_put(&watch->by_wd, wd, place);
	reel_table_put(&watch->by_folder, folder_id, place);
	return (REEL_OK);
}

static void
forget(struct reel_watch *watch, struct place *place)
{

	reel_table_drop(&watch->by_wd, place->wd);
	reel_table_drop(&watch->by_folder, place->folder_id);
	free(place);
}

void
reel_watch_remove(struct reel_watch *watch, int64_t folder_id)
{
	struct place *place = reel_table_get(&watch->by_folder, folder_id);

	if (place == NULL)
		return;
	inotify_rm_watch(watch->fd, place->wd);
	forget(watch, place);
}

int
reel_watch_has(struct reel_watch *watch, int64_t folder_id)
{

	return (reel_table_get(&watch->by_folder, folder_id) != NULL);
}

enum reel_status
reel_watch_mark(struct reel_watch *watch)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", watch->mark_fd);
	watch->mark_wd = inotify_add_watch(watch->fd, path, IN_ATTRIB);
	if (watch->mark_wd == -1)
		return (REEL_BUSY);
	if (watch->mark_wd > watch->wd_max)
		watch->wd_max = watch->mark_wd;
	/* That a watch ends is an event as others are. */
	inotify_rm_watch(watch->fd, watch->mark_wd);
	return (REEL_OK);
}

enum reel_status
reel_watch_next(struct reel_watch *watch, struct reel_watch_event *event)
{
	struct reel_ring_event raw;
	struct place *place;
	int lost;

	while (reel_ring_take(watch->ring, &raw, &lost)) {
		if (lost || raw.mask & IN_Q_OVERFLOW ||
		    raw.wd > watch->wd_max) {
			watch->overflows++;
			event->kind = REEL_WATCH_OVERFLOW;
			event->folder_id = 0;
			event->name_len = 0;
			event->mask = IN_Q_OVERFLOW;
			return (REEL_OK);
		}
		if (raw.wd == watch->mark_wd) {
			watch->mark_wd = -1;
			memset(event, 0, sizeof(*event));
			event->kind = REEL_WATCH_MARK;
			return (REEL_OK);
		}
		place = reel_table_get(&watch->by_wd, raw.wd);
		/* The rest of a watch that we took away ourselves. */
		if (place == NULL)
			continue;
		event->folder_id = place->folder_id;
		event->mask = raw.mask;
		event->cookie = raw.cookie;
		event->name_len = (uint16_t)raw.name_len;
		memcpy(event->name, raw.name, raw.name_len + (size_t)1);
		event->kind = raw.mask & (IN_DELETE_SELF | IN_MOVE_SELF |
		    IN_IGNORED | IN_UNMOUNT) ? REEL_WATCH_GONE : REEL_WATCH_LOOK;
		if (raw.mask & IN_IGNORED)
			forget(watch, place);
		return (REEL_OK);
	}
	return (REEL_NOT_FOUND);
}

int64_t
reel_watch_count(struct reel_watch *watch)
{

	return ((int64_t)watch->by_wd.count);
}

int64_t
reel_watch_overflows(struct reel_watch *watch)
{

	return (watch->overflows);
}
