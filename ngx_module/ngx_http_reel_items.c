
/*
 * Items: how one is composed, and the endpoints that answer with them.  The
 * body was rendered by the indexer; what depends on the place and on this
 * location is added here.
 */


#include "ngx_module/ngx_http_reel_module.h"

#include "shared/reel_key.h"

#include "shared/reel_escape.h"
#include "shared/reel_walk.h"


static void ngx_http_reel_place_item(ngx_http_reel_ctx_t *ctx,
    ngx_http_reel_place_t *place);


/*
 * All items composed from now on lie in the folder of that id and path: what
 * they have in common is escaped once.
 */

void
ngx_http_reel_item_folder(ngx_http_reel_ctx_t *ctx, int64_t id,
    const char *path, size_t len)
{
    size_t                  json;
    struct reel_buf        *before, *behind, *uri;
    ngx_http_reel_index_t  *index;

    index = ctx->index;
    before = &index->before;
    behind = &index->behind;
    uri = &index->folder_uri;

    reel_buf_reset(before);
    reel_buf_reset(behind);
    reel_buf_reset(uri);

    reel_buf_str(before, ",\"parent_id\":\"");
    reel_buf_num(before, id);
    reel_buf_str(before, "\",\"path\":\"");
    json = before->len;
    reel_escape_json(before, path, len);

    reel_buf_str(behind, "\",\"parent_path\":\"");

    if (!ctx->at_top && !before->failed) {
        reel_buf_add(behind, before->data + json, before->len - json);
    }

    reel_buf_chr(behind, '"');
    index->behind_url = behind->len;

    reel_escape_uri(uri, path, len);

    if (len) {
        reel_buf_chr(before, '/');
        reel_buf_chr(uri, '/');
    }

    reel_buf_str(behind, ",\"url\":\"");
    reel_buf_add(behind, ctx->conf->media_json.data,
                 ctx->conf->media_json.len);
    reel_buf_add(behind, uri->data, uri->len);

    ctx->folder_raw = !reel_escape_utf8_ok(path, len);
}


void
ngx_http_reel_item(ngx_http_reel_ctx_t *ctx, const struct reel_read_row *row)
{
    u_char                 *p;
    size_t                  len;
    ngx_uint_t              folder;
    struct reel_buf        *out;
    ngx_http_reel_index_t  *index;

    out = ctx->out;
    index = ctx->index;
    folder = REEL_TYPE_IS_FOLDER(row->type);

    /* a name's byte becomes at most six in JSON, three in a URI */

    len = row->body_len + index->before.len + index->behind.len
          + index->folder_uri.len + 12 * row->name_len + 5 * NGX_INT64_LEN
          + ctx->conf->thumbnails_json.len
          + ctx->conf->storyboards_json.len + 2 * REEL_KEY_PATH
          + sizeof("{\",\"path_raw\":\",\"files\":,\"bytes\":,"
                   "\"seconds\":.000,\"thumbnail\":\"item/.jpg\","
                   "\"storyboard\":\"\"}");

    p = (u_char *) reel_buf_reserve(out, len);

    if (p == NULL || index->before.failed || index->behind.failed
        || index->folder_uri.failed)
    {
        out->failed = 1;
        return;
    }

    /* out does not move any more */

    *p++ = '{';
    p = ngx_cpymem(p, row->body, row->body_len);
    p = ngx_cpymem(p, index->before.data, index->before.len);

    out->len = (char *) p - out->data;
    reel_escape_json(out, row->name, row->name_len);

    if (ctx->folder_raw || !reel_escape_utf8_ok(row->name, row->name_len)) {
        reel_buf_str(out, "\",\"path_raw\":\"");
        reel_buf_add(out, index->folder_uri.data, index->folder_uri.len);
        reel_escape_uri(out, row->name, row->name_len);
    }

    p = (u_char *) out->data + out->len;

    if (!folder) {
        p = ngx_cpymem(p, index->behind.data, index->behind.len);
        p = (u_char *) ngx_escape_uri(p, (u_char *) row->name, row->name_len,
                                      NGX_ESCAPE_URI_COMPONENT);
        *p++ = '"';
        p = ngx_http_reel_picture_url(ctx->conf, row, p);
        *p++ = '}';
        out->len = (char *) p - out->data;
        return;
    }

    reel_buf_add(out, index->behind.data, index->behind_url);

    if (row->files >= 0) {
        reel_buf_str(out, ",\"files\":");
        reel_buf_num(out, row->files);
        reel_buf_str(out, ",\"bytes\":");
        reel_buf_num(out, row->bytes);
        reel_buf_str(out, ",\"seconds\":");
        ngx_http_reel_item_seconds(out, row->duration_ms);
    }

    p = ngx_http_reel_picture_url(ctx->conf, row,
                                  (u_char *) out->data + out->len);
    *p++ = '}';
    out->len = (char *) p - out->data;
}


