/*
 * Renders status.json and replaces it when something changed.  The list of
 * failures is asked from the book only when a counter moved.  Names are bytes;
 * what is not UTF-8 becomes U+FFFD here.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cjson/cJSON.h>

#include "shared/reel_buf.h"
#include "shared/reel_escape.h"

#include "indexer/reel_failures_sql.h"
#include "indexer/reel_log.h"
#include "indexer/reel_mem.h"
#include "indexer/reel_slate.h"
#include "indexer/reel_state.h"
#include "indexer/reel_write_sql.h"

#include "indexer/reel_report_cjson.h"

#define VERSION_LINE "{\"version\":1,\"written_at\":\""
/* Its readers have another one, or none: nobody hears of what we write. */
#define MOVED                                                                  \
	"index.db was taken away or replaced while reel-indexer runs: restart "    \
	"reel-indexer"

struct reel_report {
	struct reel_slate *slate;
	struct reel_write *write;
	char *state_dir;
	struct reel_state_mark mark; /* of the index we write */
	int moved;                   /* it is not there any more */
	int failed;                  /* the last write; said in the log */
	int64_t started_ms;
	struct reel_buf last;  /* members as they are in the file */
	struct reel_buf fresh; /* members as they should be */
	cJSON *failures;
	int64_t failures_failed; /* counters when ${failures} was made */
	int64_t failures_completed;
};

/* A failure as it comes out of the book; its path is asked for afterwards. */
struct failure {
	int64_t item_id;
	int64_t ts;
	int attempts;
	char *reason;
};

struct failures {
	struct failure list[REEL_FAILURES_MAX];
	size_t count;
};

static int64_t
wall_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);

	return ((int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000);
}

struct reel_report *
reel_report_new(const char *state_dir, struct reel_write *write)
{
	struct reel_report *report = reel_mem_new(sizeof(*report));

	report->slate = reel_slate_new(state_dir, REEL_REPORT_FILE);
	report->write = write;
	report->state_dir = reel_mem_str(state_dir);
	reel_state_mark(state_dir, &report->mark);
	report->started_ms = wall_ms();
	report->failures_failed = -1;
	reel_buf_init(&report->last);
	reel_buf_init(&report->fresh);

	return (report);
}

void
reel_report_free(struct reel_report *report)
{

	if (report == NULL)
		return;
	reel_slate_free(report->slate);
	free(report->state_dir);
	reel_buf_clear(&report->last);
	reel_buf_clear(&report->fresh);
	cJSON_Delete(report->failures);
	free(report);
}

static cJSON *
need(cJSON *item)
{

	if (item == NULL)
		reel_fatal("out of memory");

	return (item);
}

/* Bytes as a JSON string; NULL text adds nothing. */
static void
add_text(cJSON *object, const char *name, const char *text, size_t len)
{
	struct reel_buf buf;

	if (text == NULL)
		return;
	reel_buf_init(&buf);
	reel_buf_chr(&buf, '"');
	reel_escape_json(&buf, text, len);
	reel_buf_add(&buf, "\"", 2);
	if (buf.failed)
		reel_fatal("out of memory");
	need(cJSON_AddRawToObject(object, name, buf.data));
	reel_buf_clear(&buf);
}

static void
add_str(cJSON *object, const char *name, const char *str)
{

	if (str != NULL)
		add_text(object, name, str, strlen(str));
}

static void
add_num(cJSON *object, const char *name, int64_t num)
{

	need(cJSON_AddNumberToObject(object, name, (double)num));
}

static void
add_bool(cJSON *object, const char *name, int value)
{

	need(cJSON_AddBoolToObject(object, name, value != 0));
}

/* 0 is no time. */
static void
add_time(cJSON *object, const char *name, int64_t ms)
{
	struct reel_buf buf;

	if (ms <= 0)
		return;
	reel_buf_init(&buf);
	reel_escape_time(&buf, ms);
	add_text(object, name, buf.data, buf.len);
	reel_buf_clear(&buf);
}

