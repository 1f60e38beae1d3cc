
#ifndef _NGX_HTTP_REEL_WS_H_INCLUDED_
#define _NGX_HTTP_REEL_WS_H_INCLUDED_


#include "ngx_module/ngx_http_reel_feed.h"

#include "ngx_module/reel_ws.h"


typedef struct {
    ngx_http_reel_client_t   client;
    struct reel_ws           ws;
    ngx_msec_t               talked;         /* when talk was true */
    uint64_t                 talk;
    uint8_t                  len;            /* of the control frame */
    uint8_t                  sent;           /* of it */
    uint8_t                  skip;           /* this ping of the peer's */
    u_char                   control[2 + REEL_WS_FRAME_CONTROL_MAX];
} ngx_http_reel_ws_t;


void ngx_http_reel_hear(ngx_http_reel_ws_t *w);
/* NGX_DONE: hear no more */
ngx_int_t ngx_http_reel_hear_input(ngx_http_reel_ws_t *w, u_char *pos,
    u_char *last);


#endif /* _NGX_HTTP_REEL_WS_H_INCLUDED_ */
