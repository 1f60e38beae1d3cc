
#ifndef _NGX_HTTP_REEL_STEP_H_INCLUDED_
#define _NGX_HTTP_REEL_STEP_H_INCLUDED_


#include "ngx_module/ngx_http_reel_feed.h"


/* where a client stands in the log */

void ngx_http_reel_step(ngx_http_reel_client_t *cl);
void ngx_http_reel_step_early(ngx_http_reel_feed_t *feed);
void ngx_http_reel_step_block(ngx_http_reel_client_t *cl);
void ngx_http_reel_step_unblock(ngx_http_reel_client_t *cl);
void ngx_http_reel_step_left(ngx_http_reel_client_t *cl);

/* all of a queue, all of a feed: go on alone; lost: with a gap */
void ngx_http_reel_step_unsettle(ngx_queue_t *queue, ngx_uint_t lost);
void ngx_http_reel_step_unsettle_all(ngx_http_reel_feed_t *feed,
    ngx_uint_t lost);

void ngx_http_reel_step_gap_message(ngx_http_reel_audience_t *a,
    struct reel_buf *out, ngx_http_reel_gap_e why);
ngx_http_reel_batch_t *ngx_http_reel_step_bookmark(
    ngx_http_reel_audience_t *a, int64_t seq);


#endif /* _NGX_HTTP_REEL_STEP_H_INCLUDED_ */
