#ifndef REEL_SLOT_H
#define REEL_SLOT_H

#include <sys/types.h>

#include <stdint.h>

#include "shared/reel_facts.h"
#include "shared/reel_wire.h"

#include "indexer/reel_nursery.h"
#include "indexer/reel_piece.h"

/*
 * One place for a worker: the process in it, the file it is reading, and how
 * that ends.  Embedded by the pool, which alone decides what to start and when.
 */
union reel_slot_packet {
	struct reel_facts facts;
	char bytes[REEL_WIRE_PIECE_MAX];
};
enum reel_slot_state {
	REEL_SLOT_EMPTY = 0,
	REEL_SLOT_IDLE, /* a worker waits for a file, or starts */
	REEL_SLOT_BUSY, /* it has one */
	REEL_SLOT_GONE  /* it is ending; its outcome may still be due */
};

struct reel_slot {
	struct reel_loop *loop;
	enum reel_slot_state state;
	pid_t pid; /* 0: none, or reaped */
	int sock;
	struct reel_birth birth; /* of its process: while it is due, no pid */
	int doomed;     /* gone, and to be killed */
	int greeted;    /* it said that it is ready */
	int jobs, nice; /* how many it did; how nice it is */
	int64_t busy_ms;
	int64_t since_ms; /* busy or gone since */
	void (*on_late)(void *cookie); /* NULL: no deadline */
	int64_t late_ms; /* that is it; what is left of it while halted */
	int halted;
	int64_t reap_ms, timeout_ms; /* until the next look; of a job */
	/* Set by the owner once. */
	void (*on_outcome)(struct reel_slot *slot, enum reel_status status,
	    const struct reel_facts *facts, const char *reason);
	void (*on_greeted)(struct reel_slot *slot);
	void *owner;
	struct reel_nursery *nursery;
	union reel_slot_packet *packet; /* the one at hand; may be shared */
	/* The job at hand; the owner's between _hand and on_outcome. */
	int64_t job;
	int has_job;
	int map; /* read before its file; -1: none; closed by _hand */
	enum reel_wire_kind kind;
	struct reel_wire_making making; /* of its picture */
	struct reel_wire_board board;   /* of its storyboard, of a film that is */
	int64_t length_ms;              /* so long; and those tiles of it: */
	struct reel_plan_span span;
	int patience; /* it may take so many times as long as others */
	void (*on_sheet)(void *cookie, int64_t job, int sheet,
	    const struct reel_piece *piece);
	int (*on_next)(void *cookie, int64_t job); /* zero: nothing to ask for */
	struct reel_piece picture; /* or playlist; whole when it is told */
	void (*on_picture_done)(void *cookie, int64_t job, enum reel_status status,
	    const struct reel_piece *picture, const char *reason);
	void (*on_probe_done)(void *cookie, int64_t job, enum reel_status status,
	    const struct reel_facts *facts, const char *reason);
	void *cookie;
	enum reel_status status;               /* of the outcome that is due */
	char reason[REEL_WIRE_REASON_MAX + 1]; /* "": ask the exit status */
};

void reel_slot_init(struct reel_slot *slot, struct reel_loop *loop);
/**
 * reel_slot_start(slot, worker_path, timeout_ms): a worker for files to come.
 * reel_slot_hand(slot, worker_path, timeout_ms, fd, type, name):
 * Give the file to the worker of an idle slot, or start one in an empty slot.
 * ${slot->job}, kind and the owner's fields are set before; ${fd} is closed here.
 * ${on_outcome} follows, from the loop, exactly once; the slot may be used again
 * from inside.  REEL_AGAIN with ${slot->greeted} zero: no worker could be started.
 */
void reel_slot_start(
    struct reel_slot *slot, const char *worker_path, int64_t timeout_ms);
void reel_slot_hand(struct reel_slot *slot, const char *worker_path,
    int64_t timeout_ms, int fd, enum reel_type type, const char *name);

/**
 * reel_slot_retire(slot): an idle worker is to end.  _cancel: a busy one; the
 * outcome of its job is REEL_BUSY.  _end: whatever it does; no outcome is told.
 * _nice: it is to be so nice, until it ends.  _wait: for its process, until the
 * monotonic clock shows ${until_ms} at most.
 */
void reel_slot_retire(struct reel_slot *slot);
void reel_slot_cancel(struct reel_slot *slot);
void reel_slot_end(struct reel_slot *slot);
void reel_slot_nice(struct reel_slot *slot, int nice);
void reel_slot_wait(struct reel_slot *slot, int64_t until_ms);

#endif /* !REEL_SLOT_H */
