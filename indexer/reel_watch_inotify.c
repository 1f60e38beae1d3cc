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

#include <sys/eventfd.h>
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
#include <unistd.h>

#include "indexer/reel_log.h"
#include "indexer/reel_mem.h"
#include "indexer/reel_table.h"

#define REEL_WATCH_RING 65536              /* events */
#define REEL_WATCH_BYTES (4 * 1024 * 1024) /* of them, a power of two */
#define REEL_WATCH_FDS 1024                /* the library uses select(2) */

#define REEL_WATCH_MASK                                                        \
	(IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_CLOSE_WRITE |    \
	    IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR |               \
	    IN_EXCL_UNLINK)

/* An event in the ring; ${len} bytes of name follow. */
struct packed {
	int32_t wd;
	uint32_t mask;
	uint32_t cookie;
	uint32_t len;
};

struct place {
	int wd;
	int64_t folder_id;
};

struct reel_watch {
	int fd;      /* the library's */
	int bell_fd; /* readable while events wait */
	pthread_t thread;
	atomic_int stop;

	/* Protected by ${lock}. */
	pthread_mutex_t lock;
	char *ring;
	size_t head;  /* bytes ever taken out */
	size_t tail;  /* bytes ever put in */
	size_t count; /* events in it */
	int lost;     /* some were thrown away since it was empty */
	int rung;     /* the bell was rung and not yet drained */

	/* The loop's thread only. */
	struct reel_table by_wd;
	struct reel_table by_folder;
	int wd_max;
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
ring_copy_in(struct reel_watch *watch, const void *data, size_t len)
{
	size_t at = watch->tail & (REEL_WATCH_BYTES - 1);
	size_t first = REEL_WATCH_BYTES - at;

	if (first > len)
		first = len;
	memcpy(watch->ring + at, data, first);
	memcpy(watch->ring, (const char *)data + first, len - first);
	watch->tail += len;
}

static void
ring_copy_out(struct reel_watch *watch, void *data, size_t len)
{
	size_t at = watch->head & (REEL_WATCH_BYTES - 1);
	size_t first = REEL_WATCH_BYTES - at;

	if (first > len)
		first = len;
	memcpy(data, watch->ring + at, first);
	memcpy((char *)data + first, watch->ring, len - first);
	watch->head += len;
}

static void
ring_put(struct reel_watch *watch, const struct inotify_event *event)
{
	const uint64_t one = 1;
	struct packed packed;

	memset(&packed, 0, sizeof(packed));
	packed.wd = event->wd;
	packed.mask = event->mask;
	packed.cookie = event->cookie;
	/* The kernel pads names with NULs. */
	packed.len = event->len == 0
	    ? 0 : (uint32_t)strnlen(event->name, event->len);
	if (packed.len > 255)
		packed.len = 255;

	pthread_mutex_lock(&watch->lock);
	if (watch->count >= REEL_WATCH_RING ||
	    watch->tail - watch->head + sizeof(packed) + packed.len >
	        REEL_WATCH_BYTES) {
		watch->lost = 1;
	} else {
		ring_copy_in(watch, &packed, sizeof(packed));
		ring_copy_in(watch, event->name, packed.len);
		watch->count++;
	}
	if (!watch->rung && write(watch->bell_fd, &one, sizeof(one)) > 0)
		watch->rung = 1;
	pthread_mutex_unlock(&watch->lock);
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
			ring_put(watch, event);
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
	(void)fcntl(fd, F_SETFD, FD_CLOEXEC);
	pthread_mutex_init(&watch->lock, NULL);
	reel_table_init(&watch->by_wd);
	reel_table_init(&watch->by_folder);
	watch->ring = reel_mem_new(REEL_WATCH_BYTES);
	watch->bell_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (watch->bell_fd == -1) {
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
		if (watch->bell_fd != -1)
			close(watch->bell_fd);
		free(watch->ring);
		pthread_mutex_destroy(&watch->lock);
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
	close(watch->bell_fd);
	while ((place = reel_table_next(&watch->by_wd, &pos, NULL)) != NULL)
		free(place);
	reel_table_clear(&watch->by_wd);
	reel_table_clear(&watch->by_folder);
	pthread_mutex_destroy(&watch->lock);
	free(watch->ring);
	free(watch);
}

int
reel_watch_fd(struct reel_watch *watch)
{

	return (watch->bell_fd);
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

/* Zero if there is none; ${*lost}: events were thrown away, all are out now. */
static int
ring_take(struct reel_watch *watch, struct packed *packed, char *name, int *lost)
{
	uint64_t ticks;
	int taken = 0;

	*lost = 0;
	pthread_mutex_lock(&watch->lock);
	if (watch->count > 0) {
		ring_copy_out(watch, packed, sizeof(*packed));
		ring_copy_out(watch, name, packed->len);
		watch->count--;
		taken = 1;
	} else if (watch->lost) {
		watch->lost = 0;
		*lost = 1;
		taken = 1;
	} else if (watch->rung) {
		watch->rung = 0;
		if (read(watch->bell_fd, &ticks, sizeof(ticks)) == -1)
			reel_debug("bell of the watch reason=%s", strerror(errno));
	}
	pthread_mutex_unlock(&watch->lock);
	return (taken);
}

enum reel_status
reel_watch_next(struct reel_watch *watch, struct reel_watch_event *event)
{
	struct packed packed;
	struct place *place;
	int lost;

	while (ring_take(watch, &packed, event->name, &lost)) {
		if (lost || packed.mask & IN_Q_OVERFLOW ||
		    packed.wd > watch->wd_max) {
			watch->overflows++;
			event->kind = REEL_WATCH_OVERFLOW;
			event->folder_id = 0;
			event->name_len = 0;
			event->mask = IN_Q_OVERFLOW;
			return (REEL_OK);
		}
		place = reel_table_get(&watch->by_wd, packed.wd);
		/* The rest of a watch that we took away ourselves. */
		if (place == NULL)
			continue;
		event->folder_id = place->folder_id;
		event->mask = packed.mask;
		event->cookie = packed.cookie;
		event->name_len = (uint16_t)packed.len;
		event->name[packed.len] = '\0';
		event->kind = packed.mask & (IN_DELETE_SELF | IN_MOVE_SELF |
		    IN_IGNORED | IN_UNMOUNT) ? REEL_WATCH_GONE : REEL_WATCH_LOOK;
		if (packed.mask & IN_IGNORED)
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
