
/*
 * One page of what a folder holds, in tree order or sorted, found by its number
 * or by the token of the page before.
 */


#include "ngx_module/ngx_http_reel_module.h"

#include "shared/reel_path.h"
#include "shared/reel_sort.h"
#include "shared/reel_trail_sql.h"
#include "shared/reel_walk.h"


/* rows looked at for an exact total that no folder count gives */
#define NGX_HTTP_REEL_COUNT_MAX  10000


static ngx_int_t ngx_http_reel_list_tree(ngx_http_reel_ctx_t *ctx,
    ngx_http_reel_list_t *list, struct reel_walk *walk);
static enum reel_status ngx_http_reel_list_total(ngx_http_reel_ctx_t *ctx,
    ngx_http_reel_list_t *list, struct reel_walk *walk);
static ngx_int_t ngx_http_reel_list_sorted(ngx_http_reel_ctx_t *ctx,
    ngx_http_reel_list_t *list, struct reel_walk *walk,
    struct reel_sort *sort);
static ngx_int_t ngx_http_reel_list_row(ngx_http_reel_ctx_t *ctx,
    ngx_http_reel_list_t *list, const struct reel_read_row *row);
static void ngx_http_reel_list_pagination(ngx_http_reel_ctx_t *ctx,
    ngx_http_reel_list_t *list);


ngx_int_t
ngx_http_reel_list(ngx_http_reel_ctx_t *ctx, ngx_http_reel_list_t *list,
    const char *member)
{
    ngx_int_t                     rc;
    struct reel_sort              sort;
    struct reel_walk              walk;
    const ngx_http_reel_place_t  *place;

    place = list->place;

    /* in one folder the names already come in this order */

    if (!list->recursive && list->sort == REEL_SORT_NAME) {
        list->sort = REEL_SORT_TREE;
    }

    reel_buf_chr(ctx->out, '"');
    reel_buf_str(ctx->out, member);
    reel_buf_str(ctx->out, "\":[");

    reel_walk_init(&walk, ctx->index->read, place->row.id,
                   (char *) place->path.data, place->path.len);

    walk.types = list->types;
    walk.recursive = list->recursive;

    if (list->sort == REEL_SORT_TREE) {
        walk.desc = list->desc;
        rc = ngx_http_reel_list_tree(ctx, list, &walk);

    } else {
        walk.light = 1;
        reel_sort_init(&sort, (enum reel_sort_by) list->sort);
        rc = ngx_http_reel_list_sorted(ctx, list, &walk, &sort);
        reel_sort_clear(&sort);
    }

    reel_walk_clear(&walk);

    reel_buf_chr(ctx->out, ']');

    if (rc == NGX_OK) {
        ngx_http_reel_list_pagination(ctx, list);
    }

    return rc;
}


static ngx_int_t
ngx_http_reel_list_tree(ngx_http_reel_ctx_t *ctx, ngx_http_reel_list_t *list,
    struct reel_walk *walk)
{
    ngx_int_t              rc;
    ngx_str_t              rest;
    ngx_uint_t             moves;
    enum reel_status       status;
    struct reel_buf       *last;
    struct reel_read_row   row;

    last = &ctx->index->last;
    reel_buf_reset(last);

    if (list->page) {
        walk->skip = (list->page - 1) * list->page_size;
        list->has_prev = list->page > 1;
        status = reel_walk_start(walk);

    } else {
        rc = ngx_http_reel_after_path(ctx, list, &rest);
        if (rc != NGX_OK) {
            return rc;
        }

        list->has_prev = 1;
        status = reel_walk_resume(walk, (char *) rest.data, rest.len);
    }

    moves = walk->moves - 1;

