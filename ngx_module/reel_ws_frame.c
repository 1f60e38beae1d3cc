#include "ngx_module/reel_ws_frame.h"

#include <string.h>

/*
 * Frames without their meaning.  A header is read byte by byte, because it may
 * end anywhere and the first byte that is wrong decides; a payload is unmasked
 * eight bytes at a time, because it may be long.
 */

#define REEL_WS_FRAME_FIN     0x80
#define REEL_WS_FRAME_RSV     0x70
#define REEL_WS_FRAME_MASKED  0x80

enum {
    REEL_WS_FRAME_P_OPCODE = 0,
    REEL_WS_FRAME_P_LENGTH,
    REEL_WS_FRAME_P_WIDE,
    REEL_WS_FRAME_P_MASK
};


static enum reel_ws_frame_news
reel_ws_frame_opcode(struct reel_ws_frame *frame, unsigned char c)
{
    frame->fin = c >> 7;
    frame->opcode = c & 0x0f;
    frame->part = REEL_WS_FRAME_P_LENGTH;

    if (c & REEL_WS_FRAME_RSV) {
        return REEL_WS_FRAME_BAD;
    }

    switch (frame->opcode) {

    case REEL_WS_FRAME_CONTINUATION:
    case REEL_WS_FRAME_TEXT:
    case REEL_WS_FRAME_BINARY:
        return REEL_WS_FRAME_OPCODE;

    case REEL_WS_FRAME_CLOSE:
    case REEL_WS_FRAME_PING:
    case REEL_WS_FRAME_PONG:
        return frame->fin ? REEL_WS_FRAME_OPCODE : REEL_WS_FRAME_BAD;
    }

    return REEL_WS_FRAME_BAD;
}


static enum reel_ws_frame_news
reel_ws_frame_measured(struct reel_ws_frame *frame)
{
    frame->part = REEL_WS_FRAME_P_MASK;
    frame->need = 4;

    return REEL_WS_FRAME_LENGTH;
}


static enum reel_ws_frame_news
reel_ws_frame_length(struct reel_ws_frame *frame, unsigned char c)
{
    frame->left = c & 0x7f;

    if (!(c & REEL_WS_FRAME_MASKED)) {
        return REEL_WS_FRAME_BAD;
    }

    if (frame->left <= REEL_WS_FRAME_CONTROL_MAX) {

        /* half a code */

        if (frame->opcode == REEL_WS_FRAME_CLOSE && frame->left == 1) {
            return REEL_WS_FRAME_BAD;
        }

        return reel_ws_frame_measured(frame);
    }

    if (REEL_WS_FRAME_IS_CONTROL(frame->opcode)) {
        return REEL_WS_FRAME_BAD;
    }

    frame->wide = frame->left == 126 ? 2 : 8;
    frame->need = frame->wide;
    frame->left = 0;
    frame->part = REEL_WS_FRAME_P_WIDE;

    return REEL_WS_FRAME_MORE;
}


static enum reel_ws_frame_news
reel_ws_frame_wide(struct reel_ws_frame *frame, unsigned char c)
{
    uint64_t  least = frame->wide == 2 ? 126 : 65536;

    /* the top bit of 64 must be clear */

    if (frame->need == 8 && (c & 0x80)) {
        return REEL_WS_FRAME_BAD;
    }

    frame->left = frame->left << 8 | c;

    if (--frame->need > 0) {
        return REEL_WS_FRAME_MORE;
    }

    /* the shortest form is a must */

    return frame->left < least ? REEL_WS_FRAME_BAD
                               : reel_ws_frame_measured(frame);
}


enum reel_ws_frame_news
reel_ws_frame_take(struct reel_ws_frame *frame, unsigned char c)
{
    switch (frame->part) {

    case REEL_WS_FRAME_P_OPCODE:
        return reel_ws_frame_opcode(frame, c);

    case REEL_WS_FRAME_P_LENGTH:
        return reel_ws_frame_length(frame, c);

    case REEL_WS_FRAME_P_WIDE:
        return reel_ws_frame_wide(frame, c);
    }

    frame->mask[4 - frame->need] = c;

    if (--frame->need > 0) {
        return REEL_WS_FRAME_MORE;
    }

    frame->turn = 0;
    frame->part = REEL_WS_FRAME_P_OPCODE;

    return REEL_WS_FRAME_PAYLOAD;
}


void
reel_ws_frame_unmask(struct reel_ws_frame *frame, unsigned char *data,
    size_t len)
{
    size_t         i;
    uint64_t       word, key;
    unsigned char  mask[sizeof(key)] = { 0 };

    for (i = 0; i < sizeof(mask); i++) {
        mask[i] = frame->mask[(frame->turn + i) & 3];
    }

    /* by memcpy: the payload may stand at any address */

    memcpy(&key, mask, sizeof(key));

    for (i = 0; len - i >= sizeof(word); i += sizeof(word)) {
        memcpy(&word, data + i, sizeof(word));
        word ^= key;
        memcpy(data + i, &word, sizeof(word));
    }

    for ( /* void */ ; i < len; i++) {
        data[i] ^= mask[i & 7];
    }

    frame->turn = (uint8_t) ((frame->turn + len) & 3);
    frame->left -= len;
}


/* RFC 6455, 7.4, and what IANA has added since: 1012, 1013, 1014. */

int
reel_ws_frame_code_ok(unsigned code)
{
    return (code >= 1000 && code <= 1003)
           || (code >= 1007 && code <= 1014)
           || (code >= 3000 && code <= 4999);
}


size_t
reel_ws_frame_header(unsigned char *out, enum reel_ws_frame_opcode opcode,
    uint64_t len)
{
    size_t  i, wide;

    out[0] = (unsigned char) (REEL_WS_FRAME_FIN | opcode);

    if (len < 126) {
        out[1] = (unsigned char) len;
        return 2;
    }

    wide = len < 65536 ? 2 : 8;
    out[1] = wide == 2 ? 126 : 127;

    for (i = 0; i < wide; i++) {
        out[2 + i] = (unsigned char) (len >> 8 * (wide - 1 - i));
    }

    return 2 + wide;
}


size_t
reel_ws_frame_close(unsigned char *out, unsigned code, const char *reason,
    size_t len)
{
    if (!reel_ws_frame_code_ok(code)) {
        return reel_ws_frame_header(out, REEL_WS_FRAME_CLOSE, 0);
    }

    if (len > REEL_WS_FRAME_CONTROL_MAX - 2) {
        len = REEL_WS_FRAME_CONTROL_MAX - 2;

        /* no half of a character: back to where one begins */

        while (len > 0 && (reason[len] & 0xc0) == 0x80) {
            len--;
        }
    }

    (void) reel_ws_frame_header(out, REEL_WS_FRAME_CLOSE, 2 + len);
    out[2] = (unsigned char) (code >> 8);
    out[3] = (unsigned char) code;

    if (len > 0) {
        memcpy(out + 4, reason, len);
    }

    return 4 + len;
}
