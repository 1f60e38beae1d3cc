
/*
 * The life of one who listens, whatever the transport: what is to be sent, when
 * the socket takes no more, the one timer that each connection always holds,
 * and the ways in which it ends.  A client leaves once: after any call that may
 * send, it may be gone, and says so with NGX_DONE.
 */


#include "ngx_module/ngx_http_reel_step.h"


static void ngx_http_reel_client_prompt(ngx_http_reel_client_t *cl);
static ngx_int_t ngx_http_reel_client_filter(ngx_http_reel_client_t *cl);
static void ngx_http_reel_client_timer(ngx_http_reel_client_t *cl);
static void ngx_http_reel_client_arm(ngx_http_reel_client_t *cl);
static void ngx_http_reel_client_free(void *data);


ngx_int_t
ngx_http_reel_client_init(ngx_http_reel_client_t *cl, ngx_http_request_t *r,
    ngx_event_handler_pt handler)
{
    ngx_connection_t          *c;
    ngx_pool_cleanup_t        *pcln;
    ngx_http_cleanup_t        *cln;
    ngx_http_reel_loc_conf_t  *rlcf;

    c = r->connection;
    rlcf = ngx_http_get_module_loc_conf(r, ngx_http_reel_module);

    /* a batch may still be in the queue of a stream when the client has left */

    pcln = ngx_pool_cleanup_add(r->pool, 0);
    if (pcln == NULL) {
        return NGX_ERROR;
    }

    cln = ngx_http_cleanup_add(r, 0);
    if (cln == NULL) {
        return NGX_ERROR;
    }

    cl->out = ngx_calloc_buf(r->pool);
    if (cl->out == NULL) {
        return NGX_ERROR;
    }

    pcln->handler = ngx_http_reel_client_free;
    pcln->data = cl;
    cln->handler = ngx_http_reel_client_leave;
    cln->data = cl;

    /* not yet there, if the whole request came with the connection */

    if (!c->read->active && r->http_version < NGX_HTTP_VERSION_20
        && ngx_add_event(c->read, NGX_READ_EVENT, NGX_CLEAR_EVENT) != NGX_OK)
    {
        return NGX_ERROR;
    }

    cl->request = r;
    cl->connection = c;
    cl->filters = 1;
    cl->pinged = ngx_current_msec - ngx_random() % (rlcf->ping / 8 + 1);
    cl->until = ngx_current_msec + rlcf->max_age;

    ngx_http_set_ctx(r, cl, ngx_http_reel_module);

    r->keepalive = 0;
    r->read_event_handler = ngx_http_request_empty_handler;
    r->write_event_handler = ngx_http_request_empty_handler;

    c->log->action = "sending the feed";
    cl->handler = c->read->handler;
    c->read->handler = handler;
    c->write->handler = handler;

    /* the handler is called when the worker is about to exit */
    c->idle = 1;

    ngx_http_reel_client_arm(cl);

    return NGX_OK;
}


void
ngx_http_reel_client_give(ngx_http_reel_client_t *cl,
    ngx_http_reel_batch_t *batch)
{
    batch->refs++;
    cl->batch = batch;
    cl->pos = (u_char *) batch->buf.data;
}


/* the hello waits for nothing that is on its way; what comes later might */

static void
ngx_http_reel_client_prompt(ngx_http_reel_client_t *cl)
{
    ngx_http_core_loc_conf_t  *clcf;

    cl->nagle = 0;

    clcf = ngx_http_get_module_loc_conf(cl->request, ngx_http_core_module);

    if (clcf->tcp_nodelay) {
        (void) ngx_tcp_nodelay(cl->connection);
    }
}


/* NGX_OK: nothing is left; NGX_AGAIN: the socket is full; NGX_DONE: gone */

ngx_int_t
ngx_http_reel_client_flush(ngx_http_reel_client_t *cl)
{
    ngx_int_t                  rc;
    ngx_http_reel_transport_t  *transport;

    transport = cl->audience->transport;

    if (cl->nagle) {
        ngx_http_reel_client_prompt(cl);
    }

    if (cl->filters) {
        rc = ngx_http_reel_client_filter(cl);

        if (rc == NGX_OK && transport->send) {

            /* the header is out, the rest need not pass there */

            ngx_http_reel_batch_drop(cl->batch);
            cl->batch = NULL;
            cl->filters = 0;

            rc = transport->send(cl);
        }

    } else {
        rc = transport->send(cl);
    }

    if (rc == NGX_AGAIN) {

        if (!cl->blocked) {
            ngx_http_reel_step_block(cl);

            if (ngx_handle_write_event(cl->connection->write, 0) != NGX_OK) {
                ngx_http_reel_bye_cut(cl, NGX_HTTP_REEL_END_ERROR);
                return NGX_DONE;
            }
        }

        return NGX_AGAIN;
    }

    if (rc != NGX_OK) {
        ngx_http_reel_bye_cut(cl, NGX_HTTP_REEL_END_CLIENT);
        return NGX_DONE;
    }

    if (cl->batch) {
        ngx_http_reel_batch_drop(cl->batch);
        cl->batch = NULL;
    }

    if (!cl->ending) {
        return NGX_OK;
    }

    if (!cl->said) {
        return ngx_http_reel_bye_say(cl);
    }

    transport->end(cl);

    return NGX_DONE;
}


