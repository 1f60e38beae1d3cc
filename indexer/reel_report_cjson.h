#ifndef REEL_REPORT_CJSON_H
#define REEL_REPORT_CJSON_H

#include <stdint.h>

#include "shared/reel_status.h"

#include "indexer/reel_index.h"
#include "indexer/reel_queue_sql.h"

/*
 * status.json: what the indexer tells of itself.  nginx has no JSON parser, so
 * the layout of lines is fixed: line 1 {"version":1,"written_at":"...", then one
 * member a line, each an object on one line: "status", "tasks", "watcher", and a
 * last line }.
 */
#define REEL_REPORT_FILE "status.json"

struct reel_report;
struct reel_write;

struct reel_report_now {
	const struct reel_index_report *index;
	const struct reel_queue_counts *counts;
	int running;         /* 0: the indexer is ending */
	int probing;         /* files at workers right now */
	const char *trouble; /* beyond the index's own; NULL */
};

/**
 * reel_report_new(state_dir, write): for status.json in ${state_dir}.
 */
struct reel_report *reel_report_new(
    const char *state_dir, struct reel_write *write);
void reel_report_free(struct reel_report *report);

/**
 * reel_report_put(report, now):
 * Replace the file if anything but the time is new.  REEL_IO, said once in the
 * log: the old file stays, and the next call tries again.
 */
enum reel_status reel_report_put(
    struct reel_report *report, const struct reel_report_now *now);

#endif /* !REEL_REPORT_CJSON_H */
