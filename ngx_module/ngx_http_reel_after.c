
/*
 * Tokens: where a page ended, in the order that the query asked for.  A token
 * belongs to one query; it holds a place, not an offset, so that what did not
 * change meanwhile comes exactly once.
 *
 * base64url of: u8 version, u8 kind, u32 hash of the query, then
 *     kind 1  the path below the folder that is listed
 *     kind 2  i64 id, u32 hash of the path: of a path too long for a URL
 *     kind 3  i64 sort key, i64 id, the name
 */


#include "ngx_module/ngx_http_reel_module.h"

#include "shared/reel_path.h"
#include "shared/reel_sort.h"
#include "shared/reel_trail_sql.h"


#define NGX_HTTP_REEL_AFTER_VERSION   1
#define NGX_HTTP_REEL_AFTER_PATH      1
#define NGX_HTTP_REEL_AFTER_DEEP      2
#define NGX_HTTP_REEL_AFTER_KEY       3

#define NGX_HTTP_REEL_AFTER_HEAD      6

/* nginx takes request lines of 8k, and base64 adds a third */
#define NGX_HTTP_REEL_AFTER_PATH_MAX  3000


static uint32_t ngx_http_reel_after_hash(ngx_http_reel_ctx_t *ctx,
    ngx_http_reel_list_t *list);
static ngx_int_t ngx_http_reel_after_make(ngx_http_reel_ctx_t *ctx,
    ngx_http_reel_list_t *list, ngx_uint_t kind, struct reel_buf *rest);
static ngx_int_t ngx_http_reel_after_parse(ngx_http_reel_ctx_t *ctx,
    ngx_http_reel_list_t *list, ngx_uint_t *kind, ngx_str_t *rest);
static ngx_int_t ngx_http_reel_after_deep(ngx_http_reel_ctx_t *ctx,
    ngx_http_reel_list_t *list, ngx_str_t *rest);


static uint32_t
ngx_http_reel_after_hash(ngx_http_reel_ctx_t *ctx, ngx_http_reel_list_t *list)
{
    u_char            query[5];
    uint32_t          hash;
    const ngx_str_t  *path;

    path = &list->place->path;

    query[0] = (u_char) list->types;
    query[1] = (u_char) (list->types >> 8);
    query[2] = (u_char) list->recursive;
    query[3] = (u_char) list->sort;
    query[4] = (u_char) list->desc;

    hash = ngx_crc32_long(query, sizeof(query));

    return hash * 31 + ngx_crc32_long(path->data, path->len);
}


static ngx_int_t
ngx_http_reel_after_make(ngx_http_reel_ctx_t *ctx, ngx_http_reel_list_t *list,
    ngx_uint_t kind, struct reel_buf *rest)
{
    u_char     *p;
    uint32_t    hash;
    ngx_str_t   plain;

    plain.len = NGX_HTTP_REEL_AFTER_HEAD + rest->len;
    plain.data = ngx_pnalloc(ctx->request->pool,
                             plain.len + ngx_base64_encoded_length(plain.len));

    if (plain.data == NULL || rest->failed) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    hash = ngx_http_reel_after_hash(ctx, list);

    p = plain.data;
    *p++ = NGX_HTTP_REEL_AFTER_VERSION;
    *p++ = (u_char) kind;
    p = ngx_cpymem(p, &hash, sizeof(hash));
    ngx_memcpy(p, rest->data, rest->len);

    list->next.data = plain.data + plain.len;
    ngx_encode_base64url(&list->next, &plain);

    return NGX_OK;
}


ngx_int_t
ngx_http_reel_after_make_path(ngx_http_reel_ctx_t *ctx,
    ngx_http_reel_list_t *list)
{
    size_t            skip;
    uint32_t          hash;
    struct reel_buf  *last, rest;

    last = &ctx->index->last;

    /* below the folder */
    skip = list->place->path.len ? list->place->path.len + 1 : 0;

    if (last->failed) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (last->len - skip <= NGX_HTTP_REEL_AFTER_PATH_MAX) {
        rest = *last;
        rest.data += skip;
        rest.len -= skip;

        return ngx_http_reel_after_make(ctx, list, NGX_HTTP_REEL_AFTER_PATH,
                                        &rest);
    }

    hash = ngx_crc32_long((u_char *) last->data, last->len);

    reel_buf_reset(last);
    reel_buf_add(last, &list->last_id, sizeof(list->last_id));
    reel_buf_add(last, &hash, sizeof(hash));

    return ngx_http_reel_after_make(ctx, list, NGX_HTTP_REEL_AFTER_DEEP, last);
}


