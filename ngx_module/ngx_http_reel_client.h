
#ifndef _NGX_HTTP_REEL_CLIENT_H_INCLUDED_
#define _NGX_HTTP_REEL_CLIENT_H_INCLUDED_


#include "ngx_module/ngx_http_reel_count.h"


/* how long a ping may stay without an answer, last words without a reader */
#define NGX_HTTP_REEL_CLIENT_ANSWER  10000
#define NGX_HTTP_REEL_CLIENT_END     5000


typedef struct ngx_http_reel_client_s    ngx_http_reel_client_t;
typedef struct ngx_http_reel_audience_s  ngx_http_reel_audience_t;
typedef struct ngx_http_reel_batch_s     ngx_http_reel_batch_t;


typedef struct {
    ngx_http_reel_transport_e  n;
    ngx_uint_t                 answers;      /* to a ping */
    /* prepares the header of the answer, too */
    ngx_http_reel_client_t  *(*create)(ngx_http_request_t *r,
                                   ngx_str_t *accept);
    ngx_event_handler_pt       handler;
    void                     (*start)(ngx_http_reel_client_t *cl);
    void                     (*frame)(struct reel_buf *out,
                                   struct reel_cursor *cursor,
                                   struct reel_buf *json);
    /* what is left of the batch: NGX_OK, NGX_AGAIN or NGX_ERROR */
    ngx_int_t                (*send)(ngx_http_reel_client_t *cl);
    /* asks for a sign of life */
    ngx_int_t                (*ping)(ngx_http_reel_client_t *cl);
    /* the last words; bye may be empty */
    void                     (*close)(ngx_http_reel_client_t *cl,
                                   struct reel_buf *out, struct reel_buf *bye,
                                   ngx_msec_t retry);
    void                     (*end)(ngx_http_reel_client_t *cl);
} ngx_http_reel_transport_t;


/* a place in the log and what is left to send: all that a slow one costs */
struct ngx_http_reel_client_s {
    /* all that a send touches, on one line of the cache */
    ngx_queue_t                queue;
    ngx_connection_t          *connection;
    ngx_http_reel_audience_t  *audience;     /* NULL: has left */
    ngx_http_reel_batch_t     *batch;
    u_char                    *pos;          /* in the batch */
    ngx_uint_t                 pass;
    uint16_t                   code;         /* of the Close */
    unsigned                   why:4;        /* ngx_http_reel_end_e */
    unsigned                   joining:1;    /* nginx runs its handler */
    unsigned                   blocked:1;    /* the socket takes no more */
    unsigned                   settled:1;    /* goes along with the audience */
    unsigned                   waits:1;      /* for an answer */
    unsigned                   heard:1;
    unsigned                   ending:1;
    unsigned                   said:1;       /* its last words */
    unsigned                   filters:1;    /* what is sent passes them */
    unsigned                   control:1;    /* the transport has a frame */
    unsigned                   nagle:1;      /* until the next is sent */
    unsigned                   early:1;      /* knows more than the feed */
    ngx_http_request_t        *request;
    ngx_buf_t                 *out;          /* for the filters */
    ngx_event_handler_pt       handler;      /* nginx's own */
    struct reel_cursor         cursor;       /* when the batch is sent, */
    int64_t                    told;         /* and then; not if settled */
    ngx_msec_t                 until;        /* reel_max_age */
    ngx_msec_t                 pinged;
    ngx_msec_t                 asked;        /* first ping without answer */
    uint64_t                   acked;        /* by then */
};


/* client */
ngx_int_t ngx_http_reel_client_init(ngx_http_reel_client_t *cl,
    ngx_http_request_t *r, ngx_event_handler_pt handler);
void ngx_http_reel_client_give(ngx_http_reel_client_t *cl,
    ngx_http_reel_batch_t *batch);
ngx_int_t ngx_http_reel_client_flush(ngx_http_reel_client_t *cl);
ngx_uint_t ngx_http_reel_client_event(ngx_http_reel_client_t *cl,
    ngx_event_t *ev);
void ngx_http_reel_client_leave(void *data);

/* alive */
void ngx_http_reel_alive_ask(ngx_http_reel_client_t *cl);
ngx_uint_t ngx_http_reel_alive(ngx_http_reel_client_t *cl);

/* bye */
ngx_int_t ngx_http_reel_bye_say(ngx_http_reel_client_t *cl);
void ngx_http_reel_bye(ngx_http_reel_client_t *cl, ngx_http_reel_end_e why,
    ngx_uint_t code);
void ngx_http_reel_bye_cut(ngx_http_reel_client_t *cl, ngx_http_reel_end_e why);
void ngx_http_reel_bye_finalize(ngx_http_reel_client_t *cl, ngx_int_t rc);

extern ngx_http_reel_transport_t  ngx_http_reel_ws_transport;
extern ngx_http_reel_transport_t  ngx_http_reel_sse_transport;

#endif /* _NGX_HTTP_REEL_CLIENT_H_INCLUDED_ */
