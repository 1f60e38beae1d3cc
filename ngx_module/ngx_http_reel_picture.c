
/*
 * Pictures: their URLs, and what stands for one that is not there.  nginx itself
 * serves those that are; whoever asks for another is shown a symbol of the item's
 * kind, and the indexer is told that somebody looks at it.
 */


#include "ngx_module/ngx_http_reel_module.h"

#include "shared/reel_key.h"

#include "shared/reel_picture_sql.h"


/* by the size of a picture that fits into a square of 320 */

#define NGX_HTTP_REEL_SVG(glyph)                                              \
    ngx_string("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"320\" "    \
               "height=\"180\" viewBox=\"0 0 320 180\">"                      \
               "<rect width=\"320\" height=\"180\" fill=\"#2a2d33\"/>"       \
               "<g fill=\"none\" stroke=\"#7d848f\" stroke-width=\"6\" "     \
               "stroke-linejoin=\"round\" stroke-linecap=\"round\">"          \
               glyph "</g></svg>")


static void ngx_http_reel_picture_look(ngx_http_request_t *r,
    enum reel_type *type);
static ngx_uint_t ngx_http_reel_picture_board(ngx_str_t *uri,
    unsigned char *key);
static int64_t ngx_http_reel_picture_id(ngx_http_reel_ctx_t *ctx);
static ngx_int_t ngx_http_reel_picture_send(ngx_http_request_t *r,
    enum reel_type type);


static ngx_str_t  ngx_http_reel_svg_film = NGX_HTTP_REEL_SVG(
    "<rect x=\"100\" y=\"50\" width=\"120\" height=\"80\" rx=\"8\"/>"
    "<path d=\"M148 72v36l32-18z\"/>");

static ngx_str_t  ngx_http_reel_svg_sound = NGX_HTTP_REEL_SVG(
    "<path d=\"M142 122V60l50-10v60\"/>"
    "<circle cx=\"129\" cy=\"122\" r=\"13\"/>"
    "<circle cx=\"179\" cy=\"110\" r=\"13\"/>");

static ngx_str_t  ngx_http_reel_svg_still = NGX_HTTP_REEL_SVG(
    "<rect x=\"100\" y=\"50\" width=\"120\" height=\"80\" rx=\"8\"/>"
    "<circle cx=\"188\" cy=\"74\" r=\"8\"/>"
    "<path d=\"M104 124l36-40 26 28 16-14 32 26\"/>");

static ngx_str_t  ngx_http_reel_svg_folder = NGX_HTTP_REEL_SVG(
    "<path d=\"M102 128V56h40l12 14h64v58z\"/>");

static ngx_str_t  ngx_http_reel_svg_file = NGX_HTTP_REEL_SVG(
    "<path d=\"M126 44h44l26 26v66h-70z\"/><path d=\"M170 44v26h26\"/>");


/*
 * ,"thumbnail":URL of what can have one.  A picture that is there is filed under
 * its content and never changes; the other URL has none, so that try_files comes
 * to the placeholder.  ,"storyboard":URL of a film that has one.
 */

u_char *
ngx_http_reel_picture_url(ngx_http_reel_loc_conf_t *conf,
    const struct reel_read_row *row, u_char *p)
{
    if (row->type != REEL_TYPE_VIDEO && row->type != REEL_TYPE_AUDIO
        && row->type != REEL_TYPE_IMAGE
        && row->type != REEL_TYPE_HLS_DIRECTORY)
    {
        return p;
    }

    p = ngx_cpymem(p, ",\"thumbnail\":\"", sizeof(",\"thumbnail\":\"") - 1);
    p = ngx_cpymem(p, conf->thumbnails_json.data, conf->thumbnails_json.len);

    if (row->picture) {
        p += reel_key_path(row->picture, (char *) p);

    } else {
        p = ngx_sprintf(p, "item/%L.jpg", row->id);
    }

    *p++ = '"';

    if (row->board) {
        p = ngx_cpymem(p, ",\"storyboard\":\"",
                       sizeof(",\"storyboard\":\"") - 1);
        p = ngx_cpymem(p, conf->storyboards_json.data,
                       conf->storyboards_json.len);
        p += reel_key_board(row->board, 0, (char *) p);
        *p++ = '"';
    }

    return p;
}


