/*
 * An export by hand: find the playlist, see that all of it is there, then hand
 * its segments to a worker one after the other and write down what it makes of
 * them.  Nothing of it is parsed in this process, and the worker gets nothing but
 * open files.  Needs no running indexer and no index.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "shared/reel_path.h"

#include "indexer/reel_dir.h"
#include "indexer/reel_export_list.h"
#include "indexer/reel_export_out.h"
#include "indexer/reel_export_talk.h"
#include "indexer/reel_mem.h"

#include "indexer/reel_export.h"

#define BAR 24
#define LINE_S 10 /* between lines where there is no terminal */
#define SLACK_BYTES (INT64_C(64) << 20)

struct export {
	char *folder;
	struct reel_export_list inputs[REEL_REMUX_INPUTS_MAX];
	size_t next[REEL_REMUX_INPUTS_MAX]; /* part to be handed over */
	int count;
	struct reel_export_talk talk;
	struct reel_export_out out;
	struct reel_buf *why;
	int terminal;
	int shown;
	time_t began;
	time_t last_line;
};

/* --- how far it is --- */

static void
show(struct export *ex)
{
	const struct reel_export_list *list = &ex->inputs[0];
	uint32_t done = ex->next[0] == 0 ? 0
	    : list->parts[ex->next[0] - 1].number;
	int full = (int)(list->segments > 0 ? done * BAR / list->segments : 0);
	time_t now = time(NULL), took = now - ex->began;
	char bar[BAR + 1], left[48] = "";

	if (!ex->terminal && now - ex->last_line < LINE_S)
		return;
	ex->last_line = now;
	memset(bar, '.', BAR);
	memset(bar, '#', (size_t)(full < BAR ? full : BAR));
	bar[BAR] = '\0';
	if (took > 1 && done > 0)
		snprintf(left, sizeof(left), ", %lld MiB/s, %lld s left",
		    (long long)(ex->out.at / took >> 20),
		    (long long)took * (long long)(list->segments - done) / done);
	fprintf(stderr, "%s[%s] segment %u of %zu, %lld MiB%s%s",
	    ex->terminal ? "\r\033[K" : "", bar, done, list->segments,
	    (long long)(ex->out.at >> 20), left, ex->terminal ? "" : "\n");
	ex->shown = 1;
}

static void
on_tick(void *cookie)
{

	show(cookie);
}

static void
clear_line(struct export *ex)
{

	if (ex->shown && ex->terminal)
		fprintf(stderr, "\r\033[K");
	ex->shown = 0;
}

/* --- which playlist --- */

/* ${path} as it is, or below a root of that name. */
static char *
locate(const struct reel_config *config, const char *path, struct stat *st)
{
	const struct reel_config_root *root;
	size_t i, len;
	char *there;

	if (stat(path, st) == 0)
		return (reel_mem_str(path));
	for (i = 0; i < config->roots_count; i++) {
		root = &config->roots[i];
		len = strlen(root->name);
		if (strncmp(path, root->name, len) != 0 ||
		    (path[len] != '/' && path[len] != '\0'))
			continue;
		if (asprintf(&there, "%s%s", root->path, path + len) == -1)
			return (NULL);
		if (stat(there, st) == 0)
			return (there);
		free(there);
	}

	return (NULL);
}

static int
is_playlist(const char *name)
{
	size_t len = strlen(name);

	return (len > 5 && strcasecmp(name + len - 5, ".m3u8") == 0);
}

/* Read ${name}; if it is a better choice than what is there, take it. */
static enum reel_status
try_playlist(struct export *ex, const char *name)
{
	struct reel_export_list list, *have = &ex->inputs[0];
	enum reel_status rc;

	reel_export_list_init(&list);
	rc = reel_export_list_read(&list, &ex->talk, ex->folder, name, ex->why);
	/* A master tells of the others; of two streams the longer one. */
	if (rc == REEL_OK && (have->name == NULL ||
	    (list.is_master && !have->is_master) ||
	    (list.is_master == have->is_master &&
	        list.segments > have->segments))) {
		reel_export_list_clear(have);
		*have = list;
	} else
		reel_export_list_clear(&list);

	return (rc);
}

