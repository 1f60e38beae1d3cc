
/*
 * The opening handshake of RFC 6455: whether a WebSocket is asked for, whether
 * it may be had, and the key's answer.  What comes after the 101 is not its
 * business.
 */


#include "ngx_module/ngx_http_reel_module.h"

#include <ngx_sha1.h>

#include "ngx_module/reel_ws.h"


typedef struct {
    ngx_table_elt_t  *key;
    ngx_table_elt_t  *version;
    ngx_uint_t        upgrade;               /* to websocket */
    ngx_uint_t        connection;            /* upgrade */
} ngx_http_reel_handshake_t;


static void ngx_http_reel_handshake_read(ngx_http_request_t *r,
    ngx_http_reel_handshake_t *asked);
static ngx_uint_t ngx_http_reel_handshake_is(ngx_table_elt_t *h,
    const char *name);
static ngx_uint_t ngx_http_reel_handshake_token(ngx_str_t *value,
    const char *token);
static ngx_int_t ngx_http_reel_handshake_origin(ngx_http_reel_ctx_t *ctx);
static ngx_int_t ngx_http_reel_handshake_version(ngx_http_reel_ctx_t *ctx,
    const char *why);
static ngx_int_t ngx_http_reel_handshake_accept(ngx_http_request_t *r,
    ngx_str_t *key, ngx_str_t *accept);


/* NGX_DECLINED: none is asked for; NGX_OK; or a status, and ctx->why is set */

ngx_int_t
ngx_http_reel_handshake(ngx_http_reel_ctx_t *ctx, ngx_str_t *accept)
{
    ngx_int_t                   rc;
    ngx_str_t                   key, raw;
    u_char                      bytes[18];
    ngx_http_request_t         *r;
    ngx_http_reel_handshake_t   asked;

    r = ctx->request;

    ngx_http_reel_handshake_read(r, &asked);

    if (!asked.upgrade && asked.key == NULL && asked.version == NULL) {
        return NGX_DECLINED;
    }

    if (r->http_version != NGX_HTTP_VERSION_11) {
        return ngx_http_reel_handshake_version(ctx,
                                "a WebSocket needs HTTP/1.1; over other "
                                "versions there are Server-Sent Events");
    }

    if (r->method != NGX_HTTP_GET) {
        return ngx_http_reel_refuse(ctx, NGX_HTTP_NOT_ALLOWED,
                                    "a WebSocket is opened with GET");
    }

    if (!asked.upgrade || !asked.connection) {
        return ngx_http_reel_refuse(ctx, NGX_HTTP_BAD_REQUEST,
                                "a WebSocket is asked for with the headers "
                                "\"Upgrade: websocket\" and \"Connection: "
                                "Upgrade\"; does a proxy in between drop "
                                "them?");
    }

    if (asked.version == NULL || asked.version->value.len != 2
        || ngx_strncmp(asked.version->value.data, "13", 2) != 0)
    {
        return ngx_http_reel_handshake_version(ctx,
                                "the WebSocket version has to be 13");
    }

    raw.data = bytes;
    raw.len = 0;

    if (asked.key) {
        key = asked.key->value;

        if (key.len == 24 && ngx_decode_base64(&raw, &key) != NGX_OK) {
            raw.len = 0;
        }
    }

    if (raw.len != 16) {
        return ngx_http_reel_refuse(ctx, NGX_HTTP_BAD_REQUEST,
                                "the header Sec-WebSocket-Key has to be 16 "
                                "bytes in base64");
    }

    rc = ngx_http_reel_handshake_origin(ctx);

    return rc == NGX_OK ? ngx_http_reel_handshake_accept(r, &key, accept) : rc;
}


