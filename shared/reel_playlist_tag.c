#include "shared/reel_playlist_tag.h"

#include <stddef.h>
#include <string.h>

#include "shared/reel_playlist_text.h"

/*
 * The tags of HLS that say something of a stream; all others are left alone.
 * A tag with an address of its own (a part, a rendition) is told at once; what
 * the others say is kept for the next address.
 */

#define BYTES_MAX (INT64_MAX / 4)

struct told {
	reel_playlist_on *on_entry;
	void *cookie;
};

/* "bytes" or "bytes@offset"; ${at} -1: where the last one ended. */
static void
put_range(struct reel_text text, struct reel_playlist_part *part)
{
	int64_t bytes = reel_playlist_text_number(&text, BYTES_MAX);
	int64_t at = -1;

	if (bytes <= 0)
		return;
	if (text.len > 0 && text.at[0] == '@') {
		text = reel_playlist_text_after(text, 1);
		at = reel_playlist_text_number(&text, BYTES_MAX);
	}
	part->bytes = bytes;
	part->at = at;
}

static int
is_yes(struct reel_text value)
{

	return (reel_playlist_text_is(value, "YES"));
}

/* What a rendition is, besides where it lies. */
static void
put_kind(struct reel_text name, struct reel_text value,
    struct reel_playlist_entry *entry)
{
	int64_t number;

	if (reel_playlist_text_is(name, "TYPE")) {
		reel_playlist_text_word(
		    value, entry->media, sizeof(entry->media));
	} else if (reel_playlist_text_is(name, "LANGUAGE")) {
		reel_playlist_text_word(
		    value, entry->language, sizeof(entry->language));
	} else if (reel_playlist_text_is(name, "NAME")) {
		reel_playlist_text_word(value, entry->name, sizeof(entry->name));
	} else if (reel_playlist_text_is(name, "DEFAULT")) {
		entry->is_default = is_yes(value);
	} else if (reel_playlist_text_is(name, "FORCED")) {
		entry->is_forced = is_yes(value);
	} else if (reel_playlist_text_is(name, "CHANNELS")) {
		number = reel_playlist_text_number(
		    &value, REEL_PLAYLIST_CHANNELS_MAX);
		entry->channels = number > 0 ? (int32_t)number : 0;
	}
}

/* An address of its own kind stands in a tag: what is to come waits. */
static void
tell_aside(struct reel_playlist *list, enum reel_playlist_what what,
    struct reel_text rest, const struct told *told)
{
	struct reel_playlist_entry entry;
	struct reel_text name, value;
	uint64_t group = 0;

	memset(&entry, 0, sizeof(entry));
	entry.what = what;
	entry.duration_us = -1;
	entry.encrypted = list->state.key;
	entry.map = list->state.entry.map;
	while (reel_playlist_text_attribute(&rest, &name, &value)) {
		if (reel_playlist_text_is(name, "URI")) {
			entry.part.uri = value.at;
			entry.part.len = value.len;
		} else if (reel_playlist_text_is(name, "BYTERANGE")) {
			put_range(value, &entry.part);
		} else if (reel_playlist_text_is(name, "GROUP-ID")) {
			group = reel_playlist_text_hash(value);
		} else {
			put_kind(name, value, &entry);
		}
	}
	if (entry.part.at < 0)
		entry.part.at = 0;
	if (strcmp(entry.media, "AUDIO") == 0)
		entry.sound = group;
	else if (strcmp(entry.media, "SUBTITLES") == 0)
		entry.subtitles = group;
	/* Only what may be heard or read can lie in the variant itself. */
	if (entry.part.len > 0 || (what == REEL_PLAYLIST_RENDITION &&
	    group != 0 && entry.media[0] != '\0'))
		told->on_entry(told->cookie, &entry);
}

static void
on_duration(struct reel_playlist *list, struct reel_text rest,
    const struct told *told)
{

	(void)told;
	list->state.entry.duration_us =
	    reel_playlist_text_decimal(rest, 1000000);
}

static void
on_range(struct reel_playlist *list, struct reel_text rest,
    const struct told *told)
{

	(void)told;
	put_range(rest, &list->state.entry.part);
}

static void
on_map(struct reel_playlist *list, struct reel_text rest,
    const struct told *told)
{
	struct reel_playlist_part *map = &list->state.entry.map;
	struct reel_text name, value;

	(void)told;
	memset(map, 0, sizeof(*map));
	while (reel_playlist_text_attribute(&rest, &name, &value)) {
		if (reel_playlist_text_is(name, "BYTERANGE"))
			put_range(value, map);
		if (!reel_playlist_text_is(name, "URI") ||
		    value.len > sizeof(list->state.map))
			continue;
		memcpy(list->state.map, value.at, value.len);
		map->uri = list->state.map;
		map->len = value.len;
	}
	if (map->at < 0)
		map->at = 0;
}

static void
on_key(struct reel_playlist *list, struct reel_text rest,
    const struct told *told)
{
	struct reel_text name, value;

	(void)told;
	list->state.key = 0;
	while (reel_playlist_text_attribute(&rest, &name, &value))
		if (reel_playlist_text_is(name, "METHOD"))
			list->state.key = !reel_playlist_text_is(value, "NONE");
}

