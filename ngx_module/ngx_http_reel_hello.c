
/*
 * The first message: where a client stands, and what there is.  A crowd that
 * comes at once, as after a reload, mostly stands at the same place.
 */


#include "ngx_module/ngx_http_reel_step.h"


static ngx_http_reel_batch_t *ngx_http_reel_hello_make(
    ngx_http_reel_audience_t *a, struct reel_cursor from,
    struct reel_cursor head, ngx_http_reel_gap_e gap);


/* a reference to it; NULL: no memory */

ngx_http_reel_batch_t *
ngx_http_reel_hello(ngx_http_reel_audience_t *a, struct reel_cursor from,
    struct reel_cursor head, ngx_http_reel_gap_e gap)
{
    ngx_http_reel_batch_t  *batch;

    if (gap) {
        return ngx_http_reel_hello_make(a, from, head, gap);
    }

    batch = a->hello;

    if (batch == NULL
        || batch->epoch != from.epoch || batch->from != from.seq
        || batch->to != head.seq || batch->prev != a->feed->oldest)
    {
        batch = ngx_http_reel_hello_make(a, from, head, gap);
        if (batch == NULL) {
            return NULL;
        }

        batch->epoch = from.epoch;
        batch->from = from.seq;
        batch->to = head.seq;
        batch->prev = a->feed->oldest;

        ngx_http_reel_batch_drop(a->hello);
        a->hello = batch;
    }

    batch->refs++;

    return batch;
}


static ngx_http_reel_batch_t *
ngx_http_reel_hello_make(ngx_http_reel_audience_t *a, struct reel_cursor from,
    struct reel_cursor head, ngx_http_reel_gap_e gap)
{
    struct reel_buf     *json, out;
    struct reel_cursor   oldest;
    char                 text[REEL_CURSOR_MAX];

    json = &a->feed->json;

    reel_buf_init(&out);
    reel_buf_reset(json);

    reel_cursor_print(from, text);
    reel_buf_fmt(json, "{\"type\":\"hello\",\"from\":\"%s\"", text);

    reel_cursor_print(head, text);
    reel_buf_fmt(json, ",\"head\":\"%s\"", text);

    oldest.epoch = head.epoch;
    oldest.seq = a->feed->oldest;
    reel_cursor_print(oldest, text);
    reel_buf_fmt(json, ",\"oldest\":\"%s\"}", text);

    a->transport->frame(&out, &from, json);

    if (gap) {
        ngx_http_reel_step_gap_message(a, &out, gap);
    }

    return ngx_http_reel_batch_take(&out);
}
