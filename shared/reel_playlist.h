#ifndef REEL_PLAYLIST_H
#define REEL_PLAYLIST_H

#include <stddef.h>
#include <stdint.h>

#include "shared/reel_playlist_entry.h"

/*
 * Playlists, read line by line as they come: HLS (RFC 8216 and what came after
 * it), .m3u with or without its extended tags, .pls.  No allocation and no file;
 * the reader is one struct of a fixed size, whatever is thrown at it.
 */
#define REEL_PLAYLIST_LINE_MAX 8192 /* a longer line is left out */
#define REEL_PLAYLIST_MAP_MAX 1024  /* of the address of a map, likewise */

enum reel_playlist_kind {
	REEL_PLAYLIST_UNKNOWN = 0, /* of another form, or nothing in it */
	REEL_PLAYLIST_LIST,   /* files one after the other */
	REEL_PLAYLIST_MEDIA,  /* HLS: the segments of one stream */
	REEL_PLAYLIST_MASTER  /* HLS: one stream in several variants */
};

/* What was found so far, and the reader's own. */
struct reel_playlist {
	enum reel_playlist_kind kind;
	int64_t segments;
	int64_t untimed;     /* segments that give no duration */
	int64_t duration_us; /* of all others */
	int64_t encrypted;   /* segments; of a master 1 if its session is */
	int64_t discontinuities;
	int64_t gaps;
	int64_t ranges;      /* segments that are a part of a file */
	int64_t variants;
	int64_t skipped;     /* lines that are too long, or end in nothing */
	int ended;           /* no more will come (EXT-X-ENDLIST) */
	int key_frames_only;
	struct {
		int form;
		int master;
		int over; /* the line at hand is too long */
		int key;
		size_t len;
		uint64_t last; /* the last segment's address, as a number */
		int64_t next;  /* where its next range begins */
		char map[REEL_PLAYLIST_MAP_MAX];
		struct reel_playlist_entry entry; /* of the next address */
		char line[REEL_PLAYLIST_LINE_MAX];
	} state;
};

/**
 * reel_playlist_init(list, plain):
 * ${plain}: the name says that it is a list, so one without a sign is one.
 *
 * reel_playlist_feed(list, data, len, on_entry, cookie):
 * The next ${len} bytes.  ${on_entry} is told each address in them.
 * reel_playlist_end(list, on_entry, cookie): a last line without an end.
 */
typedef void reel_playlist_on(
    void *cookie, const struct reel_playlist_entry *entry);
void reel_playlist_init(struct reel_playlist *list, int plain);
void reel_playlist_feed(struct reel_playlist *list, const char *data,
    size_t len, reel_playlist_on *on_entry, void *cookie);
void reel_playlist_end(
    struct reel_playlist *list, reel_playlist_on *on_entry, void *cookie);

#endif /* !REEL_PLAYLIST_H */
