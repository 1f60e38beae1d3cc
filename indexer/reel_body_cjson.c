#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "indexer/reel_body_cjson.h"
#include "indexer/reel_json_cjson.h"
#include "indexer/reel_member.h"
#include "indexer/reel_node.h"
#include "shared/reel_escape.h"

/*
 * Items to JSON, once, when they change.
 *
 * A body that is rendered again after a rename keeps its facts byte for byte:
 * they are cut out of the old text, not parsed and printed, so nothing can be
 * lost on the way.
 *
 * Invariant: whatever goes in, the body between braces is valid JSON in UTF-8.
 */

static void
put_tracks(struct reel_json *json, const char *key,
    const struct reel_facts_track *tracks, uint32_t count)
{
	const struct reel_facts_track *track;
	struct reel_json array, element;
	uint32_t i;

	if (count == 0)
		return;
	reel_json_array(&array);
	for (i = 0; i < count; i++) {
		track = &tracks[i];
		reel_json_object(&element);
		reel_json_known(&element, "codec", track->codec);
		reel_json_known(&element, "language", track->language);
		reel_json_known(&element, "title", track->title);
		if (track->channels > 0)
			reel_json_int(&element, "channels", track->channels);
		if (track->sample_rate > 0)
			reel_json_int(&element, "sample_rate", track->sample_rate);
		reel_json_yes(&element, "default", track->is_default);
		reel_json_yes(&element, "forced", track->is_forced);
		reel_json_add(&array, NULL, &element);
	}
	reel_json_add(json, key, &array);
}

static void
put_chapters(struct reel_json *json, const struct reel_facts *facts)
{
	const struct reel_facts_chapter *chapter;
	struct reel_json array, element;
	uint32_t i;

	if (facts->chapter_count == 0)
		return;
	reel_json_array(&array);
	for (i = 0; i < facts->chapter_count; i++) {
		chapter = &facts->chapter[i];
		reel_json_object(&element);
		reel_json_milli(&element, "start",
		    chapter->start_ms > 0 ? chapter->start_ms : 0);
		if (chapter->end_ms > 0)
			reel_json_milli(&element, "end", chapter->end_ms);
		reel_json_known(&element, "title", chapter->title);
		reel_json_add(&array, NULL, &element);
	}
	reel_json_add(json, "chapters", &array);
}

/* As it is shown: square pixels, upright. */
static void
put_picture(struct reel_json *json, const struct reel_facts *facts)
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
		reel_json_int(json, "width", width);
		reel_json_int(json, "height", height);
		snprintf(text, sizeof(text), "\"%" PRId64 "x%" PRId64 "\"",
		    width, height);
		reel_json_raw(json, "resolution", text);
	}
	/* One picture in half an hour is no rate of pictures. */
	if (facts->fps_num > 0 && facts->fps_den > 0 &&
	    (int64_t)facts->fps_num * 2000 >= facts->fps_den) {
		reel_json_milli(json, "fps",
		    ((int64_t)facts->fps_num * 1000 + facts->fps_den / 2) /
			facts->fps_den);
		snprintf(text, sizeof(text), "\"%d/%d\"", (int)facts->fps_num,
		    (int)facts->fps_den);
		reel_json_raw(json, "fps_ratio", text);
		reel_json_yes(json, "variable_fps", facts->variable_fps);
	}
	if (facts->rotation != 0)
		reel_json_int(json, "rotation", facts->rotation);
	reel_json_known(json, "hdr", facts->hdr);
	if (facts->bit_depth > 0)
		reel_json_int(json, "bit_depth", facts->bit_depth);
	reel_json_yes(json, "interlaced", facts->interlaced);
}

static void
put_facts(
    struct reel_json *json, const struct reel_facts *facts, const char *recorded_at)
{

	reel_json_known(json, "title", facts->title);
	reel_json_known(json, "date", facts->date);
	if (facts->recorded_ms != 0)
		reel_json_text(json, "recorded_at", recorded_at);
	if (facts->duration_ms >= 0)
		reel_json_milli(json, "duration", facts->duration_ms);
	put_picture(json, facts);
	if (facts->bitrate > 0)
		reel_json_int(json, "bitrate", facts->bitrate);
	reel_json_known(json, "container", facts->container);
	reel_json_known(json, "codec", facts->codec);
	reel_json_known(json, "profile", facts->profile);
	reel_json_known(json, "codecs", facts->codecs);
	reel_json_known(json, "audio_codec", facts->audio_codec);
	if (facts->channels > 0)
		reel_json_int(json, "channels", facts->channels);
	put_tracks(json, "audio_tracks", facts->audio, facts->audio_count);
	put_tracks(
	    json, "subtitle_tracks", facts->subtitle, facts->subtitle_count);
	put_chapters(json, facts);
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
	return (lent->times.data + at);
}

