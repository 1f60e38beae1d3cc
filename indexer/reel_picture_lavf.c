/*
 * Open, pick a frame, make it small, encode: each in a file of its own.
 */
#include <stdio.h>

#include "shared/reel_key.h"
#include "shared/reel_wire.h"

#include "indexer/reel_encode_lavf.h"
#include "indexer/reel_frames_lavf.h"
#include "indexer/reel_source_lavf.h"
#include "indexer/reel_thumb_sws.h"

#include "indexer/reel_picture_lavf.h"

enum reel_status
reel_picture_file(int fd, enum reel_type type,
    const struct reel_wire_making *making, int64_t timeout_ms,
    unsigned char *bytes, size_t cap, size_t *len, char *reason)
{
	struct reel_source src;
	struct reel_frames_pick pick = {0};
	struct reel_thumb thumb = {0};
	enum reel_status rc;

	if ((rc = reel_source_open(&src, fd, timeout_ms, reason)) != REEL_OK)
		goto out;
	reel_source_look_for_picture(&src);
	rc = reel_frames_pick(&src, type, making->box, &pick, reason);
	if (rc == REEL_NOT_FOUND) {
		snprintf(reason, REEL_WIRE_REASON_MAX, "no picture in it");
		rc = REEL_BAD_INPUT;
	}
	if (rc != REEL_OK)
		goto out;
	rc = src.head_size > 0
	    ? reel_thumb_make_on(
	        pick.frame, &src.frame.place, making->box, &thumb)
	    : reel_thumb_make(pick.frame, pick.sar_num, pick.sar_den,
	        pick.matrix, making->box, &thumb);
	if (rc == REEL_OK)
		rc = reel_encode_picture((enum reel_key_form)making->form,
		    &(struct reel_encode_pixels){
		        thumb.rgb, thumb.width, thumb.height},
		    making->quality, bytes, cap, len);
	if (rc != REEL_OK) {
		snprintf(reason, REEL_WIRE_REASON_MAX, "%s", rc == REEL_NOMEM
		    ? "its picture needs more memory than one file may use"
		    : "its picture is of a form Reel cannot scale");
		rc = REEL_BAD_INPUT;
	}
out:
	reel_thumb_clear(&thumb);
	reel_frames_clear(&pick);
	reel_source_close(&src);

	return (rc);
}
