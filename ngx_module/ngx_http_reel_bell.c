
/*
 * The bell in a worker.  A byte means "look again"; that it was lost changes
 * nothing, since every request reads the newest record anyway.  A connection
 * that lives is how a worker knows of a living indexer.
 */


#include "ngx_module/ngx_http_reel_module.h"

#include "shared/reel_bell.h"


#define NGX_HTTP_REEL_BELL_DELAY      100
#define NGX_HTTP_REEL_BELL_DELAY_MAX  5000


static void ngx_http_reel_bell_connect(ngx_http_reel_index_t *index);
static void ngx_http_reel_bell_read_handler(ngx_event_t *rev);
static void ngx_http_reel_bell_retry_handler(ngx_event_t *ev);
static void ngx_http_reel_bell_close(ngx_http_reel_index_t *index);


void
ngx_http_reel_bell_start(ngx_http_reel_index_t *index)
{
    ngx_queue_init(&index->waiting);

    index->bell_retry.handler = ngx_http_reel_bell_retry_handler;
    index->bell_retry.data = index;
    index->bell_retry.log = ngx_cycle->log;
    index->bell_retry.cancelable = 1;
    index->bell_delay = NGX_HTTP_REEL_BELL_DELAY;

    ngx_http_reel_bell_connect(index);
}


static void
ngx_http_reel_bell_connect(ngx_http_reel_index_t *index)
{
    int                fd;
    ngx_connection_t  *c;

    if (ngx_exiting || ngx_terminate || ngx_quit) {
        return;
    }

    if (reel_bell_connect((char *) index->bell_path.data, &fd) != REEL_OK) {
        goto retry;
    }

    c = ngx_get_connection(fd, ngx_cycle->log);

    if (c == NULL) {
        (void) close(fd);
        goto retry;
    }

    c->data = index;
    c->log = ngx_cycle->log;
    c->read->log = c->log;
    c->write->log = c->log;
    c->read->handler = ngx_http_reel_bell_read_handler;

    /* closed, by its read handler, when the worker shuts down */
    c->idle = 1;

    index->bell = c;

    if (ngx_handle_read_event(c->read, 0) != NGX_OK) {
        ngx_http_reel_bell_close(index);
        goto retry;
    }

    index->bell_delay = NGX_HTTP_REEL_BELL_DELAY;

    /* who listens there has just begun, and perhaps with another file */
    index->looked = ngx_current_msec - NGX_HTTP_REEL_LOOK;

    ngx_log_debug1(NGX_LOG_DEBUG_HTTP, c->log, 0, "reel bell: connected to %V",
                   &index->bell_path);

    return;

retry:

    ngx_add_timer(&index->bell_retry, index->bell_delay);

    index->bell_delay = ngx_min(index->bell_delay * 2,
                                NGX_HTTP_REEL_BELL_DELAY_MAX);
}


static void
ngx_http_reel_bell_retry_handler(ngx_event_t *ev)
{
    ngx_http_reel_bell_connect(ev->data);
}


static void
ngx_http_reel_bell_read_handler(ngx_event_t *rev)
{
    ngx_queue_t            *q;
    enum reel_status        status;
    ngx_connection_t       *c;
    ngx_http_reel_ctx_t    *ctx;
    ngx_http_reel_index_t  *index;

    c = rev->data;
    index = c->data;

    if (c->close) {
        ngx_http_reel_bell_close(index);
        return;
    }

    status = reel_bell_drain(c->fd);

    if (status != REEL_OK && status != REEL_AGAIN) {
        ngx_log_debug0(NGX_LOG_DEBUG_HTTP, c->log, 0, "reel bell: closed");

        ngx_http_reel_bell_close(index);

        /* it may be a restart, and with another file */
        index->looked = ngx_current_msec - NGX_HTTP_REEL_LOOK;

        if (!ngx_exiting && !ngx_terminate) {
            ngx_add_timer(&index->bell_retry, index->bell_delay);
        }

        return;
    }

    rev->ready = 0;

    if (ngx_handle_read_event(rev, 0) != NGX_OK) {
        ngx_http_reel_bell_close(index);
        ngx_add_timer(&index->bell_retry, index->bell_delay);
        return;
    }

    ngx_http_reel_feed_ring(index);

    for (q = ngx_queue_head(&index->waiting);
         q != ngx_queue_sentinel(&index->waiting);
         q = ngx_queue_next(q))
    {
        ctx = ngx_queue_data(q, ngx_http_reel_ctx_t, queue);
        ngx_post_event(&ctx->wake, &ngx_posted_events);
    }
}


static void
ngx_http_reel_bell_close(ngx_http_reel_index_t *index)
{
    ngx_close_connection(index->bell);
    index->bell = NULL;
}


void
ngx_http_reel_bell_stop(ngx_http_reel_index_t *index)
{
    if (index->bell) {
        ngx_http_reel_bell_close(index);
    }

    if (index->bell_retry.timer_set) {
        ngx_del_timer(&index->bell_retry);
    }
}


/* somebody asks, so a try ahead of the timer is worth its while */

ngx_uint_t
ngx_http_reel_bell_heard(ngx_http_reel_index_t *index)
{
    if (index->bell == NULL && index->bell_retry.timer_set) {
        ngx_del_timer(&index->bell_retry);
        ngx_http_reel_bell_connect(index);
    }

    return index->bell != NULL;
}


void
ngx_http_reel_bell_look(ngx_http_reel_index_t *index, int64_t id)
{
    /* it may be lost: then the item has to wait for its turn */

    if (index->bell) {
        (void) reel_bell_hint_send(index->bell->fd, REEL_BELL_LOOK, id,
                                   NULL, 0);
    }
}
