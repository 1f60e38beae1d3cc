
/*
 * A book, as a worker has it: opened by the first request that needs it, kept
 * answering by the bell, closed with the worker.
 */


#ifndef _NGX_HTTP_REEL_INDEX_H_INCLUDED_
#define _NGX_HTTP_REEL_INDEX_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>

#include "shared/reel_buf.h"
#include "shared/reel_cursor.h"
#include "shared/reel_read_sql.h"
#include "shared/reel_status.h"


/* the book is compared with its path so often, bell or not */
#define NGX_HTTP_REEL_LOOK          1000


typedef struct ngx_http_reel_ctx_s   ngx_http_reel_ctx_t;
typedef struct ngx_http_reel_feed_s  ngx_http_reel_feed_t;


/* a book; one for each path that reel_index names, the rest is the worker's */

typedef struct {
    ngx_str_t                    path;
    ngx_str_t                    name;       /* last part of path */
    ngx_str_t                    bell_path;
    ngx_str_t                    status_path;

    struct reel_read            *read;
    struct reel_cursor           head;       /* of the snapshot, if there */
    ngx_event_t                  release;    /* is one: then it is posted */
    ngx_msec_t                   looked;     /* when compared with its path */
    char                         trouble[512];   /* what was logged last */

    struct reel_buf              out;        /* the answer being composed */
    size_t                       out_hint;   /* how long the last one was */
    struct reel_buf              before;     /* what all items of a folder */
    struct reel_buf              behind;     /* have before and behind */
    size_t                       behind_url; /* their names, and where in */
    struct reel_buf              folder_uri; /* behind the URL begins */
    struct reel_buf              last;       /* path of a page's last item */

    ngx_connection_t            *bell;       /* NULL: nobody rings */
    ngx_event_t                  bell_retry;
    ngx_msec_t                   bell_delay;
    ngx_queue_t                  waiting;    /* requests with at_least */
    ngx_uint_t                   waits;      /* how many */
    ngx_http_reel_feed_t        *feed;

    struct reel_buf              status;     /* content of status.json */
    ngx_file_uniq_t              status_uniq;
    time_t                       status_mtime;
    long                         status_mtime_ns;
} ngx_http_reel_index_t;


/* store */
enum reel_status ngx_http_reel_store_begin(ngx_http_reel_ctx_t *ctx,
    ngx_uint_t fresh);
void ngx_http_reel_store_end(ngx_http_reel_index_t *index);
void ngx_http_reel_store_close(ngx_http_reel_index_t *index);

/* bell */
void ngx_http_reel_bell_start(ngx_http_reel_index_t *index);
void ngx_http_reel_bell_stop(ngx_http_reel_index_t *index);
ngx_uint_t ngx_http_reel_bell_heard(ngx_http_reel_index_t *index);
void ngx_http_reel_bell_look(ngx_http_reel_index_t *index, int64_t id);

/* feed */
void ngx_http_reel_feed_ring(ngx_http_reel_index_t *index);
void ngx_http_reel_feed_stop(ngx_http_reel_index_t *index);


#endif /* _NGX_HTTP_REEL_INDEX_H_INCLUDED_ */