static void
put_node(struct reel_json *json, const struct reel_node *node,
    struct lent *lent)
{
	size_t len;

	snprintf(lent->id, sizeof(lent->id), "%" PRId64, node->id);
	len = node->name_len;
	if (len > REEL_NODE_NAME_MAX)
		len = REEL_NODE_NAME_MAX;
	memcpy(lent->name, node->name, len);
	lent->name[len] = '\0';

	reel_json_text(json, "id", lent->id);
	reel_json_text(json, "name", lent->name);
	if (!reel_escape_utf8_ok(lent->name, len)) {
		reel_escape_uri(&lent->raw_name, lent->name, len);
		reel_buf_chr(&lent->raw_name, '\0');
		if (lent->raw_name.failed)
			json->failed = 1;
		else
			reel_json_text(json, "name_raw", lent->raw_name.data);
	}
	reel_json_text(json, "type", reel_item_type_name(node->type));
	if (!REEL_TYPE_IS_FOLDER(node->type))
		reel_json_int(json, "size", node->size);

	/* All three times fit, so those that are lent stay where they are. */
	if (reel_buf_reserve(&lent->times, 3 * TIME_BYTES) == NULL) {
		json->failed = 1;
		return;
	}
	reel_json_text(json, "created_at", lend_time(lent, node->created_ms));
	reel_json_text(json, "modified_at",
	    lend_time(lent, ms_of_ns(node->mtime_ns)));
}

static enum reel_status
make(const struct reel_node *node, const struct reel_facts *facts,
    const char *error, int whole, struct reel_buf *body)
{
	struct reel_json json;
	struct lent lent;
	enum reel_status status;

	reel_buf_init(&lent.times);
	reel_buf_init(&lent.raw_name);
	reel_json_object(&json);
	put_node(&json, node, &lent);
	if (facts != NULL && !json.failed)
		put_facts(&json, facts, lend_time(&lent, facts->recorded_ms));
	if (whole)
		reel_json_text(
		    &json, "state", reel_item_state_name(node->state));
	if (error != NULL)
		reel_json_text(&json, "error", error);

	status = reel_json_print(&json, body);
	reel_json_clear(&json);
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

/* Is it rendered anew, whatever the old body says, or of no use to ${node}? */
static int
is_over(const struct reel_member *member, const struct reel_node *node)
{
	static const char *const keys[] = { "id", "name", "name_raw", "type",
		"size", "created_at", "modified_at" };
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (reel_member_is(member, keys[i]))
			return (1);
	return (node->type != REEL_TYPE_VIDEO &&
	    reel_member_is(member, "subtitles"));
}

static void
put_state(const struct reel_node *node, struct reel_buf *kept)
{

	reel_buf_fmt(
	    kept, ",\"state\":\"%s\"", reel_item_state_name(node->state));
}

/*
 * Append ',' and each member of ${old} that stays, the state where it was; the
 * error goes apart.
 */
static enum reel_status
keep_members(const char *old, size_t len, const struct reel_node *node,
    struct reel_buf *kept, struct reel_buf *error)
{
	struct reel_member member;
	struct reel_buf *to;
	enum reel_status status;
	size_t at = 0;
	int stated = 0;

	while ((status = reel_member_next(old, len, &at, &member)) == REEL_OK) {
		if (reel_member_is(&member, "state")) {
			put_state(node, kept);
			stated = 1;
			continue;
		}
		if (is_over(&member, node))
			continue;
		to = reel_member_is(&member, "error") ? error : kept;
		reel_buf_chr(to, ',');
		reel_buf_add(to, member.text, member.len);
	}
	if (status == REEL_NOT_FOUND && !stated)
		put_state(node, kept);
	return (status == REEL_NOT_FOUND ? REEL_OK : status);
}

enum reel_status
reel_body_again(const char *old, size_t old_len, const struct reel_node *node,
    struct reel_buf *body)
{
	struct reel_buf kept, error;
	enum reel_status status;

	reel_buf_init(&kept);
	reel_buf_init(&error);
	status = keep_members(old, old_len, node, &kept, &error);
	if (status != REEL_OK)
		goto out;
	if ((status = make(node, NULL, NULL, 0, body)) != REEL_OK)
		goto out;
	reel_buf_add(body, kept.data, kept.len);
	if (node->state == REEL_STATE_FAILED)
		reel_buf_add(body, error.data, error.len);
	if (kept.failed || error.failed || body->failed)
		status = REEL_NOMEM;

out:
	reel_buf_clear(&kept);
	reel_buf_clear(&error);
	return (status);
}
