#ifndef REEL_EXPORT_TALK_H
#define REEL_EXPORT_TALK_H

#include <sys/types.h>

#include <stdint.h>

#include "shared/reel_buf.h"
#include "shared/reel_status.h"

#include "indexer/reel_remux.h"

/*
 * One worker, and what it says while a person waits for the export.
 */
struct reel_export_packet {
	struct reel_remux_note note;
	char bytes[REEL_REMUX_BYTES_MAX];
};

struct reel_export_talk {
	pid_t pid;
	int sock;
	int signals; /* descriptor; who asks us to end */
	void (*on_tick)(void *cookie); /* some times a second; may be NULL */
	void *cookie;
	struct reel_wire_header header; /* the packet at hand */
	size_t len; /* of its payload */
	struct reel_export_packet packet;
	struct reel_buf *why;
};

/**
 * reel_export_talk_open(talk, worker_path, why): start it and hear its greeting.
 * reel_export_talk_close(talk): in any case; ends it.
 *
 * reel_export_talk_send(talk, what, input, note, fd): ${note} may be NULL, ${fd}
 * -1; it stays open here.
 *
 * reel_export_talk_hear(talk): the next packet.  REEL_BUSY: a signal asks us to
 * end.  REEL_IO: the worker died, hangs or talks nonsense; REEL_BAD_INPUT: it
 * gave up, for the reason that ${why} gets.
 */
enum reel_status reel_export_talk_open(struct reel_export_talk *talk,
    const char *worker_path, struct reel_buf *why);
void reel_export_talk_close(struct reel_export_talk *talk);
enum reel_status reel_export_talk_send(struct reel_export_talk *talk,
    enum reel_remux_what what, int input, const struct reel_remux_note *note,
    int fd);
enum reel_status reel_export_talk_hear(struct reel_export_talk *talk);

#endif /* !REEL_EXPORT_TALK_H */
