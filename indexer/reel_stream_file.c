/*
 * A playlist is read twice: once for what it says, and, of HLS, once more for the
 * segments at which it is worth to look, which depend on how many there are.  No
 * more than READ_MAX_BYTES are read; what a longer one says by then is told.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "shared/reel_escape.h"
#include "shared/reel_playlist.h"
#include "shared/reel_uri.h"
#include "shared/reel_wire.h"

#include "indexer/reel_board.h"
#include "indexer/reel_ranges.h"

#include "indexer/reel_stream_file.h"

#define READ_MAX_BYTES (INT64_C(16) << 20)
#define BLOCK_BYTES 65536
#define OTHERS_MAX 4096
#define TIME_MS_MAX (INT64_C(1000) * 86400 * 366 * 100)

struct reading {
	struct reel_stream_answer *answer;
	int64_t at;                     /* segments so far, of this reading */
	int64_t wanted[REEL_STREAM_LOOKS_MAX];
	uint32_t others_count;
	uint64_t others[OTHERS_MAX];    /* maps and parts */
	uint64_t map;                   /* the last one */
};

/* Which file has the time of each tile. */
struct planning {
	struct reel_plan *plan;
	struct reel_board board;
	int tile;          /* the first one that has none yet */
	int64_t at_us;     /* where the next segment begins */
	int64_t begins_us; /* and the file of the last one */
	uint64_t map;
	uint64_t file;
	struct reel_ranges ranges;
};

/* A worker has one thread. */
static struct reel_playlist list;
static struct reading reading;
static char block[BLOCK_BYTES];

static int64_t
clock_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);

	return ((int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000);
}

/* The number of a file of the folder itself; 0: it is none. */
static uint64_t
here(const struct reel_playlist_part *part)
{
	char path[REEL_URI_PATH_MAX];
	size_t len;

	if (part->len == 0 || reel_uri_place(part->uri, part->len, path,
	        &len) != REEL_URI_HERE)
		return (0);

	return (reel_stream_number(path, len));
}

static void
add_other(struct reading *r, uint64_t number)
{

	if (number != 0 && r->others_count < OTHERS_MAX)
		r->others[r->others_count++] = number;
}

static void
put_text(char *out, size_t size, const char *text, size_t len)
{

	if (len >= size || memchr(text, '\0', len) != NULL ||
	    !reel_escape_utf8_ok(text, len))
		len = 0;
	memcpy(out, text, len);
	out[len] = '\0';
}

/* Where the playlist of a variant lies: in the folder, or in one of its folders. */
static void
put_place(struct reel_stream_variant *v, const struct reel_playlist_part *part)
{
	char path[REEL_URI_PATH_MAX];
	const char *slash;
	size_t len, folder;

	switch (reel_uri_place(part->uri, part->len, path, &len)) {
	case REEL_URI_HERE:
		v->file = reel_stream_number(path, len);
		break;
	case REEL_URI_BELOW:
		slash = memchr(path, '/', len);
		folder = (size_t)(slash - path);
		if (memchr(slash + 1, '/', len - folder - 1) != NULL)
			break;
		v->folder = reel_stream_number(path, folder);
		v->file = reel_stream_number(slash + 1, len - folder - 1);
		break;
	default:
		break;
	}
}

static void
add_variant(
    struct reel_stream *stream, const struct reel_playlist_entry *entry)
{
	struct reel_stream_variant *v;

	if (stream->variants_count == REEL_STREAM_VARIANTS_MAX)
		return;
	v = &stream->variants[stream->variants_count++];
	memset(v, 0, sizeof(*v));
	v->is_rendition = entry->what == REEL_PLAYLIST_RENDITION;
	v->width = entry->width;
	v->height = entry->height;
	v->fps_milli = entry->fps_milli;
	v->bandwidth = entry->bandwidth;
	v->channels = entry->channels;
	v->is_default = entry->is_default;
	v->is_forced = entry->is_forced;
	v->sound = entry->sound;
	v->subtitles = entry->subtitles;
	if (entry->part.len > 0) {
		put_place(v, &entry->part);
		put_text(v->uri, sizeof(v->uri), entry->part.uri,
		    entry->part.len);
	}
	put_text(v->codecs, sizeof(v->codecs), entry->codecs,
	    strlen(entry->codecs));
	put_text(v->media, sizeof(v->media), entry->media,
	    strlen(entry->media));
	put_text(v->language, sizeof(v->language), entry->language,
	    strlen(entry->language));
	put_text(v->name, sizeof(v->name), entry->name, strlen(entry->name));
}

