
/*
 * The nginx side of Reel.  Truth is in the book that reel-indexer writes;
 * what is here reads it, and nothing here waits for the indexer.
 */


#ifndef _NGX_HTTP_REEL_MODULE_H_INCLUDED_
#define _NGX_HTTP_REEL_MODULE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>
#include <ngx_http.h>

#include "shared/reel_buf.h"
#include "shared/reel_cursor.h"
#include "shared/reel_item.h"
#include "shared/reel_key.h"
#include "shared/reel_read_sql.h"
#include "shared/reel_status.h"


/* the book is compared with its path so often, bell or not */
#define NGX_HTTP_REEL_LOOK          1000

/* a request with at_least waits so long, looking so often */
#define NGX_HTTP_REEL_WAIT          5000
#define NGX_HTTP_REEL_WAIT_LOOK     100

/* so many of a worker wait for a book, one more is refused */
#define NGX_HTTP_REEL_WAIT_MAX      512

/* page * page_size; walking there costs about 1 us an item */
#define NGX_HTTP_REEL_DEEPEST       10000

#define NGX_HTTP_REEL_PAGE_SIZE     20
#define NGX_HTTP_REEL_PAGE_SIZE_MAX 1000
#define NGX_HTTP_REEL_LIMIT         100
#define NGX_HTTP_REEL_LIMIT_MAX     1000

/* a status that nginx has no name for */
#define NGX_HTTP_REEL_GONE          410
#define NGX_HTTP_REEL_UPGRADE       426

/* longest answer: names nested a thousand deep make items of megabytes */
#define NGX_HTTP_REEL_ANSWER_MAX    (32 * 1024 * 1024)

/* memory that an answer may leave with the worker for the next one */
#define NGX_HTTP_REEL_KEEP          (1024 * 1024)

/* up to this an answer is copied to the request's pool */
#define NGX_HTTP_REEL_COPY          4096


typedef struct ngx_http_reel_ctx_s   ngx_http_reel_ctx_t;
typedef struct ngx_http_reel_feed_s  ngx_http_reel_feed_t;

struct reel_since_record;
struct reel_sort;


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


typedef struct {
    ngx_array_t                  indexes;    /* ngx_http_reel_index_t * */
    ngx_shm_zone_t              *counts;     /* of feeds */
    void                        *slot;       /* this worker's among them */
} ngx_http_reel_main_conf_t;


typedef struct {
    ngx_str_t                    name;
    ngx_http_handler_pt          handler;
    unsigned                     index:1;    /* works on a book */
    unsigned                     prefix:1;   /* answers below its location */
} ngx_http_reel_what_t;


typedef struct {
    ngx_http_reel_index_t       *index;
    const ngx_http_reel_what_t  *what;

    ngx_str_t                    scope;
    ngx_str_t                    media;
    ngx_str_t                    thumbnails;
    ngx_array_t                 *origins;    /* ngx_str_t */
    ngx_msec_t                   query_timeout;
    ngx_msec_t                   ping;
    ngx_msec_t                   max_age;    /* 0: any */
    size_t                       feed_queue;
    size_t                       message_max;

    ngx_str_t                    media_json;
    ngx_str_t                    thumbnails_json;
    uint32_t                     hash;       /* of all that shows in answers */
    unsigned                     origins_any:1;
} ngx_http_reel_loc_conf_t;


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


/* composes "data" to out; NGX_OK, or a status after ngx_http_reel_refuse() */

typedef ngx_int_t (*ngx_http_reel_endpoint_pt)(ngx_http_reel_ctx_t *ctx);


typedef struct {
    ngx_str_t                    name;
    ngx_http_reel_endpoint_pt    handler;
    ngx_uint_t                   args;       /* that it understands */
    unsigned                     no_store:1;
} ngx_http_reel_endpoint_t;


struct ngx_http_reel_ctx_s {
    ngx_http_request_t              *request;
    ngx_http_reel_loc_conf_t        *conf;
    ngx_http_reel_index_t           *index;
    const ngx_http_reel_endpoint_t  *endpoint;
    ngx_http_reel_args_t             args;

    struct reel_buf                 *out;
    struct reel_cursor               head;       /* of the snapshot */
    struct reel_cursor               cursor;     /* that the answer names */
    ngx_str_t                        why;        /* of a refusal */

    ngx_str_t                        etag;

    unsigned                         folder_raw:1;  /* its path is no UTF-8 */
    unsigned                         at_top:1;   /* nothing above shows */
    unsigned                         has_cursor:1;
    unsigned                         waits:1;
    ngx_msec_t                       until;
    ngx_queue_t                      queue;
    ngx_event_t                      wake;
};


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


/* api */
ngx_int_t ngx_http_reel_api_handler(ngx_http_request_t *r);
ngx_int_t ngx_http_reel_ready_handler(ngx_http_request_t *r);
ngx_int_t ngx_http_reel_api_run(ngx_http_reel_ctx_t *ctx);

/* after */
ngx_int_t ngx_http_reel_after_path(ngx_http_reel_ctx_t *ctx,
    ngx_http_reel_list_t *list, ngx_str_t *rest);
ngx_int_t ngx_http_reel_after_key(ngx_http_reel_ctx_t *ctx,
    ngx_http_reel_list_t *list, struct reel_sort *sort, size_t *at);
ngx_int_t ngx_http_reel_after_make_path(ngx_http_reel_ctx_t *ctx,
    ngx_http_reel_list_t *list);
