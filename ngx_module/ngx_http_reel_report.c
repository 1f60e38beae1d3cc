
/*
 * status, tasks/status, watcher/status and ready: what a worker knows itself,
 * and the parts of status.json, which the indexer replaces atomically.  nginx
 * has no JSON parser and needs none: each part is an object on one line.
 */


#include "ngx_module/ngx_http_reel_module.h"

#include "shared/reel_since_sql.h"


/* of status.json; a hundred failures with the longest paths are less */
#define NGX_HTTP_REEL_STATUS_MAX  (1024 * 1024)


static void ngx_http_reel_report_load(ngx_http_reel_index_t *index);
static ngx_uint_t ngx_http_reel_report_object(const u_char *p,
    const u_char *last);
static void ngx_http_reel_report_embed(ngx_http_reel_ctx_t *ctx,
    const char *part, const char *until);
static ngx_int_t ngx_http_reel_report_index(ngx_http_reel_ctx_t *ctx);


/* the content is kept until the file is another */

static void
ngx_http_reel_report_load(ngx_http_reel_index_t *index)
{
    char             *p;
    ssize_t           n;
    ngx_fd_t          fd;
    struct stat       st;

    fd = open((char *) index->status_path.data,
              O_RDONLY|O_NONBLOCK|O_CLOEXEC|O_NOFOLLOW);

    if (fd == -1) {
        reel_buf_reset(&index->status);
        index->status_uniq = 0;
        return;
    }

    if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode)
        || st.st_size > NGX_HTTP_REEL_STATUS_MAX)
    {
        reel_buf_reset(&index->status);
        index->status_uniq = 0;
        goto done;
    }

    if (index->status_uniq == st.st_ino
        && index->status_mtime == st.st_mtim.tv_sec
        && index->status_mtime_ns == st.st_mtim.tv_nsec)
    {
        goto done;
    }

    reel_buf_reset(&index->status);
    index->status_uniq = 0;

    p = reel_buf_reserve(&index->status, st.st_size);
    n = p ? pread(fd, p, st.st_size, 0) : -1;

    if (n == st.st_size) {
        index->status.len = n;
        index->status_uniq = st.st_ino;
        index->status_mtime = st.st_mtim.tv_sec;
        index->status_mtime_ns = st.st_mtim.tv_nsec;
    }

done:

    (void) close(fd);
}


/* braces and brackets balanced outside of strings, nothing that JSON forbids */

static ngx_uint_t
ngx_http_reel_report_object(const u_char *p, const u_char *last)
{
    u_char      open[32];
    ngx_uint_t  depth, string;

    if (last - p < 2 || *p != '{') {
        return 0;
    }

    depth = 0;
    string = 0;

    for ( /* void */ ; p < last; p++) {

        if (*p < 0x20) {
            return 0;
        }

        if (string) {
            if (*p == '\\') {
                p++;

            } else if (*p == '"') {
                string = 0;
            }

            continue;
        }

        switch (*p) {

        case '"':
            string = 1;
            break;

        case '{':
        case '[':
            if (depth == sizeof(open)) {
                return 0;
            }

            open[depth++] = *p + 2;
            break;

        case '}':
        case ']':
            if (depth == 0 || open[--depth] != *p) {
                return 0;
            }

            if (depth == 0 && p != last - 1) {
                return 0;
            }

            break;
        }
    }

    return depth == 0 && !string;
}


/*
 * Append the members of the object of that name, each after a comma; those from
 * the member "until" on name paths and are not for a location with a scope.
 */

