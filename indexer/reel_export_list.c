/*
 * The worker reads the playlist and tells its addresses; here they become names,
 * of files below the folder and nothing else, each opened in such a way that no
 * link leads out of it.
 */
#include <sys/stat.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/reel_uri.h"

#include "indexer/reel_dir.h"
#include "indexer/reel_export_talk.h"
#include "indexer/reel_mem.h"

#include "indexer/reel_export_list.h"

#define NAMED_MAX 3 /* missing segments that are named */

/* What repeats from one entry to the next. */
struct reading {
	struct reel_export_list *list;
	size_t prefix; /* of the playlist's name: its folder, with the '/' */
	char *map;     /* the last one: where it was said to be */
	int64_t map_at;
	int64_t map_bytes;
	int gap; /* the last segment is said not to be there */
};

void
reel_export_list_init(struct reel_export_list *list)
{

	memset(list, 0, sizeof(*list));
}

void
reel_export_list_clear(struct reel_export_list *list)
{
	size_t i;

	for (i = 0; i < list->count; i++) {
		free(list->parts[i].path);
		free(list->parts[i].uri);
	}
	free(list->parts);
	free(list->name);
	memset(list, 0, sizeof(*list));
}

static struct reel_export_part *
add(struct reading *reading, const char *uri, size_t len)
{
	struct reel_export_list *list = reading->list;
	struct reel_export_part *part;
	struct reel_buf path;
	char below[REEL_URI_PATH_MAX];
	size_t below_len;

	if (list->count == list->cap) {
		list->cap = list->cap == 0 ? 256 : list->cap * 2;
		list->parts = reel_mem_grow(
		    list->parts, list->cap, sizeof(list->parts[0]));
	}
	part = &list->parts[list->count++];
	memset(part, 0, sizeof(*part));
	part->uri = reel_mem_dup(uri, len);
	if (reel_uri_place(uri, len, below, &below_len) != REEL_URI_ELSEWHERE) {
		reel_buf_init(&path);
		reel_buf_add(&path, list->name, reading->prefix);
		reel_buf_add(&path, below, below_len);
		part->path = reel_mem_dup(path.data, path.len);
		reel_buf_clear(&path);
	}

	return (part);
}

/* The map goes before the segment when it is another, or the stream is. */
static int
add_map(struct reading *reading, const struct reel_remux_note *note,
    const char *map)
{
	struct reel_export_part *part;
	int is_new;

	is_new = reading->map == NULL ||
	    strlen(reading->map) != note->map_len ||
	    memcmp(reading->map, map, note->map_len) != 0 ||
	    reading->map_at != note->map_at ||
	    reading->map_bytes != note->map_bytes;
	if (!is_new && !reading->gap &&
	    (note->flags & REEL_REMUX_DISCONTINUITY) == 0)
		return (0);
	part = add(reading, map, note->map_len);
	part->at = note->map_at;
	part->bytes = note->map_bytes;
	part->number = (uint32_t)reading->list->segments;
	if (reading->list->count > 1)
		part->flags = REEL_REMUX_DISCONTINUITY;
	free(reading->map);
	reading->map = reel_mem_dup(map, note->map_len);
	reading->map_at = note->map_at;
	reading->map_bytes = note->map_bytes;

	return (1);
}

static void
take(struct reading *reading, const struct reel_export_talk *talk)
{
	const struct reel_remux_note *note = &talk->packet.note;
	struct reel_export_list *list = reading->list;
	const char *uri = talk->packet.bytes;
	struct reel_export_part *part;
	int has_map = 0;

	if ((note->flags & REEL_REMUX_ENDED) != 0) {
		list->ended = 1;
		return;
	}
	if ((note->flags & (REEL_REMUX_VARIANT | REEL_REMUX_SOUND)) != 0)
		list->is_master = 1;
	else {
		list->segments++;
		reading->gap |= (note->flags & REEL_REMUX_GAP) != 0;
		if ((note->flags & REEL_REMUX_GAP) != 0)
			return;
		has_map = note->map_len > 0 &&
		    add_map(reading, note, uri + note->uri_len);
	}
	part = add(reading, uri, note->uri_len);
	part->at = note->at > 0 ? note->at : 0;
	part->bytes = note->bytes > 0 ? note->bytes : 0;
	part->bandwidth = note->bandwidth;
	part->pixels = note->pixels;
	part->number = (uint32_t)list->segments;
	part->flags = note->flags;
	if (reading->gap)
		part->flags |= REEL_REMUX_DISCONTINUITY;
	/* The map before it begins anew, or there is nothing before it. */
	if (has_map || list->count == 1)
		part->flags &= ~(uint32_t)REEL_REMUX_DISCONTINUITY;
	reading->gap = 0;
}

