/* links: shared/reel_bell.c */
/*
 * Any packet on the bell's socket: a hint of the form, or refused and off the
 * queue; what is taken can be sent again and is the same.
 */
#include <sys/socket.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/reel_bell.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int pair[2] = { -1, -1 };
	static char path[REEL_BELL_PATH_MAX], again[REEL_BELL_PATH_MAX];
	struct reel_bell_hint hint, same;
	enum reel_status status;

	if (pair[0] == -1 &&
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, pair) != 0)
		abort();
	if (send(pair[0], data, size, MSG_NOSIGNAL) != (ssize_t)size)
		abort();

	status = reel_bell_hint_recv(pair[1], &hint, path);
	if (status == REEL_OK) {
		if (hint.version != REEL_BELL_VERSION || hint.zero != 0 ||
		    size != sizeof(hint) + hint.path_len ||
		    memcmp(path, data + sizeof(hint), hint.path_len) != 0 ||
		    memchr(path, '\0', hint.path_len) != NULL)
			abort();
		if (reel_bell_hint_send(pair[0],
		    (enum reel_bell_kind)hint.kind, hint.id, path,
		    hint.path_len) != REEL_OK ||
		    reel_bell_hint_recv(pair[1], &same, again) != REEL_OK ||
		    memcmp(&hint, &same, sizeof(hint)) != 0 ||
		    memcmp(path, again, hint.path_len) != 0)
			abort();
	} else if (status != REEL_BAD_INPUT)
		abort();

	/* Nothing is left behind, and the same bytes would be a bell. */
	if (reel_bell_hint_recv(pair[1], &same, again) != REEL_AGAIN ||
	    send(pair[0], data, size, MSG_NOSIGNAL) != (ssize_t)size ||
	    reel_bell_drain(pair[1]) != REEL_OK ||
	    reel_bell_drain(pair[1]) != REEL_AGAIN)
		abort();
	return (0);
}
