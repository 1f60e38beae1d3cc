
/*
 * The API: a table of endpoints, and what all of their answers have in common:
 * one snapshot, one ETag, at_least.
 */


#include "ngx_module/ngx_http_reel_module.h"


#define NGX_HTTP_REEL_ARGS_PAGE                                               \
    (NGX_HTTP_REEL_ARG_TYPE|NGX_HTTP_REEL_ARG_PAGE                            \
     |NGX_HTTP_REEL_ARG_PAGE_SIZE|NGX_HTTP_REEL_ARG_AFTER                     \
     |NGX_HTTP_REEL_ARG_SORT|NGX_HTTP_REEL_ARG_ORDER                          \
     |NGX_HTTP_REEL_ARG_SEARCH|NGX_HTTP_REEL_ARG_AT_LEAST)


static ngx_int_t ngx_http_reel_api_start(ngx_http_request_t *r,
    const ngx_http_reel_endpoint_t *endpoint);
static ngx_int_t ngx_http_reel_api_unknown(ngx_http_request_t *r);
static ngx_int_t ngx_http_reel_api_compose(ngx_http_reel_ctx_t *ctx);
static ngx_int_t ngx_http_reel_api_since(ngx_http_reel_ctx_t *ctx);


static const ngx_http_reel_endpoint_t  ngx_http_reel_endpoints[] = {

    { ngx_string("videos/item"), ngx_http_reel_videos_item,
      NGX_HTTP_REEL_ARG_PATH|NGX_HTTP_REEL_ARG_ID
      |NGX_HTTP_REEL_ARG_PAGE_SIZE|NGX_HTTP_REEL_ARG_AT_LEAST, 0 },

    { ngx_string("videos/children"), ngx_http_reel_videos_children,
      NGX_HTTP_REEL_ARG_PATH|NGX_HTTP_REEL_ARG_ID|NGX_HTTP_REEL_ARGS_PAGE, 0 },

    { ngx_string("videos"), ngx_http_reel_videos,
      NGX_HTTP_REEL_ARG_PATH|NGX_HTTP_REEL_ARG_RECURSIVE
      |NGX_HTTP_REEL_ARGS_PAGE, 0 },

    { ngx_string("videos/root"), ngx_http_reel_videos_root,
      NGX_HTTP_REEL_ARG_AT_LEAST, 0 },

    { ngx_string("changes"), ngx_http_reel_changes,
      NGX_HTTP_REEL_ARG_SINCE|NGX_HTTP_REEL_ARG_LIMIT
      |NGX_HTTP_REEL_ARG_AT_LEAST, 0 },

    { ngx_string("status"), ngx_http_reel_status,
      NGX_HTTP_REEL_ARG_AT_LEAST, 1 },

    { ngx_string("tasks/status"), ngx_http_reel_tasks,
      NGX_HTTP_REEL_ARG_AT_LEAST, 1 },

    { ngx_string("watcher/status"), ngx_http_reel_watcher,
      NGX_HTTP_REEL_ARG_AT_LEAST, 1 },

    { ngx_null_string, NULL, 0, 0 }
};


static const ngx_http_reel_endpoint_t  ngx_http_reel_endpoint_ready =
    { ngx_string("ready"), ngx_http_reel_ready, 0, 1 };


ngx_int_t
ngx_http_reel_api_handler(ngx_http_request_t *r)
{
    ngx_int_t                        rc;
    ngx_str_t                        name;
    ngx_http_core_loc_conf_t        *clcf;
    const ngx_http_reel_endpoint_t  *endpoint;

    rc = ngx_http_reel_method(r);

    if (rc != NGX_OK) {
        return rc == NGX_DECLINED ? NGX_OK : rc;
    }

    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

    ngx_str_set(&name, "");

    if (r->uri.len > clcf->name.len
        && ngx_strncmp(r->uri.data, clcf->name.data, clcf->name.len) == 0)
    {
        name.data = r->uri.data + clcf->name.len;
        name.len = r->uri.len - clcf->name.len;

        if (clcf->name.len == 0 || clcf->name.data[clcf->name.len - 1] != '/') {
            if (name.data[0] == '/') {
                name.data++;
                name.len--;

            } else {
                name.len = 0;
            }
        }
    }

    for (endpoint = ngx_http_reel_endpoints; endpoint->handler; endpoint++) {
        if (endpoint->name.len == name.len
            && ngx_strncmp(endpoint->name.data, name.data, name.len) == 0)
        {
            return ngx_http_reel_api_start(r, endpoint);
        }
    }

    return ngx_http_reel_api_unknown(r);
}


ngx_int_t
ngx_http_reel_ready_handler(ngx_http_request_t *r)
{
    ngx_int_t  rc;

    rc = ngx_http_reel_method(r);

    if (rc != NGX_OK) {
        return rc == NGX_DECLINED ? NGX_OK : rc;
    }

    return ngx_http_reel_api_start(r, &ngx_http_reel_endpoint_ready);
}


