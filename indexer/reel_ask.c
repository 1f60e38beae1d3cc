/*
 * One packet to the bell, and one back: whether it will be done.  What then comes
 * of it is to be seen in the library and in the log.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "shared/reel_path.h"

#include "indexer/reel_log.h"

#include "indexer/reel_ask.h"

/* The loop of an indexer at work turns some fifty times a second. */
#define PATIENCE_S 20

/* An absolute path as one of the library. */
static enum reel_status
to_library(const struct reel_config *config, const char *path,
    struct reel_buf *out, struct reel_buf *why)
{
	const struct reel_config_root *root;
	char *real = reel_config_resolve(path), *folder;
	enum reel_status rc = REEL_BAD_INPUT;
	size_t i;

	for (i = 0; i < config->roots_count && rc != REEL_OK; i++) {
		root = &config->roots[i];
		folder = reel_config_resolve(root->path);
		if (reel_path_below(real + 1, strlen(real + 1), folder + 1,
		    strlen(folder + 1))) {
			reel_buf_str(out, root->name);
			reel_buf_str(out, real +
			    (strcmp(folder, "/") == 0 ? 0 : strlen(folder)));
			rc = REEL_OK;
		}
		free(folder);
	}
	if (rc != REEL_OK)
		reel_buf_fmt(why, "%s lies below no root: name it as the library "
		    "does, NAME/folder, or give --config with the roots", path);
	free(real);

	return (rc);
}

/* REEL_AGAIN: there was none in time. */
static enum reel_status
await_answer(int fd, enum reel_status *answer)
{
	struct pollfd pfd = {.fd = fd, .events = POLLIN};
	time_t until = time(NULL) + PATIENCE_S;
	enum reel_status rc;

	while ((rc = reel_bell_answer_recv(fd, answer)) == REEL_AGAIN &&
	    time(NULL) < until)
		(void)poll(&pfd, 1, 1000);

	return (rc);
}

static enum reel_status
explain(enum reel_status rc, enum reel_status answer, enum reel_bell_kind kind,
    const struct reel_buf *path, struct reel_buf *why)
{

	if (rc != REEL_OK) {
		reel_buf_str(why, "the indexer took the request and did not "
		    "answer: its log tells what it does");
		return (REEL_AGAIN);
	}
	switch (answer) {
	case REEL_OK:
		return (REEL_OK);
	case REEL_NOT_FOUND:
		reel_buf_fmt(why, "the library has no %s \"%.*s\": name it as "
		    "/api/status%s does", kind == REEL_BELL_ACCEPT
		    ? "root or mount point" : "root or folder for",
		    (int)path->len, path->len > 0 ? path->data : "",
		    kind == REEL_BELL_ACCEPT ? "" : " or /api/videos");
		return (REEL_BAD_INPUT);
	case REEL_BUSY:
		reel_buf_str(why, "the indexer refused: ask as root or as the "
		    "user who runs it");
		return (REEL_BUSY);
	default:
		reel_buf_fmt(why, "the indexer cannot do it now (%s): its log "
		    "tells why", reel_status_name(answer));
		return (REEL_IO);
	}
}

static enum reel_status
send_hint(const char *bell, enum reel_bell_kind kind, const struct reel_buf *path,
    struct reel_buf *why)
{
	enum reel_status rc, answer = REEL_OK;
	int fd = -1;

	rc = reel_bell_connect(bell, &fd);
	if (rc == REEL_OK)
		rc = reel_bell_hint_send(fd, kind, 0,
		    path->len > 0 ? path->data : "", path->len);
	if (rc == REEL_NOT_FOUND)
		reel_buf_fmt(why, "no reel-indexer listens on %s: start it, or "
		    "name its state folder with --state or --config", bell);
	else if (rc != REEL_OK)
		reel_buf_fmt(why, "cannot ask the indexer at %s (%s): run as the "
		    "user who runs it", bell, strerror(errno));
	else {
		rc = await_answer(fd, &answer);
		rc = explain(rc, answer, kind, path, why);
	}
	if (fd != -1)
		close(fd);

	return (rc);
}

enum reel_status
reel_ask(const struct reel_config *config, enum reel_bell_kind kind,
    const char *path, struct reel_buf *why)
{
	const char *state_dir =
	    config->state_dir != NULL ? config->state_dir : REEL_CONFIG_STATE_DIR;
	enum reel_status rc = REEL_OK;
	struct reel_buf name;
	char *bell = NULL;

	reel_buf_init(&name);
	if (path[0] == '/')
		rc = to_library(config, path, &name, why);
	else
		reel_buf_str(&name, path);
	while (name.len > 0 && name.data[name.len - 1] == '/')
		name.len--;
	if (rc != REEL_OK)
		goto out;
	if (name.len >= REEL_BELL_PATH_MAX ||
	    reel_path_check(name.data, name.len) != REEL_OK) {
		reel_buf_fmt(why, "\"%s\" is no path of the library: give NAME or "
		    "NAME/folder, without \".\" and \"..\"", path);
		rc = REEL_BAD_INPUT;
		goto out;
	}
	if (asprintf(&bell, "%s/%s", state_dir, REEL_BELL_NAME) == -1)
		reel_fatal("out of memory");
	rc = send_hint(bell, kind, &name, why);
out:
	free(bell);
	reel_buf_clear(&name);

	return (rc);
}
