
/*
 * Signs of life.  A WebSocket answers pings.  Where nobody answers, or what was
 * sent before the ping is still on its way, the peer's kernel tells what has
 * arrived: nothing in all that time means that nobody is there, or reads.
 */


#include "ngx_module/ngx_http_reel_feed.h"

#include <linux/sockios.h>


/* tcpi_bytes_acked is at a fixed place, but not in the struct of every libc */
#define NGX_HTTP_REEL_ALIVE_ACKED  120


static uint64_t ngx_http_reel_alive_acked(ngx_connection_t *c);


void
ngx_http_reel_alive_ask(ngx_http_reel_client_t *cl)
{
    cl->heard = 0;
    cl->acked = ngx_http_reel_alive_acked(cl->connection);
}


ngx_uint_t
ngx_http_reel_alive(ngx_http_reel_client_t *cl)
{
    int  left;

    if (cl->heard) {
        return 1;
    }

    if (cl->audience->transport->answers && !cl->blocked) {
        return 0;
    }

    if (ngx_http_reel_alive_acked(cl->connection) != cl->acked) {
        return 1;
    }

    return !cl->blocked
           && (ioctl(cl->connection->fd, SIOCOUTQ, &left) == -1 || left == 0);
}


static uint64_t
ngx_http_reel_alive_acked(ngx_connection_t *c)
{
    uint64_t   acked;
    socklen_t  len;
    u_char     info[NGX_HTTP_REEL_ALIVE_ACKED + sizeof(uint64_t)];

    len = sizeof(info);

    if (getsockopt(c->fd, IPPROTO_TCP, TCP_INFO, info, &len) == -1
        || len < sizeof(info))
    {
        return 0;
    }

    ngx_memcpy(&acked, info + NGX_HTTP_REEL_ALIVE_ACKED, sizeof(uint64_t));

    return acked;
}
