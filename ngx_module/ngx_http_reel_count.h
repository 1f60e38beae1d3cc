
#ifndef _NGX_HTTP_REEL_COUNT_H_INCLUDED_
#define _NGX_HTTP_REEL_COUNT_H_INCLUDED_


#include "ngx_module/ngx_http_reel_module.h"


/* who is in the feeds of all workers, and what became of the others */

typedef enum {
    NGX_HTTP_REEL_WS = 0,
    NGX_HTTP_REEL_SSE,
    NGX_HTTP_REEL_TRANSPORTS
} ngx_http_reel_transport_e;

typedef enum {
    NGX_HTTP_REEL_GAP_NONE = 0,
    NGX_HTTP_REEL_GAP_UNKNOWN,
    NGX_HTTP_REEL_GAP_OLD,
    NGX_HTTP_REEL_GAP_AHEAD,
    NGX_HTTP_REEL_GAPS
} ngx_http_reel_gap_e;

typedef enum {
    NGX_HTTP_REEL_END_CLIENT = 0,    /* left */
    NGX_HTTP_REEL_END_SILENT,        /* did not answer a ping */
    NGX_HTTP_REEL_END_RELOAD,
    NGX_HTTP_REEL_END_AGE,           /* reel_max_age */
    NGX_HTTP_REEL_END_TALK,          /* talked too much */
    NGX_HTTP_REEL_END_PROTOCOL,      /* broke the rules of RFC 6455 */
    NGX_HTTP_REEL_END_ERROR,
    NGX_HTTP_REEL_ENDS
} ngx_http_reel_end_e;


void ngx_http_reel_count_client(ngx_http_reel_transport_e transport,
    ngx_int_t n);
void ngx_http_reel_count_bytes(ssize_t n);
void ngx_http_reel_count_gap(ngx_http_reel_gap_e why);
void ngx_http_reel_count_end(ngx_http_reel_end_e why);


#endif /* _NGX_HTTP_REEL_COUNT_H_INCLUDED_ */