static ngx_int_t
ngx_http_reel_handshake_version(ngx_http_reel_ctx_t *ctx, const char *why)
{
    static ngx_str_t  version = ngx_string("13");
    static ngx_str_t  upgrade = ngx_string("websocket");

    if (ngx_http_reel_header(ctx->request, "Sec-WebSocket-Version", &version)
        != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    /* it is no header of HTTP/2 */

    if (ctx->request->http_version < NGX_HTTP_VERSION_20
        && ngx_http_reel_header(ctx->request, "Upgrade", &upgrade) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_http_reel_refuse(ctx, NGX_HTTP_REEL_UPGRADE, "%s", why);
}


/* headers may be given more than once and hold lists; the first key counts */

static void
ngx_http_reel_handshake_read(ngx_http_request_t *r,
    ngx_http_reel_handshake_t *asked)
{
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    ngx_memzero(asked, sizeof(ngx_http_reel_handshake_t));

    for (part = &r->headers_in.headers.part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {

            switch (h[i].key.len) {

            case sizeof("Upgrade") - 1:
                if (ngx_http_reel_handshake_is(&h[i], "upgrade")) {
                    asked->upgrade |= ngx_http_reel_handshake_token(
                                                  &h[i].value, "websocket");
                }

                break;

            case sizeof("Connection") - 1:
                if (ngx_http_reel_handshake_is(&h[i], "connection")) {
                    asked->connection |= ngx_http_reel_handshake_token(
                                                    &h[i].value, "upgrade");
                }

                break;

            case sizeof("Sec-WebSocket-Key") - 1:
                if (asked->key == NULL
                    && ngx_http_reel_handshake_is(&h[i], "sec-websocket-key"))
                {
                    asked->key = &h[i];
                }

                break;

            case sizeof("Sec-WebSocket-Version") - 1:
                if (asked->version == NULL
                    && ngx_http_reel_handshake_is(&h[i],
                                                  "sec-websocket-version"))
                {
                    asked->version = &h[i];
                }

                break;
            }
        }
    }
}


static ngx_uint_t
ngx_http_reel_handshake_is(ngx_table_elt_t *h, const char *name)
{
    return ngx_strncasecmp(h->key.data, (u_char *) name, h->key.len) == 0;
}


static ngx_uint_t
ngx_http_reel_handshake_token(ngx_str_t *value, const char *token)
{
    u_char  *p, *last, *end;
    size_t   n;

    n = ngx_strlen(token);
    last = value->data + value->len;

    for (p = value->data; p < last; p = end + 1) {

        while (p < last && (*p == ' ' || *p == '\t' || *p == ',')) {
            p++;
        }

        for (end = p; end < last && *end != ','; end++) { /* void */ }

        if ((size_t) (end - p) >= n
            && ngx_strncasecmp(p, (u_char *) token, n) == 0)
        {
            for (p += n; p < end && (*p == ' ' || *p == '\t'); p++) {
                /* void */
            }

            if (p == end) {
                return 1;
            }
        }
    }

    return 0;
}


/* a browser tells whose page it is; what is no browser need not say */

static ngx_int_t
ngx_http_reel_handshake_origin(ngx_http_reel_ctx_t *ctx)
{
    u_char                    *p;
    ngx_str_t                  host, *origin;
    ngx_uint_t                 i;
    ngx_table_elt_t           *h;
    ngx_http_request_t        *r;
    ngx_http_reel_loc_conf_t  *conf;

    r = ctx->request;
    conf = ctx->conf;

    h = ngx_http_reel_find_header(r, "origin", sizeof("origin") - 1);

    if (h == NULL || conf->origins_any) {
        return NGX_OK;
    }

    if (conf->origins) {
        origin = conf->origins->elts;

        for (i = 0; i < conf->origins->nelts; i++) {
            if (origin[i].len == h->value.len
                && ngx_strncasecmp(origin[i].data, h->value.data,
                                   h->value.len)
                   == 0)
            {
                return NGX_OK;
            }
        }

    } else if (r->headers_in.host) {

        /* behind a proxy the scheme may be another one than the client's */

        p = ngx_strlcasestrn(h->value.data, h->value.data + h->value.len,
                             (u_char *) "://", 3 - 1);
        host = r->headers_in.host->value;

        if (p && h->value.data + h->value.len - (p + 3) == (ssize_t) host.len
            && ngx_strncasecmp(p + 3, host.data, host.len) == 0)
        {
            return NGX_OK;
        }
    }

    return ngx_http_reel_refuse(ctx, NGX_HTTP_FORBIDDEN,
                                "pages of the origin \"%V\" may not open a "
                                "WebSocket here; reel_origins says which may",
                                &h->value);
}


static ngx_int_t
ngx_http_reel_handshake_accept(ngx_http_request_t *r, ngx_str_t *key,
    ngx_str_t *accept)
{
    ngx_str_t   digest;
    ngx_sha1_t  sha1;
    u_char      bytes[20];

    ngx_sha1_init(&sha1);
    ngx_sha1_update(&sha1, key->data, key->len);
    ngx_sha1_update(&sha1, REEL_WS_GUID, sizeof(REEL_WS_GUID) - 1);
    ngx_sha1_final(bytes, &sha1);

    digest.data = bytes;
    digest.len = sizeof(bytes);

    accept->data = ngx_pnalloc(r->pool,
                               ngx_base64_encoded_length(sizeof(bytes)));
    if (accept->data == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_encode_base64(accept, &digest);

    return NGX_OK;
}
