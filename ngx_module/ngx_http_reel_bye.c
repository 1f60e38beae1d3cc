
/*
 * How a client is left: with a bye that says why and when to come again, with
 * the words the transport knows, or, when nobody hears, without.
 */


#include "ngx_module/ngx_http_reel_feed.h"


static const char *const  ngx_http_reel_ends[NGX_HTTP_REEL_ENDS] = {
    NULL, NULL, "reload", "max_age", NULL, NULL, "error"
};


/* says bye, if that is the reason, and closes; the client may be gone then */

void
ngx_http_reel_bye(ngx_http_reel_client_t *cl, ngx_http_reel_end_e why,
    ngx_uint_t code)
{
    if (cl->ending) {
        return;
    }

    cl->ending = 1;
    cl->why = why;
    cl->code = code;

    ngx_add_timer(cl->connection->read, NGX_HTTP_REEL_CLIENT_END);

    if (!cl->blocked) {
        (void) ngx_http_reel_bye_say(cl);
    }
}


ngx_int_t
ngx_http_reel_bye_say(ngx_http_reel_client_t *cl)
{
    ngx_msec_t              retry;
    struct reel_buf         bye, out;
    ngx_http_reel_batch_t  *batch;

    cl->said = 1;

    reel_buf_init(&bye);
    reel_buf_init(&out);

    /* not all at once */

    retry = 200 + (ngx_msec_t) ngx_random()
                  % (1000 + ngx_min(cl->audience->feed->clients * 2, 4000));

    if (ngx_http_reel_ends[cl->why]) {
        reel_buf_fmt(&bye, "{\"type\":\"bye\",\"reason\":\"%s\","
                     "\"retry_ms\":%u}", ngx_http_reel_ends[cl->why],
                     (unsigned) retry);
    }

    cl->audience->transport->close(cl, &out, &bye, retry);

    if (bye.failed) {
        out.failed = 1;
    }

    reel_buf_clear(&bye);

    batch = ngx_http_reel_batch_take(&out);

    if (batch == NULL) {
        ngx_http_reel_bye_cut(cl, cl->why);
        return NGX_DONE;
    }

    ngx_http_reel_client_give(cl, batch);
    ngx_http_reel_batch_drop(batch);

    return ngx_http_reel_client_flush(cl);
}


/* without a word */

void
ngx_http_reel_bye_cut(ngx_http_reel_client_t *cl, ngx_http_reel_end_e why)
{
    struct linger      linger;
    ngx_connection_t  *c;

    c = cl->connection;

    cl->why = why;

    if (why == NGX_HTTP_REEL_END_SILENT) {

        /* nobody there, so the kernel shall forget what was left to send */

        linger.l_onoff = 1;
        linger.l_linger = 0;

        (void) setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &linger,
                          sizeof(struct linger));

#if (NGX_HTTP_V2)
        /* nor shall what its last stream leaves wait for another request */

        if (cl->request->stream) {
            cl->request->stream->connection->connection->error = 1;
        }
#endif
    }

    c->error = 1;

    ngx_http_reel_bye_finalize(cl, NGX_HTTP_CLIENT_CLOSED_REQUEST);
}


void
ngx_http_reel_bye_finalize(ngx_http_reel_client_t *cl, ngx_int_t rc)
{
    ngx_uint_t           joining;
    ngx_connection_t    *c;
    ngx_http_request_t  *r;

    r = cl->request;
    c = cl->connection;

    ngx_http_reel_client_leave(cl);

    c->idle = 0;
    c->read->handler = cl->handler;
    c->write->handler = cl->handler;

    joining = cl->joining;

    ngx_http_finalize_request(r, rc);

    if (!joining) {
        ngx_http_run_posted_requests(c);
    }
}