static enum reel_status
search_folder(struct export *ex)
{
	struct reel_dir_list names;
	enum reel_status rc = REEL_OK;
	size_t i;
	int fd = -1;

	reel_dir_list_init(&names);
	if (reel_dir_open(ex->folder, "", 0, &fd) != REEL_OK ||
	    reel_dir_read(fd, &names) != REEL_OK) {
		reel_buf_fmt(ex->why, "cannot read %s: %s", ex->folder,
		    strerror(errno));
		rc = REEL_IO;
	}
	for (i = 0; i < names.count && rc == REEL_OK; i++) {
		const char *name = names.names.data + names.entries[i].offset;

		if (is_playlist(name)) {
			reel_buf_reset(ex->why);
			rc = try_playlist(ex, name);
			if (rc == REEL_BAD_INPUT || rc == REEL_NOT_FOUND)
				rc = REEL_OK;
		}
	}
	if (rc == REEL_OK && ex->inputs[0].name == NULL) {
		if (ex->why->len == 0)
			reel_buf_fmt(ex->why, "%s holds no playlist of HLS",
			    ex->folder);
		rc = REEL_BAD_INPUT;
	} else if (rc == REEL_OK)
		reel_buf_reset(ex->why);
	if (fd != -1)
		close(fd);
	reel_dir_list_clear(&names);

	return (rc);
}

/* The best variant in place of the master, and sound that has its own list. */
static enum reel_status
follow_master(struct export *ex)
{
	struct reel_export_list master = ex->inputs[0];
	const struct reel_export_part *best, *sound;
	enum reel_status rc;

	ex->count = 1;
	if (!master.is_master)
		return (REEL_OK);
	reel_export_list_init(&ex->inputs[0]);
	best = reel_export_list_best(
	    &master, ex->folder, REEL_REMUX_VARIANT);
	sound = reel_export_list_best(&master, ex->folder, REEL_REMUX_SOUND);
	if (best == NULL) {
		reel_buf_fmt(ex->why, "%s names no playlist of its own folder",
		    master.name);
		rc = REEL_BAD_INPUT;
	} else
		rc = reel_export_list_read(&ex->inputs[0], &ex->talk,
		    ex->folder, best->path, ex->why);
	if (rc == REEL_OK && sound != NULL &&
	    strcmp(sound->path, best->path) != 0) {
		ex->count = 2;
		rc = reel_export_list_read(&ex->inputs[1], &ex->talk,
		    ex->folder, sound->path, ex->why);
	}
	if (rc == REEL_OK && ex->inputs[0].is_master) {
		reel_buf_fmt(ex->why, "%s names another master", master.name);
		rc = REEL_BAD_INPUT;
	}
	reel_export_list_clear(&master);

	return (rc);
}

static enum reel_status
find(struct export *ex, const struct reel_config *config, const char *path)
{
	enum reel_status rc;
	struct stat st;
	char *slash;
	int i;

	if ((ex->folder = locate(config, path, &st)) == NULL) {
		reel_buf_fmt(ex->why, "there is no %s: name the folder of a "
		    "stream, or its .m3u8", path);
		return (REEL_BAD_INPUT);
	}
	if (S_ISDIR(st.st_mode)) {
		rc = search_folder(ex);
	} else {
		slash = strrchr(ex->folder, '/');
		if (slash == NULL) {
			free(ex->folder);
			ex->folder = reel_mem_str(".");
			rc = try_playlist(ex, path);
		} else {
			char *name = reel_mem_str(slash + 1);

			slash[slash == ex->folder] = '\0';
			rc = try_playlist(ex, name);
			free(name);
		}
	}
	if (rc == REEL_OK)
		rc = follow_master(ex);
	for (i = 0; i < ex->count && rc == REEL_OK; i++)
		rc = reel_export_list_check(
		    &ex->inputs[i], ex->folder, ex->why);

	return (rc);
}

/* --- the stream itself --- */

