
/*
 * What a worker tells about one book.  The bell and a timer only say "look
 * again"; what there is to tell is read from the change log, once for all who
 * have everything before it, and sent in slices, between which the event loop
 * turns.  Those who are not that far (they have just come, or were slow) are
 * served from the same log, each from its own place, until they are; there is
 * no other queue, and no word between workers.
 *
 * Invariant: whoever is in live of an audience has all records up to "to",
 * whoever is in turn all up to "tip", and there is nothing of interest to the
 * audience between the two that is not in its batch.
 */


#include "ngx_module/ngx_http_reel_step.h"


/*
 * After so many sends the event loop turns; and when so many were served from
 * the log, or so many of its records read for them.
 */
#define NGX_HTTP_REEL_FEED_SLICE     32
#define NGX_HTTP_REEL_FEED_READS     8
#define NGX_HTTP_REEL_FEED_RECORDS   1000

/* ms */
#define NGX_HTTP_REEL_FEED_TICK      1000
#define NGX_HTTP_REEL_FEED_BOOKMARK  15000


static void ngx_http_reel_feed_tick_handler(ngx_event_t *ev);
static void ngx_http_reel_feed_turn_handler(ngx_event_t *ev);
static void ngx_http_reel_feed_serve(ngx_http_reel_feed_t *feed,
    ngx_uint_t *slice);
static void ngx_http_reel_feed_exit(ngx_http_reel_feed_t *feed,
    ngx_uint_t *slice);
static void ngx_http_reel_feed_mark(ngx_http_reel_feed_t *feed);


ngx_http_reel_feed_t *
ngx_http_reel_feed_get(ngx_http_reel_index_t *index)
{
    ngx_http_reel_feed_t  *feed;

    if (index->feed) {
        return index->feed;
    }

    feed = ngx_calloc(sizeof(ngx_http_reel_feed_t), ngx_cycle->log);
    if (feed == NULL) {
        return NULL;
    }

    feed->index = index;

    ngx_queue_init(&feed->audiences);
    ngx_rbtree_init(&feed->tree, &feed->sentinel, ngx_str_rbtree_insert_value);
    ngx_queue_init(&feed->serving);
    ngx_queue_init(&feed->left);
    ngx_queue_init(&feed->behind);
    ngx_queue_init(&feed->early);
    ngx_queue_init(&feed->blocked);
    reel_buf_init(&feed->json);

    feed->turn.handler = ngx_http_reel_feed_turn_handler;
    feed->turn.data = feed;
    feed->turn.log = ngx_cycle->log;

    feed->tick.handler = ngx_http_reel_feed_tick_handler;
    feed->tick.data = feed;
    feed->tick.log = ngx_cycle->log;
    feed->tick.cancelable = 1;

    index->feed = feed;

    return feed;
}


void
ngx_http_reel_feed_stop(ngx_http_reel_index_t *index)
{
    ngx_http_reel_feed_t  *feed;

    feed = index->feed;

    if (feed == NULL || feed->clients) {
        return;
    }

    ngx_http_reel_audience_reap(feed);

    if (feed->tick.timer_set) {
        ngx_del_timer(&feed->tick);
    }

    if (feed->turn.posted) {
        ngx_delete_posted_event(&feed->turn);
    }

    reel_buf_clear(&feed->json);

    ngx_free(feed);
    index->feed = NULL;
}


/* the bell */

void
ngx_http_reel_feed_ring(ngx_http_reel_index_t *index)
{
    ngx_http_reel_feed_t  *feed;

    feed = index->feed;

    if (feed && feed->clients) {
        feed->look = 1;
        feed->stuck = 0;
        ngx_http_reel_feed_post(feed);
    }
}


void
ngx_http_reel_feed_post(ngx_http_reel_feed_t *feed)
{
    ngx_post_event(&feed->turn, &ngx_posted_events);
}


static void
ngx_http_reel_feed_tick_handler(ngx_event_t *ev)
{
    ngx_http_reel_feed_t *feed = ev->data;

    feed->look = 1;
    feed->stuck = 0;

    ngx_http_reel_feed_post(feed);

    if (feed->clients) {
        ngx_add_timer(ev, NGX_HTTP_REEL_FEED_TICK);
    }
}


void
ngx_http_reel_feed_start(ngx_http_reel_feed_t *feed)
{
    if (!feed->tick.timer_set) {
        ngx_add_timer(&feed->tick, NGX_HTTP_REEL_FEED_TICK);
    }
}


static void
ngx_http_reel_feed_turn_handler(ngx_event_t *ev)
{
    ngx_http_reel_feed_t *feed = ev->data;

    ngx_uint_t               slice, n;
    ngx_queue_t             *q;
    ngx_http_reel_client_t  *cl;

    slice = NGX_HTTP_REEL_FEED_SLICE;

    if (ngx_exiting) {
        ngx_http_reel_feed_exit(feed, &slice);
    }

    ngx_http_reel_feed_serve(feed, &slice);

    if (feed->look && !feed->stuck && ngx_queue_empty(&feed->serving)) {
        feed->look = 0;

        /* if the book cannot be read now, the tick looks whether it is back */

        if (feed->clients && ngx_http_reel_batch_all(feed) != NGX_OK) {
            feed->stuck = 1;

        } else if (!feed->look) {
            ngx_http_reel_step_early(feed);
        }

        if (ngx_queue_empty(&feed->serving)) {
            ngx_http_reel_feed_mark(feed);
        }

        ngx_http_reel_feed_serve(feed, &slice);
    }

    feed->read = 0;

    for (n = 0; n < NGX_HTTP_REEL_FEED_READS; n++) {

        if (feed->stuck || ngx_queue_empty(&feed->behind)
            || feed->read >= NGX_HTTP_REEL_FEED_RECORDS)
        {
            break;
        }

        q = ngx_queue_head(&feed->behind);
        cl = ngx_queue_data(q, ngx_http_reel_client_t, queue);

        ngx_http_reel_step(cl);
    }

    if (ngx_queue_empty(&feed->serving)) {
        ngx_http_reel_audience_reap(feed);
    }

    if (!ngx_queue_empty(&feed->serving)
        || (!feed->stuck && !ngx_queue_empty(&feed->behind))
        || (!feed->stuck && feed->look && feed->clients)
        || (ngx_exiting && slice == 0))
    {
        ngx_post_event(ev, &ngx_posted_next_events);
    }
}


