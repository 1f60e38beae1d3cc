/* links: shared/reel_playlist.c shared/reel_playlist_tag.c
 * shared/reel_playlist_text.c shared/reel_uri.c shared/reel_path.c */
/*
 * A playlist, at once and in pieces: both say the same, every number is in its
 * range, and no address leaves the folder.  The first byte says how large the
 * pieces are, and whether the name promises a list.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "shared/reel_path.h"
#include "shared/reel_playlist.h"
#include "shared/reel_uri.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct sum {
	int64_t whats[5];
	int64_t bytes;
	uint64_t hash;
};

static void
add(struct sum *sum, const void *data, size_t len)
{
	const unsigned char *at = data;

	for (; len > 0; len--)
		sum->hash = (sum->hash ^ *at++) * 0x100000001b3u;
}

static void
check_part(const struct reel_playlist_part *part)
{
	char path[REEL_URI_PATH_MAX];
	size_t len;

	if (part->at < 0 || part->bytes < 0 ||
	    part->at > INT64_MAX - part->bytes)
		abort();
	if (part->len == 0)
		return;
	switch (reel_uri_place(part->uri, part->len, path, &len)) {
	case REEL_URI_HERE:
		if (len == 0 || memchr(path, '/', len) != NULL)
			abort();
		/* FALLTHROUGH */
	case REEL_URI_BELOW:
		if (len > sizeof(path) || reel_path_check(path, len) != 0)
			abort();
		break;
	case REEL_URI_ELSEWHERE:
		break;
	}
}

static void
on_entry(void *cookie, const struct reel_playlist_entry *entry)
{
	struct sum *sum = cookie;

	if (entry->what < REEL_PLAYLIST_SEGMENT ||
	    entry->what > REEL_PLAYLIST_RENDITION ||
	    (entry->part.len == 0 && entry->what != REEL_PLAYLIST_RENDITION) ||
	    entry->part.len > REEL_PLAYLIST_LINE_MAX ||
	    entry->map.len > REEL_PLAYLIST_MAP_MAX ||
	    entry->duration_us < -1 || entry->bandwidth < 0 ||
	    entry->width < 0 || entry->height < 0 || entry->fps_milli < 0 ||
	    memchr(entry->codecs, '\0', sizeof(entry->codecs)) == NULL ||
	    memchr(entry->media, '\0', sizeof(entry->media)) == NULL ||
	    memchr(entry->language, '\0', sizeof(entry->language)) == NULL ||
	    memchr(entry->name, '\0', sizeof(entry->name)) == NULL ||
	    entry->channels < 0 ||
	    entry->channels > REEL_PLAYLIST_CHANNELS_MAX)
		abort();
	check_part(&entry->part);
	check_part(&entry->map);
	sum->whats[entry->what]++;
	sum->bytes += (int64_t)entry->part.len;
	add(sum, entry->part.uri, entry->part.len);
	if (entry->map.len > 0)
		add(sum, entry->map.uri, entry->map.len);
	add(sum, &entry->duration_us, sizeof(entry->duration_us));
	add(sum, &entry->part.at, sizeof(entry->part.at));
	add(sum, entry->codecs, strlen(entry->codecs));
}

static void
read_in(struct reel_playlist *list, struct sum *sum, const char *text,
    size_t len, int plain, size_t step)
{
	size_t at, n;

	memset(sum, 0, sizeof(*sum));
	reel_playlist_init(list, plain);
	for (at = 0; at < len; at += n) {
		n = step < len - at ? step : len - at;
		reel_playlist_feed(list, text + at, n, on_entry, sum);
	}
	reel_playlist_end(list, on_entry, sum);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct reel_playlist whole, pieces;
	struct sum a, b;
	const char *text;
	size_t step;
	int plain;

	if (size == 0)
		return (0);
	plain = data[0] & 1;
	step = (data[0] >> 1) + 1u;
	text = (const char *)data + 1;
	size--;
	read_in(&whole, &a, text, size, plain, size + 1);
	read_in(&pieces, &b, text, size, plain, step);
	if (memcmp(&a, &b, sizeof(a)) != 0 ||
	    memcmp(&whole, &pieces, offsetof(struct reel_playlist, state)) != 0)
		abort();
	if (whole.duration_us < 0 || whole.untimed < 0 ||
	    whole.segments != a.whats[REEL_PLAYLIST_SEGMENT] ||
	    whole.variants != a.whats[REEL_PLAYLIST_VARIANT] ||
	    whole.untimed > whole.segments || whole.gaps > whole.segments ||
	    whole.ranges > whole.segments ||
	    (whole.kind == REEL_PLAYLIST_UNKNOWN && a.bytes > 0) ||
	    (whole.variants > 0 && whole.kind != REEL_PLAYLIST_MASTER))
		abort();
	return (0);
}
