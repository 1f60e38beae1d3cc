
/*
 * The feed as Server-Sent Events, through nginx's filters: chunks of HTTP/1.1,
 * the plain end of HTTP/1.0, streams of HTTP/2.  The id of an event is its
 * cursor, so a browser that comes again goes on where it was.
 */


#include "ngx_module/ngx_http_reel_step.h"

static ngx_http_reel_client_t *ngx_http_reel_sse_create(ngx_http_request_t *r,
    ngx_str_t *accept);
static void ngx_http_reel_sse_frame(struct reel_buf *out,
    struct reel_cursor *cursor, struct reel_buf *json);
static ngx_int_t ngx_http_reel_sse_ping(ngx_http_reel_client_t *cl);
static void ngx_http_reel_sse_close(ngx_http_reel_client_t *cl,
    struct reel_buf *out, struct reel_buf *bye, ngx_msec_t retry);
static void ngx_http_reel_sse_end(ngx_http_reel_client_t *cl);
static void ngx_http_reel_sse_handler(ngx_event_t *ev);


ngx_http_reel_transport_t  ngx_http_reel_sse_transport = {
    NGX_HTTP_REEL_SSE,
    0,
    ngx_http_reel_sse_create,
    ngx_http_reel_sse_handler,
    NULL,
    ngx_http_reel_sse_frame,
    NULL,
    ngx_http_reel_sse_ping,
    ngx_http_reel_sse_close,
    ngx_http_reel_sse_end
};


static ngx_http_reel_client_t *
ngx_http_reel_sse_create(ngx_http_request_t *r, ngx_str_t *accept)
{
    static ngx_str_t  no_store = ngx_string("no-store");
    static ngx_str_t  no = ngx_string("no");

    if (ngx_http_reel_header(r, "Cache-Control", &no_store) != NGX_OK
        || ngx_http_reel_header(r, "X-Accel-Buffering", &no) != NGX_OK)
    {
        return NULL;
    }

    r->headers_out.status = NGX_HTTP_OK;

    ngx_str_set(&r->headers_out.content_type, "text/event-stream");
    r->headers_out.content_type_len = r->headers_out.content_type.len;
    r->headers_out.content_type_lowcase = NULL;

#if (NGX_HTTP_GZIP)
    /* a compressor holds back what is to arrive now */
    r->gzip_tested = 1;
    r->gzip_ok = 0;
#endif

    return ngx_pcalloc(r->pool, sizeof(ngx_http_reel_client_t));
}


static void
ngx_http_reel_sse_frame(struct reel_buf *out, struct reel_cursor *cursor,
    struct reel_buf *json)
{
    size_t  len;
    char    text[REEL_CURSOR_MAX];

    if (cursor) {
        len = reel_cursor_print(*cursor, text);
        reel_buf_add(out, "id: ", 4);
        reel_buf_add(out, text, len);
        reel_buf_chr(out, '\n');
    }

    reel_buf_add(out, "data: ", 6);
    reel_buf_add(out, json->data, json->len);
    reel_buf_add(out, "\n\n", 2);

    out->failed |= json->failed;
}


static ngx_int_t
ngx_http_reel_sse_ping(ngx_http_reel_client_t *cl)
{
    ngx_int_t               rc;
    struct reel_buf         out;
    ngx_http_reel_batch_t  *batch;

    reel_buf_init(&out);
    reel_buf_str(&out, ":\n\n");

    batch = ngx_http_reel_batch_take(&out);

    if (batch == NULL) {
        return NGX_OK;
    }

    ngx_http_reel_client_give(cl, batch);

    rc = ngx_http_reel_client_flush(cl);

    ngx_http_reel_batch_drop(batch);

    return rc;
}


static void
ngx_http_reel_sse_close(ngx_http_reel_client_t *cl, struct reel_buf *out,
    struct reel_buf *bye, ngx_msec_t retry)
{
    if (bye->len) {
        reel_buf_fmt(out, "retry: %u\n", (unsigned) retry);
        ngx_http_reel_sse_frame(out, NULL, bye);

    } else {
        reel_buf_str(out, ":\n\n");
    }
}


static void
ngx_http_reel_sse_end(ngx_http_reel_client_t *cl)
{
    ngx_http_reel_bye_finalize(cl, ngx_http_send_special(cl->request,
                                                         NGX_HTTP_LAST));
}


static void
ngx_http_reel_sse_handler(ngx_event_t *ev)
{
    ngx_connection_t        *c;
    ngx_http_request_t      *r;
    ngx_http_reel_client_t  *cl;

    c = ev->data;
    r = c->data;
    cl = ngx_http_get_module_ctx(r, ngx_http_reel_module);

    if (ngx_http_reel_client_event(cl, ev)) {
        return;
    }

    ngx_http_test_reading(r);

    ngx_http_run_posted_requests(c);
}
