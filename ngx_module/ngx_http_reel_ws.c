
/*
 * The feed as WebSocket text frames, sent straight to the socket: what is
 * shared is shared down to the bytes.  Nothing is allocated for one who listens.
 */


#include "ngx_module/ngx_http_reel_ws.h"


static ngx_http_reel_client_t *ngx_http_reel_ws_create(ngx_http_request_t *r,
    ngx_str_t *accept);
static void ngx_http_reel_ws_start(ngx_http_reel_client_t *cl);
static void ngx_http_reel_ws_frame(struct reel_buf *out,
    struct reel_cursor *cursor, struct reel_buf *json);
static ngx_int_t ngx_http_reel_ws_send(ngx_http_reel_client_t *cl);
static ssize_t ngx_http_reel_ws_write(ngx_connection_t *c, u_char *pos,
    size_t len);
static ngx_int_t ngx_http_reel_ws_send_control(ngx_http_reel_ws_t *w);
static ngx_int_t ngx_http_reel_ws_ping(ngx_http_reel_client_t *cl);
static void ngx_http_reel_ws_close(ngx_http_reel_client_t *cl,
    struct reel_buf *out, struct reel_buf *bye, ngx_msec_t retry);
static void ngx_http_reel_ws_end(ngx_http_reel_client_t *cl);
static void ngx_http_reel_ws_handler(ngx_event_t *ev);


ngx_http_reel_transport_t  ngx_http_reel_ws_transport = {
    NGX_HTTP_REEL_WS,
    1,
    ngx_http_reel_ws_create,
    ngx_http_reel_ws_handler,
    ngx_http_reel_ws_start,
    ngx_http_reel_ws_frame,
    ngx_http_reel_ws_send,
    ngx_http_reel_ws_ping,
    ngx_http_reel_ws_close,
    ngx_http_reel_ws_end
};


static ngx_http_reel_client_t *
ngx_http_reel_ws_create(ngx_http_request_t *r, ngx_str_t *accept)
{
    ngx_http_reel_ws_t        *w;
    ngx_http_reel_loc_conf_t  *rlcf;

    static ngx_str_t  websocket = ngx_string("websocket");

    w = ngx_pcalloc(r->pool, sizeof(ngx_http_reel_ws_t));

    if (w == NULL
        || ngx_http_reel_header(r, "Upgrade", &websocket) != NGX_OK
        || ngx_http_reel_header(r, "Sec-WebSocket-Accept", accept) != NGX_OK)
    {
        return NULL;
    }

    rlcf = ngx_http_get_module_loc_conf(r, ngx_http_reel_module);

    reel_ws_init(&w->ws, rlcf->message_max);

    r->headers_out.status = NGX_HTTP_SWITCHING_PROTOCOLS;
    ngx_str_set(&r->headers_out.status_line, "101 Switching Protocols");

    return &w->client;
}


/* the 101 was sent, and the hello with it; frames may have come with the key */

static void
ngx_http_reel_ws_start(ngx_http_reel_client_t *cl)
{
    ngx_http_reel_ws_t *w = (ngx_http_reel_ws_t *) cl;

    u_char     *pos;
    ngx_buf_t  *b;

    w->talked = ngx_current_msec;

    b = cl->request->header_in;
    pos = b->pos;
    b->pos = b->last;

    if (pos != b->last
        && ngx_http_reel_hear_input(w, pos, b->last) == NGX_DONE)
    {
        return;
    }

    if (cl->connection->read->ready) {
        ngx_post_event(cl->connection->read, &ngx_posted_events);
    }
}


static void
ngx_http_reel_ws_frame(struct reel_buf *out, struct reel_cursor *cursor,
    struct reel_buf *json)
{
    unsigned char  header[REEL_WS_FRAME_HEADER_MAX];

    reel_buf_add(out, header,
                 reel_ws_frame_header(header, REEL_WS_FRAME_TEXT, json->len));
    reel_buf_add(out, json->data, json->len);

