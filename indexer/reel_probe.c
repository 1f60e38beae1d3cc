/*
 * queue -> open -> worker -> book.  As many files are out as there are workers;
 * each turn of the loop hands out a few at most, so that watching never waits for
 * probing.  What became of a file is decided here, once:
 *
 *   facts            -> written, job done
 *   the file's fault -> failed at once: the same bytes give the same answer
 *   death, deadline  -> once more a second later, then failed with the reason
 *   no worker        -> later, as often as it takes; no attempt is counted
 *   disk away        -> later, likewise
 *
 * A file that changed while it was read is read again.  When the book itself
 * cannot be written (disk full) the job stays in this file's table until the
 * queue takes it back; no further file is handed out meanwhile.
 */
#include <sys/stat.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "indexer/reel_index.h"
#include "indexer/reel_log.h"
#include "indexer/reel_loop.h"
#include "indexer/reel_mem.h"
#include "indexer/reel_pool.h"
#include "indexer/reel_queue_sql.h"
#include "indexer/reel_write_sql.h"

#include "indexer/reel_probe.h"

#define A_TURN 4           /* files handed out in one turn of the loop */
#define ATTEMPTS_MAX 2
#define RETRY_MS 1000
#define AWAY_MS 30000      /* until a file of a missing disk is tried again */
#define TROUBLE_MS 1000    /* rest when the book or the pool cannot */
#define LONGEST_REST_MS 60000

enum out_state { OUT_FREE = 0, OUT_RUNNING, OUT_OWED };

/* A job that the queue handed to us. */
struct out {
	enum out_state state;
	int64_t item_id;
	int attempts; /* before this one; of an owed job, to be noted */
	int64_t size; /* of the file as it was opened */
	int64_t mtime_ns;
	int64_t ino;
};

struct reel_probe {
	struct reel_loop *loop;
	struct reel_index *index;
	struct reel_write *write;
	struct reel_queue *queue;
	struct reel_pool *pool;
	struct out outs[REEL_POOL_WORKERS_MAX];
	int draining;
	int book_ill; /* the last call of the book failed; said in the log */
};

static void on_pump(void *cookie);

static int64_t
wall_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);

	return ((int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000);
}

struct reel_probe *
reel_probe_new(struct reel_loop *loop, struct reel_index *index,
    struct reel_write *write, struct reel_queue *queue, struct reel_pool *pool)
{
	struct reel_probe *probe = reel_mem_new(sizeof(*probe));

	probe->loop = loop;
	probe->index = index;
	probe->write = write;
	probe->queue = queue;
	probe->pool = pool;

	return (probe);
}

void
reel_probe_free(struct reel_probe *probe)
{

	if (probe == NULL)
		return;
	reel_loop_timer(probe->loop, -1, on_pump, probe);
	free(probe);
}

void
reel_probe_kick(struct reel_probe *probe)
{

	reel_loop_timer(probe->loop, 0, on_pump, probe);
}

void
reel_probe_drain(struct reel_probe *probe)
{

	probe->draining = 1;
}

static size_t
count(const struct reel_probe *probe, enum out_state state)
{
	size_t i, n = 0;

	for (i = 0; i < REEL_POOL_WORKERS_MAX; i++)
		n += probe->outs[i].state == state;

	return (n);
}

int
reel_probe_idle(struct reel_probe *probe)
{
	struct reel_queue_counts counts;

	reel_queue_count(probe->queue, &counts);

	return (counts.pending == 0 && count(probe, OUT_FREE) ==
	    REEL_POOL_WORKERS_MAX);
}

/* The book said no.  Told once, until it works again. */
static void
book_failed(struct reel_probe *probe)
{

	if (!probe->book_ill)
		reel_err("cannot write the book reason=\"%s\"",
		    reel_write_error(probe->write));
	probe->book_ill = 1;
}

/* A job goes back, or stays with us until it can. */
static void
settle(struct reel_probe *probe, struct out *out, enum reel_status rc)
{

	if (rc == REEL_IO) {
		book_failed(probe);
		out->state = OUT_OWED;
	} else {
		probe->book_ill = 0;
		out->state = OUT_FREE;
	}
	reel_index_wrote(probe->index);
}

static void
put_back(struct reel_probe *probe, struct out *out, int attempts,
    int64_t after_ms)
{

	out->attempts = attempts;
	settle(probe, out, reel_queue_retry(probe->queue, out->item_id, attempts,
	    wall_ms() + after_ms));
}

static void
done(struct reel_probe *probe, struct out *out)
{

	settle(probe, out, reel_queue_done(probe->queue, out->item_id));
}

static void
fail(struct reel_probe *probe, struct out *out, const char *reason)
{
	enum reel_status rc;

	rc = reel_write_fail(
	    probe->write, out->item_id, out->attempts + 1, reason);
	/* Gone or a folder by now: nobody is owed anything. */
	if (rc == REEL_IO)
		settle(probe, out, rc);
	else
		done(probe, out);
}

static void
fail_or_retry(struct reel_probe *probe, struct out *out, const char *reason)
{

	if (out->attempts + 1 >= ATTEMPTS_MAX)
		fail(probe, out, reason);
	else
		put_back(probe, out, out->attempts + 1, RETRY_MS);
}

/*
 * Nonzero if the book knows another file than the one that was read: it was
 * written meanwhile, or is being written.
 */
static int
is_stale(struct reel_probe *probe, const struct out *out)
{
	struct reel_node_list list;
	const struct reel_node *node;
	int stale = 0;

	reel_node_list_init(&list);
	if (reel_write_get(probe->write, out->item_id, &list) == REEL_OK) {
		node = &list.nodes[0];
		stale = node->state == REEL_STATE_GROWING ||
		    node->size != out->size ||
		    node->mtime_ns != out->mtime_ns || node->ino != out->ino;
	}
	reel_node_list_clear(&list);

	return (stale);
}

