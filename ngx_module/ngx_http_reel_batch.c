
/*
 * Batches: the log, composed for all audiences at once from where they are, or
 * for one from where a client has stayed behind.  Each is bounded in records
 * and bytes, and is made before the event loop turns.
 */


#include "ngx_module/ngx_http_reel_log.h"


/* of a batch's bytes half of reel_feed_queue, and the record that exceeds it */

/* records of one batch, and times the audiences they are compared for */
#define NGX_HTTP_REEL_BATCH_RECORDS  2000
#define NGX_HTTP_REEL_BATCH_WORK     40000


static void ngx_http_reel_batch_share(ngx_http_reel_feed_t *feed, int64_t to);


/*
 * What is new, for all who have everything else.  NGX_OK: it is shared, and
 * feed->to says what is; NGX_AGAIN: the book cannot be read now.
 */

ngx_int_t
ngx_http_reel_batch_all(ngx_http_reel_feed_t *feed)
{
    int64_t                    to, work;
    ngx_int_t                  rc;
    ngx_uint_t                 full;
    ngx_queue_t               *q;
    enum reel_status           status;
    struct reel_cursor         cursor;
    ngx_http_reel_log_t        log;
    struct reel_since_record   record;
    ngx_http_reel_audience_t  *a;

    q = ngx_queue_head(&feed->audiences);
    a = ngx_queue_data(q, ngx_http_reel_audience_t, queue);

    rc = ngx_http_reel_log_start(feed, &log, a, feed->to, 1);

    if (rc == NGX_DECLINED) {
        ngx_http_reel_step_unsettle_all(feed, 0);
        feed->tip = log.ctx.head.seq;
        feed->to = log.ctx.head.seq;
        return NGX_OK;
    }

    if (rc != NGX_OK) {
        return rc == NGX_ABORT ? NGX_OK : rc;
    }

    cursor.epoch = feed->epoch;
    to = feed->to;
    work = 0;
    full = 0;

    do {
        status = ngx_http_reel_log_next(&log, &record, to);

        if (status != REEL_OK) {
            break;
        }

        to = record.seq;
        cursor.seq = to;

        for (q = ngx_queue_head(&feed->audiences);
             q != ngx_queue_sentinel(&feed->audiences);
             q = ngx_queue_next(q))
        {
            a = ngx_queue_data(q, ngx_http_reel_audience_t, queue);
            work++;

            if (ngx_queue_empty(&a->live)
                || !ngx_http_reel_log_add(&log, a, &record, a->told))
            {
                continue;
            }

            if (a->out.len == 0) {
                a->prev = a->told;
            }

            a->told = to;
            a->transport->frame(&a->out, &cursor, &feed->json);
            full |= a->out.len >= a->conf->feed_queue / 2;
        }

    } while (!full && work < NGX_HTTP_REEL_BATCH_WORK
             && to - feed->to < NGX_HTTP_REEL_BATCH_RECORDS);

    if (status == REEL_STALE) {
        ngx_http_reel_step_unsettle_all(feed, 1);
        feed->tip = log.ctx.head.seq;
        feed->to = log.ctx.head.seq;
        return NGX_OK;
    }

    if (status != REEL_OK && status != REEL_NOT_FOUND) {

        /* what could be read can be shared all the same */
        rc = ngx_http_reel_log_failed(feed, status);
    }

    feed->look = (status == REEL_OK);

    ngx_http_reel_batch_share(feed, to);

    return rc;
}


static void
ngx_http_reel_batch_share(ngx_http_reel_feed_t *feed, int64_t to)
{
    ngx_queue_t               *q;
    ngx_http_reel_batch_t     *batch;
    ngx_http_reel_audience_t  *a;

    feed->tip = feed->to;
    feed->to = to;
    feed->pass++;

    for (q = ngx_queue_head(&feed->audiences);
         q != ngx_queue_sentinel(&feed->audiences);
         q = ngx_queue_next(q))
    {
        a = ngx_queue_data(q, ngx_http_reel_audience_t, queue);

        if (a->view.folder_len == 0 && a->view.types == 0) {
            a->told = to;
        }

        if (a->out.len == 0 && !a->out.failed) {
            continue;
        }

        batch = ngx_http_reel_batch_take(&a->out);

        if (batch) {
            batch->from = feed->tip;
            batch->to = to;
            batch->prev = a->prev;
            batch->told = a->told;
        }

        ngx_http_reel_feed_share(a, batch);
    }

    if (ngx_queue_empty(&feed->serving)) {
        feed->tip = feed->to;
    }
}


