
/*
 * One page of what a folder holds, and the token that the next one begins with.
 */


#ifndef _NGX_HTTP_REEL_LIST_H_INCLUDED_
#define _NGX_HTTP_REEL_LIST_H_INCLUDED_


#include "ngx_module/ngx_http_reel_ctx.h"

#include "shared/reel_item.h"


struct reel_sort;


/* an item where it is asked for; path is a full library path */

typedef struct {
    struct reel_read_row         row;        /* of the library: id 0 */
    ngx_str_t                    path;
} ngx_http_reel_place_t;


/* one page of what a folder holds */

typedef struct {
    const ngx_http_reel_place_t *place;
    ngx_uint_t                   types;
    ngx_uint_t                   recursive;
    ngx_uint_t                   sort;
    ngx_uint_t                   desc;
    ngx_uint_t                   page;       /* 0: behind a token */
    ngx_uint_t                   page_size;
    ngx_str_t                    after;

    ngx_uint_t                   count;      /* composed so far */
    int64_t                      last_id;    /* of a full page */
    int64_t                      last_key;
    int64_t                      total;
    unsigned                     total_exact:1;
    unsigned                     has_next:1;
    unsigned                     has_prev:1;
    ngx_str_t                    next;       /* token */
} ngx_http_reel_list_t;


/* place */
ngx_int_t ngx_http_reel_place(ngx_http_reel_ctx_t *ctx,
    ngx_http_reel_place_t *place);
ngx_int_t ngx_http_reel_place_folder(ngx_http_reel_ctx_t *ctx,
    ngx_http_reel_place_t *place);
ngx_int_t ngx_http_reel_place_scope(ngx_http_reel_ctx_t *ctx,
    ngx_http_reel_place_t *place);

/* list */
ngx_int_t ngx_http_reel_list(ngx_http_reel_ctx_t *ctx,
    ngx_http_reel_list_t *list, const char *member);

/* after */
ngx_int_t ngx_http_reel_after_path(ngx_http_reel_ctx_t *ctx,
    ngx_http_reel_list_t *list, ngx_str_t *rest);
ngx_int_t ngx_http_reel_after_key(ngx_http_reel_ctx_t *ctx,
    ngx_http_reel_list_t *list, struct reel_sort *sort, size_t *at);
ngx_int_t ngx_http_reel_after_make_path(ngx_http_reel_ctx_t *ctx,
    ngx_http_reel_list_t *list);
ngx_int_t ngx_http_reel_after_make_key(ngx_http_reel_ctx_t *ctx,
    ngx_http_reel_list_t *list);


#endif /* _NGX_HTTP_REEL_LIST_H_INCLUDED_ */
