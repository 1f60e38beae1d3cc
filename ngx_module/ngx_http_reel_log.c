
/*
 * The change log as feeds read it: from a place on, record by record, each
 * composed as one audience sees it.
 */


#include "ngx_module/ngx_http_reel_log.h"


/* NGX_OK: there is a snapshot; NGX_ABORT: and it is of another book */

ngx_int_t
ngx_http_reel_log_begin(ngx_http_reel_feed_t *feed, ngx_http_reel_ctx_t *ctx,
    ngx_uint_t fresh, enum reel_status *status)
{
    *status = ngx_http_reel_store_begin(ctx, fresh);

    if (*status != REEL_OK) {
        return NGX_AGAIN;
    }

    if (ctx->head.epoch == feed->epoch && ctx->head.seq >= feed->to) {
        return NGX_OK;
    }

    ngx_http_reel_step_unsettle_all(feed, 1);

    feed->epoch = ctx->head.epoch;
    feed->tip = ctx->head.seq;
    feed->to = ctx->head.seq;
    feed->oldest = -1;

    return NGX_ABORT;
}


/* NGX_DECLINED: the log does not reach back so far */

ngx_int_t
ngx_http_reel_log_start(ngx_http_reel_feed_t *feed, ngx_http_reel_log_t *log,
    ngx_http_reel_audience_t *a, int64_t from, ngx_uint_t fresh)
{
    ngx_int_t          rc;
    enum reel_status   status;
    struct reel_read  *read;

    ngx_memzero(log, sizeof(ngx_http_reel_log_t));

    log->ctx.conf = a->conf;
    log->ctx.index = feed->index;
    log->ctx.out = &feed->json;

    rc = ngx_http_reel_log_begin(feed, &log->ctx, fresh, &status);

    if (rc != NGX_OK) {
        return rc;
    }

    read = feed->index->read;

    status = reel_since_oldest(read, &feed->oldest);

    if (status == REEL_OK && from < feed->oldest) {
        return NGX_DECLINED;
    }

    if (status == REEL_OK) {
        status = reel_since_start(read, from);
    }

    return status == REEL_OK ? NGX_OK : ngx_http_reel_log_failed(feed, status);
}


ngx_int_t
ngx_http_reel_log_failed(ngx_http_reel_feed_t *feed, enum reel_status status)
{
    if (status != REEL_AGAIN && status != REEL_BUSY) {
        ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0,
                      "reel feed: the index \"%V\" %s", &feed->index->path,
                      reel_read_error(feed->index->read));
    }

    ngx_http_reel_store_end(feed->index);

    return NGX_AGAIN;
}


/* the record behind seq; REEL_STALE: there is a hole */

enum reel_status
ngx_http_reel_log_next(ngx_http_reel_log_t *log,
    struct reel_since_record *record, int64_t seq)
{
    enum reel_status  status;

    status = reel_since_next(log->ctx.index->read, record);

    if (status == REEL_OK && record->seq != seq + 1) {
        return REEL_STALE;
    }

    return status;
}


/* nonzero: the audience sees something of it, and that is in feed->json */

ngx_uint_t
ngx_http_reel_log_add(ngx_http_reel_log_t *log, ngx_http_reel_audience_t *a,
    struct reel_since_record *record, int64_t prev)
{
    int                        relist;
    size_t                     start;
    struct reel_buf           *json;
    struct reel_since_record   seen;

    seen = *record;

    if (!reel_view_record(&a->view, &seen, &relist)) {
        return 0;
    }

    if (log->conf == a->conf
        && log->prev == prev
        && log->seen.seq == seen.seq
        && log->seen.op == seen.op
        && log->seen.path == seen.path
        && log->relist == relist)
    {
        return 1;
    }

    log->conf = a->conf;
    log->prev = prev;
    log->seen = seen;
    log->relist = relist;

    json = log->ctx.out;
    log->ctx.conf = a->conf;

    reel_buf_reset(json);
    reel_buf_str(json, "{\"type\":\"change\"");
    start = json->len;

    ngx_http_reel_change(&log->ctx, &seen, prev, relist);

    if (!json->failed) {
        json->data[start] = ',';
    }

    return 1;
}
