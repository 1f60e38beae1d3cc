
/*
 * Sending an answer: headers, ETag, and the text itself.
 */


#include "ngx_module/ngx_http_reel_module.h"


static ngx_int_t ngx_http_reel_send_take(ngx_http_reel_ctx_t *ctx,
    ngx_str_t *text);


ngx_int_t
ngx_http_reel_header(ngx_http_request_t *r, const char *key, ngx_str_t *value)
{
    ngx_table_elt_t  *h;

    h = ngx_list_push(&r->headers_out.headers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(h, sizeof(ngx_table_elt_t));

    h->hash = 1;
    h->key.data = (u_char *) key;
    h->key.len = ngx_strlen(key);
    h->value = *value;

    if (key[0] == 'E' && key[1] == 'T') {
        r->headers_out.etag = h;
    }

    return NGX_OK;
}


/*
 * ETag: the index, its newest record, and the configuration.  It belongs to
 * one URI, so what the URI asks for need not be in it.
 */

ngx_int_t
ngx_http_reel_not_modified(ngx_http_reel_ctx_t *ctx)
{
    u_char              *p;
    ngx_str_t           *match;
    ngx_http_request_t  *r;

    r = ctx->request;

    p = ngx_pnalloc(r->pool, 3 * 16 + sizeof("\"---\""));
    if (p == NULL) {
        return NGX_ERROR;
    }

    ctx->etag.data = p;
    p = ngx_sprintf(p, "\"%xL-%xL-%xD\"", ctx->head.epoch, ctx->head.seq,
                    ctx->conf->hash
                    + (uint32_t) reel_read_inode(ctx->index->read) * 31);
    ctx->etag.len = p - ctx->etag.data;

    if (r->headers_in.if_none_match == NULL) {
        return NGX_DECLINED;
    }

    match = &r->headers_in.if_none_match->value;

    /* one of a list, perhaps weak by now */

    return ngx_strlcasestrn(match->data, match->data + match->len,
                            ctx->etag.data, ctx->etag.len - 1)
           ? NGX_OK : NGX_DECLINED;
}


/* the answer in ctx->out, or a 304 when there is none */

ngx_int_t
ngx_http_reel_send(ngx_http_reel_ctx_t *ctx)
{
    u_char              *p;
    size_t               len;
    ngx_str_t            text, value;
    ngx_http_request_t  *r;
    char                 cursor[REEL_CURSOR_MAX];

    static ngx_str_t  no_cache = ngx_string("no-cache");
    static ngx_str_t  no_store = ngx_string("no-store");

    r = ctx->request;

    len = reel_cursor_print(ctx->cursor, cursor);

    p = ngx_pnalloc(r->pool, len);
    if (p == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_memcpy(p, cursor, len);
    value.data = p;
    value.len = len;

    if ((ctx->etag.len
         && ngx_http_reel_header(r, "ETag", &ctx->etag) != NGX_OK)
        || ngx_http_reel_header(r, "X-Reel-Cursor", &value) != NGX_OK
        || ngx_http_reel_header(r, "Cache-Control",
                                ctx->endpoint->no_store ? &no_store
                                                        : &no_cache)
           != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (ctx->out == NULL) {
        if (ngx_http_reel_cors(r) != NGX_OK) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }

        r->headers_out.status = NGX_HTTP_NOT_MODIFIED;
        r->header_only = 1;

        return ngx_http_send_header(r);
    }

    if (ngx_http_reel_send_take(ctx, &text) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_http_reel_send_text(r, NGX_HTTP_OK, &text);
}


/* the connection may be slow: a small answer is copied, a large one given away */

static ngx_int_t
ngx_http_reel_send_take(ngx_http_reel_ctx_t *ctx, ngx_str_t *text)
{
    ngx_pool_t          *pool;
    ngx_pool_cleanup_t  *cln;

    pool = ctx->request->pool;
    text->len = ctx->out->len;

    ctx->index->out_hint = ngx_min(text->len + text->len / 8,
                                   NGX_HTTP_REEL_KEEP);

    if (text->len <= NGX_HTTP_REEL_COPY) {
        text->data = ngx_pnalloc(pool, text->len);
        if (text->data == NULL) {
            return NGX_ERROR;
        }

        ngx_memcpy(text->data, ctx->out->data, text->len);

        return NGX_OK;
    }

    cln = ngx_pool_cleanup_add(pool, 0);
    if (cln == NULL) {
        return NGX_ERROR;
    }

    text->data = (u_char *) ctx->out->data;
    cln->handler = free;
    cln->data = text->data;
    reel_buf_init(ctx->out);

    return NGX_OK;
}


ngx_int_t
ngx_http_reel_send_text(ngx_http_request_t *r, ngx_uint_t status,
    ngx_str_t *text)
{
    static ngx_str_t  json = ngx_string("application/json");

    return ngx_http_reel_send_body(r, status, &json, text);
}


ngx_int_t
ngx_http_reel_send_body(ngx_http_request_t *r, ngx_uint_t status,
    ngx_str_t *type, ngx_str_t *body)
{
    ngx_int_t     rc;
    ngx_buf_t    *b;
    ngx_chain_t   out;

    if (ngx_http_reel_cors(r) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    r->headers_out.status = status;
    r->headers_out.content_length_n = body->len;

    r->headers_out.content_type = *type;
    r->headers_out.content_type_len = type->len;
    r->headers_out.content_type_lowcase = NULL;

    rc = ngx_http_send_header(r);

    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) {
        return rc;
    }

    b = ngx_calloc_buf(r->pool);
    if (b == NULL) {
        return NGX_ERROR;
    }

    b->pos = body->data;
    b->last = body->data + body->len;
    b->memory = 1;
    b->last_buf = (r == r->main) ? 1 : 0;
    b->last_in_chain = 1;

    out.buf = b;
    out.next = NULL;

    return ngx_http_output_filter(r, &out);
}