static void
on_session_key(struct reel_playlist *list, struct reel_text rest,
    const struct told *told)
{

	on_key(list, rest, told);
	if (list->state.key)
		list->encrypted = 1;
	list->state.key = 0;
}

static void
on_part(struct reel_playlist *list, struct reel_text rest,
    const struct told *told)
{

	tell_aside(list, REEL_PLAYLIST_PART, rest, told);
}

static void
on_rendition(struct reel_playlist *list, struct reel_text rest,
    const struct told *told)
{

	tell_aside(list, REEL_PLAYLIST_RENDITION, rest, told);
}

static void
on_variant(struct reel_playlist *list, struct reel_text rest,
    const struct told *told)
{
	struct reel_playlist_entry *entry = &list->state.entry;
	struct reel_text name, value;
	int64_t number;

	(void)told;
	entry->what = REEL_PLAYLIST_VARIANT;
	while (reel_playlist_text_attribute(&rest, &name, &value)) {
		if (reel_playlist_text_is(name, "BANDWIDTH")) {
			number = reel_playlist_text_number(&value, INT64_C(1000000000000));
			entry->bandwidth = number > 0 ? number : 0;
		} else if (reel_playlist_text_is(name, "RESOLUTION")) {
			number = reel_playlist_text_number(&value, 131072);
			entry->width = number > 0 ? (int32_t)number : 0;
			number = -1;
			if (value.len > 0 &&
			    (value.at[0] == 'x' || value.at[0] == 'X')) {
				value = reel_playlist_text_after(value, 1);
				number = reel_playlist_text_number(&value, 131072);
			}
			entry->height = number > 0 ? (int32_t)number : 0;
			if (entry->width == 0 || entry->height == 0)
				entry->width = entry->height = 0;
		} else if (reel_playlist_text_is(name, "FRAME-RATE")) {
			number = reel_playlist_text_decimal(value, 1000);
			entry->fps_milli = number > 0 && number < 1000000
			    ? (int32_t)number : 0;
		} else if (reel_playlist_text_is(name, "CODECS")) {
			reel_playlist_text_word(
			    value, entry->codecs, sizeof(entry->codecs));
		} else if (reel_playlist_text_is(name, "AUDIO")) {
			entry->sound = reel_playlist_text_hash(value);
		} else if (reel_playlist_text_is(name, "SUBTITLES")) {
			entry->subtitles = reel_playlist_text_hash(value);
		}
	}
}

#define FLAG(member) offsetof(struct reel_playlist, member)

/* In an order in which no name begins like one that comes after it. */
static const struct {
	const char *name;
	int hls;     /* only an HLS playlist has it */
	size_t flag; /* an int to be set; 0: none */
	void (*on_tag)(struct reel_playlist *list, struct reel_text rest,
	    const struct told *told);
} tags[] = {
	{ "#EXTINF:", 0, 0, on_duration },
	{ "#EXT-X-BYTERANGE:", 1, 0, on_range },
	{ "#EXT-X-KEY:", 1, 0, on_key },
	{ "#EXT-X-MAP:", 1, 0, on_map },
	{ "#EXT-X-DISCONTINUITY-SEQUENCE:", 1, 0, NULL },
	{ "#EXT-X-DISCONTINUITY", 1, FLAG(state.entry.discontinuity), NULL },
	{ "#EXT-X-GAP", 1, FLAG(state.entry.gap), NULL },
	{ "#EXT-X-ENDLIST", 1, FLAG(ended), NULL },
	{ "#EXT-X-I-FRAMES-ONLY", 1, FLAG(key_frames_only), NULL },
	{ "#EXT-X-PART:", 1, 0, on_part },
	{ "#EXT-X-PRELOAD-HINT:", 1, 0, on_part },
	{ "#EXT-X-STREAM-INF:", 1, FLAG(state.master), on_variant },
	{ "#EXT-X-MEDIA:", 1, FLAG(state.master), on_rendition },
	{ "#EXT-X-I-FRAME-STREAM-INF:", 1, FLAG(state.master), on_rendition },
	{ "#EXT-X-SESSION-KEY:", 1, 0, on_session_key },
	{ "#EXT-X-TARGETDURATION:", 1, 0, NULL },
	{ "#EXT-X-MEDIA-SEQUENCE:", 1, 0, NULL },
	{ "#EXT-X-PLAYLIST-TYPE:", 1, 0, NULL },
};

#define TAGS (sizeof(tags) / sizeof(tags[0]))

int
reel_playlist_tag(struct reel_playlist *list, const char *line, size_t len,
    reel_playlist_on *on_entry, void *cookie)
{
	const struct told told = { on_entry, cookie };
	struct reel_text text = { line, len };
	size_t i;

	for (i = 0; i < TAGS; i++)
		if (reel_playlist_text_begins(text, tags[i].name))
			break;
	if (i == TAGS)
		return (0);
	if (tags[i].flag != 0)
		*(int *)((char *)list + tags[i].flag) = 1;
	if (tags[i].on_tag != NULL)
		tags[i].on_tag(list,
		    reel_playlist_text_after(text, strlen(tags[i].name)),
		    &told);
	return (tags[i].hls);
}
