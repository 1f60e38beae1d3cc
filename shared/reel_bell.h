#ifndef REEL_BELL_H
#define REEL_BELL_H

#include <sys/types.h>

#include <stddef.h>
#include <stdint.h>

#include "shared/reel_status.h"

/*
 * The bell: "look again".  A SOCK_SEQPACKET socket in the state folder; the
 * indexer listens, nginx workers connect and get one byte per commit.  A bell
 * may be lost, doubled or late.  What travels back is a hint of a fixed size
 * that may be lost as well.  Both sides are non-blocking and close-on-exec.
 */
#define REEL_BELL_NAME "bell.sock"
#define REEL_BELL_VERSION 1
#define REEL_BELL_PATH_MAX 4096

enum reel_bell_kind {
	REEL_BELL_LOOK = 1,   /* somebody looks at item ${id}; from anybody */
	REEL_BELL_RESCAN = 2, /* rescan ${path}; only from root or our own uid */
	REEL_BELL_ACCEPT = 3  /* take the disk at ${path} as it is; likewise */
};

struct reel_bell_hint {
	uint8_t version; /* REEL_BELL_VERSION */
	uint8_t kind;    /* enum reel_bell_kind */
	uint16_t path_len;
	uint32_t zero;
	int64_t id;
	/* followed by path_len bytes for RESCAN and ACCEPT */
};

/**
 * reel_bell_listen(path, fd), reel_bell_connect(path, fd):
 * Make the socket.  _listen replaces a socket nobody listens on (REEL_BUSY if
 * somebody does), mode 0660.  Paths longer than sun_path go through
 * /proc/self/fd of the folder.  REEL_NOT_FOUND: no such socket or nobody
 * listens; REEL_IO: see errno.
 */
enum reel_status reel_bell_listen(const char *path, int *fd);
enum reel_status reel_bell_connect(const char *path, int *fd);

/**
 * reel_bell_accept(fd, peer, uid):
 * REEL_AGAIN when nobody waits.  ${uid} is the peer's, as the kernel says.
 */
enum reel_status reel_bell_accept(int fd, int *peer, uid_t *uid);

/**
 * reel_bell_ring(peer), reel_bell_drain(fd):
 * Send one byte; REEL_OK too when the peer has not read the last ones yet.
 * REEL_NOT_FOUND when the other side is gone.  _drain reads all bytes that
 * wait: REEL_OK if there were some, REEL_AGAIN if none, REEL_NOT_FOUND at the
 * end of the connection.
 */
enum reel_status reel_bell_ring(int peer);
enum reel_status reel_bell_drain(int fd);

/**
 * reel_bell_hint_send(fd, kind, id, path, path_len):
 * REEL_AGAIN: the queue is full and the hint is lost, which is allowed.
 *
 * reel_bell_hint_recv(peer, hint, path):
 * ${path} holds REEL_BELL_PATH_MAX bytes.  REEL_AGAIN: none waits;
 * REEL_NOT_FOUND: connection over; REEL_BAD_INPUT: a packet that is no hint,
 * it was taken off.
 */
enum reel_status reel_bell_hint_send(int fd, enum reel_bell_kind kind,
    int64_t id, const char *path, size_t path_len);
enum reel_status reel_bell_hint_recv(
    int peer, struct reel_bell_hint *hint, char *path);

/**
 * reel_bell_answer_send(peer, answer), reel_bell_answer_recv(fd, answer):
 * What became of a RESCAN or ACCEPT: REEL_OK, REEL_NOT_FOUND (no such path),
 * REEL_BUSY (not the peer's to ask) or another.  It may be lost like a ring, and
 * a drain takes it for one.  _recv passes over rings; REEL_AGAIN: none yet;
 * REEL_NOT_FOUND: the connection is over.
 */
enum reel_status reel_bell_answer_send(int peer, enum reel_status answer);
enum reel_status reel_bell_answer_recv(int fd, enum reel_status *answer);

#endif /* !REEL_BELL_H */