ngx_int_t ngx_http_reel_after_make_key(ngx_http_reel_ctx_t *ctx,
    ngx_http_reel_list_t *list);

/* args */
ngx_int_t ngx_http_reel_args(ngx_http_reel_ctx_t *ctx);

/* bell */
void ngx_http_reel_bell_start(ngx_http_reel_index_t *index);
void ngx_http_reel_bell_stop(ngx_http_reel_index_t *index);
ngx_uint_t ngx_http_reel_bell_heard(ngx_http_reel_index_t *index);
void ngx_http_reel_bell_look(ngx_http_reel_index_t *index, int64_t id);

/* changes */
ngx_int_t ngx_http_reel_changes(ngx_http_reel_ctx_t *ctx);
void ngx_http_reel_change(ngx_http_reel_ctx_t *ctx,
    const struct reel_since_record *record, int64_t prev, ngx_uint_t relist);

/* conf */
char *ngx_http_reel_conf_index(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_reel_conf_scope(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_reel_conf_prefix(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_reel_conf_origins(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_reel_conf_ping(ngx_conf_t *cf, void *post, void *data);
void *ngx_http_reel_create_main_conf(ngx_conf_t *cf);
void *ngx_http_reel_create_loc_conf(ngx_conf_t *cf);
char *ngx_http_reel_merge_loc_conf(ngx_conf_t *cf, void *parent, void *child);

/* count */
char *ngx_http_reel_count_conf(ngx_conf_t *cf);
void ngx_http_reel_count_print(struct reel_buf *out);
void ngx_http_reel_count_stop(void);

/* error */
ngx_int_t ngx_http_reel_error_handler(ngx_http_request_t *r);
ngx_int_t ngx_http_reel_send_error(ngx_http_request_t *r, ngx_uint_t status,
    ngx_str_t *why, struct reel_cursor *cursor);
ngx_int_t ngx_http_reel_refuse(ngx_http_reel_ctx_t *ctx, ngx_uint_t status,
    const char *fmt, ...);
ngx_int_t ngx_http_reel_fail(ngx_http_reel_ctx_t *ctx,
    enum reel_status status);

/* feed */
ngx_int_t ngx_http_reel_feed_handler(ngx_http_request_t *r);
void ngx_http_reel_feed_ring(ngx_http_reel_index_t *index);
void ngx_http_reel_feed_stop(ngx_http_reel_index_t *index);

/* handshake */
ngx_int_t ngx_http_reel_handshake(ngx_http_reel_ctx_t *ctx,
    ngx_str_t *accept);

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

/* list */
ngx_int_t ngx_http_reel_list(ngx_http_reel_ctx_t *ctx,
    ngx_http_reel_list_t *list, const char *member);

/* method */
ngx_int_t ngx_http_reel_method(ngx_http_request_t *r);
ngx_int_t ngx_http_reel_cors(ngx_http_request_t *r);
ngx_table_elt_t *ngx_http_reel_find_header(ngx_http_request_t *r,
    const char *name, size_t len);

/* picture */
u_char *ngx_http_reel_picture_url(ngx_http_reel_loc_conf_t *conf,
    const struct reel_read_row *row, u_char *p);
ngx_int_t ngx_http_reel_placeholder_handler(ngx_http_request_t *r);

/* place */
ngx_int_t ngx_http_reel_place(ngx_http_reel_ctx_t *ctx,
    ngx_http_reel_place_t *place);
ngx_int_t ngx_http_reel_place_folder(ngx_http_reel_ctx_t *ctx,
    ngx_http_reel_place_t *place);
ngx_int_t ngx_http_reel_place_scope(ngx_http_reel_ctx_t *ctx,
    ngx_http_reel_place_t *place);

/* plain */
ngx_int_t ngx_http_reel_version_handler(ngx_http_request_t *r);
ngx_int_t ngx_http_reel_health_handler(ngx_http_request_t *r);

/* report */
ngx_int_t ngx_http_reel_status(ngx_http_reel_ctx_t *ctx);
ngx_int_t ngx_http_reel_tasks(ngx_http_reel_ctx_t *ctx);
ngx_int_t ngx_http_reel_watcher(ngx_http_reel_ctx_t *ctx);
ngx_int_t ngx_http_reel_ready(ngx_http_reel_ctx_t *ctx);

/* send */
ngx_int_t ngx_http_reel_header(ngx_http_request_t *r, const char *key,
    ngx_str_t *value);
ngx_int_t ngx_http_reel_not_modified(ngx_http_reel_ctx_t *ctx);
ngx_int_t ngx_http_reel_send(ngx_http_reel_ctx_t *ctx);
ngx_int_t ngx_http_reel_send_text(ngx_http_request_t *r, ngx_uint_t status,
    ngx_str_t *text);
ngx_int_t ngx_http_reel_send_body(ngx_http_request_t *r, ngx_uint_t status,
    ngx_str_t *type, ngx_str_t *body);

/* store */
enum reel_status ngx_http_reel_store_begin(ngx_http_reel_ctx_t *ctx,
    ngx_uint_t fresh);
void ngx_http_reel_store_end(ngx_http_reel_index_t *index);
void ngx_http_reel_store_close(ngx_http_reel_index_t *index);

/* wait */
ngx_int_t ngx_http_reel_wait_needed(ngx_http_reel_ctx_t *ctx);
ngx_int_t ngx_http_reel_wait(ngx_http_reel_ctx_t *ctx);


extern ngx_module_t  ngx_http_reel_module;


#endif /* _NGX_HTTP_REEL_MODULE_H_INCLUDED_ */
