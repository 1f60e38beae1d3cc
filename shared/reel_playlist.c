#include "shared/reel_playlist.h"

#include <string.h>

#include "shared/reel_playlist_tag.h"
#include "shared/reel_playlist_text.h"

/*
 * Playlists, one line at a time, each read once and forgotten.  Runs where
 * hostile bytes are read; still it trusts nothing: every number has a range,
 * every text an end, and sums stop growing before they overflow.
 *
 * Refuses nothing: what is not understood is left out, as a player would.  What
 * an address means is another's business (shared/reel_uri.h).
 */

#define SUM_US_MAX (INT64_MAX / 4)

/* What the first line with something in it makes of the rest. */
enum form { UNDECIDED, PLAIN, LINES, PLS, NONE };

void
reel_playlist_init(struct reel_playlist *list, int plain)
{

	memset(list, 0, sizeof(*list));
	list->state.form = plain ? PLAIN : UNDECIDED;
	list->state.entry.duration_us = -1;
}

/* What the next address will be, before anything is said of it. */
static void
begin_entry(struct reel_playlist *list)
{
	struct reel_playlist_part map = list->state.entry.map;

	memset(&list->state.entry, 0, sizeof(list->state.entry));
	list->state.entry.map = map;
	list->state.entry.duration_us = -1;
}

static void
add_duration(struct reel_playlist *list, int64_t us)
{

	if (us < 0)
		list->untimed++;
	else if (list->duration_us < SUM_US_MAX)
		list->duration_us += us;
}

/* A range without a beginning goes on where the last one of its file ended. */
static void
find_range(struct reel_playlist *list, struct reel_text uri)
{
	struct reel_playlist_part *part = &list->state.entry.part;
	uint64_t number = reel_playlist_text_hash(uri);

	if (part->bytes > 0) {
		list->ranges++;
		if (part->at < 0)
			part->at = number == list->state.last
			    ? list->state.next : 0;
		list->state.next = part->at + part->bytes;
		if (list->state.next > INT64_MAX / 2)
			list->state.next = 0;
	}
	list->state.last = number;
}

static void
take_address(struct reel_playlist *list, struct reel_text uri,
    reel_playlist_on *on_entry, void *cookie)
{
	struct reel_playlist_entry *entry = &list->state.entry;

	if (entry->what == REEL_PLAYLIST_VARIANT) {
		list->variants++;
		entry->part.at = entry->part.bytes = 0;
	} else {
		entry->what = REEL_PLAYLIST_SEGMENT;
		entry->encrypted = list->state.key;
		list->segments++;
		list->gaps += entry->gap;
		list->discontinuities += entry->discontinuity;
		list->encrypted += entry->encrypted;
		add_duration(list, entry->duration_us);
		find_range(list, uri);
	}
	entry->part.uri = uri.at;
	entry->part.len = uri.len;
	on_entry(cookie, entry);
	begin_entry(list);
}

/* File1=name, Length1=seconds; in any order, so the length is of no entry. */
static void
take_pls(struct reel_playlist *list, struct reel_text line,
    reel_playlist_on *on_entry, void *cookie)
{
	struct reel_text name, value;
	int64_t us;

	name = line;
	if (!reel_playlist_text_begins(line, "File") &&
	    !reel_playlist_text_begins(line, "Length"))
		return;
	while (name.len > 0 && name.at[0] != '=')
		name = reel_playlist_text_after(name, 1);
	if (name.len == 0)
		return;
	value = reel_playlist_text_trim(reel_playlist_text_after(name, 1));
	if (reel_playlist_text_begins(line, "File")) {
		if (value.len > 0)
			take_address(list, value, on_entry, cookie);
		return;
	}
	us = reel_playlist_text_decimal(value, 1000000);
	if (us >= 0 && list->untimed > 0) {
		list->untimed--;
		add_duration(list, us);
	}
}

static enum form
decide(struct reel_text line, int plain)
{

	if (reel_playlist_text_begins(line, "#EXTM3U"))
		return (LINES);
	if (reel_playlist_text_is(line, "[playlist]"))
		return (PLS);
	/* XML, JSON and bytes of any kind are no names of files. */
	return (plain && line.at[0] != '<' && line.at[0] != '{' &&
	    memchr(line.at, '\0', line.len) == NULL ? LINES : NONE);
}

static void
take_line(struct reel_playlist *list, reel_playlist_on *on_entry, void *cookie)
{
	struct reel_text line = { list->state.line, list->state.len };
	int begun = list->state.form == UNDECIDED || list->state.form == PLAIN;

	if (begun && reel_playlist_text_begins(line, "\xef\xbb\xbf"))
		line = reel_playlist_text_after(line, 3);
	line = reel_playlist_text_trim(line);
	if (line.len == 0)
		return;
	if (begun) {
		list->state.form = decide(line, list->state.form == PLAIN);
		if (list->state.form != NONE)
			list->kind = REEL_PLAYLIST_LIST;
	}
	if (list->state.form == NONE)
		return;
	if (list->state.over) {
		list->skipped++;
		if (line.at[0] != '#')
			begin_entry(list);
	} else if (list->state.form == PLS) {
		take_pls(list, line, on_entry, cookie);
	} else if (line.at[0] != '#') {
		take_address(list, line, on_entry, cookie);
	} else if (reel_playlist_tag(
	               list, line.at, line.len, on_entry, cookie)) {
		list->kind = list->state.master ? REEL_PLAYLIST_MASTER
		                                : REEL_PLAYLIST_MEDIA;
	}
}

static void
end_line(struct reel_playlist *list, reel_playlist_on *on_entry, void *cookie)
{

	take_line(list, on_entry, cookie);
	list->state.len = 0;
	list->state.over = 0;
}

void
reel_playlist_feed(struct reel_playlist *list, const char *data, size_t len,
    reel_playlist_on *on_entry, void *cookie)
{
	size_t i;

	for (i = 0; i < len && list->state.form != NONE; i++) {
		if (data[i] == '\n' || data[i] == '\r')
			end_line(list, on_entry, cookie);
		else if (list->state.len < sizeof(list->state.line))
			list->state.line[list->state.len++] = data[i];
		else
			list->state.over = 1;
	}
}

void
reel_playlist_end(
    struct reel_playlist *list, reel_playlist_on *on_entry, void *cookie)
{

	end_line(list, on_entry, cookie);
}