enum reel_status
reel_export_list_open(const char *folder, const char *path, int *fd)
{
	const char *slash = strrchr(path, '/');
	size_t len = slash != NULL ? (size_t)(slash - path) : 0;
	enum reel_status rc;
	int dir;

	if ((rc = reel_dir_open(folder, path, len, &dir)) != REEL_OK)
		return (rc);
	rc = reel_dir_open_file(dir, slash != NULL ? slash + 1 : path, fd);
	close(dir);

	return (rc);
}

enum reel_status
reel_export_list_read(struct reel_export_list *list,
    struct reel_export_talk *talk, const char *folder, const char *name,
    struct reel_buf *why)
{
	struct reading reading = {.list = list};
	const char *slash = strrchr(name, '/');
	enum reel_status rc;
	int fd = -1;

	list->name = reel_mem_str(name);
	reading.prefix = slash != NULL ? (size_t)(slash + 1 - name) : 0;
	rc = reel_export_list_open(folder, name, &fd);
	if (rc != REEL_OK) {
		reel_buf_fmt(why, "cannot read %s/%s: %s", folder, name,
		    rc == REEL_NOT_FOUND ? "no plain file" : strerror(errno));
		return (rc);
	}
	rc = reel_export_talk_send(talk, REEL_REMUX_LIST, 0, NULL, fd);
	close(fd);
	while (rc == REEL_OK) {
		rc = reel_export_talk_hear(talk);
		if (rc != REEL_OK || talk->header.type == REEL_REMUX_DONE)
			break;
		if (talk->header.type != REEL_REMUX_ENTRY ||
		    list->count >= REEL_EXPORT_PARTS_MAX) {
			reel_buf_fmt(why, "%s has more than %d segments", name,
			    REEL_EXPORT_PARTS_MAX / 2);
			rc = REEL_BAD_INPUT;
			break;
		}
		take(&reading, talk);
	}
	free(reading.map);

	return (rc);
}

/* Its size; -1: not there, or shorter than what is meant. */
static int64_t
size_of(const char *folder, const struct reel_export_part *part)
{
	struct stat st;
	int fd = -1, ok;

	if (part->path == NULL ||
	    reel_export_list_open(folder, part->path, &fd) != REEL_OK)
		return (-1);
	ok = fstat(fd, &st) == 0;
	close(fd);
	if (!ok || st.st_size < part->at ||
	    (part->bytes > 0 && part->bytes > st.st_size - part->at))
		return (-1);

	return (part->bytes > 0 ? part->bytes : st.st_size - part->at);
}

enum reel_status
reel_export_list_check(
    struct reel_export_list *list, const char *folder, struct reel_buf *why)
{
	const struct reel_export_part *part;
	struct reel_buf names;
	size_t i, missing = 0;
	int64_t bytes;

	reel_buf_init(&names);
	list->bytes = 0;
	for (i = 0; i < list->count; i++) {
		part = &list->parts[i];
		if ((part->flags & REEL_REMUX_ENCRYPTED) != 0) {
			reel_buf_fmt(why, "segment %u of %s is encrypted: there "
			    "is no mp4 to be had without its key", part->number,
			    list->name);
			break;
		}
		if (part->path == NULL) {
			reel_buf_fmt(why, "segment %u of %s lies elsewhere (%s): "
			    "only files of its own folder are read",
			    part->number, list->name, part->uri);
			break;
		}
		if ((bytes = size_of(folder, part)) >= 0) {
			list->bytes += bytes;
			continue;
		}
		if (missing++ < NAMED_MAX)
			reel_buf_fmt(&names, "%s%s", missing > 1 ? ", " : "",
			    part->path);
	}
	if (i == list->count && missing > 0)
		reel_buf_fmt(why, "%zu of %zu segments of %s are missing or cut "
		    "off: %.*s%s", missing, list->segments, list->name,
		    (int)names.len, names.data,
		    missing > NAMED_MAX ? ", ..." : "");
	else if (list->segments == 0)
		reel_buf_fmt(why, "%s has no segments", list->name);
	reel_buf_clear(&names);

	return (i < list->count || missing > 0 || list->segments == 0
	    ? REEL_BAD_INPUT : REEL_OK);
}

static int
is_there(const char *folder, const char *path)
{
	int fd;

	if (reel_export_list_open(folder, path, &fd) != REEL_OK)
		return (0);
	close(fd);

	return (1);
}

const struct reel_export_part *
reel_export_list_best(const struct reel_export_list *list, const char *folder,
    uint32_t flags)
{
	const struct reel_export_part *part, *best = NULL;
	int there, best_there = 0;
	size_t i;

	for (i = 0; i < list->count; i++) {
		part = &list->parts[i];
		if ((part->flags & flags) == 0 || part->path == NULL)
			continue;
		there = is_there(folder, part->path);
		if (best == NULL || there > best_there ||
		    (there == best_there && (part->pixels > best->pixels ||
		        (part->pixels == best->pixels &&
		            part->bandwidth > best->bandwidth)))) {
			best = part;
			best_there = there;
		}
	}

	return (best);
}
