
/*
 * The opening handshake of RFC 6455: whether a WebSocket is asked for, whether
 * it may be had, and the key's answer.  What comes after the 101 is not its
 * business.
 */


#include "ngx_module/ngx_http_reel_module.h"

#include <ngx_sha1.h>

#include "ngx_module/reel_ws.h"


static ngx_uint_t ngx_http_reel_handshake_token(ngx_http_request_t *r,
    const char *name, const char *token);
static ngx_int_t ngx_http_reel_handshake_origin(ngx_http_reel_ctx_t *ctx);
static ngx_int_t ngx_http_reel_handshake_version(ngx_http_reel_ctx_t *ctx,
    const char *why);
static ngx_int_t ngx_http_reel_handshake_accept(ngx_http_request_t *r,
    ngx_str_t *key, ngx_str_t *accept);


/* NGX_DECLINED: none is asked for; NGX_OK; or a status, and ctx->why is set */

ngx_int_t
ngx_http_reel_handshake(ngx_http_reel_ctx_t *ctx, ngx_str_t *accept)
{
    ngx_int_t            rc;
    ngx_str_t            key, raw;
    ngx_uint_t           asked;
    u_char               bytes[18];
    ngx_table_elt_t     *h, *version;
    ngx_http_request_t  *r;

    r = ctx->request;

    asked = ngx_http_reel_handshake_token(r, "upgrade", "websocket");
    h = ngx_http_reel_find_header(r, "sec-websocket-key",
                                  sizeof("sec-websocket-key") - 1);
    version = ngx_http_reel_find_header(r, "sec-websocket-version",
                                        sizeof("sec-websocket-version") - 1);

    if (!asked && h == NULL && version == NULL) {
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

    if (!asked
        || !ngx_http_reel_handshake_token(r, "connection", "upgrade"))
    {
        return ngx_http_reel_refuse(ctx, NGX_HTTP_BAD_REQUEST,
                                "a WebSocket is asked for with the headers "
                                "\"Upgrade: websocket\" and \"Connection: "
                                "Upgrade\"; does a proxy in between drop "
                                "them?");
    }

    if (version == NULL || version->value.len != 2
        || ngx_strncmp(version->value.data, "13", 2) != 0)
    {
        return ngx_http_reel_handshake_version(ctx,
                                "the WebSocket version has to be 13");
    }

    raw.data = bytes;
    raw.len = 0;

    if (h) {
        key = h->value;

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


/* headers may be given more than once and hold lists */

static ngx_uint_t
ngx_http_reel_handshake_token(ngx_http_request_t *r, const char *name,
    const char *token)
{
    u_char           *p, *last, *end;
    size_t            len, n;
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    len = ngx_strlen(name);
    n = ngx_strlen(token);

    for (part = &r->headers_in.headers.part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {

            if (h[i].key.len != len
                || ngx_strncasecmp(h[i].key.data, (u_char *) name, len) != 0)
            {
                continue;
            }

            last = h[i].value.data + h[i].value.len;

            for (p = h[i].value.data; p < last; p = end + 1) {

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