static ngx_int_t
ngx_http_reel_api_unknown(ngx_http_request_t *r)
{
    u_char                          *p, *last;
    ngx_str_t                        why;
    u_char                           words[512];
    const ngx_http_reel_endpoint_t  *endpoint;

    p = words;
    last = words + sizeof(words);

    p = ngx_slprintf(p, last, "there is no such endpoint; there are:");

    for (endpoint = ngx_http_reel_endpoints; endpoint->handler; endpoint++) {
        p = ngx_slprintf(p, last, "%s %V",
                         endpoint == ngx_http_reel_endpoints ? "" : ",",
                         &endpoint->name);
    }

    why.data = words;
    why.len = p - words;

    return ngx_http_reel_send_error(r, NGX_HTTP_NOT_FOUND, &why, NULL);
}


static ngx_int_t
ngx_http_reel_api_start(ngx_http_request_t *r,
    const ngx_http_reel_endpoint_t *endpoint)
{
    ngx_int_t             rc;
    ngx_http_reel_ctx_t  *ctx;

    ctx = ngx_pcalloc(r->pool, sizeof(ngx_http_reel_ctx_t));
    if (ctx == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ctx->request = r;
    ctx->endpoint = endpoint;
    ctx->conf = ngx_http_get_module_loc_conf(r, ngx_http_reel_module);
    ctx->index = ctx->conf->index;

    rc = ngx_http_reel_args(ctx);

    if (rc != NGX_OK) {
        return ctx->why.len ? ngx_http_reel_send_error(r, rc, &ctx->why, NULL)
                            : rc;
    }

    return ngx_http_reel_api_run(ctx);
}


/* NGX_DONE: the request waits */

ngx_int_t
ngx_http_reel_api_run(ngx_http_reel_ctx_t *ctx)
{
    ngx_int_t         rc;
    enum reel_status  status;

    status = ngx_http_reel_store_begin(ctx, ctx->waits);

    if (status == REEL_OK) {
        rc = ngx_http_reel_api_compose(ctx);

    } else {
        rc = ngx_http_reel_fail(ctx, status);

        /* whatever it is, the book cannot be read now */

        if (rc != NGX_HTTP_INTERNAL_SERVER_ERROR) {
            rc = NGX_HTTP_SERVICE_UNAVAILABLE;
        }
    }

    if (rc == NGX_AGAIN) {
        return ngx_http_reel_wait(ctx);
    }

    if (rc == NGX_OK) {
        rc = ngx_http_reel_send(ctx);

    } else if (ctx->why.len) {
        rc = ngx_http_reel_send_error(ctx->request, rc, &ctx->why,
                                      ctx->has_cursor ? &ctx->cursor : NULL);
    }

    if (ctx->index->out.cap > NGX_HTTP_REEL_KEEP) {
        reel_buf_clear(&ctx->index->out);
    }

    return rc;
}


static ngx_int_t
ngx_http_reel_api_compose(ngx_http_reel_ctx_t *ctx)
{
    ngx_int_t         rc;
    struct reel_buf  *out;
    char              cursor[REEL_CURSOR_MAX];

    if (ctx->args.given & NGX_HTTP_REEL_ARG_AT_LEAST) {
        rc = ngx_http_reel_wait_needed(ctx);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    if (ctx->args.given & NGX_HTTP_REEL_ARG_SINCE) {
        rc = ngx_http_reel_api_since(ctx);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    ctx->out = NULL;

    if (!ctx->endpoint->no_store) {
        rc = ngx_http_reel_not_modified(ctx);

        if (rc != NGX_DECLINED) {
            return rc == NGX_OK ? NGX_OK : NGX_HTTP_INTERNAL_SERVER_ERROR;
        }
    }

    out = &ctx->index->out;
    ctx->out = out;

    reel_buf_reset(out);
    (void) reel_buf_reserve(out, ctx->index->out_hint);
    reel_buf_str(out, "{\"code\":200,\"message\":\"OK\",\"data\":");

    rc = ctx->endpoint->handler(ctx);

    if (rc != NGX_OK) {
        return rc;
    }

    reel_buf_str(out, ",\"cursor\":\"");
    reel_buf_add(out, cursor, reel_cursor_print(ctx->cursor, cursor));
    reel_buf_str(out, "\"}");

    return out->failed ? NGX_HTTP_INTERNAL_SERVER_ERROR : NGX_OK;
}


/* a cursor that this worker has not heard of may be of a book that it has not */

static ngx_int_t
ngx_http_reel_api_since(ngx_http_reel_ctx_t *ctx)
{
    enum reel_status     status;
    struct reel_cursor  *since;

    since = &ctx->args.since;

    if (since->epoch < ctx->head.epoch
        || (since->epoch == ctx->head.epoch && since->seq <= ctx->head.seq))
    {
        return NGX_OK;
    }

    if (since->epoch > ctx->head.epoch) {
        ctx->index->looked = ngx_current_msec - NGX_HTTP_REEL_LOOK;
    }

    status = ngx_http_reel_store_begin(ctx, 1);

    return status == REEL_OK ? NGX_OK : ngx_http_reel_fail(ctx, status);
}