static cJSON *
make_scan(const struct reel_index_report *index)
{
	cJSON *scan = need(cJSON_CreateObject());
	int64_t elapsed_ms, left;

	add_num(scan, "folders", index->scan_folders);
	add_num(scan, "files", index->scan_files);
	add_num(scan, "pending", index->scan_pending);
	if (index->scan_ended_ms == 0 && index->items_before > 0 &&
	    index->scan_files > 0) {
		left = index->items_before - index->scan_files;
		if (left < 0)
			left = 0;
		/* All that was known is seen, but the scan is not over. */
		add_num(scan, "percent", left == 0 ? 99
		    : index->scan_files * 100 / index->items_before);
		elapsed_ms = wall_ms() - index->scan_started_ms;
		if (elapsed_ms > 0)
			add_num(scan, "eta_s", (int64_t)((double)elapsed_ms *
			    (double)left / (double)index->scan_files / 1000.0));
	}
	add_time(scan, "started_at", index->scan_started_ms);
	add_time(scan, "ended_at", index->scan_ended_ms);

	return (scan);
}

static cJSON *
make_disks(const struct reel_index_report *index)
{
	cJSON *disks = need(cJSON_CreateArray()), *entry;
	const struct reel_index_disk *disk;
	size_t i;

	for (i = 0; i < index->disks_count; i++) {
		disk = &index->disks[i];
		entry = need(cJSON_CreateObject());
		add_str(entry, "path", disk->path);
		add_str(entry, "folder", disk->folder);
		add_bool(entry, "online", disk->online);
		add_bool(entry, "watched", disk->watched);
		add_str(entry, "reason", disk->reason);
		cJSON_AddItemToArray(disks, entry);
	}

	return (disks);
}

static cJSON *
make_status(struct reel_report *report, const struct reel_report_now *now)
{
	cJSON *status = need(cJSON_CreateObject());
	cJSON *indexer = need(cJSON_AddObjectToObject(status, "indexer"));

	add_str(indexer, "version", REEL_VERSION);
	add_num(indexer, "pid", (int64_t)getpid());
	add_time(indexer, "started_at", report->started_ms);
	add_bool(indexer, "running", now->running);
	add_str(status, "phase", now->index->phase);
	cJSON_AddItemToObject(status, "scan", make_scan(now->index));
	cJSON_AddItemToObject(status, "disks", make_disks(now->index));
	add_str(status, "trouble", report->moved ? MOVED
	    : now->index->trouble != NULL ? now->index->trouble : now->trouble);

	return (status);
}

static void
on_failure(void *cookie, int64_t item_id, const char *reason, int attempts,
    int64_t ts)
{
	struct failures *failures = cookie;
	struct failure *failure;

	if (failures->count == REEL_FAILURES_MAX)
		return;
	failure = &failures->list[failures->count++];
	failure->item_id = item_id;
	failure->reason = reel_mem_str(reason);
	failure->attempts = attempts;
	failure->ts = ts;
}

static cJSON *
make_failure(struct reel_report *report, const struct failure *failure)
{
	cJSON *entry = need(cJSON_CreateObject());
	struct reel_buf text;

	reel_buf_init(&text);
	reel_buf_num(&text, failure->item_id);
	add_text(entry, "id", text.data, text.len);
	reel_buf_reset(&text);
	if (reel_write_path(report->write, failure->item_id, &text) == REEL_OK)
		add_text(entry, "path", text.data, text.len);
	reel_buf_clear(&text);
	add_str(entry, "reason", failure->reason);
	add_num(entry, "attempts", failure->attempts);
	add_time(entry, "ts", failure->ts);

	return (entry);
}