static void
on_entry(void *cookie, const struct reel_playlist_entry *entry)
{
	struct reading *r = cookie;
	struct reel_stream *stream = &r->answer->stream;
	uint64_t number;

	if (entry->what == REEL_PLAYLIST_VARIANT ||
	    entry->what == REEL_PLAYLIST_RENDITION) {
		add_variant(stream, entry);
		return;
	}
	if ((number = here(&entry->map)) != r->map)
		add_other(r, r->map = number);
	number = here(&entry->part);
	if (entry->what == REEL_PLAYLIST_PART) {
		add_other(r, number);
		return;
	}
	if (number == 0)
		stream->external++;
	else if (!entry->gap &&
	    stream->segments_count < REEL_STREAM_NAMES_MAX - OTHERS_MAX)
		r->answer->names[stream->segments_count++] = number;
}

/* The first segment from each wanted place on that can be looked into. */
static void
on_look(void *cookie, const struct reel_playlist_entry *entry)
{
	struct reading *r = cookie;
	struct reel_stream_look *looks = r->answer->stream.looks;
	uint64_t number;
	size_t i;

	if (entry->what != REEL_PLAYLIST_SEGMENT)
		return;
	number = entry->gap || entry->encrypted ? 0 : here(&entry->part);
	for (i = 0; i < REEL_STREAM_LOOKS_MAX && number != 0; i++) {
		if (looks[i].file != 0 || r->at < r->wanted[i])
			continue;
		looks[i].file = number;
		looks[i].map = here(&entry->map);
	}
	r->at++;
}

/* The tile at hand is to be looked for in the file at hand. */
static void
add_tile(struct planning *p)
{
	struct reel_plan *plan = p->plan;
	struct reel_plan_part *part = &plan->parts[plan->count];
	uint32_t tile = (uint32_t)p->tile;

	if (plan->count > 0 && part[-1].span.upto == tile &&
	    part[-1].map == p->map && part[-1].file == p->file &&
	    part[-1].span.begins_ms == p->begins_us / 1000) {
		part[-1].span.upto++;
		return;
	}
	*part = (struct reel_plan_part){.map = p->map, .file = p->file,
	    .span = {p->begins_us / 1000, tile, tile + 1}};
	plan->count++;
}

static void
on_plan(void *cookie, const struct reel_playlist_entry *entry)
{
	struct planning *p = cookie;
	int64_t upto_us = p->at_us;
	uint64_t file;

	if (entry->what != REEL_PLAYLIST_SEGMENT || p->tile == p->board.tiles)
		return;
	if (entry->duration_us > 0 && __builtin_add_overflow(p->at_us,
	    entry->duration_us, &upto_us))
		return;
	file = here(&entry->part);
	p->begins_us = reel_ranges_begins(&p->ranges, file, &entry->part,
	    p->at_us, entry->duration_us);
	p->file = entry->gap || entry->encrypted ? 0 : file;
	p->map = here(&entry->map);
	for (; p->tile < p->board.tiles && reel_board_middle_ms(
	    &p->board, p->tile) < upto_us / 1000; p->tile++)
		if (p->file != 0)
			add_tile(p);
	p->at_us = upto_us;
}

