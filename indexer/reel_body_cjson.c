#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "indexer/reel_body_cjson.h"
#include "indexer/reel_node.h"
#include "shared/reel_escape.h"

/*
 * Items to JSON, once, when they change.  cJSON builds and prints; but it keeps
 * numbers as doubles and prints large ones with an exponent, so every number is
 * given to it as text that is already right.  Strings are lent to it, not
 * copied: they live until the body is printed.
 *
 * A body that is rendered again after a rename keeps its facts byte for byte:
 * they are cut out of the old text, not parsed and printed, so nothing can be
 * lost on the way.
 *
 * Invariant: whatever goes in, the body between braces is valid JSON in UTF-8.
 */

/* Room for a body without facts; one with them finds its size by doubling. */
#define ROOM 1024
#define ROOM_MAX (4 << 20)

/* An object that is being built; out of memory is asked for once, at the end. */
struct maker {
	cJSON *object;
	int failed;
};

static void
maker_init(struct maker *maker)
{

	maker->object = cJSON_CreateObject();
	maker->failed = maker->object == NULL;
}

/* The object owns ${item} after this, which may be NULL for out of memory. */
static void
put(struct maker *maker, const char *key, cJSON *item)
{

	if (maker->failed || item == NULL ||
	    !cJSON_AddItemToObjectCS(maker->object, key, item)) {
		cJSON_Delete(item);
		maker->failed = 1;
	}
}

/* A string that is not UTF-8 is escaped here, with U+FFFD. */
static void
put_text(struct maker *maker, const char *key, const char *text)
{
	struct reel_buf raw;
	size_t len;

	len = strlen(text);
	if (reel_escape_utf8_ok(text, len)) {
		put(maker, key, cJSON_CreateStringReference(text));
		return;
	}
	reel_buf_init(&raw);
	reel_buf_chr(&raw, '"');
	reel_escape_json(&raw, text, len);
	reel_buf_add(&raw, "\"", 2);
	put(maker, key, raw.failed ? NULL : cJSON_CreateRaw(raw.data));
	reel_buf_clear(&raw);
}

static void
put_known(struct maker *maker, const char *key, const char *text)
{

	if (text[0] != '\0')
		put_text(maker, key, text);
}

static void
put_int(struct maker *maker, const char *key, int64_t number)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRId64, number);
	put(maker, key, cJSON_CreateRaw(text));
}

/* ${thousandths} / 1000 with as many digits as it has. */
static void
put_milli(struct maker *maker, const char *key, int64_t thousandths)
{
	char text[32];
	size_t len;

	snprintf(text, sizeof(text), "%" PRId64 ".%03d", thousandths / 1000,
	    (int)(thousandths % 1000));
	len = strlen(text);
	while (text[len - 1] == '0')
		len--;
	if (text[len - 1] == '.')
		len--;
	text[len] = '\0';
	put(maker, key, cJSON_CreateRaw(text));
}

static void
put_yes(struct maker *maker, const char *key, int yes)
{

	if (yes)
		put(maker, key, cJSON_CreateTrue());
}

static void
put_array(struct maker *maker, const char *key, struct maker *array)
{

	if (array->failed) {
		cJSON_Delete(array->object);
		array->object = NULL;
	}
	put(maker, key, array->object);
}

static void
put_last(struct maker *array, struct maker *element)
{

	if (array->failed || element->failed ||
	    !cJSON_AddItemToArray(array->object, element->object)) {
		cJSON_Delete(element->object);
		array->failed = 1;
	}
}

static void
put_tracks(struct maker *maker, const char *key,
    const struct reel_facts_track *tracks, uint32_t count)
{
	const struct reel_facts_track *track;
	struct maker array, element;
	uint32_t i;

	if (count == 0)
		return;
	array.object = cJSON_CreateArray();
	array.failed = array.object == NULL;
	for (i = 0; i < count; i++) {
		track = &tracks[i];
		maker_init(&element);
		put_known(&element, "codec", track->codec);
		put_known(&element, "language", track->language);
		put_known(&element, "title", track->title);
		if (track->channels > 0)
			put_int(&element, "channels", track->channels);
		if (track->sample_rate > 0)
			put_int(&element, "sample_rate", track->sample_rate);
		put_yes(&element, "default", track->is_default);
		put_yes(&element, "forced", track->is_forced);
		put_last(&array, &element);
	}
	put_array(maker, key, &array);
}

static void
put_chapters(struct maker *maker, const struct reel_facts *facts)
{
	const struct reel_facts_chapter *chapter;
	struct maker array, element;
	uint32_t i;

	if (facts->chapter_count == 0)
		return;
	array.object = cJSON_CreateArray();
	array.failed = array.object == NULL;
	for (i = 0; i < facts->chapter_count; i++) {
		chapter = &facts->chapter[i];
		maker_init(&element);
		put_milli(&element, "start",
		    chapter->start_ms > 0 ? chapter->start_ms : 0);
		if (chapter->end_ms > 0)
			put_milli(&element, "end", chapter->end_ms);
		put_known(&element, "title", chapter->title);
		put_last(&array, &element);
	}
	put_array(maker, "chapters", &array);
}

