
/*
 * "reel feed": a request that becomes a client of the feed.  All that can be
 * refused is refused before the first byte of the answer.
 */


#include "ngx_module/ngx_http_reel_log.h"

#include "shared/reel_path.h"
#include "shared/reel_walk.h"


typedef struct {
    ngx_http_reel_ctx_t         ctx;
    ngx_http_reel_feed_t       *feed;
    ngx_http_reel_transport_t  *transport;
    ngx_str_t                   accept;
    ngx_str_t                   since;
    struct reel_cursor          from;
    ngx_http_reel_gap_e         gap;
} ngx_http_reel_join_t;


static ngx_int_t ngx_http_reel_join_args(ngx_http_reel_join_t *join);
static void ngx_http_reel_join_since(ngx_http_reel_join_t *join);
static ngx_uint_t ngx_http_reel_join_known(ngx_http_reel_join_t *join);
static ngx_int_t ngx_http_reel_join_look(ngx_http_reel_join_t *join);
static ngx_int_t ngx_http_reel_join_log(ngx_http_reel_join_t *join);
static ngx_int_t ngx_http_reel_join(ngx_http_reel_join_t *join);


static const ngx_http_reel_endpoint_t  ngx_http_reel_join_endpoint =
    { ngx_string("feed"), NULL,
      NGX_HTTP_REEL_ARG_PATH|NGX_HTTP_REEL_ARG_TYPE, 1 };


ngx_int_t
ngx_http_reel_feed_handler(ngx_http_request_t *r)
{
    ngx_int_t              rc;
    ngx_http_reel_join_t   join;

    rc = ngx_http_reel_method(r);

    if (rc != NGX_OK) {
        return rc == NGX_DECLINED ? NGX_OK : rc;
    }

    ngx_memzero(&join, sizeof(ngx_http_reel_join_t));

    join.ctx.request = r;
    join.ctx.conf = ngx_http_get_module_loc_conf(r, ngx_http_reel_module);
    join.ctx.index = join.ctx.conf->index;
    join.ctx.endpoint = &ngx_http_reel_join_endpoint;
    join.transport = &ngx_http_reel_ws_transport;

    rc = ngx_http_reel_handshake(&join.ctx, &join.accept);

    if (rc == NGX_DECLINED) {
        join.transport = &ngx_http_reel_sse_transport;
        rc = NGX_OK;
    }

    if (rc == NGX_OK) {
        rc = ngx_http_reel_join_args(&join);
    }

    if (rc == NGX_OK) {
        rc = ngx_http_reel_join_log(&join);
    }

    if (rc != NGX_OK) {
        return join.ctx.why.len
               ? ngx_http_reel_send_error(r, rc, &join.ctx.why, NULL) : rc;
    }

    return ngx_http_reel_join(&join);
}


static ngx_int_t
ngx_http_reel_join_args(ngx_http_reel_join_t *join)
{
    ngx_int_t                  rc;
    ngx_http_reel_ctx_t       *ctx;

    ctx = &join->ctx;

    if (ctx->request != ctx->request->main) {
        return ngx_http_reel_refuse(ctx, NGX_HTTP_BAD_REQUEST,
                                    "a feed cannot be a part of another "
                                    "answer");
    }

    /* it is still on its way, and nobody would be there to throw it away */

    if (ctx->request->discard_body) {
        ctx->request->keepalive = 0;

        return ngx_http_reel_refuse(ctx, NGX_HTTP_BAD_REQUEST,
                                    "a feed is asked for without a body");
    }

    rc = ngx_http_reel_args(ctx);

    if (rc != NGX_OK) {
        return rc;
    }

    if (ctx->args.path.len == 0) {
        ctx->args.path = ctx->conf->scope;

    } else if (!reel_path_below((char *) ctx->args.path.data,
                                ctx->args.path.len,
                                (char *) ctx->conf->scope.data,
                                ctx->conf->scope.len))
    {
        return ngx_http_reel_refuse(ctx, NGX_HTTP_NOT_FOUND,
                                    "there is no such item in the library");
    }

    if (ctx->args.types == REEL_WALK_ALL) {
        ctx->args.types = 0;
    }

    return NGX_OK;
}


/* the parameter, unless a browser comes again by itself and knows better */

static void
ngx_http_reel_join_since(ngx_http_reel_join_t *join)
{
    ngx_str_t           *since;
    ngx_table_elt_t     *h;
    ngx_http_request_t  *r;

    r = join->ctx.request;
    since = &join->since;

    h = ngx_http_reel_find_header(r, "last-event-id",
                                  sizeof("last-event-id") - 1);

    if (h && h->value.len) {
        *since = h->value;

    } else if (ngx_http_arg(r, (u_char *) "since", 5, since) != NGX_OK) {
        since->len = 0;
    }

    if (since->len
        && reel_cursor_parse((char *) since->data, since->len, &join->from)
           != REEL_OK)
    {
        join->gap = NGX_HTTP_REEL_GAP_UNKNOWN;
    }
}


/* a crowd need not ask the book one by one: who listens keeps it followed */

static ngx_uint_t
ngx_http_reel_join_known(ngx_http_reel_join_t *join)
{
    ngx_http_reel_feed_t  *feed;

    feed = join->feed;

    if (feed->clients == 0 || feed->stuck || feed->oldest < 0) {
        return 0;
    }

    return join->since.len == 0
           || join->gap
           || (join->from.epoch == feed->epoch
               && join->from.seq <= feed->to
               && join->from.seq >= feed->oldest);
}