static void
take_facts(struct reel_probe *probe, struct out *out,
    const struct reel_facts *facts)
{
	enum reel_status rc;

	/* The second time it is believed: clocks of network disks differ. */
	if (out->attempts + 1 < ATTEMPTS_MAX && is_stale(probe, out)) {
		put_back(probe, out, out->attempts + 1, RETRY_MS);
		return;
	}
	rc = reel_write_facts(probe->write, out->item_id, facts);
	if (rc == REEL_IO)
		settle(probe, out, rc);
	else
		done(probe, out);
}

static void
log_failure(struct reel_probe *probe, int64_t item_id, const char *reason)
{
	struct reel_buf path;

	if (!reel_log_wants(REEL_LOG_INFO))
		return;
	reel_buf_init(&path);
	(void)reel_write_path(probe->write, item_id, &path);
	reel_info("probe failed id=%lld path=%.*s reason=\"%s\"",
	    (long long)item_id, (int)path.len, path.len > 0 ? path.data : "",
	    reason);
	reel_buf_clear(&path);
}

static void
on_probe_done(void *cookie, int64_t job, enum reel_status status,
    const struct reel_facts *facts, const char *reason)
{
	struct reel_probe *probe = cookie;
	struct out *out = &probe->outs[job];

	if (status == REEL_BAD_INPUT || status == REEL_IO)
		log_failure(probe, out->item_id, reason);
	switch (status) {
	case REEL_OK:
		take_facts(probe, out, facts);
		break;
	case REEL_BAD_INPUT:
		/* What is half written is no media yet. */
		if (out->attempts + 1 < ATTEMPTS_MAX && is_stale(probe, out))
			put_back(probe, out, out->attempts + 1, RETRY_MS);
		else
			fail(probe, out, reason);
		break;
	case REEL_AGAIN:
		put_back(probe, out, out->attempts, RETRY_MS);
		break;
	default:
		fail_or_retry(probe, out, reason);
		break;
	}
	reel_probe_kick(probe);
}

static void
not_opened(struct reel_probe *probe, struct out *out, enum reel_status rc,
    int error)
{

	if (rc == REEL_NOT_FOUND)
		done(probe, out);
	else if (rc == REEL_BUSY)
		put_back(probe, out, out->attempts, AWAY_MS);
	else if (error == EMFILE || error == ENFILE || error == ENOMEM)
		put_back(probe, out, out->attempts, RETRY_MS);
	else {
		log_failure(probe, out->item_id, strerror(error));
		fail_or_retry(probe, out, strerror(error));
	}
}

static void
hand_over(struct reel_probe *probe, struct out *out)
{
	char name[256];
	enum reel_type type;
	enum reel_status rc;
	struct stat st;
	int fd = -1;

	errno = 0;
	rc = reel_index_item_open(
	    probe->index, out->item_id, &fd, &type, name);
	if (rc != REEL_OK || fstat(fd, &st) == -1) {
		not_opened(probe, out, rc != REEL_OK ? rc : REEL_IO, errno);
		return;
	}
	out->size = st.st_size;
	out->mtime_ns = (int64_t)st.st_mtim.tv_sec * 1000000000 +
	    st.st_mtim.tv_nsec;
	out->ino = (int64_t)st.st_ino;
	rc = reel_pool_probe(probe->pool, out - probe->outs, fd, type, name,
	    on_probe_done, probe);
	if (rc != REEL_OK)
		put_back(probe, out, out->attempts, RETRY_MS);
}

/* Jobs the queue could not take back because the book was ill. */
static void
pay_back(struct reel_probe *probe)
{
	size_t i;

	for (i = 0; i < REEL_POOL_WORKERS_MAX; i++)
		if (probe->outs[i].state == OUT_OWED)
			put_back(probe, &probe->outs[i],
			    probe->outs[i].attempts, 0);
}

static struct out *
find_free(struct reel_probe *probe)
{
	size_t i;

	for (i = 0; i < REEL_POOL_WORKERS_MAX; i++)
		if (probe->outs[i].state == OUT_FREE)
			return (&probe->outs[i]);

	return (NULL);
}

/* When to look at the queue again if nobody kicks. */
static void
rest(struct reel_probe *probe)
{
	int64_t due, after;

	if (probe->book_ill || count(probe, OUT_OWED) > 0)
		after = TROUBLE_MS;
	else if (probe->draining)
		return;
	else if (reel_pool_room(probe->pool) == 0)
		/* An outcome kicks; without one the pool backs off. */
		after = TROUBLE_MS;
	else if ((due = reel_queue_due_ms(probe->queue)) == -1)
		return;
	else
		after = due - wall_ms();
	if (after > LONGEST_REST_MS)
		after = LONGEST_REST_MS;
	reel_loop_timer(probe->loop, after > 0 ? after : 0, on_pump, probe);
}

static void
on_pump(void *cookie)
{
	struct reel_probe *probe = cookie;
	struct reel_queue_job job;
	enum reel_status rc;
	struct out *out;
	int n;

	pay_back(probe);
	for (n = 0; n < A_TURN && !probe->draining &&
	     count(probe, OUT_OWED) == 0 && reel_pool_room(probe->pool) > 0;
	     n++) {
		if ((out = find_free(probe)) == NULL)
			break;
		rc = reel_queue_next(probe->queue, wall_ms(), &job);
		if (rc == REEL_IO)
			book_failed(probe);
		else
			probe->book_ill = 0;
		if (rc != REEL_OK)
			break;
		*out = (struct out){.state = OUT_RUNNING,
		    .item_id = job.item_id, .attempts = job.attempts};
		hand_over(probe, out);
	}
	rest(probe);
}
