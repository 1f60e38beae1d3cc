/*
 * The worker's half of an export, but for libav.  A feed is a stream of bytes
 * whose pieces are handed over one after the other, each when the last is used
 * up; a run is what a demuxer may read through without a seam.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "shared/reel_playlist.h"

#include "indexer/reel_remux.h"

#define LIST_BYTES_MAX (INT64_C(64) << 20)

/* Of one packet: a note, then what it is about. */
struct packet {
	struct reel_remux_note note;
	char bytes[REEL_REMUX_BYTES_MAX];
};

static int
tell(int sock, const struct reel_wire_header *job, enum reel_remux_what what,
    int input, const void *data, size_t len)
{
	struct reel_wire_header header = *job;

	memset(header.ending, 0, sizeof(header.ending));
	header.status = REEL_OK;
	header.type = (int32_t)what;
	header.left = (uint32_t)input;
	header.len = (uint32_t)len;

	return (reel_wire_send(sock, &header, data, -1) != REEL_OK);
}

/* --- what stands in a playlist --- */

struct teller {
	int sock;
	const struct reel_wire_header *job;
	int lost; /* nobody listens */
};

static void
on_entry(void *cookie, const struct reel_playlist_entry *entry)
{
	static struct packet packet;
	struct teller *teller = cookie;
	struct reel_remux_note *note = &packet.note;

	if (teller->lost || entry->what == REEL_PLAYLIST_PART ||
	    (entry->what == REEL_PLAYLIST_RENDITION &&
	        (strcmp(entry->media, "AUDIO") != 0 ||
	            entry->part.len == 0)) ||
	    entry->part.len + entry->map.len > REEL_REMUX_TEXT_MAX)
		return;
	memset(note, 0, sizeof(*note));
	note->at = entry->part.at;
	note->bytes = entry->part.bytes;
	note->map_at = entry->map.at;
	note->map_bytes = entry->map.bytes;
	note->duration_us = entry->duration_us;
	note->bandwidth = entry->bandwidth;
	note->pixels = (int64_t)entry->width * entry->height;
	note->flags = (entry->encrypted ? REEL_REMUX_ENCRYPTED : 0u) |
	    (entry->discontinuity ? REEL_REMUX_DISCONTINUITY : 0u) |
	    (entry->gap ? REEL_REMUX_GAP : 0u) |
	    (entry->what == REEL_PLAYLIST_VARIANT ? REEL_REMUX_VARIANT : 0u) |
	    (entry->what == REEL_PLAYLIST_RENDITION ? REEL_REMUX_SOUND : 0u);
	note->uri_len = (uint32_t)entry->part.len;
	note->map_len = (uint32_t)entry->map.len;
	memcpy(packet.bytes, entry->part.uri, entry->part.len);
	if (entry->map.len > 0)
		memcpy(packet.bytes + entry->part.len, entry->map.uri,
		    entry->map.len);
	teller->lost = tell(teller->sock, teller->job, REEL_REMUX_ENTRY, 0,
	    &packet, sizeof(*note) + entry->part.len + entry->map.len);
}

enum reel_status
reel_remux_list(int sock, const struct reel_wire_header *job, int fd,
    char *reason)
{
	static struct reel_playlist list;
	static char data[65536];
	struct teller teller = {.sock = sock, .job = job};
	struct reel_remux_note last = {.flags = REEL_REMUX_ENDED};
	int64_t at = 0;
	ssize_t n;

	reel_playlist_init(&list, 0);
	while ((n = pread(fd, data, sizeof(data), at)) > 0 &&
	    at < LIST_BYTES_MAX) {
		reel_playlist_feed(
		    &list, data, (size_t)n, on_entry, &teller);
		at += n;
	}
	if (n != 0) {
		snprintf(reason, REEL_WIRE_REASON_MAX, "cannot read the "
		    "playlist: %s", n == -1 ? strerror(errno) : "it is too long");
		return (REEL_IO);
	}
	reel_playlist_end(&list, on_entry, &teller);
	if (list.kind != REEL_PLAYLIST_MEDIA &&
	    list.kind != REEL_PLAYLIST_MASTER) {
		snprintf(reason, REEL_WIRE_REASON_MAX, "not a playlist of HLS");
		return (REEL_BAD_INPUT);
	}
	if (list.ended && tell(sock, job, REEL_REMUX_ENTRY, 0, &last,
	    sizeof(last)))
		return (REEL_IO);

	return (REEL_OK);
}

