
/*
 * How an answer leaves: its headers, and its bytes.
 */


#ifndef _NGX_HTTP_REEL_SEND_H_INCLUDED_
#define _NGX_HTTP_REEL_SEND_H_INCLUDED_


#include "ngx_module/ngx_http_reel_ctx.h"


/* longest answer: names nested a thousand deep make items of megabytes */
#define NGX_HTTP_REEL_ANSWER_MAX    (32 * 1024 * 1024)

/* memory that an answer may leave with the worker for the next one */
#define NGX_HTTP_REEL_KEEP          (1024 * 1024)

/* up to this an answer is copied to the request's pool */
#define NGX_HTTP_REEL_COPY          4096


/* send */
ngx_int_t ngx_http_reel_header(ngx_http_request_t *r, const char *key,
    ngx_str_t *value);
ngx_int_t ngx_http_reel_not_modified(ngx_http_reel_ctx_t *ctx);
ngx_int_t ngx_http_reel_send(ngx_http_reel_ctx_t *ctx);
ngx_int_t ngx_http_reel_send_text(ngx_http_request_t *r, ngx_uint_t status,
    ngx_str_t *text);
ngx_int_t ngx_http_reel_send_body(ngx_http_request_t *r, ngx_uint_t status,
    ngx_str_t *type, ngx_str_t *body);

/* error */
ngx_int_t ngx_http_reel_send_error(ngx_http_request_t *r, ngx_uint_t status,
    ngx_str_t *why, struct reel_cursor *cursor);

/* method */
ngx_int_t ngx_http_reel_method(ngx_http_request_t *r);
ngx_int_t ngx_http_reel_cors(ngx_http_request_t *r);
ngx_table_elt_t *ngx_http_reel_find_header(ngx_http_request_t *r,
    const char *name, size_t len);


#endif /* _NGX_HTTP_REEL_SEND_H_INCLUDED_ */
