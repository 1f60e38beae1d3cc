/*
 * What a playlist says, as members of an item.  They stand behind all others, so
 * that they can be made anew without the facts that a probe found.
 */
#include <stdio.h>
#include <string.h>

#include "indexer/reel_json_cjson.h"

#include "indexer/reel_body_stream_cjson.h"

static void
put_count(struct reel_json *json, const char *key, int64_t count)
{

	if (count > 0)
		reel_json_int(json, key, count);
}

static void
put_variant(struct reel_json *array, const struct reel_stream_variant *v)
{
	struct reel_json element;

	reel_json_object(&element);
	reel_json_known(&element, "uri", v->uri);
	if (v->is_rendition) {
		reel_json_text(&element, "media",
		    v->media[0] != '\0' ? v->media : "I-FRAMES");
		reel_json_known(&element, "language", v->language);
		reel_json_known(&element, "name", v->name);
		put_count(&element, "channels", v->channels);
		reel_json_yes(&element, "default", v->is_default);
		reel_json_yes(&element, "forced", v->is_forced);
	}
	put_count(&element, "bandwidth", v->bandwidth);
	put_count(&element, "width", v->width);
	put_count(&element, "height", v->height);
	if (v->fps_milli > 0)
		reel_json_milli(&element, "fps", v->fps_milli);
	reel_json_known(&element, "codecs", v->codecs);
	reel_json_add(array, NULL, &element);
}

static void
put_variants(struct reel_json *json, const char *key,
    const struct reel_stream *stream, int renditions)
{
	struct reel_json array;
	uint32_t i, count = 0;

	reel_json_array(&array);
	for (i = 0; i < stream->variants_count; i++) {
		if (stream->variants[i].is_rendition != renditions)
			continue;
		put_variant(&array, &stream->variants[i]);
		count++;
	}
	if (count > 0)
		reel_json_add(json, key, &array);
	else
		reel_json_clear(&array);
}

/* What was added is whole, or nothing. */
static enum reel_status
print(struct reel_json *json, struct reel_buf *body)
{
	size_t len = body->len;
	enum reel_status status;

	reel_buf_chr(body, ',');
	status = reel_json_print(json, body);
	if (status != REEL_OK || body->len == len + 1)
		body->len = len;
	reel_json_clear(json);
	return (status);
}

enum reel_status
reel_body_play(const char *playlist, int64_t duration_ms, int64_t bitrate,
    struct reel_buf *body)
{
	struct reel_json json;

	reel_json_object(&json);
	reel_json_text(&json, "playlist", playlist);
	if (duration_ms >= 0)
		reel_json_milli(&json, "duration", duration_ms);
	put_count(&json, "bitrate", bitrate);
	return (print(&json, body));
}

enum reel_status
reel_body_stream(
    const struct reel_stream *stream, int64_t missing, struct reel_buf *body)
{
	struct reel_json json;

	reel_json_object(&json);
	if (stream->kind == REEL_PLAYLIST_LIST)
		reel_json_int(&json, "entries", stream->segments);
	if (stream->kind == REEL_PLAYLIST_MEDIA) {
		reel_json_int(&json, "segments", stream->segments);
		put_count(&json, "missing", missing);
		put_count(&json, "external", stream->external);
		reel_json_yes(&json, "live", !stream->ended);
	}
	reel_json_yes(&json, "encrypted", stream->encrypted > 0);
	put_variants(&json, "variants", stream, 0);
	put_variants(&json, "renditions", stream, 1);
	return (print(&json, body));
}