static void
ngx_http_reel_report_embed(ngx_http_reel_ctx_t *ctx, const char *part,
    const char *until)
{
    u_char           *p, *end, *last, *cut;
    size_t            len;
    struct reel_buf  *status;

    ngx_http_reel_report_load(ctx->index);

    status = &ctx->index->status;

    if (status->len == 0) {
        return;
    }

    len = ngx_strlen(part);
    p = (u_char *) status->data;
    last = p + status->len;

    for ( /* void */ ; p < last; p = end + 1) {

        end = ngx_strlchr(p, last, LF);
        if (end == NULL) {
            end = last;
        }

        if ((size_t) (end - p) < len || ngx_strncmp(p, part, len) != 0) {
            continue;
        }

        p += len;
        cut = end;

        if (cut > p && cut[-1] == ',') {
            cut--;
        }

        if (!ngx_http_reel_report_object(p, cut)) {
            return;
        }

        /* the inside of the object */

        p++;
        cut--;

        if (ctx->conf->scope.len) {
            len = ngx_strlen(until);
            end = ngx_strlcasestrn(p, cut, (u_char *) until, len - 1);
            cut = end ? end : cut;
        }

        if (cut > p) {
            reel_buf_chr(ctx->out, ',');
            reel_buf_add(ctx->out, p, cut - p);
        }

        return;
    }
}


/* "{" and what is known without the indexer */

static ngx_int_t
ngx_http_reel_report_index(ngx_http_reel_ctx_t *ctx)
{
    int64_t           ts, now;
    ngx_time_t       *tp;
    enum reel_status  status;

    reel_buf_str(ctx->out, "{\"indexer_seen\":");
    reel_buf_str(ctx->out, ngx_http_reel_bell_heard(ctx->index) ? "true"
                                                                : "false");

    status = reel_since_head_ts(ctx->index->read, &ts);

    if (status != REEL_OK) {
        return ngx_http_reel_fail(ctx, status);
    }

    if (ts > 0) {
        tp = ngx_timeofday();
        now = (int64_t) tp->sec * 1000 + tp->msec;

        reel_buf_str(ctx->out, ",\"index_age_ms\":");
        reel_buf_num(ctx->out, now > ts ? now - ts : 0);
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_reel_ready(ngx_http_reel_ctx_t *ctx)
{
    ngx_int_t  rc;

    rc = ngx_http_reel_report_index(ctx);

    if (rc != NGX_OK) {
        return rc;
    }

    ngx_http_reel_report_embed(ctx, "\"status\":", ",\"disks\":");
    reel_buf_chr(ctx->out, '}');

    return NGX_OK;
}


ngx_int_t
ngx_http_reel_status(ngx_http_reel_ctx_t *ctx)
{
    ngx_int_t              rc;
    ngx_http_reel_place_t  place;

    rc = ngx_http_reel_report_index(ctx);

    if (rc != NGX_OK) {
        return rc;
    }

    rc = ngx_http_reel_place_scope(ctx, &place);

    if (rc != NGX_OK) {
        return rc;
    }

    reel_buf_str(ctx->out, ",\"counts\":{\"files\":");
    reel_buf_num(ctx->out, place.row.files);
    reel_buf_str(ctx->out, ",\"videos\":");
    reel_buf_num(ctx->out, place.row.videos);
    reel_buf_str(ctx->out, ",\"bytes\":");
    reel_buf_num(ctx->out, place.row.bytes);
    reel_buf_str(ctx->out, ",\"seconds\":");
    ngx_http_reel_item_seconds(ctx->out, place.row.duration_ms);
    reel_buf_chr(ctx->out, '}');

    ngx_http_reel_count_print(ctx->out);
    ngx_http_reel_report_embed(ctx, "\"status\":", ",\"disks\":");
    reel_buf_chr(ctx->out, '}');

    return NGX_OK;
}


ngx_int_t
ngx_http_reel_tasks(ngx_http_reel_ctx_t *ctx)
{
    ngx_int_t  rc;

    rc = ngx_http_reel_report_index(ctx);

    if (rc != NGX_OK) {
        return rc;
    }

    ngx_http_reel_report_embed(ctx, "\"tasks\":", ",\"failures\":");
    reel_buf_chr(ctx->out, '}');

    return NGX_OK;
}


ngx_int_t
ngx_http_reel_watcher(ngx_http_reel_ctx_t *ctx)
{
    ngx_int_t  rc;

    rc = ngx_http_reel_report_index(ctx);

    if (rc != NGX_OK) {
        return rc;
    }

    ngx_http_reel_report_embed(ctx, "\"watcher\":", ",\"missing\":");
    reel_buf_chr(ctx->out, '}');

    return NGX_OK;
}
