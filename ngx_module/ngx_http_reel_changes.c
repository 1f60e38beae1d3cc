
/*
 * The change log as a client sees it: whole, or, in a location with a scope,
 * as if there were nothing but that folder.
 */


#include "ngx_module/ngx_http_reel_module.h"

#include "shared/reel_escape.h"
#include "shared/reel_since_sql.h"
#include "shared/reel_view.h"


/* records looked at for one answer; a scope may hide most of them */
#define NGX_HTTP_REEL_CHANGES_MAX  20000


static ngx_int_t ngx_http_reel_changes_since(ngx_http_reel_ctx_t *ctx,
    int64_t oldest, int64_t *seq);
static void ngx_http_reel_change_path(struct reel_buf *out, const char *name,
    const char *path, size_t len);
static void ngx_http_reel_change_item(ngx_http_reel_ctx_t *ctx,
    const struct reel_since_record *record);
static void ngx_http_reel_change_cursor(ngx_http_reel_ctx_t *ctx,
    const char *before, int64_t seq);


ngx_int_t
ngx_http_reel_changes(ngx_http_reel_ctx_t *ctx)
{
    int                        relist;
    int64_t                    n, oldest, seq, prev;
    ngx_int_t                  rc;
    ngx_uint_t                 looked;
    enum reel_status           status;
    struct reel_read          *read;
    struct reel_view           view;
    struct reel_since_record   record;

    read = ctx->index->read;

    seq = 0;

    status = reel_since_oldest(read, &oldest);

    if (status != REEL_OK) {
        return ngx_http_reel_fail(ctx, status);
    }

    rc = ngx_http_reel_changes_since(ctx, oldest, &seq);

    if (rc != NGX_OK) {
        return rc;
    }

    reel_buf_str(ctx->out, "{\"changes\":[");

    /* for a client there is one chain, whatever is hidden from it */

    view.folder = (char *) ctx->conf->scope.data;
    view.folder_len = ctx->conf->scope.len;
    view.types = 0;

    prev = seq;
    n = 0;
    looked = 0;

    status = reel_since_start(read, seq);

    while (status == REEL_OK && n < ctx->args.limit
           && looked < NGX_HTTP_REEL_CHANGES_MAX
           && ctx->out->len < NGX_HTTP_REEL_ANSWER_MAX)
    {
        status = reel_since_next(read, &record);

        if (status != REEL_OK) {
            break;
        }

        looked++;
        seq = record.seq;

        if (reel_view_record(&view, &record, &relist)) {
            if (n++) {
                reel_buf_chr(ctx->out, ',');
            }

            ngx_http_reel_change(ctx, &record, prev, relist);
            prev = seq;
        }
    }

    if (status != REEL_OK && status != REEL_NOT_FOUND) {
        return ngx_http_reel_fail(ctx, status);
    }

    ngx_http_reel_change_cursor(ctx, "],\"head\":\"", ctx->head.seq);
    ngx_http_reel_change_cursor(ctx, "\",\"oldest\":\"", oldest);
    reel_buf_str(ctx->out, "\"}");

    /* where a client goes on */

    ctx->cursor.seq = seq;

    return NGX_OK;
}


static ngx_int_t
ngx_http_reel_changes_since(ngx_http_reel_ctx_t *ctx, int64_t oldest,
    int64_t *seq)
{
    const char          *why;
    struct reel_cursor  *since;

    if ((ctx->args.given & NGX_HTTP_REEL_ARG_SINCE) == 0) {
        *seq = oldest;
        return NGX_OK;
    }

    since = &ctx->args.since;

    if (since->epoch != ctx->head.epoch) {
        why = "is of another change log than this one";

    } else if (since->seq > ctx->head.seq) {
        why = "is ahead of the change log";

    } else if (since->seq < oldest) {
        why = "is older than the change log";

    } else {
        *seq = since->seq;
        return NGX_OK;
    }

    return ngx_http_reel_refuse(ctx, NGX_HTTP_REEL_GONE,
                                "the cursor of \"since\" %s; list the library "
                                "again and go on from the cursor of this "
                                "answer", why);
}