static enum reel_status
hand_over(struct export *ex)
{
	int input = (int)ex->talk.header.left, fd = -1;
	struct reel_export_list *list = &ex->inputs[input];
	const struct reel_export_part *part;
	struct reel_remux_note note;
	enum reel_status rc;

	show(ex);
	if (input >= ex->count || ex->next[input] >= list->count)
		return (reel_export_talk_send(
		    &ex->talk, REEL_REMUX_END, input, NULL, -1));
	part = &list->parts[ex->next[input]++];
	rc = reel_export_list_open(ex->folder, part->path, &fd);
	if (rc != REEL_OK) {
		reel_buf_fmt(ex->why, "cannot read %s: %s", part->path,
		    rc == REEL_NOT_FOUND ? "it is gone" : strerror(errno));
		return (rc);
	}
	memset(&note, 0, sizeof(note));
	note.at = part->at;
	note.bytes = part->bytes;
	note.flags = part->flags & REEL_REMUX_DISCONTINUITY;
	note.number = part->number;
	rc = reel_export_talk_send(
	    &ex->talk, REEL_REMUX_SEGMENT, input, &note, fd);
	close(fd);

	return (rc);
}

static enum reel_status
stream(struct export *ex)
{
	struct reel_export_talk *talk = &ex->talk;
	enum reel_status rc;
	/* A job comes with a descriptor, of which this one has no need. */
	int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);

	ex->began = ex->last_line = time(NULL);
	talk->on_tick = on_tick;
	talk->cookie = ex;
	rc = reel_export_talk_send(
	    talk, REEL_REMUX_START, ex->count, NULL, nothing);
	close(nothing);
	while (rc == REEL_OK) {
		rc = reel_export_talk_hear(talk);
		if (rc != REEL_OK || talk->header.type == REEL_REMUX_DONE)
			break;
		if (talk->header.type == REEL_REMUX_NEXT)
			rc = hand_over(ex);
		else if (talk->header.type == REEL_REMUX_BYTES)
			rc = reel_export_out_put(&ex->out, talk->packet.note.at,
			    talk->packet.bytes,
			    talk->len - sizeof(talk->packet.note), ex->why);
		else
			rc = REEL_IO;
	}
	clear_line(ex);

	return (rc);
}

static enum reel_status
work(struct export *ex, const char *out)
{
	int64_t had, bytes;
	enum reel_status rc;

	if ((rc = reel_export_out_open(&ex->out, out, ex->why)) != REEL_OK)
		return (rc);
	had = ex->out.had;
	bytes = ex->inputs[0].bytes + (ex->count > 1 ? ex->inputs[1].bytes : 0);
	/* What a stream is packed in may be anything, but not more than it. */
	ex->out.limit = bytes * 2 + SLACK_BYTES;
	if (!ex->inputs[0].ended)
		fprintf(stderr, "note: %s may still grow; this is as far as it "
		    "goes now\n", ex->inputs[0].name);
	if (had > 0)
		fprintf(stderr, "goes on with %s, of %lld bytes\n", ex->out.part,
		    (long long)had);
	rc = stream(ex);
	if (ex->out.other >= 0)
		fprintf(stderr, "note: the stream is another one since; from "
		    "byte %lld on %s was written anew\n",
		    (long long)ex->out.other, ex->out.part);
	if (rc == REEL_OK)
		rc = reel_export_out_finish(&ex->out, ex->why);
	if (rc == REEL_OK)
		printf("wrote %s: %zu segments, %lld bytes\n", out,
		    ex->inputs[0].segments, (long long)ex->out.at);
	else if (rc == REEL_BUSY)
		reel_buf_fmt(ex->why, "stopped: %s has %lld bytes; the same "
		    "command goes on with it", ex->out.part,
		    (long long)(ex->out.at > had ? ex->out.at : had));

	return (rc);
}

enum reel_status
reel_export_run(const struct reel_config *config, const char *path,
    const char *out, struct reel_buf *why)
{
	char *worker = config->worker_path != NULL
	    ? reel_mem_str(config->worker_path) : reel_config_worker_path();
	struct export *ex = reel_mem_new(sizeof(*ex));
	enum reel_status rc;
	int i;

	ex->why = why;
	ex->out.fd = -1;
	ex->terminal = isatty(STDERR_FILENO);
	rc = reel_export_talk_open(&ex->talk, worker, why);
	if (rc == REEL_OK)
		rc = find(ex, config, path);
	if (rc == REEL_OK)
		rc = work(ex, out);
	reel_export_talk_close(&ex->talk);
	reel_export_out_close(&ex->out);
	for (i = 0; i < REEL_REMUX_INPUTS_MAX; i++)
		reel_export_list_clear(&ex->inputs[i]);
	free(ex->folder);
	free(ex);
	free(worker);

	return (rc);
}