static void
read_failures(struct reel_report *report, const struct reel_queue_counts *counts)
{
	struct failures failures;
	cJSON *list;
	size_t i;

	if (report->failures != NULL &&
	    report->failures_failed == counts->failed &&
	    report->failures_completed == counts->completed)
		return;
	failures.count = 0;
	/* What cannot be read now is read when a counter moves again. */
	(void)reel_failures_newest(report->write, on_failure, &failures);
	list = need(cJSON_CreateArray());
	for (i = 0; i < failures.count; i++) {
		cJSON_AddItemToArray(
		    list, make_failure(report, &failures.list[i]));
		free(failures.list[i].reason);
	}
	cJSON_Delete(report->failures);
	report->failures = list;
	report->failures_failed = counts->failed;
	report->failures_completed = counts->completed;
}

static cJSON *
make_tasks(struct reel_report *report, const struct reel_report_now *now)
{
	cJSON *tasks = need(cJSON_CreateObject());
	int64_t pending = now->counts->pending - now->probing;

	read_failures(report, now->counts);
	add_num(tasks, "pending", pending > 0 ? pending : 0);
	add_num(tasks, "running", now->probing);
	add_num(tasks, "completed", now->counts->completed);
	add_num(tasks, "failed", now->counts->failed);
	if (!cJSON_AddItemReferenceToObject(
	    tasks, "failures", report->failures))
		reel_fatal("out of memory");

	return (tasks);
}

static cJSON *
make_watcher(const struct reel_report_now *now)
{
	cJSON *watcher = need(cJSON_CreateObject());

	add_bool(watcher, "running", now->running && now->index->watching);
	add_num(watcher, "watches", now->index->watches);
	add_num(watcher, "watches_missing", now->index->watches_missing);
	add_num(watcher, "polled", now->index->polled);
	add_num(watcher, "overflows", now->index->overflows);
	add_num(watcher, "growing", now->index->growing);

	return (watcher);
}

/* One member on one line; ${object} ends here. */
static void
add_line(struct reel_buf *buf, const char *name, cJSON *object, const char *end)
{
	char *text = cJSON_PrintUnformatted(object);

	if (text == NULL)
		reel_fatal("out of memory");
	reel_buf_fmt(buf, "\"%s\":", name);
	reel_buf_str(buf, text);
	reel_buf_str(buf, end);
	cJSON_free(text);
	cJSON_Delete(object);
}

/* Said once each time; it may have been put back. */
static void
look_for_index(struct reel_report *report)
{
	int moved = reel_state_moved(report->state_dir, &report->mark);

	if (moved && !report->moved)
		reel_err("%s", MOVED);
	report->moved = moved;
}

enum reel_status
reel_report_put(struct reel_report *report, const struct reel_report_now *now)
{
	struct reel_buf *fresh = &report->fresh, swap, file;
	enum reel_status rc;

	look_for_index(report);
	reel_buf_reset(fresh);
	add_line(fresh, "status", make_status(report, now), ",\n");
	add_line(fresh, "tasks", make_tasks(report, now), ",\n");
	add_line(fresh, "watcher", make_watcher(now), "\n");
	if (fresh->failed)
		reel_fatal("out of memory");
	if (fresh->len == report->last.len &&
	    memcmp(fresh->data, report->last.data, fresh->len) == 0)
		return (REEL_OK);
	reel_buf_init(&file);
	reel_buf_str(&file, VERSION_LINE);
	reel_escape_time(&file, wall_ms());
	reel_buf_str(&file, "\",\n");
	reel_buf_add(&file, fresh->data, fresh->len);
	reel_buf_str(&file, "}\n");
	if (file.failed)
		reel_fatal("out of memory");
	rc = reel_slate_write(report->slate, file.data, file.len);
	reel_buf_clear(&file);
	if (rc == REEL_OK) {
		swap = report->last;
		report->last = *fresh;
		*fresh = swap;
	} else if (!report->failed) {
		reel_err("cannot write status path=%s/%s reason=\"%s\"",
		    report->state_dir, REEL_REPORT_FILE, strerror(errno));
	}
	report->failed = rc != REEL_OK;

	return (rc);
}