ngx_int_t
ngx_http_reel_placeholder_handler(ngx_http_request_t *r)
{
    ngx_int_t       rc;
    unsigned char   key[REEL_KEY_BYTES];
    enum reel_type  type;

    rc = ngx_http_reel_method(r);

    if (rc != NGX_OK) {
        return rc == NGX_DECLINED ? NGX_OK : rc;
    }

    type = REEL_TYPE_UNKNOWN;

    ngx_http_reel_picture_look(r, &type);

    /* a player takes no symbol for a track or a sheet */

    if (ngx_http_reel_picture_board(&r->uri, key)) {
        return NGX_HTTP_NOT_FOUND;
    }

    return ngx_http_reel_picture_send(r, type);
}


/* does the last part of a URL name a file of a storyboard? */

static ngx_uint_t
ngx_http_reel_picture_board(ngx_str_t *uri, unsigned char *key)
{
    u_char  *name, *last;

    last = uri->data + uri->len;

    for (name = last; name > uri->data && name[-1] != '/'; name--) {
        /* void */
    }

    return reel_key_board_parse((char *) name, last - name, key) >= 0;
}


/* all that fails here, fails to a picture that says less */

static void
ngx_http_reel_picture_look(ngx_http_request_t *r, enum reel_type *type)
{
    ngx_http_reel_ctx_t    *ctx;
    ngx_http_reel_place_t   place;

    ctx = ngx_pcalloc(r->pool, sizeof(ngx_http_reel_ctx_t));
    if (ctx == NULL) {
        return;
    }

    ctx->request = r;
    ctx->conf = ngx_http_get_module_loc_conf(r, ngx_http_reel_module);
    ctx->index = ctx->conf->index;

    if (ngx_http_reel_store_begin(ctx, 0) != REEL_OK) {
        return;
    }

    ctx->args.id = ngx_http_reel_picture_id(ctx);
    ctx->args.given = NGX_HTTP_REEL_ARG_ID;

    /* what is outside of the scope has no symbol, and is not hinted at */

    if (ctx->args.id > 0 && ngx_http_reel_place(ctx, &place) == NGX_OK) {
        *type = place.row.type;

        if (*type != REEL_TYPE_DIRECTORY) {
            ngx_http_reel_bell_look(ctx->index, place.row.id);
        }
    }
}


/* the item that the last part of a URL names: by its id, or by its picture */

static int64_t
ngx_http_reel_picture_id(ngx_http_reel_ctx_t *ctx)
{
    size_t         len;
    u_char        *name, *last;
    int64_t        id;
    ngx_str_t     *uri;
    unsigned char  key[REEL_KEY_BYTES];

    uri = &ctx->request->uri;
    last = uri->data + uri->len;

    for (name = last; name > uri->data && name[-1] != '/'; name--) {
        /* void */
    }

    len = last - name;

    if (reel_key_parse((char *) name, len, key)) {
        return reel_picture_item(ctx->index->read, key, &id) == REEL_OK
               ? id : 0;
    }

    if (ngx_http_reel_picture_board(uri, key)) {
        return reel_picture_board(ctx->index->read, key, &id) == REEL_OK
               ? id : 0;
    }

    if (name - uri->data < 6 || ngx_strncmp(name - 6, "/item/", 6) != 0
        || len < 5 || ngx_strncmp(last - 4, ".jpg", 4) != 0)
    {
        return 0;
    }

    return ngx_atoof(name, len - 4);
}


static ngx_int_t
ngx_http_reel_picture_send(ngx_http_request_t *r, enum reel_type type)
{
    ngx_str_t  *svg;

    static ngx_str_t  image = ngx_string("image/svg+xml");
    static ngx_str_t  no_cache = ngx_string("no-cache");
    static ngx_str_t  nosniff = ngx_string("nosniff");
    static ngx_str_t  policy = ngx_string("default-src 'none'; sandbox");

    svg = type == REEL_TYPE_VIDEO || type == REEL_TYPE_HLS_DIRECTORY
          ? &ngx_http_reel_svg_film
          : type == REEL_TYPE_AUDIO ? &ngx_http_reel_svg_sound
          : type == REEL_TYPE_IMAGE ? &ngx_http_reel_svg_still
          : REEL_TYPE_IS_FOLDER(type) ? &ngx_http_reel_svg_folder
          : &ngx_http_reel_svg_file;

    if (ngx_http_reel_header(r, "Cache-Control", &no_cache) != NGX_OK
        || ngx_http_reel_header(r, "X-Content-Type-Options", &nosniff)
           != NGX_OK
        || ngx_http_reel_header(r, "Content-Security-Policy", &policy)
           != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_http_reel_send_body(r, NGX_HTTP_OK, &image, svg);
}