static void
ngx_http_reel_feed_serve(ngx_http_reel_feed_t *feed, ngx_uint_t *slice)
{
    ngx_queue_t               *q;
    ngx_http_reel_client_t    *cl, *next;
    ngx_http_reel_audience_t  *a;

    while (!ngx_queue_empty(&feed->serving)) {

        q = ngx_queue_head(&feed->serving);
        a = ngx_queue_data(q, ngx_http_reel_audience_t, serving);

        while (*slice && !ngx_queue_empty(&a->turn)) {

            q = ngx_queue_head(&a->turn);
            cl = ngx_queue_data(q, ngx_http_reel_client_t, queue);

            /* the sentinel's are some bytes of the audience */

            next = ngx_queue_data(ngx_queue_next(q), ngx_http_reel_client_t,
                                  queue);
            __builtin_prefetch(next->connection);
            __builtin_prefetch(ngx_queue_next(&next->queue));

            ngx_queue_remove(q);
            ngx_queue_insert_tail(&a->live, q);

            cl->pass = feed->pass;
            (*slice)--;

            ngx_http_reel_client_give(cl, a->batch);
            (void) ngx_http_reel_client_flush(cl);
        }

        if (!ngx_queue_empty(&a->turn)) {
            return;
        }

        /* the analyzer does not see that it is another one each time */

        ngx_queue_remove(&a->serving); /* NOLINT */

        ngx_http_reel_batch_drop(a->batch);
        a->batch = NULL;
    }

    feed->tip = feed->to;
}


/* the batch becomes the audience's; without one there was no memory for it */

void
ngx_http_reel_feed_share(ngx_http_reel_audience_t *a,
    ngx_http_reel_batch_t *batch)
{
    ngx_http_reel_feed_t  *feed;

    feed = a->feed;

    if (ngx_queue_empty(&a->live)) {
        ngx_http_reel_batch_drop(batch);
        return;
    }

    /* nobody is in turn: all were served before this batch was made */

    ngx_queue_add(&a->turn, &a->live);
    ngx_queue_init(&a->live);

    a->batch = batch;

    if (batch == NULL) {
        ngx_http_reel_step_unsettle(&a->turn, 1);
        return;
    }

    ngx_queue_insert_tail(&feed->serving, &a->serving);
}


/* a reload or the end: a slice of those who listen is told so */

static void
ngx_http_reel_feed_exit(ngx_http_reel_feed_t *feed, ngx_uint_t *slice)
{
    ngx_queue_t             *q;
    ngx_http_reel_client_t  *cl;

    if (!feed->exiting) {
        feed->exiting = 1;

        /* the blocked ones end when they can, or when their time is up */

        for (q = ngx_queue_head(&feed->blocked);
             q != ngx_queue_sentinel(&feed->blocked);
             q = ngx_queue_next(q))
        {
            cl = ngx_queue_data(q, ngx_http_reel_client_t, queue);
            ngx_http_reel_bye(cl, NGX_HTTP_REEL_END_RELOAD, 1001);
        }
    }

    ngx_http_reel_step_unsettle_all(feed, 0);

    while (*slice && !ngx_queue_empty(&feed->behind)) {

        q = ngx_queue_head(&feed->behind);
        cl = ngx_queue_data(q, ngx_http_reel_client_t, queue);
        (*slice)--;

        ngx_http_reel_bye(cl, NGX_HTTP_REEL_END_RELOAD, 1001);
    }
}


/* who hears little, since little passes the filters, keeps a fresh cursor */

static void
ngx_http_reel_feed_mark(ngx_http_reel_feed_t *feed)
{
    ngx_queue_t               *q;
    ngx_http_reel_batch_t     *batch;
    ngx_http_reel_audience_t  *a;

    if (ngx_current_msec - feed->marked < NGX_HTTP_REEL_FEED_BOOKMARK) {
        return;
    }

    feed->marked = ngx_current_msec;
    feed->pass++;

    for (q = ngx_queue_head(&feed->audiences);
         q != ngx_queue_sentinel(&feed->audiences);
         q = ngx_queue_next(q))
    {
        a = ngx_queue_data(q, ngx_http_reel_audience_t, queue);

        ngx_http_reel_batch_drop(a->replay);
        ngx_http_reel_batch_drop(a->hello);
        a->replay = NULL;
        a->hello = NULL;

        if (a->told == feed->to || ngx_queue_empty(&a->live)) {
            continue;
        }

        batch = ngx_http_reel_step_bookmark(a, feed->to);

        if (batch) {
            a->told = feed->to;
            ngx_http_reel_feed_share(a, batch);
        }
    }
}