void
ngx_http_reel_change(ngx_http_reel_ctx_t *ctx,
    const struct reel_since_record *record, int64_t prev, ngx_uint_t relist)
{
    struct reel_buf  *out;

    out = ctx->out;

    ngx_http_reel_change_cursor(ctx, "{\"cursor\":\"", record->seq);
    ngx_http_reel_change_cursor(ctx, "\",\"prev\":\"", prev);

    reel_buf_str(out, "\",\"ts\":\"");
    reel_escape_time(out, record->ts);
    reel_buf_str(out, "\",\"op\":\"");
    reel_buf_str(out, reel_item_op_name(record->op));
    reel_buf_str(out, "\",\"id\":\"");
    reel_buf_num(out, record->item_id);
    reel_buf_str(out, "\",\"item_type\":\"");
    reel_buf_str(out, reel_item_type_name(record->item_type));
    reel_buf_chr(out, '"');

    ngx_http_reel_change_path(out, "path", record->path, record->path_len);

    if (record->old_path) {
        ngx_http_reel_change_path(out, "old_path", record->old_path,
                                  record->old_path_len);
    }

    if (record->recursive) {
        reel_buf_str(out, ",\"recursive\":true");
    }

    if (relist) {
        reel_buf_str(out, ",\"relist\":true");
    }

    if (record->body && record->op != REEL_OP_DROP) {
        reel_buf_str(out, ",\"item\":");
        ngx_http_reel_change_item(ctx, record);
    }

    reel_buf_chr(out, '}');
}


static void
ngx_http_reel_change_path(struct reel_buf *out, const char *name,
    const char *path, size_t len)
{
    reel_buf_str(out, ",\"");
    reel_buf_str(out, name);
    reel_buf_str(out, "\":\"");
    reel_escape_json(out, path, len);
    reel_buf_chr(out, '"');

    if (!reel_escape_utf8_ok(path, len)) {
        reel_buf_str(out, ",\"");
        reel_buf_str(out, name);
        reel_buf_str(out, "_raw\":\"");
        reel_escape_uri(out, path, len);
        reel_buf_chr(out, '"');
    }
}


static void
ngx_http_reel_change_item(ngx_http_reel_ctx_t *ctx,
    const struct reel_since_record *record)
{
    size_t                 folder;
    struct reel_read_row   row;

    for (folder = record->path_len; folder; folder--) {
        if (record->path[folder - 1] == '/') {
            break;
        }
    }

    ngx_memzero(&row, sizeof(struct reel_read_row));

    row.id = record->item_id;
    row.parent_id = record->parent_id;
    row.name = record->path + folder;
    row.name_len = record->path_len - folder;
    row.type = record->item_type;
    row.body = record->body;
    row.body_len = record->body_len;
    row.picture = record->picture;
    row.board = record->board;

    /* sums change without a record */
    row.files = -1;

    /* nothing that the location shows is above its scope */

    if (record->path_len == ctx->conf->scope.len) {
        row.parent_id = REEL_ITEM_TOP;
        ctx->at_top = 1;
    }

    ngx_http_reel_item_folder(ctx, row.parent_id, record->path,
                              folder ? folder - 1 : 0);
    ngx_http_reel_item(ctx, &row);

    ctx->at_top = 0;
}


static void
ngx_http_reel_change_cursor(ngx_http_reel_ctx_t *ctx, const char *before,
    int64_t seq)
{
    size_t              len;
    char                text[REEL_CURSOR_MAX];
    struct reel_cursor  cursor;

    cursor.epoch = ctx->head.epoch;
    cursor.seq = seq;

    len = reel_cursor_print(cursor, text);

    reel_buf_str(ctx->out, before);
    reel_buf_add(ctx->out, text, len);
}
