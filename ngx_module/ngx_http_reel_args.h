
/*
 * What a request asks for: the parameters of its query, checked.
 */


#ifndef _NGX_HTTP_REEL_ARGS_H_INCLUDED_
#define _NGX_HTTP_REEL_ARGS_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "shared/reel_cursor.h"


/* page * page_size; walking there costs about 1 us an item */
#define NGX_HTTP_REEL_DEEPEST       10000

#define NGX_HTTP_REEL_PAGE_SIZE     20
#define NGX_HTTP_REEL_PAGE_SIZE_MAX 1000
#define NGX_HTTP_REEL_LIMIT         100
#define NGX_HTTP_REEL_LIMIT_MAX     1000


/* parameters of a request, as bits of what was given */

#define NGX_HTTP_REEL_ARG_PATH       0x0001
#define NGX_HTTP_REEL_ARG_ID         0x0002
#define NGX_HTTP_REEL_ARG_RECURSIVE  0x0004
#define NGX_HTTP_REEL_ARG_TYPE       0x0008
#define NGX_HTTP_REEL_ARG_PAGE       0x0010
#define NGX_HTTP_REEL_ARG_PAGE_SIZE  0x0020
#define NGX_HTTP_REEL_ARG_AFTER      0x0040
#define NGX_HTTP_REEL_ARG_SORT       0x0080
#define NGX_HTTP_REEL_ARG_ORDER      0x0100
#define NGX_HTTP_REEL_ARG_SEARCH     0x0200
#define NGX_HTTP_REEL_ARG_SINCE      0x0400
#define NGX_HTTP_REEL_ARG_LIMIT      0x0800
#define NGX_HTTP_REEL_ARG_AT_LEAST   0x1000


typedef struct {
    ngx_uint_t                   given;
    ngx_str_t                    path;
    ngx_str_t                    after;
    ngx_uint_t                   types;
    ngx_uint_t                   recursive;
    ngx_uint_t                   sort;       /* enum reel_sort_by */
    ngx_uint_t                   desc;
    int64_t                      id;
    int64_t                      page;
    int64_t                      page_size;
    int64_t                      limit;
    struct reel_cursor           since;
    struct reel_cursor           at_least;
} ngx_http_reel_args_t;


#endif /* _NGX_HTTP_REEL_ARGS_H_INCLUDED_ */
