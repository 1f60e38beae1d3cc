#include "shared/reel_status.h"

/*
 * The words of enum reel_status, for logs only: nothing parses them, so they
 * may become clearer at any time.
 */
const char *
reel_status_name(enum reel_status status)
{

	switch (status) {
	case REEL_OK:
		return ("ok");
	case REEL_AGAIN:
		return ("again");
	case REEL_NOT_FOUND:
		return ("not found");
	case REEL_BUSY:
		return ("busy");
	case REEL_STALE:
		return ("stale");
	case REEL_BAD_INPUT:
		return ("bad input");
	case REEL_IO:
		return ("input/output error");
	case REEL_NOMEM:
		return ("out of memory");
	}

	/* A number from a wire or a newer build. */
	return ("unknown");
}
