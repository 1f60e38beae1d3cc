
/*
 * Query strings.  What an endpoint does not know is ignored; what it knows is
 * checked here, and a refusal names the parameter.
 */


#include "ngx_module/ngx_http_reel_module.h"

#include "shared/reel_path.h"
#include "shared/reel_walk.h"


typedef struct ngx_http_reel_arg_s  ngx_http_reel_arg_t;


typedef ngx_int_t (*ngx_http_reel_arg_pt)(ngx_http_reel_args_t *args,
    const ngx_http_reel_arg_t *arg, ngx_str_t *value);


struct ngx_http_reel_arg_s {
    ngx_str_t              name;
    ngx_uint_t             bit;
    ngx_http_reel_arg_pt   parse;
    size_t                 offset;
    int64_t                max;        /* of a number */
    const char *const     *words;      /* for their position in this list */
    const char            *expected;
};


static ngx_int_t ngx_http_reel_arg_decode(u_char **dst, u_char *src,
    u_char *end, ngx_str_t *value);
static ngx_int_t ngx_http_reel_arg_path(ngx_http_reel_args_t *args,
    const ngx_http_reel_arg_t *arg, ngx_str_t *value);
static ngx_int_t ngx_http_reel_arg_number(ngx_http_reel_args_t *args,
    const ngx_http_reel_arg_t *arg, ngx_str_t *value);
static ngx_int_t ngx_http_reel_arg_word(ngx_http_reel_args_t *args,
    const ngx_http_reel_arg_t *arg, ngx_str_t *value);
static ngx_int_t ngx_http_reel_arg_types(ngx_http_reel_args_t *args,
    const ngx_http_reel_arg_t *arg, ngx_str_t *value);
static ngx_int_t ngx_http_reel_arg_token(ngx_http_reel_args_t *args,
    const ngx_http_reel_arg_t *arg, ngx_str_t *value);
static ngx_int_t ngx_http_reel_arg_cursor(ngx_http_reel_args_t *args,
    const ngx_http_reel_arg_t *arg, ngx_str_t *value);
static ngx_int_t ngx_http_reel_arg_not_yet(ngx_http_reel_args_t *args,
    const ngx_http_reel_arg_t *arg, ngx_str_t *value);


static const char *const  ngx_http_reel_arg_bools[] = { "0", "1", NULL };

static const char *const  ngx_http_reel_arg_orders[] = { "asc", "desc", NULL };

/* as in enum reel_sort_by */
static const char *const  ngx_http_reel_arg_sorts[] = {
    "tree", "name", "created", "modified", "duration", "size", NULL
};


static const ngx_http_reel_arg_t  ngx_http_reel_arg_table[] = {

    { ngx_string("path"), NGX_HTTP_REEL_ARG_PATH, ngx_http_reel_arg_path,
      offsetof(ngx_http_reel_args_t, path), 0, NULL,
      "a path of the library, ROOT/FOLDER/FILE, without a slash at either end "
      "and without empty names, \".\" and \"..\"" },

    { ngx_string("id"), NGX_HTTP_REEL_ARG_ID, ngx_http_reel_arg_number,
      offsetof(ngx_http_reel_args_t, id), INT64_MAX, NULL,
      "an id as answers give it" },

    { ngx_string("recursive"), NGX_HTTP_REEL_ARG_RECURSIVE,
      ngx_http_reel_arg_word, offsetof(ngx_http_reel_args_t, recursive), 0,
      ngx_http_reel_arg_bools, "0 or 1" },

    { ngx_string("type"), NGX_HTTP_REEL_ARG_TYPE, ngx_http_reel_arg_types,
      offsetof(ngx_http_reel_args_t, types), 0, NULL,
      "\"all\", or of directory, video, audio, image, subtitle, playlist, "
      "hls_directory, segment, unknown some with commas between" },

    { ngx_string("page"), NGX_HTTP_REEL_ARG_PAGE, ngx_http_reel_arg_number,
      offsetof(ngx_http_reel_args_t, page), INT64_MAX, NULL,
      "a number from 1 on" },

    { ngx_string("page_size"), NGX_HTTP_REEL_ARG_PAGE_SIZE,
      ngx_http_reel_arg_number, offsetof(ngx_http_reel_args_t, page_size),
      NGX_HTTP_REEL_PAGE_SIZE_MAX, NULL, "a number from 1 to 1000" },

    { ngx_string("after"), NGX_HTTP_REEL_ARG_AFTER, ngx_http_reel_arg_token,
      offsetof(ngx_http_reel_args_t, after), 0, NULL,
      "the \"after\" of an answer" },

    { ngx_string("sort"), NGX_HTTP_REEL_ARG_SORT, ngx_http_reel_arg_word,
      offsetof(ngx_http_reel_args_t, sort), 0, ngx_http_reel_arg_sorts,
      "tree, name, created, modified, duration or size" },

    { ngx_string("order"), NGX_HTTP_REEL_ARG_ORDER, ngx_http_reel_arg_word,
      offsetof(ngx_http_reel_args_t, desc), 0, ngx_http_reel_arg_orders,
      "asc or desc" },

    { ngx_string("search"), NGX_HTTP_REEL_ARG_SEARCH,
      ngx_http_reel_arg_not_yet, 0, 0, NULL,
      "left out: this version does not search" },

    { ngx_string("since"), NGX_HTTP_REEL_ARG_SINCE, ngx_http_reel_arg_cursor,
      offsetof(ngx_http_reel_args_t, since), 0, NULL,
      "a cursor as answers give it" },

    { ngx_string("limit"), NGX_HTTP_REEL_ARG_LIMIT, ngx_http_reel_arg_number,
      offsetof(ngx_http_reel_args_t, limit), NGX_HTTP_REEL_LIMIT_MAX, NULL,
      "a number from 1 to 1000" },

    { ngx_string("at_least"), NGX_HTTP_REEL_ARG_AT_LEAST,
      ngx_http_reel_arg_cursor, offsetof(ngx_http_reel_args_t, at_least), 0,
      NULL, "a cursor as answers give it" },

    { ngx_null_string, 0, NULL, 0, 0, NULL, NULL }
};


