
/*
 * Where a client stands in the log, and its next step: to be told of a gap, to
 * get what it lacks, or to go along with its audience.
 */


#include "ngx_module/ngx_http_reel_step.h"


static void ngx_http_reel_step_wait(ngx_http_reel_client_t *cl,
    ngx_queue_t *queue);
static ngx_int_t ngx_http_reel_step_send(ngx_http_reel_client_t *cl,
    ngx_http_reel_batch_t *batch);
static void ngx_http_reel_step_message(ngx_http_reel_audience_t *a,
    struct reel_buf *out, const char *type, const char *reason, int64_t seq);
static void ngx_http_reel_step_gap(ngx_http_reel_client_t *cl,
    ngx_http_reel_gap_e why);
static void ngx_http_reel_step_settle(ngx_http_reel_client_t *cl);
static void ngx_http_reel_step_place(ngx_http_reel_client_t *cl);


static const char *const  ngx_http_reel_gaps[NGX_HTTP_REEL_GAPS] = {
    NULL, "unknown", "old", "ahead"
};


/* of one who is in feed->behind */

void
ngx_http_reel_step(ngx_http_reel_client_t *cl)
{
    ngx_int_t                  rc;
    ngx_http_reel_feed_t      *feed;
    ngx_http_reel_batch_t     *batch;
    ngx_http_reel_audience_t  *a;

    a = cl->audience;
    feed = a->feed;

    if (cl->cursor.epoch != feed->epoch) {
        ngx_http_reel_step_gap(cl, NGX_HTTP_REEL_GAP_UNKNOWN);
        return;
    }

    if (cl->cursor.seq > feed->to) {

        if (cl->early) {
            ngx_http_reel_step_gap(cl, NGX_HTTP_REEL_GAP_AHEAD);
            return;
        }

        cl->early = 1;
        feed->look = 1;
        ngx_http_reel_step_wait(cl, &feed->early);
        return;
    }

    cl->early = 0;

    if (cl->cursor.seq == feed->to
        || (cl->cursor.seq == feed->tip && a->batch
            && cl->told >= a->batch->prev))
    {
        ngx_http_reel_step_settle(cl);
        return;
    }

    rc = ngx_http_reel_batch_one(a, cl->cursor.seq, cl->told, &batch);

    if (rc == NGX_AGAIN) {

        /* the tick looks whether the book is back */

        feed->stuck = 1;
        ngx_http_reel_step_wait(cl, &feed->behind);
        return;
    }

    if (rc == NGX_DECLINED) {
        ngx_http_reel_step_gap(cl, NGX_HTTP_REEL_GAP_OLD);
        return;
    }

    if (rc == NGX_OK) {
        cl->cursor.seq = batch->to;
        cl->told = ngx_max(cl->told, batch->told);

        if (batch->buf.len && ngx_http_reel_step_send(cl, batch) != NGX_OK) {
            return;
        }
    }

    ngx_http_reel_step_wait(cl, &feed->behind);
}


static void
ngx_http_reel_step_wait(ngx_http_reel_client_t *cl, ngx_queue_t *queue)
{
    ngx_queue_remove(&cl->queue);
    ngx_queue_insert_tail(queue, &cl->queue);
}


/* all was read: who still knows more knows what was taken back */

void
ngx_http_reel_step_early(ngx_http_reel_feed_t *feed)
{
    if (!ngx_queue_empty(&feed->early)) {
        ngx_queue_add(&feed->behind, &feed->early);
        ngx_queue_init(&feed->early);
    }
}


static ngx_int_t
ngx_http_reel_step_send(ngx_http_reel_client_t *cl,
    ngx_http_reel_batch_t *batch)
{
    ngx_http_reel_client_give(cl, batch);

    return ngx_http_reel_client_flush(cl);
}


/* {"type":TYPE,"reason":REASON,"cursor":CURSOR}, framed, to out */

static void
ngx_http_reel_step_message(ngx_http_reel_audience_t *a, struct reel_buf *out,
    const char *type, const char *reason, int64_t seq)
{
    struct reel_buf      *json;
    struct reel_cursor    cursor;
    char                  text[REEL_CURSOR_MAX];

    json = &a->feed->json;

    cursor.epoch = a->feed->epoch;
    cursor.seq = seq;

    reel_cursor_print(cursor, text);

    reel_buf_reset(json);
    reel_buf_fmt(json, "{\"type\":\"%s\"", type);

    if (reason) {
        reel_buf_fmt(json, ",\"reason\":\"%s\"", reason);
    }

    reel_buf_fmt(json, ",\"cursor\":\"%s\"}", text);

    a->transport->frame(out, &cursor, json);
}


ngx_http_reel_batch_t *
ngx_http_reel_step_bookmark(ngx_http_reel_audience_t *a, int64_t seq)
{
    struct reel_buf         out;
    ngx_http_reel_batch_t  *batch;

    reel_buf_init(&out);

    ngx_http_reel_step_message(a, &out, "bookmark", NULL, seq);

    batch = ngx_http_reel_batch_take(&out);

    if (batch) {
        batch->from = seq;
        batch->to = seq;
        batch->prev = a->told;
        batch->told = seq;
    }

    return batch;
}


void
ngx_http_reel_step_gap_message(ngx_http_reel_audience_t *a,
    struct reel_buf *out, ngx_http_reel_gap_e why)
{
    ngx_http_reel_count_gap(why);
    ngx_http_reel_step_message(a, out, "gap", ngx_http_reel_gaps[why],
                               a->feed->to);
}


