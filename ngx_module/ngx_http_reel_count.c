
/*
 * What the feeds of all workers do, in numbers.  Each worker counts its clients
 * in a slot of its own, so that what a worker had that was killed can be told
 * from what the others have; sums of what has happened survive a reload.
 * Nothing here is ever locked: single numbers cannot be half written.
 */


#include "ngx_module/ngx_http_reel_count.h"


/* more workers than this, old generations included, are not counted */
#define NGX_HTTP_REEL_COUNT_SLOTS  256


typedef struct {
    ngx_atomic_t                 pid;        /* 0: free */
    ngx_atomic_t                 clients[NGX_HTTP_REEL_TRANSPORTS];
    ngx_atomic_t                 bytes;
} ngx_http_reel_count_slot_t;


typedef struct {
    ngx_atomic_t                 gaps[NGX_HTTP_REEL_GAPS];
    ngx_atomic_t                 ends[NGX_HTTP_REEL_ENDS];
    ngx_http_reel_count_slot_t   slots[NGX_HTTP_REEL_COUNT_SLOTS];
} ngx_http_reel_counts_t;


static ngx_int_t ngx_http_reel_count_init_zone(ngx_shm_zone_t *zone,
    void *data);
static ngx_http_reel_count_slot_t *ngx_http_reel_count_slot(void);
static void ngx_http_reel_count_member(struct reel_buf *out,
    const char *before, ngx_atomic_uint_t n);


static const char *const  ngx_http_reel_count_gaps[NGX_HTTP_REEL_GAPS] = {
    NULL, "{\"unknown\":", ",\"old\":", ",\"ahead\":"
};


static const char *const  ngx_http_reel_count_ends[NGX_HTTP_REEL_ENDS] = {
    "{\"client\":", ",\"silent\":", ",\"reload\":", ",\"max_age\":",
    ",\"talk\":", ",\"protocol\":", ",\"error\":"
};


char *
ngx_http_reel_count_conf(ngx_conf_t *cf)
{
    ngx_shm_zone_t             *zone;
    ngx_http_reel_main_conf_t  *rmcf;

    static ngx_str_t  name = ngx_string("reel_feed");

    rmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_reel_module);

    if (rmcf->counts) {
        return NGX_CONF_OK;
    }

    zone = ngx_shared_memory_add(cf, &name, 16 * ngx_pagesize,
                                 &ngx_http_reel_module);
    if (zone == NULL) {
        return NGX_CONF_ERROR;
    }

    zone->init = ngx_http_reel_count_init_zone;

    rmcf->counts = zone;

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_reel_count_init_zone(ngx_shm_zone_t *zone, void *data)
{
    ngx_slab_pool_t  *pool;

    /* a reload: the same memory */

    if (data) {
        zone->data = data;
        return NGX_OK;
    }

    pool = (ngx_slab_pool_t *) zone->shm.addr;

    if (zone->shm.exists) {
        zone->data = pool->data;
        return NGX_OK;
    }

    pool->data = ngx_slab_calloc(pool, sizeof(ngx_http_reel_counts_t));
    zone->data = pool->data;

    return zone->data ? NGX_OK : NGX_ERROR;
}


static ngx_http_reel_counts_t *
ngx_http_reel_counts(void)
{
    ngx_http_reel_main_conf_t  *rmcf;

    rmcf = ngx_http_cycle_get_module_main_conf(ngx_cycle,
                                               ngx_http_reel_module);

    return rmcf->counts ? rmcf->counts->data : NULL;
}


/* the slot of this worker, taken at the first call; NULL if there is none */

static ngx_http_reel_count_slot_t *
ngx_http_reel_count_slot(void)
{
    ngx_uint_t                   i;
    ngx_atomic_uint_t            pid;
    ngx_http_reel_counts_t      *counts;
    ngx_http_reel_main_conf_t   *rmcf;
    ngx_http_reel_count_slot_t  *slot;

    rmcf = ngx_http_cycle_get_module_main_conf(ngx_cycle,
                                               ngx_http_reel_module);

    if (rmcf->slot) {
        return rmcf->slot;
    }

    counts = ngx_http_reel_counts();

    if (counts == NULL) {
        return NULL;
    }

    for (i = 0; i < NGX_HTTP_REEL_COUNT_SLOTS; i++) {
        slot = &counts->slots[i];
        pid = slot->pid;

        if (pid != 0
            && pid != (ngx_atomic_uint_t) ngx_pid
            && (kill(pid, 0) == 0 || ngx_errno != NGX_ESRCH))
        {
            continue;
        }

        if (ngx_atomic_cmp_set(&slot->pid, pid, ngx_pid)) {
            ngx_memzero((void *) slot->clients, sizeof(slot->clients));
            slot->bytes = 0;
            rmcf->slot = slot;
            return slot;
        }
    }

    return NULL;
}


