
/*
 * Reading the configuration: what stands in it is checked here, once, so that
 * no request has to.
 */


#include "ngx_module/ngx_http_reel_module.h"

#include "shared/reel_bell.h"
#include "shared/reel_escape.h"
#include "shared/reel_path.h"


static ngx_http_reel_index_t *ngx_http_reel_conf_get_index(ngx_conf_t *cf,
    ngx_str_t *path);
static ngx_int_t ngx_http_reel_conf_escape(ngx_conf_t *cf, ngx_str_t *text,
    ngx_str_t *json);
static uint32_t ngx_http_reel_conf_hash(ngx_http_reel_loc_conf_t *conf);


void *
ngx_http_reel_create_main_conf(ngx_conf_t *cf)
{
    ngx_http_reel_main_conf_t  *rmcf;

    rmcf = ngx_pcalloc(cf->pool, sizeof(ngx_http_reel_main_conf_t));
    if (rmcf == NULL) {
        return NULL;
    }

    if (ngx_array_init(&rmcf->indexes, cf->pool, 2,
                       sizeof(ngx_http_reel_index_t *))
        != NGX_OK)
    {
        return NULL;
    }

    return rmcf;
}


void *
ngx_http_reel_create_loc_conf(ngx_conf_t *cf)
{
    ngx_http_reel_loc_conf_t  *rlcf;

    rlcf = ngx_pcalloc(cf->pool, sizeof(ngx_http_reel_loc_conf_t));
    if (rlcf == NULL) {
        return NULL;
    }

    /*
     * set by ngx_pcalloc():
     *
     *     rlcf->what = NULL;
     *     rlcf->scope = rlcf->media = { 0, NULL };
     *     rlcf->thumbnails = rlcf->storyboards = { 0, NULL };
     *     rlcf->media_json, ..thumbnails_json, ..storyboards_json = { 0, NULL };
     *     rlcf->hash = rlcf->origins_any = 0;
     *     rlcf->audience = NULL;
     */

    rlcf->index = NGX_CONF_UNSET_PTR;
    rlcf->origins = NGX_CONF_UNSET_PTR;
    rlcf->query_timeout = NGX_CONF_UNSET_MSEC;
    rlcf->ping = NGX_CONF_UNSET_MSEC;
    rlcf->max_age = NGX_CONF_UNSET_MSEC;
    rlcf->feed_queue = NGX_CONF_UNSET_SIZE;
    rlcf->message_max = NGX_CONF_UNSET_SIZE;

    return rlcf;
}


char *
ngx_http_reel_merge_loc_conf(ngx_conf_t *cf, void *parent, void *child)
{
    ngx_http_reel_loc_conf_t *prev = parent;
    ngx_http_reel_loc_conf_t *conf = child;

    ngx_http_core_loc_conf_t  *clcf;

    ngx_conf_merge_ptr_value(conf->index, prev->index, NULL);
    ngx_conf_merge_str_value(conf->scope, prev->scope, "");
    ngx_conf_merge_str_value(conf->media, prev->media, "/media/");
    ngx_conf_merge_str_value(conf->thumbnails, prev->thumbnails,
                             "/thumbnails/");
    ngx_conf_merge_str_value(conf->storyboards, prev->storyboards,
                             "/storyboards/");

    if (conf->origins == NGX_CONF_UNSET_PTR) {
        conf->origins_any = prev->origins_any;
    }

    ngx_conf_merge_ptr_value(conf->origins, prev->origins, NULL);

    /* the event loop of the worker stands still meanwhile */
    ngx_conf_merge_msec_value(conf->query_timeout, prev->query_timeout, 250);

    ngx_conf_merge_msec_value(conf->ping, prev->ping, 30000);
    ngx_conf_merge_msec_value(conf->max_age, prev->max_age, 0);
    ngx_conf_merge_size_value(conf->feed_queue, prev->feed_queue, 65536);
    ngx_conf_merge_size_value(conf->message_max, prev->message_max, 4096);

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    /* "if" and "limit_except" inside of a location of ours */

    if (clcf->noname && clcf->handler == NULL && prev->what) {
        conf->what = prev->what;
        clcf->handler = prev->what->handler;
    }

    if (conf->what == NULL) {
        return NGX_CONF_OK;
    }

    if (conf->what->index && conf->index == NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"reel %V\" needs to know its library; say "
                           "\"reel_index FOLDER/index.db\" in this location "
                           "or around it", &conf->what->name);
        return NGX_CONF_ERROR;
    }

    if (ngx_http_reel_conf_escape(cf, &conf->media, &conf->media_json)
        || ngx_http_reel_conf_escape(cf, &conf->thumbnails,
                                     &conf->thumbnails_json)
        || ngx_http_reel_conf_escape(cf, &conf->storyboards,
                                     &conf->storyboards_json))
    {
        return NGX_CONF_ERROR;
    }

    conf->hash = ngx_http_reel_conf_hash(conf);

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_reel_conf_escape(ngx_conf_t *cf, ngx_str_t *text, ngx_str_t *json)
{
    u_char           *p;
    struct reel_buf   buf;

    reel_buf_init(&buf);
    reel_escape_json(&buf, (char *) text->data, text->len);

    p = buf.failed ? NULL : ngx_pnalloc(cf->pool, buf.len + 1);

    if (p) {
        ngx_memcpy(p, buf.data ? buf.data : "", buf.len);
        json->data = p;
        json->len = buf.len;
    }

    reel_buf_clear(&buf);

    return p ? NGX_OK : NGX_ERROR;
}