/* As it is shown: square pixels, upright. */
static void
put_picture(struct maker *maker, const struct reel_facts *facts)
{
	char text[48];
	int64_t width, height, swap;

	width = facts->width;
	height = facts->height;
	if (width > 0 && height > 0) {
		if (facts->sar_num > 0 && facts->sar_den > 0)
			width = (width * facts->sar_num + facts->sar_den / 2) /
			    facts->sar_den;
		if (width == 0)
			width = 1;
		if (facts->rotation == 90 || facts->rotation == 270) {
			swap = width;
			width = height;
			height = swap;
		}
		put_int(maker, "width", width);
		put_int(maker, "height", height);
		snprintf(text, sizeof(text), "\"%" PRId64 "x%" PRId64 "\"",
		    width, height);
		put(maker, "resolution", cJSON_CreateRaw(text));
	}
	if (facts->fps_num > 0 && facts->fps_den > 0) {
		put_milli(maker, "fps",
		    ((int64_t)facts->fps_num * 1000 + facts->fps_den / 2) /
			facts->fps_den);
		snprintf(text, sizeof(text), "\"%d/%d\"", (int)facts->fps_num,
		    (int)facts->fps_den);
		put(maker, "fps_ratio", cJSON_CreateRaw(text));
	}
	if (facts->rotation != 0)
		put_int(maker, "rotation", facts->rotation);
	put_known(maker, "hdr", facts->hdr);
	if (facts->bit_depth > 0)
		put_int(maker, "bit_depth", facts->bit_depth);
}

static void
put_facts(
    struct maker *maker, const struct reel_facts *facts, const char *recorded_at)
{

	if (facts->recorded_ms != 0)
		put(maker, "recorded_at",
		    cJSON_CreateStringReference(recorded_at));
	if (facts->duration_ms >= 0)
		put_milli(maker, "duration", facts->duration_ms);
	put_picture(maker, facts);
	if (facts->bitrate > 0)
		put_int(maker, "bitrate", facts->bitrate);
	put_known(maker, "container", facts->container);
	put_known(maker, "codec", facts->codec);
	put_known(maker, "codecs", facts->codecs);
	put_known(maker, "audio_codec", facts->audio_codec);
	if (facts->channels > 0)
		put_int(maker, "channels", facts->channels);
	put_tracks(maker, "audio_tracks", facts->audio, facts->audio_count);
	put_tracks(
	    maker, "subtitle_tracks", facts->subtitle, facts->subtitle_count);
	put_chapters(maker, facts);
}

/* Down, not towards 1970: a file of 1969 keeps its second. */
static int64_t
ms_of_ns(int64_t ns)
{

	return (ns / 1000000 - (ns % 1000000 < 0));
}

/* Strings that are lent to cJSON while a body is made. */
struct lent {
	char id[24];
	char name[REEL_NODE_NAME_MAX + 1];
	struct reel_buf raw_name;
	struct reel_buf times; /* three of them, each with a NUL */
};

#define TIME_BYTES 25 /* 2026-11-20T07:00:00.123Z and its NUL */

static const char *
lend_time(struct lent *lent, int64_t ms)
{
	size_t at;

	at = lent->times.len;
	reel_escape_time(&lent->times, ms);
	reel_buf_chr(&lent->times, '\0');
	return (lent->times.failed ? NULL : lent->times.data + at);
}

static void
put_node(struct maker *maker, const struct reel_node *node, struct lent *lent)
{
	size_t len;

	snprintf(lent->id, sizeof(lent->id), "%" PRId64, node->id);
	len = node->name_len;
	if (len > REEL_NODE_NAME_MAX)
		len = REEL_NODE_NAME_MAX;
	memcpy(lent->name, node->name, len);
	lent->name[len] = '\0';

	put(maker, "id", cJSON_CreateStringReference(lent->id));
	put_text(maker, "name", lent->name);
	if (!reel_escape_utf8_ok(lent->name, len)) {
		reel_escape_uri(&lent->raw_name, lent->name, len);
		reel_buf_chr(&lent->raw_name, '\0');
		put(maker, "name_raw",
		    lent->raw_name.failed ?
			NULL :
			cJSON_CreateStringReference(lent->raw_name.data));
	}
	put(maker, "type",
	    cJSON_CreateStringReference(reel_item_type_name(node->type)));
	if (!REEL_TYPE_IS_FOLDER(node->type))
		put_int(maker, "size", node->size);

	/* All three times fit, so those that are lent stay where they are. */
	if (reel_buf_reserve(&lent->times, 3 * TIME_BYTES) == NULL)
		maker->failed = 1;
	put(maker, "created_at",
	    cJSON_CreateStringReference(lend_time(lent, node->created_ms)));
	put(maker, "modified_at",
	    cJSON_CreateStringReference(
		lend_time(lent, ms_of_ns(node->mtime_ns))));
}