/* what is behind from, for one who has stayed behind; see log_start */

ngx_int_t
ngx_http_reel_batch_one(ngx_http_reel_audience_t *a, int64_t from, int64_t told,
    ngx_http_reel_batch_t **batch)
{
    int64_t                    to, prev;
    ngx_int_t                  rc;
    struct reel_buf            out;
    enum reel_status           status;
    struct reel_cursor         cursor;
    ngx_http_reel_log_t        log;
    ngx_http_reel_feed_t      *feed;
    struct reel_since_record   record;

    feed = a->feed;
    *batch = a->replay;

    if (*batch && (*batch)->from == from && (*batch)->prev <= told
        && (*batch)->epoch == feed->epoch)
    {
        return NGX_OK;
    }

    rc = ngx_http_reel_log_start(feed, &log, a, from, 0);

    if (rc != NGX_OK) {
        return rc;
    }

    reel_buf_init(&out);

    cursor.epoch = feed->epoch;
    prev = told;
    to = from;

    do {
        status = ngx_http_reel_log_next(&log, &record, to);

        if (status != REEL_OK) {
            break;
        }

        to = record.seq;
        cursor.seq = to;

        if (ngx_http_reel_log_add(&log, a, &record, told)) {
            a->transport->frame(&out, &cursor, &feed->json);
            told = to;
        }

    } while (to < feed->to && out.len < a->conf->feed_queue / 2
             && to - from < NGX_HTTP_REEL_BATCH_RECORDS);

    feed->read += to - from;

    if (status != REEL_OK) {
        reel_buf_clear(&out);

        /* what others had from it is not there any more */

        if (status == REEL_STALE || status == REEL_NOT_FOUND) {
            return NGX_DECLINED;
        }

        return ngx_http_reel_log_failed(feed, status);
    }

    *batch = ngx_http_reel_batch_take(&out);

    if (*batch == NULL) {
        return NGX_AGAIN;
    }

    (*batch)->epoch = feed->epoch;
    (*batch)->from = from;
    (*batch)->to = to;
    (*batch)->prev = prev;
    (*batch)->told = told;

    ngx_http_reel_batch_drop(a->replay);
    a->replay = *batch;

    return NGX_OK;
}


/* of what was composed; buf is empty afterwards.  NULL: out of memory */

ngx_http_reel_batch_t *
ngx_http_reel_batch_take(struct reel_buf *buf)
{
    char                   *p;
    ngx_http_reel_batch_t  *batch;

    batch = buf->failed ? NULL : ngx_calloc(sizeof(ngx_http_reel_batch_t),
                                            ngx_cycle->log);

    if (batch == NULL) {
        reel_buf_clear(buf);
        return NULL;
    }

    batch->refs = 1;
    batch->buf = *buf;

    reel_buf_init(buf);

    /* it may lie about for a while, and it grew by doubling */

    if (batch->buf.len) {
        p = realloc(batch->buf.data, batch->buf.len);

        if (p) {
            batch->buf.data = p;
            batch->buf.cap = batch->buf.len;
        }
    }

    ngx_http_reel_count_bytes(batch->buf.cap);

    return batch;
}


void
ngx_http_reel_batch_drop(ngx_http_reel_batch_t *batch)
{
    if (batch == NULL || --batch->refs) {
        return;
    }

    ngx_http_reel_count_bytes(- (ssize_t) batch->buf.cap);

    reel_buf_clear(&batch->buf);

    ngx_free(batch);
}
