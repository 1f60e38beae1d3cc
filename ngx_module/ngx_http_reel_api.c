
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
static ngx_int_t ngx_http_reel_api_run(ngx_http_reel_ctx_t *ctx);
static ngx_int_t ngx_http_reel_api_compose(ngx_http_reel_ctx_t *ctx);
static ngx_int_t ngx_http_reel_api_new_enough(ngx_http_reel_ctx_t *ctx);
static ngx_int_t ngx_http_reel_api_wait(ngx_http_reel_ctx_t *ctx);
static void ngx_http_reel_api_wake_handler(ngx_event_t *ev);
static void ngx_http_reel_api_cleanup(void *data);


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

    ngx_str_null(&name);

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

static ngx_int_t
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
        return ngx_http_reel_api_wait(ctx);
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
        rc = ngx_http_reel_api_new_enough(ctx);

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


static ngx_int_t
ngx_http_reel_api_new_enough(ngx_http_reel_ctx_t *ctx)
{
    ngx_uint_t           patient;
    enum reel_status     status;
    struct reel_cursor  *least;

    least = &ctx->args.at_least;
    patient = !ctx->waits
              || (ngx_msec_int_t) (ctx->until - ngx_current_msec) > 0;

    if (least->epoch == ctx->head.epoch && least->seq <= ctx->head.seq) {
        return NGX_OK;
    }

    /* the snapshot of another request may be too old by some microseconds */

    status = ngx_http_reel_store_begin(ctx, 1);

    if (status != REEL_OK) {
        return ngx_http_reel_fail(ctx, status);
    }

    if (least->epoch != ctx->head.epoch) {

        /* a newer book, perhaps, that has just taken the place of ours */

        if (least->epoch > ctx->head.epoch) {
            ctx->index->looked = ngx_current_msec - NGX_HTTP_REEL_LOOK;

            if (patient) {
                return NGX_AGAIN;
            }
        }

        return ngx_http_reel_refuse(ctx, NGX_HTTP_REEL_GONE,
                                    "the change log that \"at_least\" belongs "
                                    "to has been begun anew; read again and go "
                                    "on from the cursor of this answer");
    }

    if (least->seq <= ctx->head.seq) {
        return NGX_OK;
    }

    if (!patient) {
        return ngx_http_reel_refuse(ctx, NGX_HTTP_SERVICE_UNAVAILABLE,
                                    "the index has not come to the cursor of "
                                    "\"at_least\" yet; try again");
    }

    return NGX_AGAIN;
}


static ngx_int_t
ngx_http_reel_api_wait(ngx_http_reel_ctx_t *ctx)
{
    ngx_http_request_t  *r;
    ngx_http_cleanup_t  *cln;

    r = ctx->request;

    if (!ctx->waits) {

        cln = ngx_http_cleanup_add(r, 0);
        if (cln == NULL) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }

        if (ngx_handle_read_event(r->connection->read, 0) != NGX_OK) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }

        cln->handler = ngx_http_reel_api_cleanup;
        cln->data = ctx;

        ctx->wake.handler = ngx_http_reel_api_wake_handler;
        ctx->wake.data = ctx;
        ctx->wake.log = r->connection->log;
        ctx->until = ngx_current_msec + NGX_HTTP_REEL_WAIT;
        ctx->waits = 1;

        ngx_queue_insert_tail(&ctx->index->waiting, &ctx->queue);

        r->read_event_handler = ngx_http_test_reading;
        r->write_event_handler = ngx_http_request_empty_handler;
        r->main->count++;
    }

    ngx_add_timer(&ctx->wake, NGX_HTTP_REEL_WAIT_LOOK);

    return NGX_DONE;
}


static void
ngx_http_reel_api_wake_handler(ngx_event_t *ev)
{
    ngx_int_t             rc;
    ngx_connection_t     *c;
    ngx_http_request_t   *r;
    ngx_http_reel_ctx_t  *ctx;

    ctx = ev->data;
    r = ctx->request;
    c = r->connection;

    ngx_http_set_log_request(c->log, r);

    ev->timedout = 0;

    rc = ngx_http_reel_api_run(ctx);

    if (rc == NGX_DONE) {
        return;
    }

    ngx_http_reel_api_cleanup(ctx);

    ngx_http_finalize_request(r, rc);

    ngx_http_run_posted_requests(c);
}


static void
ngx_http_reel_api_cleanup(void *data)
{
    ngx_http_reel_ctx_t *ctx = data;

    if (!ctx->waits) {
        return;
    }

    ctx->waits = 0;

    ngx_queue_remove(&ctx->queue);

    if (ctx->wake.timer_set) {
        ngx_del_timer(&ctx->wake);
    }

    if (ctx->wake.posted) {
        ngx_delete_posted_event(&ctx->wake);
    }
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
