
/*
 * What a WebSocket says.  A feed tells and does not listen: pings are answered,
 * the rules of RFC 6455 are kept, messages are thrown away, and who says too
 * much is closed.  Bytes are read to the stack.
 */


#include "ngx_module/ngx_http_reel_ws.h"


/* a bucket: bytes, and so many for each frame; what leaks out of it in 1 ms */
#define NGX_HTTP_REEL_HEAR_TALK     (512 * 1024)
#define NGX_HTTP_REEL_HEAR_FRAME    128
#define NGX_HTTP_REEL_HEAR_LEAK     64

/* reads before others have their turn */
#define NGX_HTTP_REEL_HEAR_READS    8


static ngx_int_t ngx_http_reel_hear_ping(ngx_http_reel_ws_t *w,
    struct reel_ws_piece *piece);


void
ngx_http_reel_hear(ngx_http_reel_ws_t *w)
{
    ssize_t            n;
    ngx_uint_t         i;
    ngx_event_t       *rev;
    ngx_connection_t  *c;
    u_char             scratch[8192];

    c = w->client.connection;
    rev = c->read;

    for (i = 0; i < NGX_HTTP_REEL_HEAR_READS; i++) {

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

        if (ngx_http_reel_hear_input(w, scratch, scratch + n) == NGX_DONE) {
            return;
        }
    }

    ngx_post_event(rev, &ngx_posted_next_events);
}


ngx_int_t
ngx_http_reel_hear_input(ngx_http_reel_ws_t *w, u_char *pos, u_char *last)
{
    uint64_t                 talk, leak;
    struct reel_ws_piece     piece;
    ngx_http_reel_client_t  *cl;

    cl = &w->client;
    cl->heard = 1;

    leak = (uint64_t) (ngx_current_msec - w->talked) * NGX_HTTP_REEL_HEAR_LEAK;
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
            talk += NGX_HTTP_REEL_HEAR_FRAME;
            break;

        case REEL_WS_PING:
            talk += NGX_HTTP_REEL_HEAR_FRAME;

            if (ngx_http_reel_hear_ping(w, &piece) == NGX_DONE) {
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

        if (talk > NGX_HTTP_REEL_HEAR_TALK + 2 * w->ws.limit) {
            ngx_http_reel_bye(cl, NGX_HTTP_REEL_END_TALK, 1008);
            return NGX_DONE;
        }
    }
}


/* a ping in pieces; while a frame of ours waits, pings go without an answer */

static ngx_int_t
ngx_http_reel_hear_ping(ngx_http_reel_ws_t *w, struct reel_ws_piece *piece)
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
    w->client.control = 1;

    return ngx_http_reel_client_flush(&w->client) == NGX_DONE ? NGX_DONE
                                                              : NGX_OK;
}
