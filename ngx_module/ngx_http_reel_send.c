
/*
 * The form of every answer: the envelope, headers, CORS, and errors, nginx's
 * own among them.
 */


#include "ngx_module/ngx_http_reel_module.h"

#include "shared/reel_escape.h"


static const char *ngx_http_reel_reason(ngx_uint_t status);
static ngx_table_elt_t *ngx_http_reel_find_header(ngx_http_request_t *r,
    const char *name, size_t len);
static ngx_int_t ngx_http_reel_send_options(ngx_http_request_t *r);
static ngx_int_t ngx_http_reel_send_take(ngx_http_reel_ctx_t *ctx,
    ngx_str_t *text);


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


/* NGX_OK: go on and answer; else the request has been answered */

ngx_int_t
ngx_http_reel_method(ngx_http_request_t *r)
{
    ngx_int_t  rc;

    rc = ngx_http_discard_request_body(r);

    if (rc != NGX_OK) {
        return rc;
    }

    if (r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD)) {
        return NGX_OK;
    }

    if (r->method == NGX_HTTP_OPTIONS) {
        rc = ngx_http_reel_send_options(r);

    } else {
        ngx_str_t  allow = ngx_string("GET, HEAD, OPTIONS");
        ngx_str_t  why = ngx_string("the method is not allowed here; "
                                    "GET, HEAD and OPTIONS are");

        if (ngx_http_reel_header(r, "Allow", &allow) != NGX_OK) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }

        rc = ngx_http_reel_send_error(r, NGX_HTTP_NOT_ALLOWED, &why, NULL);
    }

    /* NGX_DONE of ours would mean "later" to nginx */

    return rc == NGX_OK ? NGX_DECLINED : rc;
}


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


static ngx_table_elt_t *
ngx_http_reel_find_header(ngx_http_request_t *r, const char *name, size_t len)
{
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    part = &r->headers_in.headers.part;

    for ( ;; ) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {
            if (h[i].key.len == len
                && ngx_strncasecmp(h[i].key.data, (u_char *) name, len) == 0)
            {
                return &h[i];
            }
        }

        part = part->next;

        if (part == NULL) {
            return NULL;
        }
    }
}


/* what is allowed to be told is the configured origin, never the client's */

ngx_int_t
ngx_http_reel_cors(ngx_http_request_t *r)
{
    ngx_str_t                 *origin, allowed;
    ngx_uint_t                 i;
    ngx_table_elt_t           *h;
    ngx_http_reel_loc_conf_t  *rlcf;

    static ngx_str_t  any = ngx_string("*");
    static ngx_str_t  vary = ngx_string("Origin");
    static ngx_str_t  expose = ngx_string("X-Reel-Cursor, ETag, Retry-After");

    rlcf = ngx_http_get_module_loc_conf(r, ngx_http_reel_module);

    if (rlcf->origins == NULL) {
        return NGX_OK;
    }

    allowed.len = 0;

    if (rlcf->origins_any) {
        allowed = any;

    } else {
        if (ngx_http_reel_header(r, "Vary", &vary) != NGX_OK) {
            return NGX_ERROR;
        }

        h = ngx_http_reel_find_header(r, "origin", sizeof("origin") - 1);
        origin = rlcf->origins->elts;

        for (i = 0; h && i < rlcf->origins->nelts; i++) {
            if (origin[i].len == h->value.len
                && ngx_strncasecmp(origin[i].data, h->value.data,
                                   h->value.len)
                   == 0)
            {
                allowed = origin[i];
                break;
            }
        }
    }

    if (allowed.len == 0) {
        return NGX_OK;
    }

    if (ngx_http_reel_header(r, "Access-Control-Allow-Origin", &allowed)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (r->method == NGX_HTTP_OPTIONS) {
        static ngx_str_t  methods = ngx_string("GET, HEAD, OPTIONS");
        static ngx_str_t  headers = ngx_string("If-None-Match, Last-Event-ID");
        static ngx_str_t  age = ngx_string("600");

        if (ngx_http_reel_header(r, "Access-Control-Allow-Methods", &methods)
            != NGX_OK
            || ngx_http_reel_header(r, "Access-Control-Allow-Headers",
                                    &headers)
               != NGX_OK
            || ngx_http_reel_header(r, "Access-Control-Max-Age", &age)
               != NGX_OK)
        {
            return NGX_ERROR;
        }

        return NGX_OK;
    }

    return ngx_http_reel_header(r, "Access-Control-Expose-Headers", &expose);
}


static ngx_int_t
ngx_http_reel_send_options(ngx_http_request_t *r)
{
    static ngx_str_t  allow = ngx_string("GET, HEAD, OPTIONS");

    if (ngx_http_reel_header(r, "Allow", &allow) != NGX_OK
        || ngx_http_reel_cors(r) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    r->headers_out.status = NGX_HTTP_NO_CONTENT;
    r->header_only = 1;

    return ngx_http_send_header(r);
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
    ngx_int_t     rc;
    ngx_buf_t    *b;
    ngx_chain_t   out;

    if (ngx_http_reel_cors(r) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    r->headers_out.status = status;
    r->headers_out.content_length_n = text->len;

    ngx_str_set(&r->headers_out.content_type, "application/json");
    r->headers_out.content_type_len = r->headers_out.content_type.len;
    r->headers_out.content_type_lowcase = NULL;

    rc = ngx_http_send_header(r);

    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) {
        return rc;
    }

    b = ngx_calloc_buf(r->pool);
    if (b == NULL) {
        return NGX_ERROR;
    }

    b->pos = text->data;
    b->last = text->data + text->len;
    b->memory = 1;
    b->last_buf = (r == r->main) ? 1 : 0;
    b->last_in_chain = 1;

    out.buf = b;
    out.next = NULL;

    return ngx_http_output_filter(r, &out);
}


ngx_int_t
ngx_http_reel_send_error(ngx_http_request_t *r, ngx_uint_t status,
    ngx_str_t *why, struct reel_cursor *cursor)
{
    u_char           *p;
    ngx_str_t         text;
    struct reel_buf   buf;
    char              name[REEL_CURSOR_MAX];

    static ngx_str_t  no_store = ngx_string("no-store");
    static ngx_str_t  soon = ngx_string("1");

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
        reel_cursor_print(*cursor, name);
        reel_buf_str(&buf, ",\"cursor\":\"");
        reel_buf_str(&buf, name);
        reel_buf_chr(&buf, '"');
    }

    reel_buf_chr(&buf, '}');

    p = buf.failed ? NULL : ngx_pnalloc(r->pool, buf.len);

    if (p) {
        ngx_memcpy(p, buf.data, buf.len);
        text.data = p;
        text.len = buf.len;
    }

    reel_buf_clear(&buf);

    if (p == NULL
        || ngx_http_reel_header(r, "Cache-Control", &no_store) != NGX_OK
        || (status == NGX_HTTP_SERVICE_UNAVAILABLE
            && ngx_http_reel_header(r, "Retry-After", &soon) != NGX_OK))
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_http_reel_send_text(r, status, &text);
}
