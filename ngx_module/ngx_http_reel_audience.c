
/*
 * Audiences: who is told the same.
 */


#include "ngx_module/ngx_http_reel_feed.h"


/* those of one location lie side by side: a record is composed once for them */

ngx_http_reel_audience_t *
ngx_http_reel_audience_get(ngx_http_reel_feed_t *feed,
    ngx_http_reel_loc_conf_t *conf, ngx_http_reel_transport_t *transport,
    ngx_str_t *path, ngx_uint_t types)
{
    ngx_queue_t               *q, *after;
    ngx_http_reel_audience_t  *a;

    after = &feed->audiences;

    for (q = ngx_queue_head(&feed->audiences);
         q != ngx_queue_sentinel(&feed->audiences);
         q = ngx_queue_next(q))
    {
        a = ngx_queue_data(q, ngx_http_reel_audience_t, queue);

        if (a->conf != conf) {
            continue;
        }

        after = q;

        if (a->transport == transport
            && a->view.types == types
            && a->view.folder_len == path->len
            && ngx_memcmp(a->view.folder, path->data, path->len) == 0)
        {
            /* left by all, and time went on */

            if (a->clients == 0 && a->batch == NULL) {
                a->told = feed->to;
            }

            return a;
        }
    }

    a = ngx_calloc(sizeof(ngx_http_reel_audience_t) + path->len,
                   ngx_cycle->log);
    if (a == NULL) {
        return NULL;
    }

    ngx_memcpy((u_char *) a + sizeof(ngx_http_reel_audience_t), path->data,
               path->len);

    a->feed = feed;
    a->conf = conf;
    a->transport = transport;
    a->view.folder = (char *) a + sizeof(ngx_http_reel_audience_t);
    a->view.folder_len = path->len;
    a->view.types = types;
    a->told = feed->to;

    ngx_queue_init(&a->live);
    ngx_queue_init(&a->turn);
    ngx_queue_init(&a->serving);
    reel_buf_init(&a->out);

    ngx_queue_insert_after(after, &a->queue);

    return a;
}


void
ngx_http_reel_audience_free(ngx_http_reel_audience_t *a)
{
    ngx_queue_remove(&a->queue);

    ngx_http_reel_batch_drop(a->batch);
    ngx_http_reel_batch_drop(a->replay);
    ngx_http_reel_batch_drop(a->hello);
    reel_buf_clear(&a->out);

    ngx_free(a);
}
