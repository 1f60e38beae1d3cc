
/*
 * The feed as WebSocket text frames, sent straight to the socket: what is
 * shared is shared down to the bytes.  A client says nothing of meaning; pings
 * are answered, the rules of RFC 6455 are kept, messages are thrown away.
 * Nothing is allocated for one who listens: what arrives is read to the stack.
 */


#include "ngx_module/ngx_http_reel_step.h"

#include "ngx_module/reel_ws.h"


/* a bucket: bytes, and so many for each frame; what leaks out of it in 1 ms */
#define NGX_HTTP_REEL_WS_TALK     (512 * 1024)
#define NGX_HTTP_REEL_WS_FRAME    128
#define NGX_HTTP_REEL_WS_LEAK     64

/* reads before others have their turn */
#define NGX_HTTP_REEL_WS_READS    8


typedef struct {
    ngx_http_reel_client_t   client;
    struct reel_ws           ws;
    ngx_msec_t               talked;         /* when talk was true */
    uint64_t                 talk;
    uint8_t                  len;            /* of the control frame */
    uint8_t                  sent;           /* of it */
    uint8_t                  skip;           /* this ping of the peer's */
    u_char                   control[2 + REEL_WS_FRAME_CONTROL_MAX];
} ngx_http_reel_ws_t;


static ngx_http_reel_client_t *ngx_http_reel_ws_create(ngx_http_request_t *r,
    ngx_str_t *accept);
static void ngx_http_reel_ws_start(ngx_http_reel_client_t *cl);
static void ngx_http_reel_ws_frame(struct reel_buf *out,
    struct reel_cursor *cursor, struct reel_buf *json);
static ngx_int_t ngx_http_reel_ws_send(ngx_http_reel_client_t *cl);
static ngx_int_t ngx_http_reel_ws_send_control(ngx_http_reel_ws_t *w);
static ngx_int_t ngx_http_reel_ws_ping(ngx_http_reel_client_t *cl);
static void ngx_http_reel_ws_close(ngx_http_reel_client_t *cl,
    struct reel_buf *out, struct reel_buf *bye, ngx_msec_t retry);
static void ngx_http_reel_ws_end(ngx_http_reel_client_t *cl);
static void ngx_http_reel_ws_handler(ngx_event_t *ev);
static void ngx_http_reel_ws_read(ngx_http_reel_ws_t *w);
static ngx_int_t ngx_http_reel_ws_input(ngx_http_reel_ws_t *w, u_char *pos,
    u_char *last);
static ngx_int_t ngx_http_reel_ws_pong(ngx_http_reel_ws_t *w,
    struct reel_ws_piece *piece);


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
        && ngx_http_reel_ws_input(w, pos, b->last) == NGX_DONE)
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

    if (w->sent) {
        rc = ngx_http_reel_ws_send_control(w);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    if (cl->batch) {
        last = (u_char *) cl->batch->buf.data + cl->batch->buf.len;

        while (cl->pos != last) {
            n = c->send(c, cl->pos, last - cl->pos);

            if (n == NGX_AGAIN || n == 0) {
                return NGX_AGAIN;
            }

            if (n < 0) {
                return NGX_ERROR;
            }

            cl->pos += n;
        }
    }

    return w->len ? ngx_http_reel_ws_send_control(w) : NGX_OK;
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

    return NGX_OK;
}


static ngx_int_t
ngx_http_reel_ws_ping(ngx_http_reel_client_t *cl)
{
    ngx_http_reel_ws_t *w = (ngx_http_reel_ws_t *) cl;

    if (w->len == 0) {
        w->len = reel_ws_frame_header(w->control, REEL_WS_FRAME_PING, 0);
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
        ngx_http_reel_ws_read((ngx_http_reel_ws_t *) cl);
    }
}


static void
ngx_http_reel_ws_read(ngx_http_reel_ws_t *w)
{
    ssize_t            n;
    ngx_uint_t         i;
    ngx_event_t       *rev;
    ngx_connection_t  *c;
    u_char             scratch[8192];

    c = w->client.connection;
    rev = c->read;

    for (i = 0; i < NGX_HTTP_REEL_WS_READS; i++) {

        n = c->recv(c, scratch, sizeof(scratch));

        if (n == NGX_AGAIN) {
            if (ngx_handle_read_event(rev, 0) != NGX_OK) {
                ngx_http_reel_bye_cut(&w->client, NGX_HTTP_REEL_END_ERROR);
            }

            return;
        }

        if (n <= 0) {
            ngx_http_reel_bye_cut(&w->client, NGX_HTTP_REEL_END_CLIENT);
            return;
        }

        if (ngx_http_reel_ws_input(w, scratch, scratch + n) == NGX_DONE) {
            return;
        }
    }

    ngx_post_event(rev, &ngx_posted_next_events);
}


static ngx_int_t
ngx_http_reel_ws_input(ngx_http_reel_ws_t *w, u_char *pos, u_char *last)
{
    uint64_t                 talk, leak;
    struct reel_ws_piece     piece;
    ngx_http_reel_client_t  *cl;

    cl = &w->client;
    cl->heard = 1;

    leak = (uint64_t) (ngx_current_msec - w->talked) * NGX_HTTP_REEL_WS_LEAK;
    talk = w->talk > leak ? w->talk - leak : 0;
    talk += last - pos;

    w->talked = ngx_current_msec;

    for ( ;; ) {

        switch (reel_ws_next(&w->ws, &pos, last, &piece)) {

        case REEL_WS_NEED:
            w->talk = talk;
            return NGX_OK;

        case REEL_WS_DATA:
        case REEL_WS_END:
            break;

        case REEL_WS_BEGIN:
        case REEL_WS_PONG:
            talk += NGX_HTTP_REEL_WS_FRAME;
            break;

        case REEL_WS_PING:
            talk += NGX_HTTP_REEL_WS_FRAME;

            if (ngx_http_reel_ws_pong(w, &piece) == NGX_DONE) {
                return NGX_DONE;
            }

            break;

        case REEL_WS_CLOSE:
            ngx_http_reel_bye(cl, NGX_HTTP_REEL_END_CLIENT, piece.code);
            return NGX_DONE;

        case REEL_WS_ERROR:
            ngx_http_reel_bye(cl, piece.code == REEL_WS_TOO_BIG
                                  ? NGX_HTTP_REEL_END_TALK
                                  : NGX_HTTP_REEL_END_PROTOCOL, piece.code);
            return NGX_DONE;
        }

        if (talk > NGX_HTTP_REEL_WS_TALK + 2 * w->ws.limit) {
            ngx_http_reel_bye(cl, NGX_HTTP_REEL_END_TALK, 1008);
            return NGX_DONE;
        }
    }
}


/* a ping in pieces; while a frame of ours waits, pings go without an answer */

static ngx_int_t
ngx_http_reel_ws_pong(ngx_http_reel_ws_t *w, struct reel_ws_piece *piece)
{
    if (piece->offset == 0) {
        w->skip = 0;
    }

    w->skip |= (w->len != 0);

    if (w->skip) {
        return NGX_OK;
    }

    ngx_memcpy(w->control + 2 + piece->offset, piece->data, piece->len);

    if (piece->offset + piece->len < piece->total) {
        return NGX_OK;
    }

    reel_ws_frame_header(w->control, REEL_WS_FRAME_PONG, piece->total);
    w->len = 2 + piece->total;

    return ngx_http_reel_client_flush(&w->client) == NGX_DONE ? NGX_DONE
                                                              : NGX_OK;
}
