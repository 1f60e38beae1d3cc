
/*
 * Where a request points: an item by path or id.  Nothing but the book is asked,
 * and what is outside of the scope of a location does not exist.
 */


#include "ngx_module/ngx_http_reel_module.h"

#include "shared/reel_path.h"
#include "shared/reel_trail_sql.h"


static ngx_int_t ngx_http_reel_place_by_id(ngx_http_reel_ctx_t *ctx,
    ngx_http_reel_place_t *place);


/* the folder that the location shows: the library or its scope */

ngx_int_t
ngx_http_reel_place_scope(ngx_http_reel_ctx_t *ctx,
    ngx_http_reel_place_t *place)
{
    enum reel_status  status;

    place->path = ctx->conf->scope;

    if (place->path.len == 0) {
        status = reel_read_totals(ctx->index->read, &place->row);

        return ngx_http_reel_fail(ctx, status);
    }

    status = reel_trail_resolve(ctx->index->read, (char *) place->path.data,
                                place->path.len, &place->row);

    if (status == REEL_OK && !REEL_TYPE_IS_FOLDER(place->row.type)) {
        status = REEL_NOT_FOUND;
    }

    return ngx_http_reel_fail(ctx, status);
}


/* the item that a request asks for by path or id */

ngx_int_t
ngx_http_reel_place(ngx_http_reel_ctx_t *ctx, ngx_http_reel_place_t *place)
{
    enum reel_status           status;
    ngx_http_reel_loc_conf_t  *conf;

    conf = ctx->conf;

    if (ctx->args.given & NGX_HTTP_REEL_ARG_ID) {
        return ngx_http_reel_place_by_id(ctx, place);
    }

    place->path = ctx->args.path;

    if (place->path.len == 0) {
        return ngx_http_reel_place_scope(ctx, place);
    }

    status = REEL_NOT_FOUND;

    if (reel_path_below((char *) place->path.data, place->path.len,
                        (char *) conf->scope.data, conf->scope.len))
    {
        status = reel_trail_resolve(ctx->index->read,
                                    (char *) place->path.data,
                                    place->path.len, &place->row);
    }

    return ngx_http_reel_fail(ctx, status);
}


static ngx_int_t
ngx_http_reel_place_by_id(ngx_http_reel_ctx_t *ctx,
    ngx_http_reel_place_t *place)
{
    size_t             len;
    u_char            *p;
    const char        *folder;
    enum reel_status   status;

    len = 0;
    folder = NULL;

    status = reel_read_get(ctx->index->read, ctx->args.id, &place->row);

    if (status == REEL_OK) {
        /* also the proof that it is not in the trash */
        status = reel_trail_path(ctx->index->read, place->row.parent_id,
                                 &folder, &len);
    }

    if (status != REEL_OK) {
        return ngx_http_reel_fail(ctx, status);
    }

    p = ngx_pnalloc(ctx->request->pool, len + 1 + place->row.name_len);
    if (p == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    place->path.data = p;

    if (len) {
        p = ngx_cpymem(p, folder, len);
        *p++ = '/';
    }

    p = ngx_cpymem(p, place->row.name, place->row.name_len);
    place->path.len = p - place->path.data;

    if (!reel_path_below((char *) place->path.data, place->path.len,
                         (char *) ctx->conf->scope.data,
                         ctx->conf->scope.len))
    {
        return ngx_http_reel_fail(ctx, REEL_NOT_FOUND);
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_reel_place_folder(ngx_http_reel_ctx_t *ctx,
    ngx_http_reel_place_t *place)
{
    ngx_int_t  rc;

    rc = ngx_http_reel_place(ctx, place);

    if (rc == NGX_OK && !REEL_TYPE_IS_FOLDER(place->row.type)) {
        return ngx_http_reel_refuse(ctx, NGX_HTTP_NOT_FOUND,
                                    "that item is not a folder");
    }

    return rc;
}