ngx_int_t
ngx_http_reel_args(ngx_http_reel_ctx_t *ctx)
{
    u_char                     *p, *last, *end, *eq, *dst;
    ngx_str_t                   name, value;
    ngx_http_request_t         *r;
    ngx_http_reel_args_t       *args;
    const ngx_http_reel_arg_t  *arg;

    r = ctx->request;
    args = &ctx->args;

    args->recursive = 1;
    args->page = 1;
    args->page_size = NGX_HTTP_REEL_PAGE_SIZE;
    args->limit = NGX_HTTP_REEL_LIMIT;

    if (r->args.len == 0) {
        return NGX_OK;
    }

    dst = ngx_pnalloc(r->pool, r->args.len);
    if (dst == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    last = r->args.data + r->args.len;

    for (p = r->args.data; p < last; p = end + 1) {

        end = ngx_strlchr(p, last, '&');
        if (end == NULL) {
            end = last;
        }

        if (p == end) {
            continue;
        }

        eq = ngx_strlchr(p, end, '=');

        if (ngx_http_reel_arg_decode(&dst, p, eq ? eq : end, &name) != NGX_OK
            || ngx_http_reel_arg_decode(&dst, eq ? eq + 1 : end, end, &value)
               != NGX_OK)
        {
            return ngx_http_reel_refuse(ctx, NGX_HTTP_BAD_REQUEST,
                                "the query string holds a %% that is not "
                                "followed by two hexadecimal digits, or %%00");
        }

        for (arg = ngx_http_reel_arg_table; arg->parse; arg++) {

            if ((ctx->endpoint->args & arg->bit) == 0
                || arg->name.len != name.len
                || ngx_strncmp(arg->name.data, name.data, name.len) != 0)
            {
                continue;
            }

            if (args->given & arg->bit) {
                return ngx_http_reel_refuse(ctx, NGX_HTTP_BAD_REQUEST,
                                            "the parameter \"%V\" is given "
                                            "twice; give it once", &arg->name);
            }

            args->given |= arg->bit;

            if (arg->parse(args, arg, &value) != NGX_OK) {
                return ngx_http_reel_refuse(ctx, NGX_HTTP_BAD_REQUEST,
                                            "the parameter \"%V\" has to be "
                                            "%s", &arg->name, arg->expected);
            }

            break;
        }
    }

    if ((args->given & NGX_HTTP_REEL_ARG_PATH)
        && (args->given & NGX_HTTP_REEL_ARG_ID))
    {
        return ngx_http_reel_refuse(ctx, NGX_HTTP_BAD_REQUEST,
                                    "give the parameter \"path\" or \"id\", "
                                    "not both");
    }

    if ((args->given & NGX_HTTP_REEL_ARG_PAGE)
        && (args->given & NGX_HTTP_REEL_ARG_AFTER))
    {
        return ngx_http_reel_refuse(ctx, NGX_HTTP_BAD_REQUEST,
                                    "give the parameter \"page\" or "
                                    "\"after\", not both");
    }

    if (args->page > 1
        && args->page > NGX_HTTP_REEL_DEEPEST / args->page_size)
    {
        return ngx_http_reel_refuse(ctx, NGX_HTTP_BAD_REQUEST,
                                    "the parameter \"page\" times "
                                    "\"page_size\" is more than %d; go on "
                                    "with \"after\" instead",
                                    NGX_HTTP_REEL_DEEPEST);
    }

    if (args->given & NGX_HTTP_REEL_ARG_AFTER) {
        args->page = 0;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_reel_arg_decode(u_char **dst, u_char *src, u_char *end,
    ngx_str_t *value)
{
    u_char     *p;
    ngx_int_t   n;

    p = *dst;
    value->data = p;

    while (src < end) {

        if (*src == '+') {
            *p++ = ' ';
            src++;
            continue;
        }

        if (*src != '%') {
            *p++ = *src++;
            continue;
        }

        n = end - src > 2 ? ngx_hextoi(src + 1, 2) : NGX_ERROR;

        if (n == NGX_ERROR || n == 0) {
            return NGX_ERROR;
        }

        *p++ = (u_char) n;
        src += 3;
    }

    value->len = p - value->data;
    *dst = p;

    return NGX_OK;
}


static ngx_int_t
ngx_http_reel_arg_path(ngx_http_reel_args_t *args,
    const ngx_http_reel_arg_t *arg, ngx_str_t *value)
{
    args->path = *value;

    return reel_path_check((char *) value->data, value->len) == REEL_OK
           ? NGX_OK : NGX_ERROR;
}


static ngx_int_t
ngx_http_reel_arg_number(ngx_http_reel_args_t *args,
    const ngx_http_reel_arg_t *arg, ngx_str_t *value)
{
    int64_t  n;
    size_t   i;

    if (value->len == 0 || value->data[0] == '0') {
        return NGX_ERROR;
    }

    n = 0;

    for (i = 0; i < value->len; i++) {

        if (value->data[i] < '0' || value->data[i] > '9'
            || n > (arg->max - (value->data[i] - '0')) / 10)
        {
            return NGX_ERROR;
        }

        n = n * 10 + (value->data[i] - '0');
    }

    *(int64_t *) ((char *) args + arg->offset) = n;

    return NGX_OK;
}


static ngx_int_t
ngx_http_reel_arg_word(ngx_http_reel_args_t *args,
    const ngx_http_reel_arg_t *arg, ngx_str_t *value)
{
    ngx_uint_t  i;

    for (i = 0; arg->words[i]; i++) {
        if (ngx_strlen(arg->words[i]) == value->len
            && ngx_strncmp(arg->words[i], value->data, value->len) == 0)
        {
            *(ngx_uint_t *) ((char *) args + arg->offset) = i;
            return NGX_OK;
        }
    }

    return NGX_ERROR;
}


static ngx_int_t
ngx_http_reel_arg_types(ngx_http_reel_args_t *args,
    const ngx_http_reel_arg_t *arg, ngx_str_t *value)
{
    int      type;
    u_char  *p, *end, *last;

    if (value->len == 3 && ngx_strncmp(value->data, "all", 3) == 0) {
        args->types = REEL_WALK_ALL;
        return NGX_OK;
    }

    last = value->data + value->len;

    for (p = value->data; ; p = end + 1) {

        end = ngx_strlchr(p, last, ',');
        if (end == NULL) {
            end = last;
        }

        type = reel_item_type_parse((char *) p, end - p);

        if (type < 0) {
            return NGX_ERROR;
        }

        args->types |= REEL_WALK_BIT(type);

        if (end == last) {
            return NGX_OK;
        }
    }
}


static ngx_int_t
ngx_http_reel_arg_token(ngx_http_reel_args_t *args,
    const ngx_http_reel_arg_t *arg, ngx_str_t *value)
{
    args->after = *value;

    return value->len ? NGX_OK : NGX_ERROR;
}


static ngx_int_t
ngx_http_reel_arg_cursor(ngx_http_reel_args_t *args,
    const ngx_http_reel_arg_t *arg, ngx_str_t *value)
{
    enum reel_status  status;

    status = reel_cursor_parse((char *) value->data, value->len,
                               (struct reel_cursor *)
                               ((char *) args + arg->offset));

    return status == REEL_OK ? NGX_OK : NGX_ERROR;
}


static ngx_int_t
ngx_http_reel_arg_not_yet(ngx_http_reel_args_t *args,
    const ngx_http_reel_arg_t *arg, ngx_str_t *value)
{
    return NGX_ERROR;
}