static void
ngx_http_reel_step_gap(ngx_http_reel_client_t *cl, ngx_http_reel_gap_e why)
{
    ngx_int_t                  rc;
    struct reel_buf            out;
    ngx_http_reel_feed_t      *feed;
    ngx_http_reel_batch_t     *batch;

    feed = cl->audience->feed;

    reel_buf_init(&out);

    ngx_http_reel_step_gap_message(cl->audience, &out, why);

    batch = ngx_http_reel_batch_take(&out);

    if (batch == NULL) {
        ngx_http_reel_bye_cut(cl, NGX_HTTP_REEL_END_ERROR);
        return;
    }

    cl->cursor.epoch = feed->epoch;
    cl->cursor.seq = feed->to;
    cl->told = feed->to;

    rc = ngx_http_reel_step_send(cl, batch);

    ngx_http_reel_batch_drop(batch);

    if (rc == NGX_OK) {
        ngx_http_reel_step_wait(cl, &feed->behind);
    }
}


static void
ngx_http_reel_step_settle(ngx_http_reel_client_t *cl)
{
    ngx_int_t                  rc;
    ngx_http_reel_feed_t      *feed;
    ngx_http_reel_batch_t     *batch;
    ngx_http_reel_audience_t  *a;

    a = cl->audience;
    feed = a->feed;

    if (cl->cursor.seq != feed->to) {
        cl->settled = 1;
        cl->pass = feed->pass - 1;
        ngx_http_reel_step_wait(cl, &a->turn);
        return;
    }

    if (cl->told < feed->to) {

        /* a long way without a word, since nothing passed the filters */

        batch = ngx_http_reel_step_bookmark(a, feed->to);

        if (batch == NULL) {
            ngx_http_reel_bye_cut(cl, NGX_HTTP_REEL_END_ERROR);
            return;
        }

        cl->told = feed->to;

        rc = ngx_http_reel_step_send(cl, batch);

        ngx_http_reel_batch_drop(batch);

        if (rc != NGX_OK) {
            return;
        }
    }

    cl->settled = 1;
    cl->pass = feed->pass;
    ngx_http_reel_step_wait(cl, &a->live);
}


/* where it is alone what it was among others */

static void
ngx_http_reel_step_place(ngx_http_reel_client_t *cl)
{
    int64_t                    told;
    ngx_http_reel_feed_t      *feed;
    ngx_http_reel_audience_t  *a;

    if (!cl->settled) {
        return;
    }

    a = cl->audience;
    feed = a->feed;

    cl->settled = 0;
    cl->cursor.epoch = feed->epoch;
    cl->cursor.seq = feed->to;
    told = a->told;

    if (a->batch && cl->pass != feed->pass) {
        cl->cursor.seq = feed->tip;
        told = a->batch->prev;
    }

    cl->told = ngx_max(cl->told, told);
}


/* all in the queue go on alone; when what they know is lost, with a gap */

void
ngx_http_reel_step_unsettle(ngx_queue_t *queue, ngx_uint_t lost)
{
    ngx_queue_t             *q;
    ngx_http_reel_client_t  *cl;

    for (q = ngx_queue_head(queue);
         q != ngx_queue_sentinel(queue);
         q = ngx_queue_next(q))
    {
        cl = ngx_queue_data(q, ngx_http_reel_client_t, queue);

        ngx_http_reel_step_place(cl);

        if (lost) {
            cl->cursor.epoch = 0;
        }
    }

    q = ngx_queue_head(queue);

    if (q != ngx_queue_sentinel(queue)) {
        cl = ngx_queue_data(q, ngx_http_reel_client_t, queue);

        if (!cl->blocked && &cl->audience->feed->behind != queue) {
            ngx_queue_add(&cl->audience->feed->behind, queue);
            ngx_queue_init(queue);
        }
    }
}


void
ngx_http_reel_step_unsettle_all(ngx_http_reel_feed_t *feed, ngx_uint_t lost)
{
    ngx_queue_t               *q;
    ngx_http_reel_audience_t  *a;

    for (q = ngx_queue_head(&feed->audiences);
         q != ngx_queue_sentinel(&feed->audiences);
         q = ngx_queue_next(q))
    {
        a = ngx_queue_data(q, ngx_http_reel_audience_t, queue);

        ngx_http_reel_step_unsettle(&a->live, lost);
        ngx_http_reel_step_unsettle(&a->turn, lost);
    }

    ngx_http_reel_step_unsettle(&feed->early, lost);

    if (lost) {
        ngx_http_reel_step_unsettle(&feed->behind, lost);
        ngx_http_reel_step_unsettle(&feed->blocked, lost);
    }
}


void
ngx_http_reel_step_block(ngx_http_reel_client_t *cl)
{
    ngx_http_reel_step_place(cl);

    cl->blocked = 1;
    ngx_http_reel_step_wait(cl, &cl->audience->feed->blocked);
}


void
ngx_http_reel_step_unblock(ngx_http_reel_client_t *cl)
{
    cl->blocked = 0;
    ngx_http_reel_step_wait(cl, &cl->audience->feed->behind);
    ngx_http_reel_feed_post(cl->audience->feed);
}


void
ngx_http_reel_step_left(ngx_http_reel_client_t *cl)
{
    ngx_http_reel_feed_t      *feed;
    ngx_http_reel_audience_t  *a;

    a = cl->audience;
    feed = a->feed;

    ngx_queue_remove(&cl->queue);

    feed->clients--;

    if (--a->clients == 0) {
        ngx_http_reel_audience_left(a);
    }

    ngx_http_reel_count_client(a->transport->n, -1);
    ngx_http_reel_count_end(cl->why);
}
