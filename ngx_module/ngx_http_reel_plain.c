
/*
 * Handlers that need no book: version and health.
 */


#include "ngx_module/ngx_http_reel_module.h"


static ngx_int_t ngx_http_reel_send_constant(ngx_http_request_t *r,
    const char *text);


static ngx_int_t
ngx_http_reel_send_constant(ngx_http_request_t *r, const char *text)
{
    ngx_int_t  rc;
    ngx_str_t  body;

    static ngx_str_t  no_store = ngx_string("no-store");

    rc = ngx_http_reel_method(r);

    if (rc != NGX_OK) {
        return rc == NGX_DECLINED ? NGX_OK : rc;
    }

    if (ngx_http_reel_header(r, "Cache-Control", &no_store) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    body.data = (u_char *) text;
    body.len = ngx_strlen(text);

    return ngx_http_reel_send_text(r, NGX_HTTP_OK, &body);
}


ngx_int_t
ngx_http_reel_version_handler(ngx_http_request_t *r)
{
    return ngx_http_reel_send_constant(r,
                           "{\"code\":200,\"message\":\"OK\","
                           "\"data\":\"" NGX_HTTP_REEL_VERSION "\"}");
}


ngx_int_t
ngx_http_reel_health_handler(ngx_http_request_t *r)
{
    return ngx_http_reel_send_constant(r,
                           "{\"code\":200,\"message\":\"OK\","
                           "\"data\":{\"healthy\":true}}");
}