void
ngx_http_reel_item_seconds(struct reel_buf *out, int64_t ms)
{
    u_char  *p, text[NGX_INT64_LEN + sizeof(".000")];

    p = ngx_sprintf(text, "%L.%03L", ms / 1000, ms % 1000);

    while (p[-1] == '0') {
        p--;
    }

    if (p[-1] == '.') {
        p--;
    }

    reel_buf_add(out, text, p - text);
}


static void
ngx_http_reel_place_item(ngx_http_reel_ctx_t *ctx,
    ngx_http_reel_place_t *place)
{
    u_char  *path, *p;

    path = place->path.data;
    p = path + place->path.len - place->row.name_len;

    /* nothing that the location shows is above its scope */

    if (place->path.len == ctx->conf->scope.len) {
        place->row.parent_id = REEL_ITEM_TOP;
        ctx->at_top = 1;
    }

    ngx_http_reel_item_folder(ctx, place->row.parent_id, (char *) path,
                              p == path ? 0 : p - path - 1);
    ngx_http_reel_item(ctx, &place->row);

    ctx->at_top = 0;
}


ngx_int_t
ngx_http_reel_videos(ngx_http_reel_ctx_t *ctx)
{
    ngx_int_t              rc;
    ngx_http_reel_args_t  *args;
    ngx_http_reel_list_t   list;
    ngx_http_reel_place_t  place;

    args = &ctx->args;

    rc = ngx_http_reel_place_folder(ctx, &place);

    if (rc != NGX_OK) {
        return rc;
    }

    ngx_memzero(&list, sizeof(ngx_http_reel_list_t));

    list.place = &place;
    list.types = args->types ? args->types : REEL_WALK_VIDEOS;
    list.recursive = args->recursive;
    list.sort = args->sort;
    list.desc = args->desc;
    list.page = args->page;
    list.page_size = args->page_size;
    list.after = args->after;

    reel_buf_chr(ctx->out, '{');

    rc = ngx_http_reel_list(ctx, &list, "videos");

    reel_buf_chr(ctx->out, '}');

    return rc;
}


ngx_int_t
ngx_http_reel_videos_children(ngx_http_reel_ctx_t *ctx)
{
    ctx->args.recursive = 0;

    if (ctx->args.types == 0) {
        ctx->args.types = REEL_WALK_ALL & ~REEL_WALK_BIT(REEL_TYPE_SEGMENT);
    }

    return ngx_http_reel_videos(ctx);
}


ngx_int_t
ngx_http_reel_videos_root(ngx_http_reel_ctx_t *ctx)
{
    ngx_int_t              rc;
    ngx_uint_t             n;
    enum reel_status       status;
    struct reel_read_row   row;
    ngx_http_reel_place_t  place;

    reel_buf_str(ctx->out, "{\"videos\":[");

    if (ctx->conf->scope.len) {
        rc = ngx_http_reel_place_scope(ctx, &place);

        if (rc != NGX_OK) {
            return rc;
        }

        ngx_http_reel_place_item(ctx, &place);

    } else {
        ngx_http_reel_item_folder(ctx, REEL_ITEM_TOP, "", 0);

        n = 0;
        status = reel_read_children(ctx->index->read, REEL_ITEM_TOP, NULL, 0,
                                    0, 0);

        while (status == REEL_OK) {
            status = reel_read_next(ctx->index->read, &row);

            if (status == REEL_OK) {
                if (n++) {
                    reel_buf_chr(ctx->out, ',');
                }

                ngx_http_reel_item(ctx, &row);
            }
        }

        if (status != REEL_NOT_FOUND) {
            return ngx_http_reel_fail(ctx, status);
        }
    }

    reel_buf_str(ctx->out, "]}");

    return NGX_OK;
}


ngx_int_t
ngx_http_reel_videos_item(ngx_http_reel_ctx_t *ctx)
{
    ngx_int_t              rc;
    ngx_http_reel_list_t   list;
    ngx_http_reel_place_t  place;

    if (ctx->args.path.len == 0 && ctx->args.id == 0) {
        return ngx_http_reel_refuse(ctx, NGX_HTTP_BAD_REQUEST,
                                    "the parameter \"path\" or \"id\" is "
                                    "missing");
    }

    rc = ngx_http_reel_place(ctx, &place);

    if (rc != NGX_OK) {
        return rc;
    }

    ngx_http_reel_place_item(ctx, &place);

    if (place.row.state == REEL_STATE_NEW) {
        ngx_http_reel_bell_look(ctx->index, place.row.id);
    }

    if (!REEL_TYPE_IS_FOLDER(place.row.type) || ctx->out->failed) {
        return NGX_OK;
    }

    ngx_memzero(&list, sizeof(ngx_http_reel_list_t));

    list.place = &place;
    list.types = REEL_WALK_ALL & ~REEL_WALK_BIT(REEL_TYPE_SEGMENT);
    list.page = 1;
    list.page_size = ctx->args.page_size;

    /* reopen the item and go on inside */

    ctx->out->len--;
    reel_buf_chr(ctx->out, ',');

    rc = ngx_http_reel_list(ctx, &list, "children");

    reel_buf_chr(ctx->out, '}');

    return rc;
}