    while (status == REEL_OK) {
        status = reel_walk_next(walk, &row);

        if (status != REEL_OK) {
            break;
        }

        if (list->count == list->page_size) {
            list->has_next = 1;
            break;
        }

        if (moves != walk->moves) {
            moves = walk->moves;
            ngx_http_reel_item_folder(ctx, row.parent_id, walk->path.data,
                                      walk->path.len);
        }

        rc = ngx_http_reel_list_row(ctx, list, &row);
        if (rc != NGX_OK) {
            return rc;
        }

        if (list->count == list->page_size) {
            reel_buf_add(last, walk->path.data, walk->path.len);
            if (walk->path.len) {
                reel_buf_chr(last, '/');
            }
            reel_buf_add(last, row.name, row.name_len);
            list->last_id = row.id;
        }
    }

    if (status == REEL_NOT_FOUND || status == REEL_OK) {
        status = ngx_http_reel_list_total(ctx, list, walk);
    }

    if (status != REEL_OK) {
        return ngx_http_reel_fail(ctx, status);
    }

    return list->has_next ? ngx_http_reel_after_make_path(ctx, list) : NGX_OK;
}


/* the walk stands behind the page, and behind one more if there is one */

static enum reel_status
ngx_http_reel_list_total(ngx_http_reel_ctx_t *ctx, ngx_http_reel_list_t *list,
    struct reel_walk *walk)
{
    int64_t                       sum;
    unsigned                      types;
    enum reel_status              status;
    struct reel_walk              whole, *rest;
    struct reel_read_row          row;
    const ngx_http_reel_place_t  *place;

    place = list->place;
    list->total_exact = 1;

    if (list->page && !list->has_next) {
        list->total = (list->page - 1) * list->page_size - walk->skip
                      + list->count;
        return REEL_OK;
    }

    if (list->recursive && list->types == REEL_WALK_VIDEOS) {
        list->total = place->row.videos;
        return REEL_OK;
    }

    if (!list->recursive) {
        types = list->types;
        /* segments, whose types have to be read, lie in an HLS folder or below */

        if (place->row.type == REEL_TYPE_DIRECTORY
            && (types | REEL_WALK_BIT(REEL_TYPE_SEGMENT)) == REEL_WALK_ALL
            && (reel_read_get(ctx->index->read, place->row.parent_id, &row)
                != REEL_OK || row.type == REEL_TYPE_DIRECTORY))
        {
            types = REEL_WALK_ALL;
        }

        return reel_read_count(ctx->index->read, place->row.id, types,
                               &list->total);
    }

    /* count on, or from the beginning behind a token, up to a bound */

    if (list->page) {
        rest = walk;
        rest->visited = 0;
        sum = (list->page - 1) * list->page_size + list->count + 1;
        status = REEL_OK;

    } else {
        rest = &whole;
        reel_walk_init(rest, ctx->index->read, place->row.id, "", 0);
        rest->types = list->types;
        rest->recursive = 1;
        sum = 0;
        status = reel_walk_start(rest);
    }

    rest->light = 1;

    while (status == REEL_OK && rest->visited < NGX_HTTP_REEL_COUNT_MAX) {
        status = reel_walk_next(rest, &row);
        if (status == REEL_OK) {
            sum++;
        }
    }

    if (rest == &whole) {
        reel_walk_clear(&whole);
    }

    if (status == REEL_BUSY || status == REEL_OK) {
        list->total_exact = 0;

    } else if (status != REEL_NOT_FOUND) {
        return status;
    }

    if (list->types == REEL_WALK_ALL && sum < place->row.files) {
        sum = place->row.files;
    }

    list->total = sum;

    return REEL_OK;
}


