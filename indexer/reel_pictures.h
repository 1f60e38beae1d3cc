#ifndef REEL_PICTURES_H
#define REEL_PICTURES_H

#include "shared/reel_buf.h"
#include "shared/reel_status.h"

/*
 * What has to do with pictures, put together: the cache, its sweep, and those
 * who make and keep them.
 */
struct reel_config;
struct reel_index;
struct reel_loop;
struct reel_pictures;
struct reel_pool;
struct reel_probe;
struct reel_write;

struct reel_pictures_parts {
	struct reel_loop *loop;
	struct reel_index *index;
	struct reel_write *write;
	struct reel_pool *pool;
	struct reel_probe *probe;
};

/**
 * reel_pictures_open(config, parts, pictures, why):
 * REEL_IO with one sentence in ${why}: no cache folder.  Nothing is made where
 * the configuration says that there are no pictures.
 *
 * reel_pictures_configure(pictures, config, why): from now on; as it was if it
 * fails.  Pictures made otherwise before are owed once more.
 *
 * reel_pictures_close(pictures): NULL is harmless; the parts are not touched.
 */
enum reel_status reel_pictures_open(const struct reel_config *config,
    const struct reel_pictures_parts *parts, struct reel_pictures **pictures,
    struct reel_buf *why);
enum reel_status reel_pictures_configure(struct reel_pictures *pictures,
    const struct reel_config *config, struct reel_buf *why);
void reel_pictures_close(struct reel_pictures *pictures);

#endif /* !REEL_PICTURES_H */
