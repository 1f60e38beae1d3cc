/*
 * Pictures can be switched on and off and be made larger while the indexer runs;
 * where they are kept cannot change, as nginx looks there too.
 */
#include <stdlib.h>

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

struct reel_pictures {
	struct reel_pictures_parts parts;
	struct reel_cache *cache; /* NULL: not needed so far */
	struct reel_sweep *sweep;
};

static enum reel_status
open_cache(struct reel_pictures *pictures, const struct reel_config *config,
    struct reel_buf *why)
{
	const struct reel_pictures_parts *parts = &pictures->parts;
	enum reel_status rc;

	if (pictures->cache != NULL)
		return (REEL_OK);
	rc = reel_state_cache(config->cache_dir, config->group, why);
	if (rc == REEL_OK)
		rc = reel_cache_open(config->cache_dir, &pictures->cache, why);
	if (rc == REEL_OK)
		pictures->sweep = reel_sweep_new(
		    parts->loop, parts->index, parts->write, pictures->cache);

	return (rc);
}

enum reel_status
reel_pictures_configure(struct reel_pictures *pictures,
    const struct reel_config *config, struct reel_buf *why)
{
	const struct reel_pictures_parts *parts = &pictures->parts;
	struct reel_wire_making making = {0, 0, 0};
	enum reel_status rc;

	if (!config->pictures) {
		reel_pool_pictures(parts->pool, &making);
		reel_probe_pictures(parts->probe, NULL);
		return (REEL_OK);
	}
	if ((rc = open_cache(pictures, config, why)) != REEL_OK)
		return (rc);
	making.box = (uint16_t)config->picture_width;
	making.quality = (uint16_t)config->picture_quality;
	making.form = (uint16_t)config->picture_form;
	reel_pool_pictures(parts->pool, &making);
	reel_probe_pictures(parts->probe, pictures->cache);
	rc = reel_write_pictures_anew(parts->write,
	    (int64_t)making.form << 24 | making.box << 8 | making.quality);
	/* Not worth stopping for: the next start tries again. */
	if (rc == REEL_IO)
		reel_step_recover(parts->index);
	reel_probe_kick(parts->probe);

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
	if (rc == REEL_OK)
		*out = pictures;
	else
		reel_pictures_close(pictures);

	return (rc);
}

void
reel_pictures_close(struct reel_pictures *pictures)
{

	if (pictures == NULL)
		return;
	reel_sweep_free(pictures->sweep);
	reel_cache_close(pictures->cache);
	free(pictures);
}