static uint32_t
ngx_http_reel_conf_hash(ngx_http_reel_loc_conf_t *conf)
{
    uint32_t    hash;
    ngx_str_t  *text[5];
    ngx_uint_t  i;

    text[0] = &conf->scope;
    text[1] = &conf->media;
    text[2] = &conf->thumbnails;
    text[3] = &conf->storyboards;
    text[4] = conf->index ? &conf->index->path : &conf->scope;

    hash = ngx_crc32_long((u_char *) NGX_HTTP_REEL_VERSION,
                          sizeof(NGX_HTTP_REEL_VERSION) - 1);

    for (i = 0; i < 5; i++) {
        hash = hash * 31 + ngx_crc32_long(text[i]->data, text[i]->len);
    }

    return hash;
}


char *
ngx_http_reel_conf_index(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_reel_loc_conf_t *rlcf = conf;

    ngx_str_t  *value, path;

    if (rlcf->index != NGX_CONF_UNSET_PTR) {
        return "is duplicate";
    }

    value = cf->args->elts;
    path = value[1];

    if (path.len == 0 || path.data[path.len - 1] == '/') {
        return "needs the path of a file, like /var/lib/reel/index.db";
    }

    if (ngx_conf_full_name(cf->cycle, &path, 0) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    rlcf->index = ngx_http_reel_conf_get_index(cf, &path);

    return rlcf->index ? NGX_CONF_OK : NGX_CONF_ERROR;
}


static ngx_http_reel_index_t *
ngx_http_reel_conf_get_index(ngx_conf_t *cf, ngx_str_t *path)
{
    u_char                      *p;
    size_t                       dir;
    ngx_uint_t                   i;
    ngx_http_reel_index_t      **elt, *index;
    ngx_http_reel_main_conf_t   *rmcf;

    rmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_reel_module);
    elt = rmcf->indexes.elts;

    for (i = 0; i < rmcf->indexes.nelts; i++) {
        if (elt[i]->path.len == path->len
            && ngx_strncmp(elt[i]->path.data, path->data, path->len) == 0)
        {
            return elt[i];
        }
    }

    index = ngx_pcalloc(cf->pool, sizeof(ngx_http_reel_index_t));
    if (index == NULL) {
        return NULL;
    }

    /* set by ngx_pcalloc(): all that belongs to a worker, and is empty */

    for (dir = path->len; path->data[dir - 1] != '/'; dir--) { /* void */ }

    /* full names end with a zero byte */
    index->path = *path;
    index->name.data = path->data + dir;
    index->name.len = path->len - dir;

    p = ngx_pnalloc(cf->pool, 2 * dir + sizeof(REEL_BELL_NAME)
                              + sizeof("status.json"));
    if (p == NULL) {
        return NULL;
    }

    index->bell_path.data = p;
    p = ngx_cpymem(p, path->data, dir);
    p = ngx_cpymem(p, REEL_BELL_NAME, sizeof(REEL_BELL_NAME));
    index->bell_path.len = p - index->bell_path.data - 1;

    index->status_path.data = p;
    p = ngx_cpymem(p, path->data, dir);
    p = ngx_cpymem(p, "status.json", sizeof("status.json"));
    index->status_path.len = p - index->status_path.data - 1;

    elt = ngx_array_push(&rmcf->indexes);
    if (elt == NULL) {
        return NULL;
    }

    *elt = index;

    return index;
}


char *
ngx_http_reel_conf_scope(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_reel_loc_conf_t *rlcf = conf;

    ngx_str_t  *value;

    if (rlcf->scope.data) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (value[1].len == 0
        || reel_path_check((char *) value[1].data, value[1].len) != REEL_OK)
    {
        return "needs the path of a folder in the library, "
               "ROOT or ROOT/FOLDER, without a slash at either end";
    }

    rlcf->scope = value[1];

    return NGX_CONF_OK;
}


char *
ngx_http_reel_conf_prefix(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    char  *p = conf;

    u_char     *last;
    ngx_str_t  *value, *field;

    field = (ngx_str_t *) (p + cmd->offset);

    if (field->data) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (value[1].len == 0) {
        return "needs the beginning of a URL, like /media/";
    }

    field->data = ngx_pnalloc(cf->pool, value[1].len + 1);
    if (field->data == NULL) {
        return NGX_CONF_ERROR;
    }

    last = ngx_cpymem(field->data, value[1].data, value[1].len);

    if (last[-1] != '/') {
        *last++ = '/';
    }

    field->len = last - field->data;

    return NGX_CONF_OK;
}


char *
ngx_http_reel_conf_origins(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_reel_loc_conf_t *rlcf = conf;

    u_char      *host;
    ngx_str_t   *value, *origin;
    ngx_uint_t   i;

    if (rlcf->origins != NGX_CONF_UNSET_PTR) {
        return "is duplicate";
    }

    rlcf->origins = ngx_array_create(cf->pool, cf->args->nelts,
                                     sizeof(ngx_str_t));
    if (rlcf->origins == NULL) {
        return NGX_CONF_ERROR;
    }

    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {

        if (value[i].len == 1 && value[i].data[0] == '*') {
            rlcf->origins_any = 1;
            continue;
        }

        host = (u_char *) ngx_strstr(value[i].data, "://");

        if (host == NULL || host == value[i].data || host[3] == '\0'
            || ngx_strchr(host + 3, '/'))
        {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "reel_origins: \"%V\" is no origin; write it "
                               "as browsers do, like https://example.com:8443 "
                               "without a path, or * for everybody",
                               &value[i]);
            return NGX_CONF_ERROR;
        }

        origin = ngx_array_push(rlcf->origins);
        if (origin == NULL) {
            return NGX_CONF_ERROR;
        }

        *origin = value[i];
    }

    return NGX_CONF_OK;
}


char *
ngx_http_reel_conf_ping(ngx_conf_t *cf, void *post, void *data)
{
    ngx_msec_t *ping = data;

    return *ping ? NGX_CONF_OK : "has to be longer than nothing";
}
