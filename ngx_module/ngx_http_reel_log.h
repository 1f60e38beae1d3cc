
#ifndef _NGX_HTTP_REEL_LOG_H_INCLUDED_
#define _NGX_HTTP_REEL_LOG_H_INCLUDED_


#include "ngx_module/ngx_http_reel_step.h"

#include "shared/reel_since_sql.h"


/* a reading of the log, within one turn of the event loop */

typedef struct {
    ngx_http_reel_ctx_t         ctx;
    ngx_http_reel_loc_conf_t   *conf;        /* json is as seen there, */
    struct reel_since_record    seen;        /* of this record, */
    int64_t                     prev;        /* behind that one */
    int                         relist;
} ngx_http_reel_log_t;


ngx_int_t ngx_http_reel_log_begin(ngx_http_reel_feed_t *feed,
    ngx_http_reel_ctx_t *ctx, ngx_uint_t fresh, enum reel_status *status);
ngx_int_t ngx_http_reel_log_start(ngx_http_reel_feed_t *feed,
    ngx_http_reel_log_t *log, ngx_http_reel_audience_t *a, int64_t from,
    ngx_uint_t fresh);
enum reel_status ngx_http_reel_log_next(ngx_http_reel_log_t *log,
    struct reel_since_record *record, int64_t seq);
ngx_uint_t ngx_http_reel_log_add(ngx_http_reel_log_t *log,
    ngx_http_reel_audience_t *a, struct reel_since_record *record,
    int64_t prev);
ngx_int_t ngx_http_reel_log_failed(ngx_http_reel_feed_t *feed,
    enum reel_status status);


#endif /* _NGX_HTTP_REEL_LOG_H_INCLUDED_ */
