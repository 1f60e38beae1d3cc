#ifndef REEL_PEERS_H
#define REEL_PEERS_H

#include <stddef.h>
#include <stdint.h>

#include "shared/reel_buf.h"
#include "shared/reel_status.h"

/*
 * The indexer's end of the bell: nginx workers, and now and then a reel-indexer
 * on a command line, connect; all are rung at every commit, some send hints.
 */
struct reel_loop;
struct reel_peers;

/* One more is let in and the one that came first is let go. */
#define REEL_PEERS_MAX 256

struct reel_peers_calls {
	void (*on_look)(void *cookie, int64_t item_id);
	/* What they return is told to who asked. */
	enum reel_status (*on_rescan)(
	    void *cookie, const char *path, size_t len);
	enum reel_status (*on_accept)(
	    void *cookie, const char *path, size_t len);
	void *cookie;
};

/**
 * reel_peers_open(loop, state_dir, calls, peers, why):
 * Listen on the bell in ${state_dir}.  REEL_BUSY: somebody else does; REEL_IO;
 * ${why} gets one sentence.
 */
enum reel_status reel_peers_open(struct reel_loop *loop, const char *state_dir,
    const struct reel_peers_calls *calls, struct reel_peers **peers,
    struct reel_buf *why);

/* Also takes the socket away, so that nobody thinks we live. */
void reel_peers_close(struct reel_peers *peers);

void reel_peers_ring(struct reel_peers *peers);
size_t reel_peers_count(const struct reel_peers *peers);

#endif /* !REEL_PEERS_H */
