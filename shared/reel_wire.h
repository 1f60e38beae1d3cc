#ifndef REEL_WIRE_H
#define REEL_WIRE_H

#include <stddef.h>
#include <stdint.h>

#include "shared/reel_plan.h"
#include "shared/reel_status.h"

/*
 * Packets between reel-indexer and a reel-worker, over a SOCK_SEQPACKET pair
 * that the worker inherits as descriptor 3.  The worker's first packet is of job
 * 0: status REEL_OK and nothing more when it is ready, else a reason why it
 * cannot be.  A job: header and one descriptor (the opened file).  Its answer: a
 * header with status REEL_OK, then for _PROBE a struct reel_facts, for _PICTURE
 * the key of the picture and the picture, for _PLAYLIST a struct reel_stream and
 * its numbers, for _PLAN a struct reel_plan, all in as many packets as it takes;
 * for _STORYBOARD each sheet like a picture, its number from 1 on as the type, and
 * at last, with type 0, the key and a struct reel_wire_tile; else a reason in UTF-8
 * (at most REEL_WIRE_REASON_MAX bytes).
 * The storyboard of a stream is a talk of its own: shared/reel_plan.h.
 */
#define REEL_WIRE_VERSION 1
#define REEL_WIRE_FD 3
#define REEL_WIRE_REASON_MAX 256

#define REEL_WIRE_PICTURE_MAX (512 * 1024) /* bytes of a picture */
#define REEL_WIRE_SHEET_MAX (2 << 20)      /* of a sheet of a storyboard */
#define REEL_WIRE_PIECE_MAX 65536          /* of it in one packet */
/* A storyboard may take so many times as long as anything else. */
#define REEL_WIRE_BOARD_PATIENCE 30

enum reel_wire_kind {
	REEL_WIRE_PROBE = 1,
	REEL_WIRE_PICTURE = 2,
	REEL_WIRE_PLAYLIST = 3,
	REEL_WIRE_STORYBOARD = 4,
	REEL_WIRE_MAP = 5, /* no job: what the next job's file comes behind */
	REEL_WIRE_PLAN = 6, /* of a storyboard: which files of a stream it needs */
	REEL_WIRE_EXPORT = 16, /* a talk of its own: indexer/reel_remux.h */
	REEL_WIRE_TEMPLATE = 17 /* a talk of its own: indexer/reel_template.h */
};

/* How a picture is to be made. */
struct reel_wire_making {
	uint16_t box;     /* side of the square it fits into; 0: not at all */
	uint16_t quality; /* 1 to 100 */
	uint16_t form;    /* enum reel_key_form */
};

/* How a storyboard is to be made. */
struct reel_wire_board {
	uint16_t box;     /* side of the square a tile fits into; 0: not at all */
	uint16_t quality; /* 1 to 100 */
	uint16_t columns; /* tiles of a sheet */
	uint16_t rows;
	uint32_t step_ms; /* from one tile to the next */
};

/* What all tiles of a storyboard measure. */
struct reel_wire_tile {
	uint32_t width;
	uint32_t height;
};

struct reel_wire_header {
	uint16_t version; /* REEL_WIRE_VERSION */
	uint16_t kind;    /* enum reel_wire_kind */
	uint32_t status;  /* answers: enum reel_status */
	uint64_t job;     /* chosen by the indexer, returned as it came */
	int32_t type;     /* jobs: enum reel_type that the name promises */
	uint32_t zero;
	int64_t length_ms; /* jobs: of the film, for its storyboard */
	uint32_t len;     /* bytes that follow the header */
	uint32_t left;    /* answers: bytes in the packets after this one */
	struct reel_wire_making making; /* jobs */
	struct reel_wire_board board;   /* jobs */
	struct reel_plan_span span;     /* jobs */
	char ending[16];  /* jobs: the name's ending, lower case, "mp4" */
};

/**
 * reel_wire_send(sock, header, payload, fd):
 * Send one packet; ${fd} is -1 or a descriptor to hand over (it stays open
 * here).  REEL_AGAIN: would block.  REEL_NOT_FOUND: the other side is gone.
 */
enum reel_status reel_wire_send(int sock, const struct reel_wire_header *header,
    const void *payload, int fd);

/**
 * reel_wire_recv(sock, header, payload, cap, fd):
 * Receive one packet; its payload goes to ${payload}, which holds ${cap} bytes.
 * ${*fd} becomes the descriptor that came along (close-on-exec, the caller's)
 * or -1.  REEL_AGAIN, REEL_NOT_FOUND as above; REEL_BAD_INPUT: not of the form,
 * too long, or another version; nothing is left open then.
 */
enum reel_status reel_wire_recv(int sock, struct reel_wire_header *header,
    void *payload, size_t cap, int *fd);

#endif /* !REEL_WIRE_H */
