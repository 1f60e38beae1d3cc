/*
 * Rates are taken over the last few seconds, so that a line after an hour tells
 * what happens now; the time that is left is what is left divided by that.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "shared/reel_buf.h"

#include "indexer/reel_log.h"
#include "indexer/reel_loop.h"
#include "indexer/reel_mem.h"

#include "indexer/reel_progress.h"

#define TERMINAL_MS 250
#define LOG_MS 10000
/* A rate is an average over about so long. */
#define MEMORY_MS 5000.0

enum phase { PHASE_REST, PHASE_NAMES, PHASE_FACTS };

struct reel_progress {
	struct reel_loop *loop;
	void (*look)(void *cookie, struct reel_index_report *index,
	    struct reel_queue_counts *counts);
	void *cookie;
	int terminal;
	int shown; /* a line is on the terminal */
	enum phase phase;
	int64_t last_ms;
	int64_t last_count;
	double rate; /* a second; 0: not known yet */
};

static void
on_time(void *cookie);

struct reel_progress *
reel_progress_new(struct reel_loop *loop,
    void (*look)(void *cookie, struct reel_index_report *index,
        struct reel_queue_counts *counts),
    void *cookie)
{
	struct reel_progress *progress = reel_mem_new(sizeof(*progress));

	progress->loop = loop;
	progress->look = look;
	progress->cookie = cookie;
	progress->terminal = isatty(STDERR_FILENO);
	reel_loop_timer(loop, progress->terminal ? TERMINAL_MS : LOG_MS, on_time,
	    progress);

	return (progress);
}

static void
clear_line(struct reel_progress *progress)
{

	if (progress->shown)
		(void)!write(STDERR_FILENO, "\r\033[K", 4);
	progress->shown = 0;
}

void
reel_progress_free(struct reel_progress *progress)
{

	if (progress == NULL)
		return;
	reel_loop_timer(progress->loop, -1, on_time, progress);
	clear_line(progress);
	free(progress);
}

/* Average the rate of what is counted; a new phase begins anew. */
static void
measure(struct reel_progress *progress, enum phase phase, int64_t count)
{
	int64_t now_ms = reel_loop_now_ms(progress->loop);
	double ms = (double)(now_ms - progress->last_ms), rate, weight;

	if (phase != progress->phase || count < progress->last_count) {
		progress->rate = 0;
	} else if (ms > 0) {
		rate = (double)(count - progress->last_count) * 1000.0 / ms;
		weight = ms / (ms + MEMORY_MS);
		if (progress->rate <= 0)
			weight = 1.0;
		progress->rate += (rate - progress->rate) * weight;
	}
	progress->phase = phase;
	progress->last_ms = now_ms;
	progress->last_count = count;
}

static void
add_eta(struct reel_buf *line, double rate, int64_t left)
{
	double s;

	if (rate > 0)
		reel_buf_fmt(line, ", %.0f/s", rate);
	if (rate <= 0 || left <= 0)
		return;
	s = (double)left / rate;
	if (s >= 5940)
		reel_buf_fmt(line, ", %.1f h left", s / 3600);
	else if (s >= 99)
		reel_buf_fmt(line, ", %.0f min left", s / 60);
	else
		reel_buf_fmt(line, ", %.0f s left", s + 0.5);
}

static void
describe(struct reel_progress *progress, const struct reel_index_report *index,
    const struct reel_queue_counts *counts, struct reel_buf *line)
{
	int64_t left = 0, all, done;

	if (progress->phase == PHASE_NAMES) {
		reel_buf_fmt(line, "names: %lld files in %lld folders",
		    (long long)index->scan_files,
		    (long long)index->scan_folders);
		if (index->items_before > index->scan_files) {
			left = index->items_before - index->scan_files;
			reel_buf_fmt(line, " (%lld %%)", (long long)
			    (index->scan_files * 100 / index->items_before));
		}
		add_eta(line, progress->rate, left);
		return;
	}
	done = counts->completed + counts->failed;
	all = done + counts->pending;
	reel_buf_fmt(line, "facts: %lld of %lld files", (long long)done,
	    (long long)all);
	if (all > 0)
		reel_buf_fmt(line, " (%lld %%)", (long long)(done * 100 / all));
	if (counts->failed > 0)
		reel_buf_fmt(line, ", %lld failed", (long long)counts->failed);
	add_eta(line, progress->rate, counts->pending);
}

static void
show(struct reel_progress *progress, const struct reel_buf *line)
{
	struct winsize size;
	size_t width = 79;
	struct reel_buf out;

	if (!progress->terminal) {
		reel_info("progress %.*s", (int)line->len, line->data);
		return;
	}
	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1)
		width = size.ws_col - 1u;
	reel_buf_init(&out);
	reel_buf_str(&out, "\r\033[K");
	reel_buf_add(&out, line->data, line->len < width ? line->len : width);
	(void)!write(STDERR_FILENO, out.data, out.len);
	reel_buf_clear(&out);
	progress->shown = 1;
}

static void
on_time(void *cookie)
{
	struct reel_progress *progress = cookie;
	struct reel_index_report index;
	struct reel_queue_counts counts;
	struct reel_buf line;

	progress->look(progress->cookie, &index, &counts);
	if (index.scan_started_ms != 0 && index.scan_ended_ms == 0)
		measure(progress, PHASE_NAMES, index.scan_files);
	else if (counts.pending > 0)
		measure(progress, PHASE_FACTS, counts.completed + counts.failed);
	else
		progress->phase = PHASE_REST;
	if (progress->phase == PHASE_REST)
		clear_line(progress);
	else {
		reel_buf_init(&line);
		describe(progress, &index, &counts, &line);
		show(progress, &line);
		reel_buf_clear(&line);
	}
	reel_loop_timer(progress->loop,
	    progress->terminal ? TERMINAL_MS : LOG_MS, on_time, progress);
}
