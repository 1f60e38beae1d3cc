/*
 * Puts the parts of the indexer together: book, queue, workers, index, bell,
 * status file, all on one loop, and takes them apart in the opposite order.  It
 * has no opinion on files; it passes on what one part tells another.
 *
 *   commit -> ring the bell, kick the probes, note that the status changed
 *   hint   -> raise a job, or rescan
 *   signal -> reload, reopen, dump, stop
 *
 * Stopping lets the files that are being read come to their end for a moment,
 * tells in status.json that nobody runs, and closes the book last.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "indexer/reel_dump.h"
#include "indexer/reel_index.h"
#include "indexer/reel_log.h"
#include "indexer/reel_loop.h"
#include "indexer/reel_mem.h"
#include "indexer/reel_peers.h"
#include "indexer/reel_pictures.h"
#include "indexer/reel_pool.h"
#include "indexer/reel_probe.h"
#include "indexer/reel_progress.h"
#include "indexer/reel_queue_sql.h"
#include "indexer/reel_report_cjson.h"
#include "indexer/reel_signals.h"
#include "indexer/reel_state.h"
#include "indexer/reel_watch_inotify.h"
#include "indexer/reel_write_sql.h"

#include "indexer/reel_daemon.h"

#define REPORT_MS 1000    /* between two looks at what no commit tells, */
#define REPORT_REST_MS 50 /* and at least between two reports */
#define DRAIN_MS 3000     /* that files may still take which are being read */
#define ONCE_PATIENCE_MS 5000 /* of --once with workers that do not start */
#define LOOK_MS 10        /* between two looks at whether all is done */

struct daemon {
	const struct reel_flags *flags;
	struct reel_config config;
	struct reel_loop *loop;
	struct reel_watch *watch; /* not ours to close */
	struct reel_signals *signals;
	struct reel_write *write;
	struct reel_queue *queue;
	struct reel_peers *peers;
	struct reel_pool *pool;
	struct reel_index *index;
	struct reel_probe *probe;
	struct reel_pictures *pictures;
	struct reel_report *report;
	struct reel_progress *progress;
	int64_t drain_until_ms; /* 0: running */
	int64_t trouble_since_ms;
	int report_due; /* a commit has not been told of */
	int64_t report_ms;
	int status;
};

static void on_report(void *cookie);

static void
report(struct daemon *d, int running)
{
	struct reel_index_report index;
	struct reel_queue_counts counts;

	reel_index_report(d->index, &index);
	reel_queue_count(d->queue, &counts);
	(void)reel_report_put(d->report, &(struct reel_report_now){&index,
	    &counts, running, reel_pool_running(d->pool),
	    reel_pool_trouble(d->pool)});
}

static void
on_report(void *cookie)
{
	struct daemon *d = cookie;

	d->report_ms = reel_loop_now_ms(d->loop);
	d->report_due = 0;
	report(d, 1);
	reel_loop_timer(d->loop, REPORT_MS, on_report, d);
}

static void
on_commit(void *cookie)
{
	struct daemon *d = cookie;
	int64_t wait_ms;

	if (d->peers != NULL)
		reel_peers_ring(d->peers);
	if (d->probe != NULL)
		reel_probe_kick(d->probe);
	/* Behind all that begins with this commit, so that it is counted. */
	wait_ms = d->report_ms + REPORT_REST_MS - reel_loop_now_ms(d->loop);
	if (!d->report_due)
		reel_loop_timer(
		    d->loop, wait_ms > 0 ? wait_ms : 0, on_report, d);
	d->report_due = 1;
}

static void
on_look(void *cookie, int64_t item_id)
{
	struct daemon *d = cookie;

	reel_probe_raise(d->probe, item_id);
}

/* Somebody told us to do ${what}; ${rc} is what became of it. */
static enum reel_status
told(const char *what, const char *path, size_t len, enum reel_status rc)
{

	if (rc == REEL_OK)
		reel_info("asked to %s path=%.*s", what, (int)len, path);
	else
		reel_warn("cannot %s path=%.*s reason=%s", what, (int)len, path,
		    reel_status_name(rc));

	return (rc);
}

static enum reel_status
on_rescan(void *cookie, const char *path, size_t len)
{
	struct daemon *d = cookie;

	return (told(
	    "rescan", path, len, reel_index_rescan(d->index, path, len)));
}

