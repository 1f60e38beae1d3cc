
/*
 * A request of the API, from its first byte to its answer: what it asks for, of
 * which book, and what is composed so far.
 */


#ifndef _NGX_HTTP_REEL_CTX_H_INCLUDED_
#define _NGX_HTTP_REEL_CTX_H_INCLUDED_


#include "ngx_module/ngx_http_reel_args.h"
#include "ngx_module/ngx_http_reel_conf.h"


/* a request with at_least waits so long, looking so often */
#define NGX_HTTP_REEL_WAIT          5000
#define NGX_HTTP_REEL_WAIT_LOOK     100

/* so many of a worker wait for a book, one more is refused */
#define NGX_HTTP_REEL_WAIT_MAX      512

/* a status that nginx has no name for */
#define NGX_HTTP_REEL_GONE          410
#define NGX_HTTP_REEL_UPGRADE       426


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


/* api */
ngx_int_t ngx_http_reel_api_run(ngx_http_reel_ctx_t *ctx);

/* args: NGX_OK, or a status after ngx_http_reel_refuse() */
ngx_int_t ngx_http_reel_args(ngx_http_reel_ctx_t *ctx);

/* error */
ngx_int_t ngx_http_reel_refuse(ngx_http_reel_ctx_t *ctx, ngx_uint_t status,
    const char *fmt, ...);
ngx_int_t ngx_http_reel_fail(ngx_http_reel_ctx_t *ctx,
    enum reel_status status);

/* handshake */
ngx_int_t ngx_http_reel_handshake(ngx_http_reel_ctx_t *ctx,
    ngx_str_t *accept);

/* wait */
ngx_int_t ngx_http_reel_wait_needed(ngx_http_reel_ctx_t *ctx);
ngx_int_t ngx_http_reel_wait(ngx_http_reel_ctx_t *ctx);


#endif /* _NGX_HTTP_REEL_CTX_H_INCLUDED_ */
