
/*
 * What is composed: items, changes, and what the indexer tells of itself.
 */


#ifndef _NGX_HTTP_REEL_ITEMS_H_INCLUDED_
#define _NGX_HTTP_REEL_ITEMS_H_INCLUDED_


#include "ngx_module/ngx_http_reel_ctx.h"


struct reel_since_record;


/* items */
ngx_int_t ngx_http_reel_videos(ngx_http_reel_ctx_t *ctx);
ngx_int_t ngx_http_reel_videos_root(ngx_http_reel_ctx_t *ctx);
ngx_int_t ngx_http_reel_videos_children(ngx_http_reel_ctx_t *ctx);
ngx_int_t ngx_http_reel_videos_item(ngx_http_reel_ctx_t *ctx);
void ngx_http_reel_item_folder(ngx_http_reel_ctx_t *ctx, int64_t id,
    const char *path, size_t len);
void ngx_http_reel_item(ngx_http_reel_ctx_t *ctx,
    const struct reel_read_row *row);
void ngx_http_reel_item_seconds(struct reel_buf *out, int64_t ms);

/* changes */
ngx_int_t ngx_http_reel_changes(ngx_http_reel_ctx_t *ctx);
void ngx_http_reel_change(ngx_http_reel_ctx_t *ctx,
    const struct reel_since_record *record, int64_t prev, ngx_uint_t relist);

/* count */
void ngx_http_reel_count_print(struct reel_buf *out);
void ngx_http_reel_count_stop(void);

/* picture */
u_char *ngx_http_reel_picture_url(ngx_http_reel_loc_conf_t *conf,
    const struct reel_read_row *row, u_char *p);

/* report */
ngx_int_t ngx_http_reel_status(ngx_http_reel_ctx_t *ctx);
ngx_int_t ngx_http_reel_tasks(ngx_http_reel_ctx_t *ctx);
ngx_int_t ngx_http_reel_watcher(ngx_http_reel_ctx_t *ctx);
ngx_int_t ngx_http_reel_ready(ngx_http_reel_ctx_t *ctx);


#endif /* _NGX_HTTP_REEL_ITEMS_H_INCLUDED_ */