ngx_int_t
ngx_http_reel_after_make_key(ngx_http_reel_ctx_t *ctx,
    ngx_http_reel_list_t *list)
{
    char     *p;
    int64_t   place[2];

    struct reel_buf  *last;

    last = &ctx->index->last;

    if (list->sort != REEL_SORT_NAME) {
        reel_buf_reset(last);
    }

    place[0] = list->last_key;
    place[1] = list->last_id;

    p = reel_buf_reserve(last, sizeof(place));
    if (p == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_memmove(last->data + sizeof(place), last->data, last->len);
    ngx_memcpy(last->data, place, sizeof(place));
    last->len += sizeof(place);

    return ngx_http_reel_after_make(ctx, list, NGX_HTTP_REEL_AFTER_KEY, last);
}


static ngx_int_t
ngx_http_reel_after_parse(ngx_http_reel_ctx_t *ctx, ngx_http_reel_list_t *list,
    ngx_uint_t *kind, ngx_str_t *rest)
{
    uint32_t    hash;
    ngx_str_t   plain;

    plain.len = ngx_base64_decoded_length(list->after.len);
    plain.data = ngx_pnalloc(ctx->request->pool, plain.len + 1);

    if (plain.data == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (ngx_decode_base64url(&plain, &list->after) != NGX_OK
        || plain.len < NGX_HTTP_REEL_AFTER_HEAD
        || plain.data[0] != NGX_HTTP_REEL_AFTER_VERSION)
    {
        return ngx_http_reel_refuse(ctx, NGX_HTTP_BAD_REQUEST,
                                    "the parameter \"after\" has to be the "
                                    "\"after\" of an answer");
    }

    ngx_memcpy(&hash, plain.data + 2, sizeof(hash));

    if (hash != ngx_http_reel_after_hash(ctx, list)) {
        return ngx_http_reel_refuse(ctx, NGX_HTTP_BAD_REQUEST,
                                    "the parameter \"after\" belongs to "
                                    "another query; keep path, recursive, "
                                    "type, sort and order as they were");
    }

    *kind = plain.data[1];
    rest->data = plain.data + NGX_HTTP_REEL_AFTER_HEAD;
    rest->len = plain.len - NGX_HTTP_REEL_AFTER_HEAD;

    return NGX_OK;
}


ngx_int_t
ngx_http_reel_after_path(ngx_http_reel_ctx_t *ctx, ngx_http_reel_list_t *list,
    ngx_str_t *rest)
{
    ngx_int_t   rc;
    ngx_uint_t  kind = 0;

    rc = ngx_http_reel_after_parse(ctx, list, &kind, rest);

    if (rc != NGX_OK) {
        return rc;
    }

    if (kind == NGX_HTTP_REEL_AFTER_DEEP
        && rest->len == sizeof(int64_t) + sizeof(uint32_t))
    {
        return ngx_http_reel_after_deep(ctx, list, rest);
    }

    if (kind != NGX_HTTP_REEL_AFTER_PATH || rest->len == 0
        || reel_path_check((char *) rest->data, rest->len) != REEL_OK)
    {
        return ngx_http_reel_refuse(ctx, NGX_HTTP_BAD_REQUEST,
                                    "the parameter \"after\" has to be the "
                                    "\"after\" of an answer");
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_reel_after_deep(ngx_http_reel_ctx_t *ctx, ngx_http_reel_list_t *list,
    ngx_str_t *rest)
{
    u_char                *p;
    size_t                 len, skip;
    int64_t                id;
    uint32_t               hash;
    const char            *folder;
    enum reel_status       status;
    struct reel_read_row   row;

    ngx_memcpy(&id, rest->data, sizeof(id));
    ngx_memcpy(&hash, rest->data + sizeof(id), sizeof(hash));

    len = 0;
    folder = NULL;

    status = reel_read_get(ctx->index->read, id, &row);

    if (status == REEL_OK) {
        status = reel_trail_path(ctx->index->read, row.parent_id, &folder,
                                 &len);
    }

    if (status != REEL_OK && status != REEL_NOT_FOUND) {
        return ngx_http_reel_fail(ctx, status);
    }

    skip = list->place->path.len ? list->place->path.len + 1 : 0;

    if (status == REEL_OK) {
        p = ngx_pnalloc(ctx->request->pool, len + 1 + row.name_len);
        if (p == NULL) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }

        rest->data = p;
        p = ngx_cpymem(p, folder, len);
        *p++ = '/';
        p = ngx_cpymem(p, row.name, row.name_len);
        rest->len = p - rest->data;

        if (rest->len > skip
            && ngx_crc32_long(rest->data, rest->len) == hash)
        {
            rest->data += skip;
            rest->len -= skip;

            return NGX_OK;
        }
    }

    return ngx_http_reel_refuse(ctx, NGX_HTTP_REEL_GONE,
                                "the item at the place of \"after\" moved "
                                "meanwhile, and its path is too long for a "
                                "token; begin again with the first page");
}


ngx_int_t
ngx_http_reel_after_key(ngx_http_reel_ctx_t *ctx, ngx_http_reel_list_t *list,
    struct reel_sort *sort, size_t *at)
{
    size_t      before;
    int64_t     place[2];
    ngx_int_t   rc;
    ngx_str_t   rest;
    ngx_uint_t  kind = 0;

    rc = ngx_http_reel_after_parse(ctx, list, &kind, &rest);

    if (rc != NGX_OK) {
        return rc;
    }

    if (kind != NGX_HTTP_REEL_AFTER_KEY || rest.len < sizeof(place)) {
        return ngx_http_reel_refuse(ctx, NGX_HTTP_BAD_REQUEST,
                                    "the parameter \"after\" has to be the "
                                    "\"after\" of an answer");
    }

    ngx_memcpy(place, rest.data, sizeof(place));
    rest.data += sizeof(place);
    rest.len -= sizeof(place);

    before = reel_sort_find(sort, place[0], (char *) rest.data, rest.len,
                            place[1], !list->desc);

    *at = list->desc ? sort->count - before : before;

    return NGX_OK;
}
