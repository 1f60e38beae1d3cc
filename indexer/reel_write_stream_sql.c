#include <string.h>

#include "indexer/reel_body_cjson.h"
#include "indexer/reel_book_log_sql.h"
#include "indexer/reel_book_rows_sql.h"
#include "indexer/reel_book_sql.h"
#include "indexer/reel_log.h"
#include "indexer/reel_write_sql.h"

/*
 * A playlist that somebody rewrites all the time says mostly the same: what is as
 * it was is not written, and nobody is told of it.
 */

/* What the members of a folder that a playlist tells begin with. */
#define MORE ",\"playlist\":"

static void
take(struct reel_book_row *row, const struct reel_node *node,
    const struct reel_facts *facts)
{

	row->node.type = node->type;
	row->node.state = REEL_STATE_READY;
	row->node.fs = node->fs;
	row->node.ino = node->ino;
	row->node.btime_ns = node->btime_ns;
	row->node.mtime_ns = node->mtime_ns;
	row->node.ctime_ns = node->ctime_ns;
	row->node.size = node->size;
	if (facts != NULL) {
		memcpy(row->picture, facts->key, sizeof(row->picture));
		memcpy(row->board, facts->board, sizeof(row->board));
	}
	if (REEL_TYPE_IS_FOLDER(node->type))
		return;
	row->sum.files = 1;
	row->sum.videos = 0;
	row->sum.bytes = node->size;
	row->sum.duration_ms = facts != NULL &&
	        facts->type == REEL_TYPE_HLS_DIRECTORY && facts->duration_ms > 0
	    ? facts->duration_ms : 0;
}

/*
 * Bytes of the old body before what a playlist says: no text of JSON holds those
 * of MORE, since its quotes are escaped.
 */
static size_t
core_len(const struct reel_write *w)
{
	const char *more = w->old_body.len == 0 ? NULL
	    : memmem(w->old_body.data, w->old_body.len, MORE, sizeof(MORE) - 1);

	return (more == NULL ? w->old_body.len
	                     : (size_t)(more - w->old_body.data));
}

static void
render(struct reel_write *w, const struct reel_node *node,
    const struct reel_facts *facts, const struct reel_buf *more)
{
	enum reel_status status;

	reel_buf_reset(&w->body);
	status = facts == NULL
	    ? reel_body_again(w->old_body.data, core_len(w), node, &w->body)
	    : reel_body_render(node, facts, NULL, &w->body);
	if (status == REEL_BAD_INPUT)
		status = reel_body_render(node, NULL, NULL, &w->body);
	reel_buf_add(&w->body, more->data, more->len);
	if (status != REEL_OK || w->body.failed || more->failed)
		reel_fatal("out of memory for a body");
}

static int
is_same(const struct reel_write *w, const struct reel_book_row *old,
    const struct reel_book_row *row)
{

	return (old->node.type == row->node.type &&
	    old->node.state == row->node.state &&
	    old->node.ino == row->node.ino &&
	    old->node.mtime_ns == row->node.mtime_ns &&
	    old->sum.duration_ms == row->sum.duration_ms &&
	    memcmp(old->picture, row->picture, sizeof(row->picture)) == 0 &&
	    w->body.len == w->old_body.len &&
	    memcmp(w->body.data, w->old_body.data, w->body.len) == 0);
}

enum reel_status
reel_write_stream(struct reel_write *write, const struct reel_node *node,
    const struct reel_facts *facts, const struct reel_buf *more)
{
	struct reel_book_row row, old;
	enum reel_status status;

	if ((status = reel_book_rows_load(write, node->id, &old)) != REEL_OK)
		return (status);
	if (REEL_TYPE_IS_FOLDER(old.node.type) !=
	    REEL_TYPE_IS_FOLDER(node->type))
		return (REEL_BAD_INPUT);
	row = old;
	row.node.name = row.name;
	take(&row, node, facts);
	render(write, &row.node, facts, more);
	write->counts.probed += node->type == REEL_TYPE_PLAYLIST;
	if (is_same(write, &old, &row))
		return (REEL_OK);

	if ((status = reel_book_begin(write)) != REEL_OK ||
	    (status = reel_book_rows_update(write, &row)) != REEL_OK)
		return (status);
	if (write->counts.failures > 0)
		status = reel_book_rows_delete(write, REEL_BOOK_FAILURE_DELETE,
		    node->id, &write->counts.failures);
	if (status != REEL_OK)
		return (status);
	reel_book_subs_changed(write, &old.node, &row.node);
	reel_book_sums_add(write, row.node.parent_id,
	    reel_book_sums_of(old.node.type, old.sum), -1);
	reel_book_sums_add(write, row.node.parent_id,
	    reel_book_sums_of(row.node.type, row.sum), 1);
	return (reel_book_log_add(write, REEL_OP_PUT,
	    row.node.type != old.node.type, &row, &write->old_path, NULL,
	    &write->body));
}

int
reel_write_stream_seen(struct reel_write *write, int64_t id, int sound)
{
	struct reel_book_row row;
	const char *body;
	size_t len;
	int heard;

	if (reel_book_rows_load(write, id, &row) != REEL_OK ||
	    write->old_body.len == 0)
		return (0);
	body = write->old_body.data;
	len = core_len(write);
	heard = memmem(body, len, "\"sample_rate\":", 14) != NULL;
	return (heard ||
	    (!sound && memmem(body, len, "\"bit_depth\":", 12) != NULL));
}

enum reel_status
reel_write_segment(struct reel_write *write, const struct reel_node *node)
{
	struct reel_facts facts;
	struct reel_buf none;

	reel_facts_init(&facts);
	facts.type = REEL_TYPE_SEGMENT;
	reel_buf_init(&none);
	return (reel_write_stream(write, node, &facts, &none));
}
