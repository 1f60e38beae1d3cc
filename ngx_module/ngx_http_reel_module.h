
/*
 * The nginx side of Reel.  Truth is in the book that reel-indexer writes;
 * what is here reads it, and nothing here waits for the indexer.
 */


#ifndef _NGX_HTTP_REEL_MODULE_H_INCLUDED_
#define _NGX_HTTP_REEL_MODULE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>
#include <ngx_http.h>

#include "ngx_module/ngx_http_reel_args.h"
#include "ngx_module/ngx_http_reel_conf.h"
#include "ngx_module/ngx_http_reel_ctx.h"
#include "ngx_module/ngx_http_reel_index.h"
#include "ngx_module/ngx_http_reel_items.h"
#include "ngx_module/ngx_http_reel_list.h"
#include "ngx_module/ngx_http_reel_send.h"


/* what "reel ...;" runs */
ngx_int_t ngx_http_reel_api_handler(ngx_http_request_t *r);
ngx_int_t ngx_http_reel_ready_handler(ngx_http_request_t *r);
ngx_int_t ngx_http_reel_error_handler(ngx_http_request_t *r);
ngx_int_t ngx_http_reel_feed_handler(ngx_http_request_t *r);
ngx_int_t ngx_http_reel_version_handler(ngx_http_request_t *r);
ngx_int_t ngx_http_reel_health_handler(ngx_http_request_t *r);
ngx_int_t ngx_http_reel_placeholder_handler(ngx_http_request_t *r);


extern ngx_module_t  ngx_http_reel_module;


#endif /* _NGX_HTTP_REEL_MODULE_H_INCLUDED_ */
