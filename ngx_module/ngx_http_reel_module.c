
/*
 * Directives and the life of a worker.  A new kind of handler is one row of
 * ngx_http_reel_whats; a new endpoint of the API one row in _api.c.
 */


#include "ngx_module/ngx_http_reel_module.h"


static char *ngx_http_reel(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
static ngx_int_t ngx_http_reel_init_process(ngx_cycle_t *cycle);
static void ngx_http_reel_exit_process(ngx_cycle_t *cycle);


static const ngx_http_reel_what_t  ngx_http_reel_whats[] = {

    { ngx_string("api"), ngx_http_reel_api_handler, 1, 1 },
    { ngx_string("feed"), ngx_http_reel_feed_handler, 1, 0 },
    { ngx_string("version"), ngx_http_reel_version_handler, 0, 0 },
    { ngx_string("health"), ngx_http_reel_health_handler, 0, 0 },
    { ngx_string("ready"), ngx_http_reel_ready_handler, 1, 0 },
    { ngx_string("placeholder"), ngx_http_reel_placeholder_handler, 1, 0 },
    { ngx_string("error"), ngx_http_reel_error_handler, 0, 0 },

    { ngx_null_string, NULL, 0, 0 }
};


static ngx_conf_post_t  ngx_http_reel_ping_post =
    { ngx_http_reel_conf_ping };


static ngx_command_t  ngx_http_reel_commands[] = {

    { ngx_string("reel"),
      NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_reel,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("reel_index"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_reel_conf_index,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("reel_scope"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_reel_conf_scope,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_reel_loc_conf_t, scope),
      NULL },

    { ngx_string("reel_media"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_reel_conf_prefix,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_reel_loc_conf_t, media),
      NULL },

    { ngx_string("reel_thumbnails"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_reel_conf_prefix,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_reel_loc_conf_t, thumbnails),
      NULL },

    { ngx_string("reel_storyboards"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_reel_conf_prefix,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_reel_loc_conf_t, storyboards),
      NULL },

    { ngx_string("reel_origins"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      ngx_http_reel_conf_origins,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("reel_query_timeout"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_msec_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_reel_loc_conf_t, query_timeout),
      NULL },

    { ngx_string("reel_ping"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_msec_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_reel_loc_conf_t, ping),
      &ngx_http_reel_ping_post },

    { ngx_string("reel_max_age"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_msec_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_reel_loc_conf_t, max_age),
      NULL },

    { ngx_string("reel_feed_queue"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_size_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_reel_loc_conf_t, feed_queue),
      NULL },

    { ngx_string("reel_message_max"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_size_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_reel_loc_conf_t, message_max),
      NULL },

      ngx_null_command
};


static ngx_http_module_t  ngx_http_reel_module_ctx = {
    NULL,                                  /* preconfiguration */
    NULL,                                  /* postconfiguration */

    ngx_http_reel_create_main_conf,        /* create main configuration */
    NULL,                                  /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    ngx_http_reel_create_loc_conf,         /* create location configuration */
    ngx_http_reel_merge_loc_conf           /* merge location configuration */
};


ngx_module_t  ngx_http_reel_module = {
    NGX_MODULE_V1,
    &ngx_http_reel_module_ctx,             /* module context */
    ngx_http_reel_commands,                /* module directives */
    NGX_HTTP_MODULE,                       /* module type */
    NULL,                                  /* init master */
    NULL,                                  /* init module */
    ngx_http_reel_init_process,            /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    ngx_http_reel_exit_process,            /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


static char *
ngx_http_reel(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_reel_loc_conf_t *rlcf = conf;

    u_char                      *last, *p;
    ngx_str_t                   *value;
    u_char                       words[256];
    const ngx_http_reel_what_t  *what;
    ngx_http_core_loc_conf_t    *clcf;

    if (rlcf->what) {
        return "is duplicate";
    }

    value = cf->args->elts;

    for (what = ngx_http_reel_whats; what->name.len; what++) {
        if (what->name.len == value[1].len
            && ngx_strncmp(what->name.data, value[1].data, value[1].len) == 0)
        {
            break;
        }
    }

    if (what->name.len == 0) {
        p = words;
        last = words + sizeof(words);

        for (what = ngx_http_reel_whats; what->name.len; what++) {
            p = ngx_slprintf(p, last, "%s%V",
                             what == ngx_http_reel_whats ? "" : ", ",
                             &what->name);
        }

        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "unknown \"reel %V\"; there are: %*s",
                           &value[1], (size_t) (p - words), words);
        return NGX_CONF_ERROR;
    }

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    if (what->prefix) {
        if (clcf->named
#if (NGX_PCRE)
            || clcf->regex
#endif
           )
        {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "\"reel %V\" answers below its location, which "
                               "has to be a plain one like \"location /api/\"",
                               &what->name);
            return NGX_CONF_ERROR;
        }
    }

    rlcf->what = what;
    clcf->handler = what->handler;

    if (what->handler == ngx_http_reel_feed_handler) {
        return ngx_http_reel_count_conf(cf);
    }

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_reel_init_process(ngx_cycle_t *cycle)
{
    ngx_uint_t                   i;
    ngx_http_reel_index_t      **index;
    ngx_http_reel_main_conf_t   *rmcf;

    /* a failure here would keep the worker from living: nothing can fail */

    if (ngx_process != NGX_PROCESS_WORKER
        && ngx_process != NGX_PROCESS_SINGLE)
    {
        return NGX_OK;
    }

    rmcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_reel_module);

    if (rmcf == NULL) {
        return NGX_OK;
    }

    index = rmcf->indexes.elts;

    for (i = 0; i < rmcf->indexes.nelts; i++) {
        ngx_http_reel_bell_start(index[i]);
    }

    return NGX_OK;
}


static void
ngx_http_reel_exit_process(ngx_cycle_t *cycle)
{
    ngx_uint_t                   i;
    ngx_http_reel_index_t      **index;
    ngx_http_reel_main_conf_t   *rmcf;

    if (ngx_process != NGX_PROCESS_WORKER
        && ngx_process != NGX_PROCESS_SINGLE)
    {
        return;
    }

    rmcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_reel_module);

    if (rmcf == NULL) {
        return;
    }

    index = rmcf->indexes.elts;

    for (i = 0; i < rmcf->indexes.nelts; i++) {
        ngx_http_reel_bell_stop(index[i]);
        ngx_http_reel_feed_stop(index[i]);
        ngx_http_reel_store_close(index[i]);
    }

    ngx_http_reel_count_stop();
}