static ngx_int_t
ngx_http_reel_list_sorted(ngx_http_reel_ctx_t *ctx,
    ngx_http_reel_list_t *list, struct reel_walk *walk, struct reel_sort *sort)
{
    size_t                   at, len;
    int64_t                  parent;
    ngx_int_t                rc;
    const char              *path;
    enum reel_status         status;
    struct reel_read_row     row;
    struct reel_sort_entry  *entry;

    status = reel_walk_start(walk);

    if (status == REEL_OK) {
        status = reel_sort_collect(sort, walk);
    }

    if (status == REEL_BUSY) {
        return ngx_http_reel_refuse(ctx, NGX_HTTP_BAD_REQUEST,
                                    "the parameter \"sort\" needs all items "
                                    "in memory, and here are more than %d or "
                                    "reel_query_timeout is too short for "
                                    "them; narrow \"path\" or \"type\", or "
                                    "use sort=tree", REEL_SORT_MAX);
    }

    if (status != REEL_OK) {
        return ngx_http_reel_fail(ctx, status);
    }

    list->total = sort->count;
    list->total_exact = 1;

    /* at: how many come before the page, in the order asked for */

    if (list->page) {
        at = (list->page - 1) * list->page_size;

    } else {
        rc = ngx_http_reel_after_key(ctx, list, sort, &at);
        if (rc != NGX_OK) {
            return rc;
        }
    }

    list->has_prev = at > 0;
    parent = -1;

    for ( /* void */ ; at < sort->count; at++) {

        if (list->count == list->page_size) {
            list->has_next = 1;
            break;
        }

        entry = &sort->entries[list->desc ? sort->count - 1 - at : at];

        status = reel_read_get(ctx->index->read, entry->id, &row);

        if (status == REEL_OK && row.parent_id != parent) {
            parent = row.parent_id;
            status = reel_trail_path(ctx->index->read, parent, &path, &len);
            if (status == REEL_OK) {
                ngx_http_reel_item_folder(ctx, parent, path, len);
            }
        }

        if (status != REEL_OK) {
            return ngx_http_reel_fail(ctx, status);
        }

        rc = ngx_http_reel_list_row(ctx, list, &row);
        if (rc != NGX_OK) {
            return rc;
        }

        if (list->count == list->page_size) {
            list->last_id = entry->id;
            list->last_key = entry->key;
            reel_buf_reset(&ctx->index->last);
            reel_buf_add(&ctx->index->last, row.name, row.name_len);
        }
    }

    return list->has_next ? ngx_http_reel_after_make_key(ctx, list) : NGX_OK;
}


static ngx_int_t
ngx_http_reel_list_row(ngx_http_reel_ctx_t *ctx, ngx_http_reel_list_t *list,
    const struct reel_read_row *row)
{
    if (list->count++) {
        reel_buf_chr(ctx->out, ',');
    }

    ngx_http_reel_item(ctx, row);

    if (ctx->out->len > NGX_HTTP_REEL_ANSWER_MAX) {
        return ngx_http_reel_refuse(ctx, NGX_HTTP_BAD_REQUEST,
                                    "the answer is longer than %d bytes; give "
                                    "a smaller \"page_size\"",
                                    NGX_HTTP_REEL_ANSWER_MAX);
    }

    return NGX_OK;
}


static void
ngx_http_reel_list_pagination(ngx_http_reel_ctx_t *ctx,
    ngx_http_reel_list_t *list)
{
    struct reel_buf  *out;

    out = ctx->out;

    reel_buf_str(out, ",\"pagination\":{\"page\":");

    if (list->page) {
        reel_buf_num(out, list->page);

    } else {
        reel_buf_str(out, "null");
    }

    reel_buf_str(out, ",\"page_size\":");
    reel_buf_num(out, list->page_size);
    reel_buf_str(out, ",\"total\":");
    reel_buf_num(out, list->total);
    reel_buf_str(out, ",\"total_exact\":");
    reel_buf_str(out, list->total_exact ? "true" : "false");
    reel_buf_str(out, ",\"total_pages\":");
    reel_buf_num(out, (list->total + list->page_size - 1) / list->page_size);
    reel_buf_str(out, ",\"has_next\":");
    reel_buf_str(out, list->has_next ? "true" : "false");
    reel_buf_str(out, ",\"has_prev\":");
    reel_buf_str(out, list->has_prev ? "true" : "false");
    reel_buf_str(out, ",\"after\":");

    if (list->has_next) {
        reel_buf_chr(out, '"');
        reel_buf_add(out, list->next.data, list->next.len);
        reel_buf_chr(out, '"');

    } else {
        reel_buf_str(out, "null");
    }

    reel_buf_chr(out, '}');
}