static ngx_int_t
ngx_http_reel_join_look(ngx_http_reel_join_t *join)
{
    ngx_int_t              rc;
    ngx_uint_t             fresh;
    enum reel_status       status;
    struct reel_cursor    *from;
    ngx_http_reel_ctx_t   *ctx;
    ngx_http_reel_feed_t  *feed;

    ctx = &join->ctx;
    feed = join->feed;
    from = &join->from;

    for (fresh = 0; fresh < 2; fresh++) {

        if (fresh && from->epoch != ctx->head.epoch) {
            ctx->index->looked = ngx_current_msec - NGX_HTTP_REEL_LOOK;
        }

        rc = ngx_http_reel_log_begin(feed, ctx, fresh, &status);

        if (rc == NGX_AGAIN) {
            rc = ngx_http_reel_fail(ctx, status);

            /* whatever it is, the book cannot be read now */

            return rc == NGX_HTTP_INTERNAL_SERVER_ERROR
                   ? rc : NGX_HTTP_SERVICE_UNAVAILABLE;
        }

        if (from->epoch < ctx->head.epoch
            || (from->epoch == ctx->head.epoch && from->seq <= ctx->head.seq))
        {
            break;
        }

        /* a cursor that this worker has not heard of yet */
    }

    status = reel_since_oldest(ctx->index->read, &feed->oldest);

    return status == REEL_OK ? NGX_OK : ngx_http_reel_fail(ctx, status);
}


static ngx_int_t
ngx_http_reel_join_log(ngx_http_reel_join_t *join)
{
    ngx_int_t              rc;
    struct reel_cursor    *from, *head;
    ngx_http_reel_feed_t  *feed;

    feed = ngx_http_reel_feed_get(join->ctx.index);
    if (feed == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    join->feed = feed;
    from = &join->from;
    head = &join->ctx.head;

    ngx_http_reel_join_since(join);

    if (ngx_http_reel_join_known(join)) {
        head->epoch = feed->epoch;
        head->seq = feed->to;

    } else {
        rc = ngx_http_reel_join_look(join);

        if (rc != NGX_OK) {
            return rc;
        }

        if (feed->clients == 0 && ngx_queue_empty(&feed->serving)) {
            feed->tip = head->seq;
            feed->to = head->seq;
        }
    }

    if (join->since.len == 0 || join->gap) {
        /* void */

    } else if (from->epoch != head->epoch) {
        join->gap = NGX_HTTP_REEL_GAP_UNKNOWN;

    } else if (from->seq > head->seq) {
        join->gap = NGX_HTTP_REEL_GAP_AHEAD;

    } else if (from->seq < feed->oldest) {
        join->gap = NGX_HTTP_REEL_GAP_OLD;
    }

    if (join->since.len == 0 || join->gap) {
        from->epoch = feed->epoch;
        from->seq = feed->to;
    }

    return NGX_OK;
}


/* from here on the answer is one that does not end */

static ngx_int_t
ngx_http_reel_join(ngx_http_reel_join_t *join)
{
    ngx_int_t                  rc;
    ngx_http_request_t        *r;
    ngx_http_reel_feed_t      *feed;
    ngx_http_reel_batch_t     *hello;
    ngx_http_reel_client_t    *cl;
    ngx_http_reel_audience_t  *a;

    r = join->ctx.request;
    feed = join->feed;

    r->keepalive = 0;

    cl = join->transport->create(r, &join->accept);

    if (cl == NULL || ngx_http_reel_cors(r) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    a = ngx_http_reel_audience_get(feed, join->ctx.conf, join->transport,
                                   &join->ctx.args.path,
                                   join->ctx.args.types);
    if (a == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    /* nobody may ever be in it: HEAD never is */
    ngx_http_reel_feed_post(feed);

    rc = ngx_http_send_header(r);

    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) {
        return rc;
    }

    if (ngx_http_reel_client_init(cl, r, join->transport->handler) != NGX_OK) {
        return NGX_ERROR;
    }

    cl->audience = a;
    cl->cursor = join->from;
    cl->told = join->from.seq;

    a->clients++;
    feed->clients++;

    ngx_queue_insert_tail(&feed->behind, &cl->queue);

    ngx_http_reel_count_client(a->transport->n, 1);
    ngx_http_reel_feed_start(feed);

    r->main->count++;

    /* it may be over by now, but the request belongs to nginx as well */

    cl->joining = 1;

    hello = ngx_http_reel_hello(a, join->from, join->ctx.head, join->gap);

    if (hello == NULL) {
        ngx_http_reel_bye_cut(cl, NGX_HTTP_REEL_END_ERROR);
        return NGX_DONE;
    }

    ngx_http_reel_client_give(cl, hello);
    ngx_http_reel_batch_drop(hello);

    if (ngx_http_reel_client_flush(cl) != NGX_DONE) {
        cl->nagle = 1;

        if (join->transport->start) {
            join->transport->start(cl);
        }
    }

    if (cl->audience) {
        cl->joining = 0;
        ngx_http_reel_feed_post(feed);
    }

    return NGX_DONE;
}