    out->failed |= json->failed;
}


static ngx_int_t
ngx_http_reel_ws_send(ngx_http_reel_client_t *cl)
{
    ngx_http_reel_ws_t *w = (ngx_http_reel_ws_t *) cl;

    u_char            *last;
    ssize_t            n;
    ngx_int_t          rc;
    ngx_connection_t  *c;

    c = cl->connection;

    if (cl->control && w->sent) {
        rc = ngx_http_reel_ws_send_control(w);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    if (cl->batch) {
        last = (u_char *) cl->batch->buf.data + cl->batch->buf.len;

        while (cl->pos != last) {
            n = ngx_http_reel_ws_write(c, cl->pos, last - cl->pos);

            if (n == NGX_AGAIN || n == 0) {
                return NGX_AGAIN;
            }

            if (n < 0) {
                return NGX_ERROR;
            }

            cl->pos += n;
        }
    }

    return cl->control ? ngx_http_reel_ws_send_control(w) : NGX_OK;
}


/* nginx's own way looks at more memory than the cache holds of a crowd */

static ssize_t
ngx_http_reel_ws_write(ngx_connection_t *c, u_char *pos, size_t len)
{
    ssize_t  n;

    if (c->send == ngx_send) {
        n = send(c->fd, pos, len, 0);

        if (n > 0) {
            c->sent += n;
            return n;
        }
    }

    return c->send(c, pos, len);
}


static ngx_int_t
ngx_http_reel_ws_send_control(ngx_http_reel_ws_t *w)
{
    ssize_t            n;
    ngx_connection_t  *c;

    c = w->client.connection;

    while (w->sent < w->len) {
        n = c->send(c, w->control + w->sent, w->len - w->sent);

        if (n == NGX_AGAIN || n == 0) {
            return NGX_AGAIN;
        }

        if (n < 0) {
            return NGX_ERROR;
        }

        w->sent += n;
    }

    w->len = 0;
    w->sent = 0;
    w->client.control = 0;

    return NGX_OK;
}


static ngx_int_t
ngx_http_reel_ws_ping(ngx_http_reel_client_t *cl)
{
    ngx_http_reel_ws_t *w = (ngx_http_reel_ws_t *) cl;

    if (w->len == 0) {
        w->len = reel_ws_frame_header(w->control, REEL_WS_FRAME_PING, 0);
        cl->control = 1;
    }

    return ngx_http_reel_client_flush(cl);
}


static void
ngx_http_reel_ws_close(ngx_http_reel_client_t *cl, struct reel_buf *out,
    struct reel_buf *bye, ngx_msec_t retry)
{
    const char     *reason;
    unsigned char   frame[REEL_WS_FRAME_CLOSE_MAX];

    if (bye->len) {
        ngx_http_reel_ws_frame(out, NULL, bye);
    }

    reason = cl->why == NGX_HTTP_REEL_END_TALK
             ? "a feed tells and does not listen" : "";

    reel_buf_add(out, frame,
                 reel_ws_frame_close(frame, cl->code, reason,
                                     ngx_strlen(reason)));
}


/* the Close was sent: read on, or it might be lost to a reset */

static void
ngx_http_reel_ws_end(ngx_http_reel_client_t *cl)
{
    cl->request->lingering_close = 1;

    ngx_http_reel_bye_finalize(cl, NGX_OK);
}


static void
ngx_http_reel_ws_handler(ngx_event_t *ev)
{
    ngx_connection_t        *c;
    ngx_http_request_t      *r;
    ngx_http_reel_client_t  *cl;

    c = ev->data;
    r = c->data;
    cl = ngx_http_get_module_ctx(r, ngx_http_reel_module);

    if (!ngx_http_reel_client_event(cl, ev)) {
        ngx_http_reel_hear((ngx_http_reel_ws_t *) cl);
    }
}
