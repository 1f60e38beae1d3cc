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

/* Append "key":"text"; what stands before it has its comma. */
static void
add_text(struct reel_buf *body, const char *key, const char *text, size_t len)
{

	reel_buf_str(body, key);
	reel_escape_json(body, text, len);
	reel_buf_chr(body, '"');
}

/*
 * What every item has, in the hottest place of a first scan: written as it is,
 * without a tree that is built, printed and thrown away.
 */
static void
put_node(struct reel_buf *body, const struct reel_node *node)
{
	size_t len = node->name_len;

	if (len > REEL_NODE_NAME_MAX)
		len = REEL_NODE_NAME_MAX;
	reel_buf_str(body, "\"id\":\"");
	reel_buf_num(body, node->id);
	add_text(body, "\",\"name\":\"", node->name, len);
	if (!reel_escape_utf8_ok(node->name, len)) {
		reel_buf_str(body, ",\"name_raw\":\"");
		reel_escape_uri(body, node->name, len);
		reel_buf_chr(body, '"');
	}
	reel_buf_str(body, ",\"type\":\"");
	reel_buf_str(body, reel_item_type_name(node->type));
	reel_buf_chr(body, '"');
	if (!REEL_TYPE_IS_FOLDER(node->type)) {
		reel_buf_str(body, ",\"size\":");
		reel_buf_num(body, node->size);
	}
	reel_buf_str(body, ",\"created_at\":\"");
	reel_escape_time(body, node->created_ms);
	reel_buf_str(body, "\",\"modified_at\":\"");
	reel_escape_time(body, ms_of_ns(node->mtime_ns));
	reel_buf_chr(body, '"');
}

static void
put_state(const struct reel_node *node, struct reel_buf *body)
{

	reel_buf_str(body, ",\"state\":\"");
	reel_buf_str(body, reel_item_state_name(node->state));
	reel_buf_chr(body, '"');
}

/* Append ',' and the members of ${facts}, if there are any. */
static enum reel_status
add_facts(struct reel_buf *body, const struct reel_facts *facts)
{
	struct reel_json json;
	struct reel_buf time;
	enum reel_status status = REEL_NOMEM;
	size_t before;

	reel_buf_init(&time);
	reel_escape_time(&time, facts->recorded_ms);
	reel_buf_chr(&time, '\0');
	reel_json_object(&json);
	if (!time.failed) {
		put_facts(&json, facts, time.data);
		reel_buf_chr(body, ',');
		before = body->len;
		status = reel_json_print(&json, body);
		if (body->len == before)
			body->len--;
	}
	reel_json_clear(&json);
	reel_buf_clear(&time);
	return (status);
}

enum reel_status
reel_body_render(const struct reel_node *node, const struct reel_facts *facts,
    const char *error, struct reel_buf *body)
{
	enum reel_status status;

	put_node(body, node);
	if (facts != NULL && (status = add_facts(body, facts)) != REEL_OK)
		return (status);
	put_state(node, body);
	if (error != NULL)
		add_text(body, ",\"error\":\"", error, strlen(error));
	return (body->failed ? REEL_NOMEM : REEL_OK);
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
	put_node(body, node);
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