/* the way through nginx's filters: chunks, streams of HTTP/2, a limit_rate */

static ngx_int_t
ngx_http_reel_client_filter(ngx_http_reel_client_t *cl)
{
    ngx_int_t            rc;
    ngx_buf_t           *b;
    ngx_chain_t          out;
    ngx_connection_t    *c;
    ngx_http_request_t  *r;

    r = cl->request;
    c = cl->connection;

    if (cl->pos) {
        b = cl->out;

        b->start = (u_char *) cl->batch->buf.data;
        b->end = b->start + cl->batch->buf.len;
        b->pos = cl->pos;
        b->last = b->end;
        b->memory = 1;
        b->flush = 1;
        b->tag = (ngx_buf_tag_t) &ngx_http_reel_module;

        cl->pos = NULL;

        out.buf = b;
        out.next = NULL;

        rc = ngx_http_output_filter(r, &out);

    } else if (r->buffered || c->buffered) {
        rc = ngx_http_output_filter(r, NULL);

    } else {
        return NGX_OK;
    }

    if (rc == NGX_ERROR) {
        return NGX_ERROR;
    }

    return (r->buffered || c->buffered) ? NGX_AGAIN : NGX_OK;
}


/* what handlers have in common; nonzero: the event is dealt with */

ngx_uint_t
ngx_http_reel_client_event(ngx_http_reel_client_t *cl, ngx_event_t *ev)
{
    ngx_connection_t  *c;

    c = cl->connection;

    if (c->error) {
        ngx_http_reel_bye_cut(cl, NGX_HTTP_REEL_END_CLIENT);
        return 1;
    }

    if (c->close) {
        c->close = 0;
        ngx_http_reel_feed_post(cl->audience->feed);
        return 1;
    }

    if (!ev->write) {

        if (ev->timedout) {
            ev->timedout = 0;
            ngx_http_reel_client_timer(cl);
            return 1;
        }

        return 0;
    }

    if (ev->delayed) {

        if (!ev->timedout) {
            return 1;
        }

        ev->delayed = 0;
        ev->timedout = 0;
    }

    if (!cl->blocked) {
        return 1;
    }

    /* there is room because the peer has taken something */
    cl->heard = 1;

    if (ngx_http_reel_client_flush(cl) == NGX_OK) {
        ngx_http_reel_step_unblock(cl);
    }

    return 1;
}


static void
ngx_http_reel_client_timer(ngx_http_reel_client_t *cl)
{
    ngx_int_t                   rc;
    ngx_msec_t                  now;
    ngx_http_reel_transport_t  *transport;

    now = ngx_current_msec;
    transport = cl->audience->transport;

    if (cl->ending) {
        ngx_http_reel_bye_cut(cl, cl->why);
        return;
    }

    if (cl->waits && ngx_http_reel_alive(cl)) {
        cl->waits = 0;
    }

    if (cl->waits && now - cl->asked >= NGX_HTTP_REEL_CLIENT_ANSWER) {
        ngx_http_reel_bye_cut(cl, NGX_HTTP_REEL_END_SILENT);
        return;
    }

    if (cl->audience->conf->max_age
        && (ngx_msec_int_t) (now - cl->until) >= 0)
    {
        ngx_http_reel_bye(cl, NGX_HTTP_REEL_END_AGE, 1001);
        return;
    }

    if (now - cl->pinged >= cl->audience->conf->ping) {
        cl->pinged = now;

        if (!cl->waits) {
            cl->waits = 1;
            cl->asked = now;
            ngx_http_reel_alive_ask(cl);
        }

        /* what waits to be sent asks as well as any ping */

        rc = cl->blocked ? NGX_AGAIN : transport->ping(cl);

        if (rc == NGX_DONE) {
            return;
        }
    }

    ngx_http_reel_client_arm(cl);
}


static void
ngx_http_reel_client_arm(ngx_http_reel_client_t *cl)
{
    ngx_msec_t                 now, next;
    ngx_http_reel_loc_conf_t  *rlcf;

    rlcf = ngx_http_get_module_loc_conf(cl->request, ngx_http_reel_module);

    now = ngx_current_msec;
    next = cl->pinged + rlcf->ping - now;

    if (cl->waits) {
        next = ngx_min(next, cl->asked + NGX_HTTP_REEL_CLIENT_ANSWER - now);
    }

    if (rlcf->max_age) {
        next = ngx_min(next, cl->until - now);
    }

    ngx_add_timer(cl->connection->read, next);
}


void
ngx_http_reel_client_leave(void *data)
{
    ngx_http_reel_client_t *cl = data;

    if (cl->audience == NULL) {
        return;
    }

    if (cl->connection->read->timer_set) {
        ngx_del_timer(cl->connection->read);
    }

    ngx_http_reel_step_left(cl);

    cl->audience = NULL;
}


static void
ngx_http_reel_client_free(void *data)
{
    ngx_http_reel_client_t *cl = data;

    if (cl->batch) {
        ngx_http_reel_batch_drop(cl->batch);
    }
}