static enum reel_status
on_accept(void *cookie, const char *path, size_t len)
{
	struct daemon *d = cookie;

	return (told("accept the disk as it is", path, len,
	    reel_index_accept(d->index, path, len)));
}

/* --- signals --- */

static void
reload(struct daemon *d)
{
	struct reel_config fresh;
	struct reel_buf why;
	enum reel_status rc;

	reel_buf_init(&why);
	rc = reel_flags_load(d->flags, &fresh, &why);
	if (rc == REEL_OK)
		rc = reel_config_check(&fresh, &why);
	if (rc == REEL_OK && strcmp(fresh.state_dir, d->config.state_dir) != 0) {
		reel_buf_fmt(&why, "the state folder cannot change from %s to %s "
		    "while running: restart", d->config.state_dir,
		    fresh.state_dir);
		rc = REEL_BAD_INPUT;
	}
	if (rc == REEL_OK && strcmp(fresh.cache_dir, d->config.cache_dir) != 0) {
		reel_buf_fmt(&why, "the cache folder cannot change from %s to %s "
		    "while running: restart", d->config.cache_dir,
		    fresh.cache_dir);
		rc = REEL_BAD_INPUT;
	}
	if (rc == REEL_OK)
		rc = reel_pictures_configure(d->pictures, &fresh, &why);
	if (rc == REEL_OK &&
	    reel_log_open(fresh.log_path, (enum reel_log_level)fresh.log_level)) {
		reel_buf_fmt(&why, "cannot open the log %s (%s)", fresh.log_path,
		    strerror(errno));
		rc = REEL_IO;
	}
	if (rc == REEL_OK && (rc = reel_index_configure(d->index, &fresh)) !=
	    REEL_OK)
		reel_buf_fmt(&why, "the index refuses it (%s)",
		    reel_status_name(rc));
	if (rc != REEL_OK) {
		reel_err("configuration stays as it was reason=\"%.*s\"",
		    (int)why.len, why.data);
		reel_config_clear(&fresh);
	} else {
		reel_config_clear(&d->config);
		d->config = fresh;
		/* The same content at an address that lasts. */
		(void)reel_index_configure(d->index, &d->config);
		reel_pool_configure(d->pool, d->config.worker_path,
		    d->config.workers, d->config.probe_timeout_ms);
		reel_info("configuration read again roots=%zu",
		    d->config.roots_count);
	}
	reel_buf_clear(&why);
}

static void
on_drain(void *cookie)
{
	struct daemon *d = cookie;

	if (reel_pool_running(d->pool) == 0 ||
	    reel_loop_now_ms(d->loop) >= d->drain_until_ms)
		reel_loop_stop(d->loop);
	else
		reel_loop_timer(d->loop, LOOK_MS, on_drain, d);
}

static void
stop(struct daemon *d)
{

	if (d->drain_until_ms != 0)
		return;
	d->drain_until_ms = reel_loop_now_ms(d->loop) + DRAIN_MS;
	reel_probe_drain(d->probe);
	on_drain(d);
}

static void
on_signal(void *cookie, int number)
{
	struct daemon *d = cookie;

	switch (number) {
	case SIGHUP:
		reload(d);
		break;
	case SIGUSR1:
		if (reel_log_reopen() != 0)
			reel_err("cannot open the log again reason=\"%s\"",
			    strerror(errno));
		break;
	case SIGUSR2:
		reel_dump(d->index, d->write, d->queue, d->pool,
		    reel_peers_count(d->peers));
		break;
	default:
		reel_info("stopping signal=%s", strsignal(number));
		stop(d);
		break;
	}
}

/* --- --once --- */

static void
on_once(void *cookie)
{
	struct daemon *d = cookie;
	int64_t now_ms = reel_loop_now_ms(d->loop);

	if (reel_pool_trouble(d->pool) == NULL)
		d->trouble_since_ms = 0;
	else if (d->trouble_since_ms == 0)
		d->trouble_since_ms = now_ms;
	else if (now_ms - d->trouble_since_ms > ONCE_PATIENCE_MS) {
		reel_err("files were not read reason=\"%s\"",
		    reel_pool_trouble(d->pool));
		d->status = 1;
		stop(d);
		return;
	}
	if (reel_index_idle(d->index) && reel_probe_idle(d->probe) &&
	    reel_write_dirty(d->write) == 0)
		stop(d);
	else
		reel_loop_timer(d->loop, LOOK_MS, on_once, d);
}

