
/*
 * Audiences: who is told the same.
 */


#include "ngx_module/ngx_http_reel_feed.h"


static ngx_int_t ngx_http_reel_audience_name(ngx_http_reel_feed_t *feed,
    ngx_http_reel_loc_conf_t *conf, ngx_http_reel_transport_t *transport,
    ngx_str_t *path, ngx_uint_t types, ngx_str_t *name);
static void ngx_http_reel_audience_free(ngx_http_reel_audience_t *a);


/* those of one location lie side by side: a record is composed once for them */

ngx_http_reel_audience_t *
ngx_http_reel_audience_get(ngx_http_reel_feed_t *feed,
    ngx_http_reel_loc_conf_t *conf, ngx_http_reel_transport_t *transport,
    ngx_str_t *path, ngx_uint_t types)
{
    uint32_t                   hash;
    ngx_str_t                  name;
    ngx_http_reel_audience_t  *a;

    if (ngx_http_reel_audience_name(feed, conf, transport, path, types, &name)
        != NGX_OK)
    {
        return NULL;
    }

    hash = ngx_crc32_long(name.data, name.len);

    a = (ngx_http_reel_audience_t *) ngx_str_rbtree_lookup(&feed->tree, &name,
                                                           hash);
    if (a) {

        /* left by all, and time went on */

        if (a->clients == 0 && a->batch == NULL) {
            a->told = feed->to;
        }

        return a;
    }

    a = ngx_calloc(sizeof(ngx_http_reel_audience_t) + name.len,
                   ngx_cycle->log);
    if (a == NULL) {
        return NULL;
    }

    a->node.str.data = (u_char *) a + sizeof(ngx_http_reel_audience_t);
    a->node.str.len = name.len;
    a->node.node.key = hash;

    ngx_memcpy(a->node.str.data, name.data, name.len);

    a->feed = feed;
    a->conf = conf;
    a->transport = transport;
    a->view.folder = (char *) a->node.str.data + name.len - path->len;
    a->view.folder_len = path->len;
    a->view.types = types;
    a->told = feed->to;

    ngx_queue_insert_tail(&feed->left, &a->left);
    ngx_queue_init(&a->live);
    ngx_queue_init(&a->turn);
    ngx_queue_init(&a->serving);
    reel_buf_init(&a->out);

    ngx_rbtree_insert(&feed->tree, &a->node.node);

    if (conf->audience) {
        ngx_queue_insert_after(&conf->audience->queue, &a->queue);

    } else {
        ngx_queue_insert_head(&feed->audiences, &a->queue);
        conf->audience = a;
    }

    return a;
}


/* what tells one from the others, as a string for nginx's tree */

static ngx_int_t
ngx_http_reel_audience_name(ngx_http_reel_feed_t *feed,
    ngx_http_reel_loc_conf_t *conf, ngx_http_reel_transport_t *transport,
    ngx_str_t *path, ngx_uint_t types, ngx_str_t *name)
{
    struct reel_buf  *buf;

    buf = &feed->json;

    reel_buf_reset(buf);
    reel_buf_add(buf, &conf, sizeof(conf));
    reel_buf_add(buf, &transport, sizeof(transport));
    reel_buf_add(buf, &types, sizeof(types));
    reel_buf_add(buf, path->data, path->len);

    if (buf->failed) {
        return NGX_ERROR;
    }

    name->data = (u_char *) buf->data;
    name->len = buf->len;

    return NGX_OK;
}


void
ngx_http_reel_audience_left(ngx_http_reel_audience_t *a)
{
    if (ngx_queue_empty(&a->left)) {
        ngx_queue_insert_tail(&a->feed->left, &a->left);
    }

    ngx_http_reel_feed_post(a->feed);
}


/* none may be in serving; those in which nobody is are freed */

void
ngx_http_reel_audience_reap(ngx_http_reel_feed_t *feed)
{
    ngx_queue_t               *q, *next;
    ngx_http_reel_audience_t  *a;

    for (q = ngx_queue_head(&feed->left);
         q != ngx_queue_sentinel(&feed->left);
         q = next)
    {
        next = ngx_queue_next(q);
        a = ngx_queue_data(q, ngx_http_reel_audience_t, left);

        ngx_queue_remove(q);
        ngx_queue_init(q);

        if (a->clients == 0) {
            ngx_http_reel_audience_free(a);
        }
    }
}


static void
ngx_http_reel_audience_free(ngx_http_reel_audience_t *a)
{
    ngx_queue_t               *q;
    ngx_http_reel_audience_t  *next;

    q = ngx_queue_next(&a->queue);
    next = ngx_queue_data(q, ngx_http_reel_audience_t, queue);

    if (a->conf->audience == a) {
        a->conf->audience = q == ngx_queue_sentinel(&a->feed->audiences)
                            || next->conf != a->conf ? NULL : next;
    }

    ngx_rbtree_delete(&a->feed->tree, &a->node.node);
    ngx_queue_remove(&a->queue);

    ngx_http_reel_batch_drop(a->batch);
    ngx_http_reel_batch_drop(a->replay);
    ngx_http_reel_batch_drop(a->hello);
    reel_buf_clear(&a->out);

    ngx_free(a);
}