/* --- the segments --- */

static int
break_off(struct reel_remux_feed *feed, const char *why)
{

	if (!feed->broken)
		snprintf(feed->reason, REEL_WIRE_REASON_MAX, "%s", why);
	feed->broken = 1;

	return (-1);
}

/*
 * Whether bytes are the beginning of something that segments are packed in.  A
 * demuxer would look for a place further on, and nobody would miss what it left.
 */
static int
is_segment(const unsigned char *head, ssize_t n)
{
	static const char *const boxes[] = {"ftyp", "styp", "moof", "moov", "sidx",
	    "emsg", "prft", "mdat", "free", "skip", "uuid"};
	size_t i;

	if (n < 8)
		return (0);
	if (head[0] == 0x47 || memcmp(head, "ID3", 3) == 0 ||
	    (head[0] == 0xff && (head[1] & 0xe0) == 0xe0) ||
	    (head[0] == 0x0b && head[1] == 0x77))
		return (1);
	for (i = 0; i < sizeof(boxes) / sizeof(boxes[0]); i++)
		if (memcmp(head + 4, boxes[i], 4) == 0)
			return (1);

	return (0);
}

/* Ask for what comes next; -1: broken. */
static int
fetch(struct reel_remux_feed *feed)
{
	struct reel_wire_header header;
	struct reel_remux_note note;
	unsigned char head[8];
	char why[64];

	if (feed->fd != -1)
		close(feed->fd);
	feed->fd = -1;
	if (tell(feed->sock, feed->job, REEL_REMUX_NEXT, feed->input, NULL, 0) ||
	    reel_wire_recv(feed->sock, &header, &note, sizeof(note),
	        &feed->fd) != REEL_OK ||
	    header.kind != REEL_WIRE_EXPORT)
		return (break_off(feed, "nobody hands over segments any more"));
	if (header.type == REEL_REMUX_END) {
		feed->ended = 1;
		return (0);
	}
	if (header.type != REEL_REMUX_SEGMENT || header.len != sizeof(note) ||
	    feed->fd == -1)
		return (break_off(feed, "a segment is not of the form"));
	feed->at = note.at;
	feed->end = note.bytes > 0 ? note.at + note.bytes : INT64_MAX;
	feed->held = (note.flags & REEL_REMUX_DISCONTINUITY) != 0;
	feed->number = (int)note.number;
	if (!is_segment(head, pread(feed->fd, head, sizeof(head), feed->at))) {
		snprintf(why, sizeof(why), "segment %d is no MPEG-TS, mp4 or sound",
		    feed->number);
		return (break_off(feed, why));
	}

	return (0);
}

int
reel_remux_read(struct reel_remux_feed *feed, void *data, int len)
{
	ssize_t n;
	size_t want;
	char why[128];

	while (!feed->broken && !feed->ended && !feed->held) {
		n = 0;
		if (feed->fd != -1 && feed->at < feed->end) {
			want = (size_t)len;
			if ((int64_t)want > feed->end - feed->at)
				want = (size_t)(feed->end - feed->at);
			do
				n = pread(feed->fd, data, want, feed->at);
			while (n == -1 && errno == EINTR);
		}
		if (n == -1) {
			snprintf(why, sizeof(why), "cannot read segment %d: %s",
			    feed->number, strerror(errno));
			return (break_off(feed, why));
		}
		if (n > 0) {
			feed->at += n;
			return ((int)n);
		}
		if (fetch(feed) == -1)
			return (-1);
	}

	return (feed->broken ? -1 : 0);
}

int
reel_remux_more(struct reel_remux_feed *feed)
{
	int more = feed->held && !feed->broken && !feed->ended;

	feed->held = 0;

	return (more);
}

int
reel_remux_write(int sock, const struct reel_wire_header *job, int64_t at,
    const void *data, size_t len)
{
	static struct packet packet;
	const char *from = data;
	size_t n;

	while (len > 0) {
		n = len < sizeof(packet.bytes) ? len : sizeof(packet.bytes);
		memset(&packet.note, 0, sizeof(packet.note));
		packet.note.at = at;
		packet.note.bytes = (int64_t)n;
		memcpy(packet.bytes, from, n);
		if (tell(sock, job, REEL_REMUX_BYTES, 0, &packet,
		    sizeof(packet.note) + n))
			return (-1);
		from += n;
		at += (int64_t)n;
		len -= n;
	}

	return (0);
}