static void
on_progress(void *cookie, struct reel_index_report *index,
    struct reel_queue_counts *counts)
{
	struct daemon *d = cookie;

	reel_index_report(d->index, index);
	reel_queue_count(d->queue, counts);
}

/* --- from nothing to running, and back --- */

static enum reel_status
start(struct daemon *d, struct reel_buf *why)
{
	const struct reel_peers_calls calls = {on_look, on_rescan, on_accept, d};
	const struct reel_config *config = &d->config;
	enum reel_status rc;

	if ((rc = reel_state_open(config->state_dir, config->group, why)) !=
	    REEL_OK)
		return (rc);
	if ((rc = reel_write_open(config->state_dir, &d->write, why)) != REEL_OK)
		return (rc);
	if ((rc = reel_queue_open(d->write, &d->queue)) != REEL_OK) {
		reel_buf_fmt(why, "cannot read the queue of %s: %s",
		    config->state_dir, reel_write_error(d->write));
		return (rc);
	}
	d->signals = reel_signals_open(d->loop, on_signal, d);
	if (d->signals == NULL) {
		reel_buf_fmt(why, "cannot wait for signals (%s): raise the limit "
		    "of open files", strerror(errno));
		return (REEL_IO);
	}
	d->pool = reel_pool_new(d->loop, config->worker_path, config->workers,
	    config->probe_timeout_ms);
	rc = reel_index_open(config, d->loop, d->watch, d->write, d->queue,
	    on_commit, d, &d->index);
	if (rc != REEL_OK) {
		reel_buf_fmt(why, "cannot begin with the index in %s (%s): %s",
		    config->state_dir, reel_status_name(rc),
		    reel_write_error(d->write));
		return (rc);
	}
	d->probe = reel_probe_new(
	    d->loop, d->index, d->write, d->queue, d->pool);
	rc = reel_pictures_open(config, &(struct reel_pictures_parts){d->loop,
	    d->index, d->write, d->pool, d->probe}, &d->pictures, why);
	if (rc != REEL_OK)
		return (rc);
	/* From here on somebody may ask us something. */
	rc = reel_peers_open(d->loop, config->state_dir, &calls, &d->peers, why);
	if (rc != REEL_OK)
		return (rc);
	d->report = reel_report_new(config->state_dir, d->write);
	d->progress = reel_progress_new(d->loop, on_progress, d);
	reel_probe_kick(d->probe);
	on_report(d);

	return (REEL_OK);
}

static void
finish(struct daemon *d)
{

	reel_progress_free(d->progress);
	reel_loop_timer(d->loop, -1, on_report, d);
	if (d->report != NULL)
		report(d, 0);
	reel_pool_free(d->pool);
	reel_pictures_close(d->pictures);
	reel_probe_free(d->probe);
	d->probe = NULL; /* the last commit is still to come */
	reel_index_close(d->index);
	reel_queue_close(d->queue);
	reel_report_free(d->report);
	reel_write_close(d->write);
	reel_peers_close(d->peers);
	reel_signals_close(d->signals);
	reel_loop_free(d->loop);
}

int
reel_daemon_run(const struct reel_flags *flags, struct reel_config *config,
    struct reel_watch *watch)
{
	struct daemon *d = reel_mem_new(sizeof(*d));
	struct reel_buf why;
	int status;

	reel_buf_init(&why);
	d->flags = flags;
	d->config = *config;
	memset(config, 0, sizeof(*config));
	d->watch = watch;
	d->loop = reel_loop_new();
	if (start(d, &why) == REEL_OK) {
		reel_info("started version=%s pid=%d roots=%zu workers=%d",
		    REEL_VERSION, (int)getpid(), d->config.roots_count,
		    d->config.workers);
		if (flags->mode == REEL_FLAGS_ONCE)
			reel_loop_timer(d->loop, LOOK_MS, on_once, d);
		reel_loop_run(d->loop);
		status = d->status;
	} else {
		fprintf(stderr, "reel-indexer: %.*s\n", (int)why.len, why.data);
		if (d->config.log_path != NULL)
			reel_err("cannot start reason=\"%.*s\"", (int)why.len,
			    why.data);
		status = 1;
	}
	finish(d);
	if (status == 0)
		reel_info("stopped");
	reel_config_clear(&d->config);
	reel_buf_clear(&why);
	free(d);

	return (status);
}
