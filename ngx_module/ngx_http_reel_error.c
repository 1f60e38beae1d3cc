
/*
 * Errors, ours and nginx's own, in one envelope; and what a status of the book
 * means in HTTP.
 */


#include "ngx_module/ngx_http_reel_module.h"

#include "shared/reel_escape.h"


static const char *ngx_http_reel_reason(ngx_uint_t status);


static const struct {
    ngx_uint_t   status;
    const char  *reason;
} ngx_http_reel_reasons[] = {
    { 400, "the request is malformed" },
    { 401, "authorisation is needed" },
    { 403, "access is forbidden" },
    { 404, "there is no such thing" },
    { 405, "the method is not allowed here" },
    { 408, "the request took too long" },
    { 410, "the position is not in the change log any more" },
    { 413, "the request body is too large" },
    { 414, "the request line is too long" },
    { 421, "this server is not responsible for that host name" },
    { 426, "the protocol has to be upgraded" },
    { 429, "too many requests; try again later" },
    { 494, "the request header is too large" },
    { 500, "the server failed; its error log says why" },
    { 502, "the server behind this one failed" },
    { 503, "the service is not available now; try again" },
    { 504, "the server behind this one did not answer" },
    { 0, NULL }
};


static const char *
ngx_http_reel_reason(ngx_uint_t status)
{
    ngx_uint_t  i;

    for (i = 0; ngx_http_reel_reasons[i].reason; i++) {
        if (ngx_http_reel_reasons[i].status == status) {
            return ngx_http_reel_reasons[i].reason;
        }
    }

    return status < 500 ? "the request cannot be answered"
                        : "the server failed";
}


ngx_int_t
ngx_http_reel_send_error(ngx_http_request_t *r, ngx_uint_t status,
    ngx_str_t *why, struct reel_cursor *cursor)
{
    u_char           *p;
    ngx_str_t         text, value;
    struct reel_buf   buf;
    char              name[REEL_CURSOR_MAX];

    static ngx_str_t  no_store = ngx_string("no-store");
    static ngx_str_t  soon = ngx_string("1");

    value.len = 0;

    reel_buf_init(&buf);
    reel_buf_str(&buf, "{\"code\":");
    reel_buf_num(&buf, status);
    reel_buf_str(&buf, ",\"message\":\"");

    if (why && why->len) {
        reel_escape_json(&buf, (char *) why->data, why->len);

    } else {
        reel_buf_str(&buf, ngx_http_reel_reason(status));
    }

    reel_buf_str(&buf, "\",\"data\":null");

    if (cursor) {
        value.len = reel_cursor_print(*cursor, name);
        reel_buf_str(&buf, ",\"cursor\":\"");
        reel_buf_str(&buf, name);
        reel_buf_chr(&buf, '"');
    }

    reel_buf_chr(&buf, '}');

    p = buf.failed ? NULL : ngx_pnalloc(r->pool, buf.len + sizeof(name));

    if (p) {
        ngx_memcpy(p, buf.data, buf.len);
        text.data = p;
        text.len = buf.len;
        value.data = p + buf.len;
        ngx_memcpy(value.data, name, value.len);
    }

    reel_buf_clear(&buf);

    if (p == NULL
        || (cursor
            && ngx_http_reel_header(r, "X-Reel-Cursor", &value) != NGX_OK)
        || ngx_http_reel_header(r, "Cache-Control", &no_store) != NGX_OK
        || (status == NGX_HTTP_SERVICE_UNAVAILABLE
            && ngx_http_reel_header(r, "Retry-After", &soon) != NGX_OK))
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_http_reel_send_text(r, status, &text);
}


/* for error_page: the status is what it was */

ngx_int_t
ngx_http_reel_error_handler(ngx_http_request_t *r)
{
    ngx_uint_t  status;

    /* too late to answer with another error when the body cannot be read */

    if (ngx_http_discard_request_body(r) != NGX_OK) {
        r->keepalive = 0;
    }

    status = r->err_status ? r->err_status : NGX_HTTP_NOT_FOUND;

    /* nginx's private numbers; to a client all of them are 400 */

    if (status >= NGX_HTTP_NGINX_CODES && status < 500) {
        status = NGX_HTTP_BAD_REQUEST;
    }

    if (status < 400 || status > 599) {
        status = NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    r->err_status = status;

    return ngx_http_reel_send_error(r, status, NULL, NULL);
}


/* the words go to the client; ctx->why is set and the status returned */

ngx_int_t
ngx_http_reel_refuse(ngx_http_reel_ctx_t *ctx, ngx_uint_t status,
    const char *fmt, ...)
{
    u_char   *p;
    va_list   args;
    u_char    words[1024];

    va_start(args, fmt);
    p = ngx_vslprintf(words, words + sizeof(words), fmt, args);
    va_end(args);

    ctx->why.data = ngx_pnalloc(ctx->request->pool, p - words);
    if (ctx->why.data == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_memcpy(ctx->why.data, words, p - words);
    ctx->why.len = p - words;

    return status;
}


/* the one place where a status of the book becomes one of HTTP */

ngx_int_t
ngx_http_reel_fail(ngx_http_reel_ctx_t *ctx, enum reel_status status)
{
    const char  *why;

    switch (status) {

    case REEL_OK:
        return NGX_OK;

    case REEL_NOT_FOUND:
        if (ctx->index->read == NULL || reel_read_error(ctx->index->read)[0]) {
            break;
        }

        return ngx_http_reel_refuse(ctx, NGX_HTTP_NOT_FOUND,
                                    "there is no such item in the library");

    case REEL_BAD_INPUT:
    case REEL_STALE:
    case REEL_BUSY:
    case REEL_AGAIN:
    case REEL_IO:
        break;

    case REEL_NOMEM:
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    why = ctx->index->read ? reel_read_error(ctx->index->read) : "";

    if (status == REEL_IO) {
        ngx_http_reel_store_end(ctx->index);
    }

    if (status == REEL_IO && ngx_strcmp(ctx->index->trouble, why) != 0) {
        (void) ngx_cpystrn((u_char *) ctx->index->trouble, (u_char *) why,
                           sizeof(ctx->index->trouble));
        ngx_log_error(NGX_LOG_CRIT, ctx->request->connection->log, 0,
                      "reel: the index \"%V\" %s", &ctx->index->path, why);
    }

    return ngx_http_reel_refuse(ctx, NGX_HTTP_SERVICE_UNAVAILABLE,
                                "the index \"%V\" %s", &ctx->index->name, why);
}
