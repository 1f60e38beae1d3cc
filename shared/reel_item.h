#ifndef REEL_ITEM_H
#define REEL_ITEM_H

#include <stddef.h>
#include <stdint.h>

/* Ids with a meaning of their own, as values of a parent. */
#define REEL_ITEM_TOP 0    /* parent of every root */
#define REEL_ITEM_TRASH -1 /* parent of a dropped folder until it is purged */

/*
 * How the name begins that an item has for a moment when items change places in
 * a circle.  It promises no type: the item keeps the one it had.
 */
#define REEL_ITEM_PARKED ".reel-"

/* The longest ending that promises a type, in bytes. */
#define REEL_ITEM_ENDING_MAX 6

/* Stored in the book; numbers never move. */
enum reel_type {
	REEL_TYPE_UNKNOWN = 0,
	REEL_TYPE_DIRECTORY = 1,
	REEL_TYPE_VIDEO = 2,
	REEL_TYPE_AUDIO = 3,
	REEL_TYPE_IMAGE = 4,
	REEL_TYPE_SUBTITLE = 5,
	REEL_TYPE_PLAYLIST = 6,
	REEL_TYPE_HLS_DIRECTORY = 7,
	REEL_TYPE_SEGMENT = 8
};
#define REEL_TYPE_COUNT 9

/* Stored in the book; numbers never move. */
enum reel_state {
	REEL_STATE_NEW = 0,     /* names and stat are known, facts are not yet */
	REEL_STATE_GROWING = 1, /* somebody is writing */
	REEL_STATE_READY = 2,
	REEL_STATE_FAILED = 3
};

/* Stored in the book; numbers never move. */
enum reel_op {
	REEL_OP_PUT = 1,
	REEL_OP_MOVE = 2,
	REEL_OP_DROP = 3
};

/* A folder of either kind has children. */
#define REEL_TYPE_IS_FOLDER(type)                                              \
	((type) == REEL_TYPE_DIRECTORY || (type) == REEL_TYPE_HLS_DIRECTORY)

/**
 * reel_item_type_name(type):
 * Return the word of the API for ${type} ("video", "hls_directory" ...).
 */
const char *reel_item_type_name(enum reel_type type);

/**
 * reel_item_type_parse(word, len):
 * Return the type whose word is the ${len} bytes at ${word}, or -1.
 */
int reel_item_type_parse(const char *word, size_t len);

/**
 * reel_item_type_guess(name, len):
 * Return the type that the ending of the file name ${name} of ${len} bytes
 * promises, in any case of letters; REEL_TYPE_UNKNOWN if it promises none.
 */
enum reel_type reel_item_type_guess(const char *name, size_t len);

/**
 * reel_item_ending_from(rest, len, ending):
 * Set ${ending} to the first ending, in the order of bytes and in any case of
 * letters, that is not before the ${len} bytes at ${rest} and that a film may
 * have: what the ending of video, sound or image promises, a probe may find to
 * be a film.  Return its length; 0 if none follows.
 */
size_t reel_item_ending_from(
    const char *rest, size_t len, char ending[REEL_ITEM_ENDING_MAX]);

/**
 * reel_item_state_name(state), reel_item_op_name(op):
 * Return the word of the API.
 */
const char *reel_item_state_name(enum reel_state state);
const char *reel_item_op_name(enum reel_op op);

#endif /* !REEL_ITEM_H */
