/*
 * reel-worker: reads media files that reel-indexer hands over.  Started by it,
 * with the socket on descriptor 3; of no use by hand, and says so.
 */
#include <sys/socket.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/reel_wire.h"

#include "indexer/reel_template.h"
#include "indexer/reel_worker.h"

#define TIMEOUT_MS 20000

static int
is_packet_socket(int fd)
{
	socklen_t len = sizeof(int);
	int type = 0;

	return (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) == 0 &&
	    type == SOCK_SEQPACKET);
}

int
main(int argc, char **argv)
{
	long long timeout_ms = TIMEOUT_MS;

	if (argc == 2 && strcmp(argv[1], "--version") == 0) {
		printf("reel-worker %s\n", REEL_VERSION);
		return (0);
	}
	if (argc > 2 || !is_packet_socket(REEL_WIRE_FD)) {
		fprintf(stderr, "reel-worker: I am started by reel-indexer, which "
		    "hands me files over a socket; start that instead.\n");
		return (2);
	}
	/* Without the clean-up of a normal exit, which the filter forbids. */
	if (argc == 2 && strcmp(argv[1], REEL_TEMPLATE_WORD) == 0)
		_exit(reel_template_run(REEL_WIRE_FD));
	if (argc == 2 && (timeout_ms = atoll(argv[1])) <= 0)
		timeout_ms = TIMEOUT_MS;
	_exit(reel_worker_run(REEL_WIRE_FD, timeout_ms));
}
