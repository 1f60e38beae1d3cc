
/*
 * The worker's handle of a book.  It is opened by the first request that needs
 * it, after the fork; that it cannot be read is told to the log once and to
 * every client as 503.
 */


#include "ngx_module/ngx_http_reel_module.h"


static void ngx_http_reel_store_release_handler(ngx_event_t *ev);


/*
 * Requests that one turn of the event loop brings share a snapshot, since its
 * locks cost as much as a small answer; before the worker sleeps it is gone.
 */

enum reel_status
ngx_http_reel_store_begin(ngx_http_reel_ctx_t *ctx, ngx_uint_t fresh)
{
    const char             *why;
    ngx_log_t              *log;
    enum reel_status        status;
    ngx_http_reel_index_t  *index;

    index = ctx->index;
    log = ctx->request ? ctx->request->connection->log : ngx_cycle->log;

    if (index->release.posted) {

        if (!fresh) {
            reel_read_budget(index->read, ctx->conf->query_timeout);

            ctx->head = index->head;
            ctx->cursor = index->head;
            ctx->has_cursor = 1;

            return REEL_OK;
        }

        ngx_http_reel_store_end(index);
    }

    if (index->read == NULL) {
        status = reel_read_new((char *) index->path.data, &index->read);
        if (status != REEL_OK) {
            return status;
        }
    }

    if (ngx_current_msec - index->looked >= NGX_HTTP_REEL_LOOK) {
        index->looked = ngx_current_msec;
        reel_read_look(index->read);
    }

    status = reel_read_begin(index->read, ctx->conf->query_timeout,
                             &ctx->head);

    if (status == REEL_OK) {
        if (index->trouble[0]) {
            index->trouble[0] = '\0';
            ngx_log_error(NGX_LOG_NOTICE, log, 0,
                          "reel: the index \"%V\" can be read again",
                          &index->path);
        }

        index->head = ctx->head;
        index->release.handler = ngx_http_reel_store_release_handler;
        index->release.data = index;
        index->release.log = ngx_cycle->log;

        ngx_post_event(&index->release, &ngx_posted_events);

        ctx->cursor = ctx->head;
        ctx->has_cursor = 1;

        return REEL_OK;
    }

    why = reel_read_error(index->read);

    if (status != REEL_AGAIN && ngx_strcmp(index->trouble, why) != 0) {
        (void) ngx_cpystrn((u_char *) index->trouble, (u_char *) why,
                           sizeof(index->trouble));
        ngx_log_error(NGX_LOG_CRIT, log, 0, "reel: the index \"%V\" %s",
                      &index->path, why);
    }

    return status;
}


static void
ngx_http_reel_store_release_handler(ngx_event_t *ev)
{
    ngx_http_reel_index_t *index = ev->data;

    reel_read_end(index->read);
}


void
ngx_http_reel_store_end(ngx_http_reel_index_t *index)
{
    if (index->release.posted) {
        ngx_delete_posted_event(&index->release);
        reel_read_end(index->read);
    }
}


void
ngx_http_reel_store_close(ngx_http_reel_index_t *index)
{
    ngx_http_reel_store_end(index);

    reel_read_free(index->read);
    index->read = NULL;

    reel_buf_clear(&index->out);
    reel_buf_clear(&index->before);
    reel_buf_clear(&index->behind);
    reel_buf_clear(&index->folder_uri);
    reel_buf_clear(&index->last);
    reel_buf_clear(&index->status);
}
