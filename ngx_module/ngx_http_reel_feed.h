
#ifndef _NGX_HTTP_REEL_FEED_H_INCLUDED_
#define _NGX_HTTP_REEL_FEED_H_INCLUDED_


#include "ngx_module/ngx_http_reel_client.h"

#include "shared/reel_view.h"


/* frames for all who have the records up to from and none behind it */

struct ngx_http_reel_batch_s {
    ngx_uint_t                 refs;
    int64_t                    epoch;
    int64_t                    from;
    int64_t                    to;           /* that they have afterwards */
    int64_t                    prev;         /* of the first record in it */
    int64_t                    told;         /* cursor of the last message */
    struct reel_buf            buf;
};


/* those who are told the same in the same form */

struct ngx_http_reel_audience_s {
    ngx_str_node_t             node;         /* its string is behind this */
    ngx_queue_t                queue;
    ngx_queue_t                left;         /* or nobody was there yet */
    ngx_http_reel_feed_t      *feed;
    ngx_http_reel_loc_conf_t  *conf;
    ngx_http_reel_transport_t *transport;
    struct reel_view           view;         /* its folder is in the string */
    ngx_queue_t                live;         /* have all records up to "to" */
    ngx_queue_t                turn;         /* up to "tip": get the batch */
    ngx_queue_t                serving;
    ngx_http_reel_batch_t     *batch;
    ngx_http_reel_batch_t     *replay;       /* the last one from the log */
    ngx_http_reel_batch_t     *hello;        /* the last one */
    struct reel_buf            out;          /* the batch being made */
    int64_t                    prev;         /* of the first record there */
    int64_t                    told;         /* that the live ones know */
    ngx_uint_t                 clients;
};


/* what a worker tells about one book */

struct ngx_http_reel_feed_s {
    ngx_http_reel_index_t     *index;
    ngx_queue_t                audiences;    /* those of a location together */
    ngx_rbtree_t               tree;         /* the same, to be found */
    ngx_rbtree_node_t          sentinel;
    ngx_queue_t                serving;      /* audiences */
    ngx_queue_t                left;         /* audiences, perhaps of none */
    ngx_queue_t                behind;       /* clients, served by the log */
    ngx_queue_t                early;        /* clients that know more */
    ngx_queue_t                blocked;      /* clients */
    ngx_uint_t                 clients;
    ngx_uint_t                 pass;         /* counts what is served */
    int64_t                    read;         /* records, for those behind */
    int64_t                    epoch;
    int64_t                    tip;
    int64_t                    to;           /* tip, once all are served */
    int64_t                    oldest;       /* of the log; -1: not known */
    ngx_event_t                turn;
    ngx_event_t                tick;
    ngx_msec_t                 marked;       /* the last bookmarks */
    struct reel_buf            json;
    unsigned                   look:1;
    unsigned                   stuck:1;      /* the book cannot be read */
    unsigned                   exiting:1;
};


ngx_http_reel_audience_t *ngx_http_reel_audience_get(
    ngx_http_reel_feed_t *feed, ngx_http_reel_loc_conf_t *conf,
    ngx_http_reel_transport_t *transport, ngx_str_t *path, ngx_uint_t types);
void ngx_http_reel_audience_left(ngx_http_reel_audience_t *a);
void ngx_http_reel_audience_reap(ngx_http_reel_feed_t *feed);

/* batch */
ngx_int_t ngx_http_reel_batch_all(ngx_http_reel_feed_t *feed);
ngx_int_t ngx_http_reel_batch_one(ngx_http_reel_audience_t *a, int64_t from,
    int64_t told, ngx_http_reel_batch_t **batch);
ngx_http_reel_batch_t *ngx_http_reel_batch_take(struct reel_buf *buf);
void ngx_http_reel_batch_drop(ngx_http_reel_batch_t *batch);

ngx_http_reel_batch_t *ngx_http_reel_hello(ngx_http_reel_audience_t *a,
    struct reel_cursor from, struct reel_cursor head,
    ngx_http_reel_gap_e gap);

/* feed */
ngx_http_reel_feed_t *ngx_http_reel_feed_get(ngx_http_reel_index_t *index);
void ngx_http_reel_feed_start(ngx_http_reel_feed_t *feed);
void ngx_http_reel_feed_post(ngx_http_reel_feed_t *feed);
void ngx_http_reel_feed_share(ngx_http_reel_audience_t *a,
    ngx_http_reel_batch_t *batch);

#endif /* _NGX_HTTP_REEL_FEED_H_INCLUDED_ */
