#ifndef REEL_WS_FRAME_H
#define REEL_WS_FRAME_H

#include <stddef.h>
#include <stdint.h>

/*
 * The frames of RFC 6455: the header of one that comes from a client, the bytes
 * of one that goes to it.  A header knows nothing of the frames before it.
 */
#define REEL_WS_FRAME_HEADER_MAX   10     /* bytes before a payload we send */
#define REEL_WS_FRAME_CLOSE_MAX    127    /* bytes of a whole Close frame */
#define REEL_WS_FRAME_CONTROL_MAX  125    /* payload of ping, pong and close */

enum reel_ws_frame_opcode {
    REEL_WS_FRAME_CONTINUATION = 0x0,
    REEL_WS_FRAME_TEXT = 0x1,
    REEL_WS_FRAME_BINARY = 0x2,
    REEL_WS_FRAME_CLOSE = 0x8,
    REEL_WS_FRAME_PING = 0x9,
    REEL_WS_FRAME_PONG = 0xa
};

#define REEL_WS_FRAME_IS_CONTROL(opcode)  (((opcode) & 0x08) != 0)

/* What a byte of a header made known. */
enum reel_ws_frame_news {
    REEL_WS_FRAME_MORE = 0,    /* nothing yet */
    REEL_WS_FRAME_OPCODE,      /* ${opcode} and ${fin} */
    REEL_WS_FRAME_LENGTH,      /* ${left} */
    REEL_WS_FRAME_PAYLOAD,     /* the header was complete with this byte */
    REEL_WS_FRAME_BAD          /* no frame a client may send */
};

/* All zeros: before the first byte. */
struct reel_ws_frame {
    uint64_t       left;      /* bytes of payload still to come */
    unsigned char  mask[4];
    uint8_t        opcode;
    uint8_t        fin;
    uint8_t        part;      /* which part of the header comes next */
    uint8_t        need;      /* bytes that part still lacks */
    uint8_t        wide;      /* bytes of the extended length */
    uint8_t        turn;      /* byte of the mask for the next one of payload */
};

/**
 * reel_ws_frame_take(frame, c):
 * The next byte of a header.  After REEL_WS_FRAME_PAYLOAD the next call begins
 * another frame.
 */
enum reel_ws_frame_news reel_ws_frame_take(struct reel_ws_frame *frame,
    unsigned char c);

/**
 * reel_ws_frame_unmask(frame, data, len):
 * Unmask the next ${len} bytes of payload, at most ${left}, in place.
 */
void reel_ws_frame_unmask(struct reel_ws_frame *frame, unsigned char *data,
    size_t len);

/**
 * reel_ws_frame_code_ok(code):
 * Nonzero if an endpoint may send ${code} in a Close.
 */
int reel_ws_frame_code_ok(unsigned code);

/**
 * reel_ws_frame_header(out, opcode, len):
 * Write the header of an unfragmented frame of ${len} bytes to ${out}, which
 * holds REEL_WS_FRAME_HEADER_MAX bytes; return how many it has.
 *
 * reel_ws_frame_close(out, code, reason, len):
 * Write a whole Close to ${out}, which holds REEL_WS_FRAME_CLOSE_MAX bytes;
 * return its length.  A ${code} that must not be sent (1005): neither code nor
 * reason.  Of ${reason}, which is UTF-8, as many characters as fit.
 */
size_t reel_ws_frame_header(unsigned char *out,
    enum reel_ws_frame_opcode opcode, uint64_t len);
size_t reel_ws_frame_close(unsigned char *out, unsigned code,
    const char *reason, size_t len);

#endif /* !REEL_WS_FRAME_H */
