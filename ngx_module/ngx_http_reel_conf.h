
/*
 * What a location says: which book, and how it is shown.
 */


#ifndef _NGX_HTTP_REEL_CONF_H_INCLUDED_
#define _NGX_HTTP_REEL_CONF_H_INCLUDED_


#include <ngx_http.h>

#include "ngx_module/ngx_http_reel_index.h"


typedef struct {
    ngx_array_t                  indexes;    /* ngx_http_reel_index_t * */
    ngx_shm_zone_t              *counts;     /* of feeds */
    void                        *slot;       /* this worker's among them */
} ngx_http_reel_main_conf_t;


typedef struct {
    ngx_str_t                    name;
    ngx_http_handler_pt          handler;
    unsigned                     index:1;    /* works on a book */
    unsigned                     prefix:1;   /* answers below its location */
} ngx_http_reel_what_t;


typedef struct {
    ngx_http_reel_index_t       *index;
    const ngx_http_reel_what_t  *what;

    ngx_str_t                    scope;
    ngx_str_t                    media;
    ngx_str_t                    thumbnails;
    ngx_str_t                    storyboards;
    ngx_array_t                 *origins;    /* ngx_str_t */
    ngx_msec_t                   query_timeout;
    ngx_msec_t                   ping;
    ngx_msec_t                   max_age;    /* 0: any */
    size_t                       feed_queue;
    size_t                       message_max;

    ngx_str_t                    media_json;
    ngx_str_t                    thumbnails_json;
    ngx_str_t                    storyboards_json;
    uint32_t                     hash;       /* of all that shows in answers */
    unsigned                     origins_any:1;

    struct ngx_http_reel_audience_s  *audience;  /* of a worker: the first */
} ngx_http_reel_loc_conf_t;


char *ngx_http_reel_conf_index(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_reel_conf_scope(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_reel_conf_prefix(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_reel_conf_origins(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_reel_conf_ping(ngx_conf_t *cf, void *post, void *data);
void *ngx_http_reel_create_main_conf(ngx_conf_t *cf);
void *ngx_http_reel_create_loc_conf(ngx_conf_t *cf);
char *ngx_http_reel_merge_loc_conf(ngx_conf_t *cf, void *parent, void *child);
char *ngx_http_reel_count_conf(ngx_conf_t *cf);


#endif /* _NGX_HTTP_REEL_CONF_H_INCLUDED_ */
