/*
 * What a picture is filed under decides whose it is, so it is never asked of a
 * worker: one that a file has taken over would put its own in the place of any
 * other that it knows.  It is read here, of the same open file, when the worker has
 * answered.  By then it has read the same 192 KiB itself, so they come from memory
 * and no disk is waited for; a worker that answers without having read costs this
 * process three reads, less than a commit.
 *
 * What a worker tells of keys with a file's facts only leads its own item to a
 * picture that is there.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "indexer/reel_content.h"
#include "indexer/reel_job.h"

#include "indexer/reel_job_key.h"

#define FD_MIN 3 /* 0 is none */

static int64_t
mtime_ns(const struct stat *st)
{

	return ((int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec);
}

int
reel_job_hold(struct reel_job *job, int fd)
{
	struct stat st;

	reel_job_let_go(job);
	memset(&st, 0, sizeof(st));
	/* It cannot fail on what was just opened; if it does, all is stale. */
	(void)fstat(fd, &st);
	job->size = st.st_size;
	job->mtime_ns = mtime_ns(&st);
	job->ino = (int64_t)st.st_ino;
	if (job->stage == REEL_STAGE_FACTS)
		return (1);
	if ((fd = fcntl(fd, F_DUPFD_CLOEXEC, FD_MIN)) == -1)
		return (0);
	job->held = fd;

	return (1);
}

void
reel_job_let_go(struct reel_job *job)
{

	if (job->held != 0)
		close(job->held);
	job->held = 0;
}

const char *
reel_job_changed(const struct reel_job *job)
{
	struct stat st;

	if (fstat(job->held, &st) == -1)
		return (strerror(errno));

	return (st.st_size == job->size && mtime_ns(&st) == job->mtime_ns
	    ? NULL : "it changed while it was read");
}

const char *
reel_job_key(const struct reel_job *job, unsigned char *key)
{

	if (reel_content_load(job->held, job->size) != REEL_OK)
		return (strerror(errno));
	if (job->stage == REEL_STAGE_BOARD)
		reel_content_board(&job->how, key);
	else
		reel_content_picture(&job->making, key);

	return (reel_job_changed(job));
}
