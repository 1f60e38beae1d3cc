#ifndef REEL_REMUX_H
#define REEL_REMUX_H

#include <stddef.h>
#include <stdint.h>

#include "shared/reel_status.h"
#include "shared/reel_wire.h"

/*
 * What crosses the socket while the segments of a stream become one mp4: packets
 * of kind REEL_WIRE_EXPORT, whose header.type says which.  The worker opens
 * nothing: it is handed the playlist, says what stands in it, and asks for one
 * segment after the other.  It writes nothing: it says which bytes go where.
 */
#define REEL_REMUX_INPUTS_MAX 2 /* pictures, and sound that has its own list */
#define REEL_REMUX_TEXT_MAX 8192
#define REEL_REMUX_BYTES_MAX 61440 /* of the mp4 in one packet */

enum reel_remux_what {
	REEL_REMUX_DONE = 0, /* from: nothing more comes; a reason if it failed */
	REEL_REMUX_LIST,     /* to: a playlist's descriptor */
	REEL_REMUX_ENTRY,    /* from: a note, the address, the map's address */
	REEL_REMUX_START,    /* to: header.left inputs follow */
	REEL_REMUX_NEXT,     /* from: input header.left wants what comes next */
	REEL_REMUX_SEGMENT,  /* to: a descriptor, and a note which part of it */
	REEL_REMUX_END,      /* to: there are no more */
	REEL_REMUX_BYTES     /* from: a note where they go, and bytes of the mp4 */
};

#define REEL_REMUX_ENCRYPTED 1     /* flags */
#define REEL_REMUX_DISCONTINUITY 2 /* nothing before it goes on in it */
#define REEL_REMUX_GAP 4
#define REEL_REMUX_VARIANT 8
#define REEL_REMUX_SOUND 16 /* a rendition */
#define REEL_REMUX_ENDED 32 /* of the last entry, which has no address */

struct reel_remux_note {
	int64_t at;
	int64_t bytes; /* of the part; 0: all that follow */
	int64_t map_at;
	int64_t map_bytes;
	int64_t duration_us;
	int64_t bandwidth;
	int64_t pixels; /* of a variant; 0: not known, or none */
	uint32_t flags;
	uint32_t uri_len;
	uint32_t map_len;
	uint32_t number; /* SEGMENT: of the segment, from 1 */
};

/* The segments of an input as one stream of bytes that is asked for as it goes. */
struct reel_remux_feed {
	int sock;
	const struct reel_wire_header *job;
	int input;
	int fd; /* -1: none at hand */
	int64_t at;
	int64_t end; /* INT64_MAX: to its end */
	int held;    /* what is at hand belongs to the next run */
	int ended;
	int number;  /* of the segment at hand */
	int broken;  /* the disk or the socket failed; why is in ${reason} */
	char *reason;
};

/**
 * reel_remux_list(sock, job, fd, reason):
 * Tell what stands in the playlist at ${fd}.
 *
 * reel_remux_read(feed, data, len): bytes read; 0: this run of segments is over;
 * -1: broken.  reel_remux_more(feed): go on to the next run; zero: none.
 * reel_remux_write(sock, job, at, data, len): nonzero if it cannot be told.
 */
enum reel_status reel_remux_list(int sock, const struct reel_wire_header *job,
    int fd, char *reason);
int reel_remux_read(struct reel_remux_feed *feed, void *data, int len);
int reel_remux_more(struct reel_remux_feed *feed);
int reel_remux_write(int sock, const struct reel_wire_header *job, int64_t at,
    const void *data, size_t len);

#endif /* !REEL_REMUX_H */
