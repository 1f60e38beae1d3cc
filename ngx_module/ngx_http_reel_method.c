
/*
 * Methods other than GET and HEAD, and who may read answers from elsewhere.
 */


#include "ngx_module/ngx_http_reel_module.h"


static ngx_int_t ngx_http_reel_send_options(ngx_http_request_t *r);


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


ngx_table_elt_t *
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
