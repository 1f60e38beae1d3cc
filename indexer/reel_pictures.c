/*
 * Pictures can be switched on and off and be made larger while the indexer runs;
 * where they are kept cannot change, as nginx looks there too.
 */
#include <stdlib.h>
#include <string.h>

#include "shared/reel_stream.h"
#include "shared/reel_wire.h"

#include "indexer/reel_cache.h"
#include "indexer/reel_config.h"
#include "indexer/reel_job.h"
#include "indexer/reel_mem.h"
#include "indexer/reel_pool.h"
#include "indexer/reel_probe.h"
#include "indexer/reel_state.h"
#include "indexer/reel_step.h"
#include "indexer/reel_sweep.h"
#include "indexer/reel_write_picture_sql.h"

#include "indexer/reel_pictures.h"

/* A folder of the cache, and who looks after it. */
struct folder {
	struct reel_cache *cache; /* NULL: not needed so far */
	struct reel_sweep *sweep;
};

struct reel_pictures {
	struct reel_pictures_parts parts;
	struct folder pictures;
	struct folder boards;
};

static enum reel_status
open_folder(struct reel_pictures *pictures, struct folder *folder,
    const struct reel_config *config, struct reel_buf *why)
{
	const struct reel_pictures_parts *parts = &pictures->parts;
	int boards = folder == &pictures->boards;
	enum reel_status rc;

	if (folder->cache != NULL)
		return (REEL_OK);
	rc = reel_state_cache(config->cache_dir, config->group, why);
	if (rc == REEL_OK)
		rc = reel_cache_open(
		    config->cache_dir, boards, &folder->cache, why);
	if (rc == REEL_OK)
		folder->sweep = reel_sweep_new(parts->loop, parts->index,
		    parts->write, folder->cache, boards);

	return (rc);
}

/* Not worth stopping for: the next start tries again. */
static void
anew(const struct reel_pictures_parts *parts, enum reel_status rc)
{

	if (rc == REEL_IO)
		reel_step_recover(parts->index);
	reel_probe_kick(parts->probe);
}

static void
configure_pictures(struct reel_pictures *pictures,
    const struct reel_config *config)
{
	const struct reel_pictures_parts *parts = &pictures->parts;
	struct reel_wire_making making = {0, 0, 0};

	if (!config->pictures) {
		reel_pool_pictures(parts->pool, &making);
		reel_probe_pictures(parts->probe, NULL, &making);
		return;
	}
	making.box = (uint16_t)config->picture_width;
	making.quality = (uint16_t)config->picture_quality;
	making.form = (uint16_t)config->picture_form;
	reel_pool_pictures(parts->pool, &making);
	reel_probe_pictures(
	    parts->probe, pictures->pictures.cache, &making);
	anew(parts, reel_write_pictures_anew(parts->write,
	    (int64_t)making.form << 24 | making.box << 8 | making.quality));
}

static void
configure_boards(struct reel_pictures *pictures,
    const struct reel_config *config)
{
	const struct reel_pictures_parts *parts = &pictures->parts;
	struct reel_wire_board how;
	int64_t making = 0;

	memset(&how, 0, sizeof(how));
	if (config->boards) {
		how.box = (uint16_t)config->board_width;
		how.quality = (uint16_t)config->board_quality;
		how.columns = (uint16_t)config->board_columns;
		how.rows = (uint16_t)config->board_rows;
		how.step_ms = (uint32_t)config->board_step_s * 1000;
		making = (int64_t)config->board_step_s << 32 |
		    how.box << 20 | how.columns << 14 | how.rows << 8 |
		    how.quality;
	}
	reel_pool_boards(parts->pool, &how);
	reel_probe_boards(parts->probe,
	    config->boards ? pictures->boards.cache : NULL, &how);
	anew(parts, reel_write_boards_anew(parts->write, making));
}

enum reel_status
reel_pictures_configure(struct reel_pictures *pictures,
    const struct reel_config *config, struct reel_buf *why)
{
	enum reel_status rc = REEL_OK;

	if (config->pictures)
		rc = open_folder(pictures, &pictures->pictures, config, why);
	if (rc == REEL_OK && config->boards)
		rc = open_folder(pictures, &pictures->boards, config, why);
	if (rc != REEL_OK)
		return (rc);
	configure_pictures(pictures, config);
	configure_boards(pictures, config);

	return (REEL_OK);
}

enum reel_status
reel_pictures_open(const struct reel_config *config,
    const struct reel_pictures_parts *parts, struct reel_pictures **out,
    struct reel_buf *why)
{
	struct reel_pictures *pictures = reel_mem_new(sizeof(*pictures));
	enum reel_status rc;

	pictures->parts = *parts;
	rc = reel_pictures_configure(pictures, config, why);
	if (rc != REEL_OK) {
		reel_pictures_close(pictures);
		return (rc);
	}
	/* Another version may read what one before could not. */
	anew(parts, reel_write_failures_anew(parts->write,
	    (int64_t)reel_stream_number(
	        REEL_VERSION, sizeof(REEL_VERSION) - 1)));
	*out = pictures;

	return (REEL_OK);
}

void
reel_pictures_close(struct reel_pictures *pictures)
{

	if (pictures == NULL)
		return;
	reel_sweep_free(pictures->pictures.sweep);
	reel_cache_close(pictures->pictures.cache);
	reel_sweep_free(pictures->boards.sweep);
	reel_cache_close(pictures->boards.cache);
	free(pictures);
}