/* Append what ${object} prints to, without its braces. */
static enum reel_status
print(cJSON *object, struct reel_buf *body)
{
	char *room;
	int bytes;
	size_t len;

	for (bytes = ROOM; bytes <= ROOM_MAX; bytes *= 2) {
		if ((room = reel_buf_reserve(body, (size_t)bytes)) == NULL)
			return (REEL_NOMEM);
		if (!cJSON_PrintPreallocated(object, room, bytes, 0))
			continue;
		len = strlen(room) - 2;
		memmove(room, room + 1, len);
		body->len += len;
		return (REEL_OK);
	}
	return (REEL_NOMEM);
}

static enum reel_status
make(const struct reel_node *node, const struct reel_facts *facts,
    const char *error, int whole, struct reel_buf *body)
{
	struct maker maker;
	struct lent lent;
	enum reel_status status;

	reel_buf_init(&lent.times);
	reel_buf_init(&lent.raw_name);
	maker_init(&maker);
	put_node(&maker, node, &lent);
	if (facts != NULL)
		put_facts(&maker, facts, lend_time(&lent, facts->recorded_ms));
	if (whole)
		put(&maker, "state",
		    cJSON_CreateStringReference(
			reel_item_state_name(node->state)));
	if (error != NULL)
		put_text(&maker, "error", error);

	status = maker.failed || lent.times.failed ? REEL_NOMEM :
						     print(maker.object, body);
	cJSON_Delete(maker.object);
	reel_buf_clear(&lent.times);
	reel_buf_clear(&lent.raw_name);
	return (status);
}

enum reel_status
reel_body_render(const struct reel_node *node, const struct reel_facts *facts,
    const char *error, struct reel_buf *body)
{

	return (make(node, facts, error, 1, body));
}

/* One past the string that begins at ${at}; 0: it does not end. */
static size_t
string_end(const char *text, size_t len, size_t at)
{

	for (at++; at < len; at++) {
		if (text[at] == '\\')
			at++;
		else if (text[at] == '"')
			return (at + 1);
	}
	return (0);
}

/* One past the value that begins at ${at}; 0: it does not end. */
static size_t
value_end(const char *text, size_t len, size_t at)
{
	size_t depth;

	for (depth = 0; at < len;) {
		switch (text[at]) {
		case '"':
			if ((at = string_end(text, len, at)) == 0)
				return (0);
			continue;
		case '{':
		case '[':
			depth++;
			break;
		case '}':
		case ']':
			if (depth == 0)
				return (0);
			depth--;
			break;
		case ',':
			if (depth == 0)
				return (at);
			break;
		}
		at++;
	}
	return (depth == 0 ? at : 0);
}

/* Members that are rendered anew, whatever the old body says. */
static int
is_rendered(const char *key, size_t len)
{
	static const char *const keys[] = { "id", "name", "name_raw", "type",
		"size", "created_at", "modified_at", "state" };
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (strlen(keys[i]) == len && memcmp(keys[i], key, len) == 0)
			return (1);
	return (0);
}

/* Append ',' and each member of ${old} that stays; the error goes apart. */
static enum reel_status
keep_members(const char *old, size_t len, struct reel_buf *kept,
    struct reel_buf *error)
{
	struct reel_buf *to;
	size_t at, colon, end;

	for (at = 0; at < len; at = end + 1) {
		if (old[at] != '"' ||
		    (colon = string_end(old, len, at)) == 0 || colon >= len ||
		    old[colon] != ':' ||
		    (end = value_end(old, len, colon + 1)) <= colon + 1)
			return (REEL_BAD_INPUT);
		if (is_rendered(old + at + 1, colon - at - 2))
			continue;
		to = colon - at == 7 && memcmp(old + at, "\"error\"", 7) == 0 ?
		    error :
		    kept;
		reel_buf_chr(to, ',');
		reel_buf_add(to, old + at, end - at);
	}
	return (REEL_OK);
}

enum reel_status
reel_body_again(const char *old, size_t old_len, const struct reel_node *node,
    struct reel_buf *body)
{
	struct reel_buf kept, error;
	enum reel_status status;

	reel_buf_init(&kept);
	reel_buf_init(&error);
	if ((status = keep_members(old, old_len, &kept, &error)) != REEL_OK)
		goto out;
	if ((status = make(node, NULL, NULL, 0, body)) != REEL_OK)
		goto out;
	reel_buf_add(body, kept.data, kept.len);
	reel_buf_fmt(
	    body, ",\"state\":\"%s\"", reel_item_state_name(node->state));
	if (node->state == REEL_STATE_FAILED)
		reel_buf_add(body, error.data, error.len);
	if (kept.failed || error.failed || body->failed)
		status = REEL_NOMEM;

out:
	reel_buf_clear(&kept);
	reel_buf_clear(&error);
	return (status);
}
