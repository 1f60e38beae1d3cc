#ifndef REEL_SLOT_SEND_H
#define REEL_SLOT_SEND_H

#include "shared/reel_item.h"
#include "shared/reel_status.h"

struct reel_slot;

/**
 * reel_slot_send(slot, fd, type, name):
 * Send that file, or that there is none (-1), to the worker of ${slot}, for the job
 * that is set there.  ${fd} stays open here.
 */
enum reel_status reel_slot_send(
    struct reel_slot *slot, int fd, enum reel_type type, const char *name);

#endif /* !REEL_SLOT_SEND_H */
