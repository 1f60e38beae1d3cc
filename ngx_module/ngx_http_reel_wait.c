
/*
 * at_least: a request that asks for more than the book holds yet waits for the
 * bell, and looks again by itself in case that the bell is lost.  No more than
 * NGX_HTTP_REEL_WAIT_MAX wait, and none longer than NGX_HTTP_REEL_WAIT.
 */


#include "ngx_module/ngx_http_reel_module.h"


static void ngx_http_reel_wait_wake_handler(ngx_event_t *ev);
static void ngx_http_reel_wait_cleanup(void *data);


/* NGX_OK: the snapshot is new enough; NGX_AGAIN: wait for a newer one */

ngx_int_t
ngx_http_reel_wait_needed(ngx_http_reel_ctx_t *ctx)
{
    ngx_uint_t           patient;
    enum reel_status     status;
    struct reel_cursor  *least;

    least = &ctx->args.at_least;
    patient = !ctx->waits
              || (ngx_msec_int_t) (ctx->until - ngx_current_msec) > 0;

    if (least->epoch == ctx->head.epoch && least->seq <= ctx->head.seq) {
        return NGX_OK;
    }

    /* the snapshot of another request may be too old by some microseconds */

    status = ngx_http_reel_store_begin(ctx, 1);

    if (status != REEL_OK) {
        return ngx_http_reel_fail(ctx, status);
    }

    if (least->epoch != ctx->head.epoch) {

        /* a newer book, perhaps, that has just taken the place of ours */

        if (least->epoch > ctx->head.epoch) {
            ctx->index->looked = ngx_current_msec - NGX_HTTP_REEL_LOOK;

            if (patient) {
                return NGX_AGAIN;
            }
        }

        return ngx_http_reel_refuse(ctx, NGX_HTTP_REEL_GONE,
                                    "the change log that \"at_least\" belongs "
                                    "to has been begun anew; read again and go "
                                    "on from the cursor of this answer");
    }

    if (least->seq <= ctx->head.seq) {
        return NGX_OK;
    }

    if (!patient) {
        return ngx_http_reel_refuse(ctx, NGX_HTTP_SERVICE_UNAVAILABLE,
                                    "the index has not come to the cursor of "
                                    "\"at_least\" yet; try again");
    }

    return NGX_AGAIN;
}


ngx_int_t
ngx_http_reel_wait(ngx_http_reel_ctx_t *ctx)
{
    ngx_int_t            rc;
    ngx_http_request_t  *r;
    ngx_http_cleanup_t  *cln;

    r = ctx->request;

    if (!ctx->waits) {

        if (ctx->index->waits == NGX_HTTP_REEL_WAIT_MAX) {
            rc = ngx_http_reel_refuse(ctx, NGX_HTTP_SERVICE_UNAVAILABLE,
                                      "too many requests wait for the index "
                                      "already; try again");

            return ctx->why.len
                   ? ngx_http_reel_send_error(r, rc, &ctx->why, NULL) : rc;
        }

        cln = ngx_http_cleanup_add(r, 0);
        if (cln == NULL) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }

        if (ngx_handle_read_event(r->connection->read, 0) != NGX_OK) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }

        cln->handler = ngx_http_reel_wait_cleanup;
        cln->data = ctx;

        ctx->wake.handler = ngx_http_reel_wait_wake_handler;
        ctx->wake.data = ctx;
        ctx->wake.log = r->connection->log;
        ctx->until = ngx_current_msec + NGX_HTTP_REEL_WAIT;
        ctx->waits = 1;

        ngx_queue_insert_tail(&ctx->index->waiting, &ctx->queue);
        ctx->index->waits++;

        r->read_event_handler = ngx_http_test_reading;
        r->write_event_handler = ngx_http_request_empty_handler;
        r->main->count++;
    }

    ngx_add_timer(&ctx->wake, NGX_HTTP_REEL_WAIT_LOOK);

    return NGX_DONE;
}


static void
ngx_http_reel_wait_wake_handler(ngx_event_t *ev)
{
    ngx_int_t             rc;
    ngx_connection_t     *c;
    ngx_http_request_t   *r;
    ngx_http_reel_ctx_t  *ctx;

    ctx = ev->data;
    r = ctx->request;
    c = r->connection;

    ngx_http_set_log_request(c->log, r);

    ev->timedout = 0;

    rc = ngx_http_reel_api_run(ctx);

    if (rc == NGX_DONE) {
        return;
    }

    ngx_http_reel_wait_cleanup(ctx);

    ngx_http_finalize_request(r, rc);

    ngx_http_run_posted_requests(c);
}


static void
ngx_http_reel_wait_cleanup(void *data)
{
    ngx_http_reel_ctx_t *ctx = data;

    if (!ctx->waits) {
        return;
    }

    ctx->waits = 0;

    ngx_queue_remove(&ctx->queue);
    ctx->index->waits--;

    if (ctx->wake.timer_set) {
        ngx_del_timer(&ctx->wake);
    }

    if (ctx->wake.posted) {
        ngx_delete_posted_event(&ctx->wake);
    }
}