static enum reel_status
read_all(int fd, int plain, int64_t until_ms, reel_playlist_on *on,
    void *cookie, char *reason)
{
	int64_t at = 0;
	ssize_t n;

	reel_playlist_init(&list, plain);
	while (at < READ_MAX_BYTES) {
		n = pread(fd, block, sizeof(block), at);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1) {
			snprintf(reason, REEL_WIRE_REASON_MAX,
			    "cannot read the file: %s", strerror(errno));
			return (REEL_IO);
		}
		if (n == 0)
			break;
		reel_playlist_feed(&list, block, (size_t)n, on, cookie);
		at += n;
		if (clock_ms() >= until_ms) {
			snprintf(reason, REEL_WIRE_REASON_MAX,
			    "reading the playlist took too long");
			return (REEL_IO);
		}
	}
	reel_playlist_end(&list, on, cookie);

	return (REEL_OK);
}

static void
sum_up(struct reel_stream *stream)
{
	int64_t ms = (list.duration_us + 500) / 1000;

	stream->kind = list.kind;
	stream->ended = list.ended;
	stream->key_frames_only = list.key_frames_only;
	stream->segments = list.segments;
	stream->encrypted = list.encrypted;
	stream->ranges = list.ranges;
	stream->gaps = list.gaps;
	stream->discontinuities = list.discontinuities;
	if (list.segments > 0 && list.untimed == 0 && ms <= TIME_MS_MAX)
		stream->duration_ms = ms;
}

static enum reel_status
find_looks(int fd, int64_t until_ms, char *reason)
{
	struct reel_stream *stream = &reading.answer->stream;
	int64_t count = stream->segments;
	enum reel_status rc;
	size_t i;

	/* Not at the very beginning, where many are black. */
	reading.at = 0;
	reading.wanted[0] = count / 5;
	reading.wanted[1] = count * 2 / 5;
	reading.wanted[2] = 0;
	reading.wanted[3] = count - 1;
	rc = read_all(fd, 0, until_ms, on_look, &reading, reason);
	for (i = 0; i < REEL_STREAM_LOOKS_MAX; i++)
		if (stream->looks[i].file != 0)
			stream->looks[stream->looks_count++] =
			    stream->looks[i];

	return (rc);
}

enum reel_status
reel_stream_file(int fd, const char *ending, int64_t timeout_ms,
    struct reel_stream_answer *answer, size_t *len, char *reason)
{
	struct reel_stream *stream = &answer->stream;
	int64_t until_ms = clock_ms() + timeout_ms;
	int plain = strcmp(ending, "m3u") == 0 || strcmp(ending, "m3u8") == 0;
	enum reel_status rc;

	memset(&reading, 0, sizeof(reading));
	reading.answer = answer;
	reel_stream_init(stream);
	rc = read_all(fd, plain, until_ms, on_entry, &reading, reason);
	if (rc != REEL_OK)
		return (rc);
	sum_up(stream);
	if (stream->kind == REEL_PLAYLIST_UNKNOWN &&
	    (plain || strcmp(ending, "pls") == 0)) {
		snprintf(reason, REEL_WIRE_REASON_MAX,
		    "not a playlist, or an empty one");
		return (REEL_BAD_INPUT);
	}
	if (stream->kind == REEL_PLAYLIST_MEDIA) {
		memcpy(answer->names + stream->segments_count, reading.others,
		    reading.others_count * sizeof(reading.others[0]));
		stream->names_count =
		    stream->segments_count + reading.others_count;
		rc = find_looks(fd, until_ms, reason);
	} else {
		/* A list names what it likes, not what is a part of it. */
		stream->segments_count = 0;
		stream->external = 0;
	}
	*len = sizeof(*stream) + stream->names_count * sizeof(uint64_t);

	return (rc);
}

enum reel_status
reel_stream_file_plan(int fd, const struct reel_wire_board *how,
    int64_t length_ms, int64_t timeout_ms, struct reel_plan *plan, char *reason)
{
	struct planning planning = {.plan = plan};

	reel_plan_init(plan);
	reel_board_plan(how, length_ms, &planning.board);

	return (read_all(fd, 0, clock_ms() + timeout_ms, on_plan, &planning,
	    reason));
}
