
#ifndef _NGX_HTTP_REEL_CLIENT_H_INCLUDED_
#define _NGX_HTTP_REEL_CLIENT_H_INCLUDED_


#include "ngx_module/ngx_http_reel_module.h"


/* how long a ping may stay without an answer, last words without a reader */
#define NGX_HTTP_REEL_CLIENT_ANSWER  10000
#define NGX_HTTP_REEL_CLIENT_END     5000


typedef enum {
    NGX_HTTP_REEL_END_CLIENT = 0,            /* left */
    NGX_HTTP_REEL_END_SILENT,                /* no answer to a ping */
    NGX_HTTP_REEL_END_RELOAD,
    NGX_HTTP_REEL_END_AGE,
    NGX_HTTP_REEL_END_TALK,                  /* talked too much */
    NGX_HTTP_REEL_END_PROTOCOL,              /* broke the rules */
    NGX_HTTP_REEL_END_ERROR,
    NGX_HTTP_REEL_ENDS
} ngx_http_reel_end_e;


typedef struct ngx_http_reel_client_s    ngx_http_reel_client_t;
typedef struct ngx_http_reel_audience_s  ngx_http_reel_audience_t;
typedef struct ngx_http_reel_batch_s     ngx_http_reel_batch_t;


typedef struct {
    ngx_uint_t                 n;            /* of its counter */

    void                     (*frame)(struct reel_buf *out,
                                   struct reel_cursor *cursor,
                                   struct reel_buf *json);
    /* what is left of the batch: NGX_OK, NGX_AGAIN or NGX_ERROR */
    ngx_int_t                (*send)(ngx_http_reel_client_t *cl);
    /* the same, with something that shows whether the peer lives */
    ngx_int_t                (*ping)(ngx_http_reel_client_t *cl);
    ngx_uint_t               (*lives)(ngx_http_reel_client_t *cl);
    /* the last words; bye may be empty */
    void                     (*close)(ngx_http_reel_client_t *cl,
                                   struct reel_buf *out, struct reel_buf *bye,
                                   ngx_msec_t retry);
    void                     (*end)(ngx_http_reel_client_t *cl);
} ngx_http_reel_transport_t;


/* a place in the log and what is left to send: all that a slow one costs */

struct ngx_http_reel_client_s {
    ngx_queue_t                queue;
    ngx_connection_t          *connection;
    ngx_http_request_t        *request;
    ngx_http_reel_audience_t  *audience;     /* NULL: has left */
    ngx_http_reel_batch_t     *batch;
    u_char                    *pos;          /* in the batch */
    struct reel_cursor         cursor;       /* when the batch is sent */
    int64_t                    told;         /* cursor of the last message */
    ngx_msec_t                 until;        /* reel_max_age */
    ngx_msec_t                 pinged;
    ngx_msec_t                 asked;        /* first ping without answer */
    off_t                      sent;         /* then */
    uint64_t                   acked;
    uint16_t                   code;         /* of the Close */
    unsigned                   why:4;        /* ngx_http_reel_end_e */
    unsigned                   blocked:1;    /* the socket takes no more */
    unsigned                   waits:1;      /* for an answer */
    unsigned                   heard:1;
    unsigned                   ending:1;
    unsigned                   said:1;       /* its last words */
    unsigned                   filters:1;    /* what is sent passes them */
};


ngx_int_t ngx_http_reel_client_flush(ngx_http_reel_client_t *cl);
void ngx_http_reel_client_give(ngx_http_reel_client_t *cl,
    ngx_http_reel_batch_t *batch);
void ngx_http_reel_client_timer(ngx_http_reel_client_t *cl);
void ngx_http_reel_client_end(ngx_http_reel_client_t *cl,
    ngx_http_reel_end_e why, ngx_uint_t code);
void ngx_http_reel_client_cut(ngx_http_reel_client_t *cl,
    ngx_http_reel_end_e why);
ngx_int_t ngx_http_reel_client_init(ngx_http_reel_client_t *cl,
    ngx_http_request_t *r);
ngx_uint_t ngx_http_reel_client_event(ngx_event_t *ev);

/* NGX_DECLINED: no WebSocket is asked for; NGX_OK: 101 is about to be sent */
ngx_int_t ngx_http_reel_handshake(ngx_http_request_t *r);

ngx_http_reel_client_t *ngx_http_reel_ws_create(ngx_http_request_t *r);
ngx_http_reel_client_t *ngx_http_reel_sse_create(ngx_http_request_t *r);


#endif /* _NGX_HTTP_REEL_CLIENT_H_INCLUDED_ */
