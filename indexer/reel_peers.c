/*
 * Who listens for the bell.  A peer may be slow, rude or dead: rings that it does
 * not read are lost, which is allowed; packets that are no hints are thrown away
 * a few a turn, and one who sends nothing else is hung up on.  Hints that make
 * work (rescan, accept) are taken from root and from our own user only, as the
 * kernel names the peer.  There are REEL_PEERS_MAX places; when all are taken the
 * oldest peer loses its own and connects again if it still lives.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/reel_bell.h"

#include "indexer/reel_log.h"
#include "indexer/reel_loop.h"
#include "indexer/reel_mem.h"

#include "indexer/reel_peers.h"

#define ACCEPTS_A_TURN 16
#define HINTS_A_TURN 32
#define RUDE_MAX 64
/* Accepting that fails (no descriptors left) is tried again so much later. */
#define REST_MS 1000

struct peer {
	int fd; /* -1: free */
	uid_t uid;
	int rude;       /* packets that were no hints, or not its to send */
	uint64_t since; /* order of arrival */
};

struct reel_peers {
	struct reel_loop *loop;
	char *path;
	int fd;
	struct reel_peers_calls calls;
	struct peer peers[REEL_PEERS_MAX];
	size_t count;
	uint64_t arrivals;
	char text[REEL_BELL_PATH_MAX]; /* of the hint at hand */
};

static void on_waiting(void *cookie, int fd);
static void on_rested(void *cookie);

static void
hang_up(struct reel_peers *peers, struct peer *peer)
{

	reel_loop_fd(peers->loop, peer->fd, NULL, NULL);
	close(peer->fd);
	peer->fd = -1;
	peers->count--;
}

/* Zero: it was not the peer's to ask.  The log hears of that once a peer. */
static int
obey(struct reel_peers *peers, const struct peer *peer,
    const struct reel_bell_hint *hint)
{
	const struct reel_peers_calls *calls = &peers->calls;
	enum reel_status answer;

	if (hint->kind == REEL_BELL_LOOK) {
		calls->on_look(calls->cookie, hint->id);
		return (1);
	}
	if (peer->uid != 0 && peer->uid != geteuid()) {
		if (peer->rude == 0)
			reel_warn("refused a request from another user uid=%u "
			    "kind=%u", (unsigned int)peer->uid,
			    (unsigned int)hint->kind);
		(void)reel_bell_answer_send(peer->fd, REEL_BUSY);
		return (0);
	}
	if (hint->kind == REEL_BELL_RESCAN)
		answer = calls->on_rescan(
		    calls->cookie, peers->text, hint->path_len);
	else
		answer = calls->on_accept(
		    calls->cookie, peers->text, hint->path_len);
	/* Who does not wait for it is asked for nothing more. */
	(void)reel_bell_answer_send(peer->fd, answer);

	return (1);
}

static void
on_hint(void *cookie, int fd)
{
	struct reel_peers *peers = cookie;
	struct reel_bell_hint hint;
	struct peer *peer = NULL;
	enum reel_status rc;
	size_t i;
	int n;

	for (i = 0; i < REEL_PEERS_MAX; i++)
		if (peers->peers[i].fd == fd)
			peer = &peers->peers[i];
	if (peer == NULL)
		reel_fatal("a peer of the bell without a place fd=%d", fd);
	for (n = 0; n < HINTS_A_TURN; n++) {
		rc = reel_bell_hint_recv(fd, &hint, peers->text);
		if (rc == REEL_AGAIN)
			return;
		if (rc == REEL_OK && obey(peers, peer, &hint))
			continue;
		if ((rc != REEL_OK && rc != REEL_BAD_INPUT) ||
		    ++peer->rude > RUDE_MAX) {
			hang_up(peers, peer);
			return;
		}
	}
}

/* A free place; if there is none, that of the peer that came first. */
static struct peer *
find_place(struct reel_peers *peers)
{
	struct peer *peer, *oldest = NULL;
	size_t i;

	for (i = 0; i < REEL_PEERS_MAX; i++) {
		peer = &peers->peers[i];
		if (peer->fd == -1)
			return (peer);
		if (oldest == NULL || peer->since < oldest->since)
			oldest = peer;
	}
	hang_up(peers, oldest);

	return (oldest);
}

static void
on_waiting(void *cookie, int fd)
{
	struct reel_peers *peers = cookie;
	struct peer *place;
	enum reel_status rc;
	uid_t uid;
	int n, peer;

	for (n = 0; n < ACCEPTS_A_TURN; n++) {
		rc = reel_bell_accept(fd, &peer, &uid);
		if (rc == REEL_AGAIN)
			return;
		if (rc != REEL_OK) {
			/* It would be readable for ever. */
			reel_warn("cannot accept a peer of the bell reason=\"%s\"",
			    strerror(errno));
			reel_loop_fd(peers->loop, fd, NULL, NULL);
			reel_loop_timer(peers->loop, REST_MS, on_rested, peers);
			return;
		}
		place = find_place(peers);
		*place = (struct peer){
		    .fd = peer, .uid = uid, .since = peers->arrivals++};
		peers->count++;
		reel_loop_fd(peers->loop, peer, on_hint, peers);
	}
}

static void
on_rested(void *cookie)
{
	struct reel_peers *peers = cookie;

	reel_loop_fd(peers->loop, peers->fd, on_waiting, peers);
}

enum reel_status
reel_peers_open(struct reel_loop *loop, const char *state_dir,
    const struct reel_peers_calls *calls, struct reel_peers **out,
    struct reel_buf *why)
{
	struct reel_peers *peers = reel_mem_new(sizeof(*peers));
	enum reel_status rc;
	size_t i;

	peers->loop = loop;
	peers->calls = *calls;
	peers->fd = -1;
	for (i = 0; i < REEL_PEERS_MAX; i++)
		peers->peers[i].fd = -1;
	if (asprintf(&peers->path, "%s/%s", state_dir, REEL_BELL_NAME) == -1)
		reel_fatal("out of memory");
	rc = reel_bell_listen(peers->path, &peers->fd);
	if (rc == REEL_BUSY)
		reel_buf_fmt(why, "another reel-indexer listens on %s: stop it, or "
		    "give this one another folder with --state", peers->path);
	else if (rc != REEL_OK)
		reel_buf_fmt(why, "cannot listen on %s (%s): let the user who "
		    "runs reel-indexer write there", peers->path,
		    strerror(errno));
	if (rc != REEL_OK) {
		free(peers->path);
		free(peers);
		return (rc);
	}
	reel_loop_fd(loop, peers->fd, on_waiting, peers);
	*out = peers;

	return (REEL_OK);
}

void
reel_peers_close(struct reel_peers *peers)
{
	size_t i;

	if (peers == NULL)
		return;
	for (i = 0; i < REEL_PEERS_MAX; i++)
		if (peers->peers[i].fd != -1)
			hang_up(peers, &peers->peers[i]);
	reel_loop_timer(peers->loop, -1, on_rested, peers);
	reel_loop_fd(peers->loop, peers->fd, NULL, NULL);
	close(peers->fd);
	(void)unlink(peers->path);
	free(peers->path);
	free(peers);
}

void
reel_peers_ring(struct reel_peers *peers)
{
	size_t i;

	for (i = 0; i < REEL_PEERS_MAX; i++)
		if (peers->peers[i].fd != -1 &&
		    reel_bell_ring(peers->peers[i].fd) == REEL_NOT_FOUND)
			hang_up(peers, &peers->peers[i]);
}

size_t
reel_peers_count(const struct reel_peers *peers)
{

	return (peers->count);
}