void
ngx_http_reel_count_client(ngx_http_reel_transport_e transport, ngx_int_t n)
{
    ngx_http_reel_count_slot_t  *slot;

    slot = ngx_http_reel_count_slot();

    if (slot) {
        slot->clients[transport] += n;
    }
}


void
ngx_http_reel_count_bytes(ssize_t n)
{
    ngx_http_reel_count_slot_t  *slot;

    slot = ngx_http_reel_count_slot();

    if (slot) {
        slot->bytes += n;
    }
}


void
ngx_http_reel_count_gap(ngx_http_reel_gap_e why)
{
    ngx_http_reel_counts_t  *counts;

    counts = ngx_http_reel_counts();

    if (counts) {
        (void) ngx_atomic_fetch_add(&counts->gaps[why], 1);
    }
}


void
ngx_http_reel_count_end(ngx_http_reel_end_e why)
{
    ngx_http_reel_counts_t  *counts;

    counts = ngx_http_reel_counts();

    if (counts) {
        (void) ngx_atomic_fetch_add(&counts->ends[why], 1);
    }
}


void
ngx_http_reel_count_stop(void)
{
    ngx_http_reel_main_conf_t   *rmcf;
    ngx_http_reel_count_slot_t  *slot;

    rmcf = ngx_http_cycle_get_module_main_conf(ngx_cycle,
                                               ngx_http_reel_module);
    slot = rmcf->slot;

    if (slot) {
        rmcf->slot = NULL;
        slot->pid = 0;
    }
}


static void
ngx_http_reel_count_member(struct reel_buf *out, const char *before,
    ngx_atomic_uint_t n)
{
    reel_buf_str(out, before);
    reel_buf_num(out, (int64_t) n);
}


/* an object for the status: nothing, if no location is a feed */

void
ngx_http_reel_count_print(struct reel_buf *out)
{
    ngx_uint_t                   i, n;
    ngx_atomic_uint_t            clients[NGX_HTTP_REEL_TRANSPORTS], bytes;
    ngx_http_reel_counts_t      *counts;
    ngx_http_reel_count_slot_t  *slot;

    counts = ngx_http_reel_counts();

    if (counts == NULL) {
        return;
    }

    ngx_memzero(clients, sizeof(clients));
    bytes = 0;

    for (i = 0; i < NGX_HTTP_REEL_COUNT_SLOTS; i++) {
        slot = &counts->slots[i];

        if (slot->pid == 0
            || (kill(slot->pid, 0) == -1 && ngx_errno == NGX_ESRCH))
        {
            continue;
        }

        for (n = 0; n < NGX_HTTP_REEL_TRANSPORTS; n++) {
            clients[n] += slot->clients[n];
        }

        bytes += slot->bytes;
    }

    ngx_http_reel_count_member(out, ",\"feed\":{\"clients\":{\"websocket\":",
                               clients[NGX_HTTP_REEL_WS]);
    ngx_http_reel_count_member(out, ",\"sse\":", clients[NGX_HTTP_REEL_SSE]);
    ngx_http_reel_count_member(out, "},\"queue_bytes\":", bytes);

    reel_buf_str(out, ",\"gaps\":");

    for (i = 1; i < NGX_HTTP_REEL_GAPS; i++) {
        ngx_http_reel_count_member(out, ngx_http_reel_count_gaps[i],
                                   counts->gaps[i]);
    }

    reel_buf_str(out, "},\"closes\":");

    for (i = 0; i < NGX_HTTP_REEL_ENDS; i++) {
        ngx_http_reel_count_member(out, ngx_http_reel_count_ends[i],
                                   counts->ends[i]);
    }

    reel_buf_str(out, "}}");
}
