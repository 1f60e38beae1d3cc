/*
 * The state of the running indexer for a person with a log and a question.  At
 * level "error", so that it is there whatever the level is: it was asked for.
 */
#include "shared/reel_cursor.h"

#include "indexer/reel_index.h"
#include "indexer/reel_log.h"
#include "indexer/reel_pool.h"
#include "indexer/reel_queue_sql.h"
#include "indexer/reel_write_sql.h"

#include "indexer/reel_dump.h"

static const char *
or_none(const char *text)
{

	return (text != NULL ? text : "");
}

static void
dump_index(const struct reel_index_report *index)
{
	size_t i;

	reel_err("state scan folders=%lld files=%lld pending=%lld watches=%lld "
	    "missing=%lld polled=%lld overflows=%lld growing=%lld",
	    (long long)index->scan_folders, (long long)index->scan_files,
	    (long long)index->scan_pending, (long long)index->watches,
	    (long long)index->watches_missing, (long long)index->polled,
	    (long long)index->overflows, (long long)index->growing);
	for (i = 0; i < index->disks_count; i++)
		reel_err("state disk path=%s online=%d watched=%d reason=\"%s\"",
		    index->disks[i].path, index->disks[i].online,
		    index->disks[i].watched, or_none(index->disks[i].reason));
}

void
reel_dump(struct reel_index *index, struct reel_write *write,
    struct reel_queue *queue, struct reel_pool *pool, size_t peers)
{
	struct reel_index_report report;
	struct reel_queue_counts counts;
	struct reel_cursor head = reel_write_head(write);
	int32_t pids[REEL_POOL_WORKERS_MAX];
	int i, n;

	reel_index_report(index, &report);
	reel_queue_count(queue, &counts);
	reel_err("state phase=%s seq=%lld epoch=%lld dirty=%zu peers=%zu "
	    "trouble=\"%s\"", report.phase, (long long)head.seq,
	    (long long)head.epoch, reel_write_dirty(write), peers,
	    or_none(report.trouble));
	dump_index(&report);
	reel_err("state tasks pending=%lld running=%d completed=%lld failed=%lld "
	    "trouble=\"%s\"", (long long)counts.pending,
	    reel_pool_running(pool), (long long)counts.completed,
	    (long long)counts.failed, or_none(reel_pool_trouble(pool)));
	n = reel_pool_pids(pool, pids, REEL_POOL_WORKERS_MAX);
	for (i = 0; i < n; i++)
		reel_err("state worker pid=%d", (int)pids[i]);
}
