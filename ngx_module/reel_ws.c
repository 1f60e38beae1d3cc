#include "ngx_module/reel_ws.h"

#include <string.h>

/*
 * The WebSocket codec: frames to messages.  It refuses at the first byte that
 * RFC 6455 forbids and has no opinion on anything else.  A worker of nginx runs
 * it for each connection; the tests' echo program does too.
 *
 * Invariants: size <= limit, so that limit - size does not wrap.  A Close is the
 * end, so that its reason may use the UTF-8 state of the message it interrupts.
 * One loop without recursion; every byte is used once.
 */

enum {
    REEL_WS_S_HEADER = 0,
    REEL_WS_S_PAYLOAD,
    REEL_WS_S_FRAME_END,
    REEL_WS_S_BAD,          /* the next event is the error ${code} */
    REEL_WS_S_OVER
};


void
reel_ws_init(struct reel_ws *ws, uint64_t limit)
{
    memset(ws, 0, sizeof(*ws));
    ws->limit = limit;
}


static enum reel_ws_event
reel_ws_fail(struct reel_ws *ws, uint16_t code)
{
    ws->code = code;
    ws->state = REEL_WS_S_BAD;

    return REEL_WS_NEED;
}


static enum reel_ws_event
reel_ws_opcode(struct reel_ws *ws)
{
    int  more;

    if (REEL_WS_FRAME_IS_CONTROL(ws->frame.opcode)) {
        return REEL_WS_NEED;
    }

    more = ws->frame.opcode == REEL_WS_FRAME_CONTINUATION;

    if (more != (ws->message != 0)) {
        return reel_ws_fail(ws, REEL_WS_PROTOCOL);
    }

    return REEL_WS_NEED;
}


static enum reel_ws_event
reel_ws_length(struct reel_ws *ws)
{
    if (REEL_WS_FRAME_IS_CONTROL(ws->frame.opcode)) {
        ws->total = (uint8_t) ws->frame.left;
        return REEL_WS_NEED;
    }

    if (ws->frame.left > ws->limit - ws->size) {
        return reel_ws_fail(ws, REEL_WS_TOO_BIG);
    }

    ws->size += ws->frame.left;

    return REEL_WS_NEED;
}


static enum reel_ws_event
reel_ws_begin(struct reel_ws *ws, struct reel_ws_piece *piece)
{
    ws->state = REEL_WS_S_PAYLOAD;

    if (ws->frame.opcode == REEL_WS_FRAME_CLOSE || !ws->message) {
        memset(&ws->utf8, 0, sizeof(ws->utf8));
    }

    if (REEL_WS_FRAME_IS_CONTROL(ws->frame.opcode) || ws->message) {
        return REEL_WS_NEED;
    }

    ws->message = ws->frame.opcode;
    piece->opcode = ws->message;

    return REEL_WS_BEGIN;
}


static enum reel_ws_event
reel_ws_header(struct reel_ws *ws, unsigned char c, struct reel_ws_piece *piece)
{
    switch (reel_ws_frame_take(&ws->frame, c)) {

    case REEL_WS_FRAME_OPCODE:
        return reel_ws_opcode(ws);

    case REEL_WS_FRAME_LENGTH:
        return reel_ws_length(ws);

    case REEL_WS_FRAME_PAYLOAD:
        return reel_ws_begin(ws, piece);

    case REEL_WS_FRAME_BAD:
        return reel_ws_fail(ws, REEL_WS_PROTOCOL);

    default: /* REEL_WS_FRAME_MORE */
        return REEL_WS_NEED;
    }
}


static enum reel_ws_event
reel_ws_closing(struct reel_ws *ws, struct reel_ws_piece *piece)
{
    size_t  i, reason, good;

    /* two bytes of code; ${offset} may lie on either side of their end */

    for (i = 0; i < piece->len && piece->offset + i < 2; i++) {
        ws->code = (uint16_t) (ws->code << 8 | piece->data[i]);

        if (piece->offset + i == 1 && !reel_ws_frame_code_ok(ws->code)) {
            return reel_ws_fail(ws, REEL_WS_PROTOCOL);
        }
    }

    reason = piece->len - i;
    good = reel_utf8_feed(&ws->utf8, piece->data + i, reason);

    if (good < reason) {
        return reel_ws_fail(ws, REEL_WS_NOT_UTF8);
    }

    if (ws->frame.left > 0) {
        return REEL_WS_NEED;
    }

    if (!reel_utf8_whole(&ws->utf8)) {
        return reel_ws_fail(ws, REEL_WS_NOT_UTF8);
    }

    ws->state = REEL_WS_S_OVER;
    piece->code = ws->total > 0 ? ws->code : REEL_WS_NO_CODE;

    return REEL_WS_CLOSE;
}


static enum reel_ws_event
reel_ws_control(struct reel_ws *ws, struct reel_ws_piece *piece)
{
    piece->total = ws->total;
    piece->offset = ws->total - ws->frame.left - piece->len;

    switch (ws->frame.opcode) {

    case REEL_WS_FRAME_PING:
        return REEL_WS_PING;

    case REEL_WS_FRAME_PONG:
        return REEL_WS_PONG;

    default: /* REEL_WS_FRAME_CLOSE */
        return reel_ws_closing(ws, piece);
    }
}


static enum reel_ws_event
reel_ws_data(struct reel_ws *ws, struct reel_ws_piece *piece)
{
    size_t  good;

    piece->opcode = ws->message;
    piece->offset = ws->size - ws->frame.left - piece->len;

    if (ws->message == REEL_WS_FRAME_TEXT) {
        good = reel_utf8_feed(&ws->utf8, piece->data, piece->len);

        if (good < piece->len) {

            /* what is good is still said, however the stream is cut */

            piece->len = good;
            (void) reel_ws_fail(ws, REEL_WS_NOT_UTF8);
        }
    }

    return piece->len > 0 ? REEL_WS_DATA : REEL_WS_NEED;
}


static enum reel_ws_event
reel_ws_payload(struct reel_ws *ws, struct reel_ws_piece *piece)
{
    reel_ws_frame_unmask(&ws->frame, piece->data, piece->len);

    if (ws->frame.left == 0) {
        ws->state = REEL_WS_S_FRAME_END;
    }

    return REEL_WS_FRAME_IS_CONTROL(ws->frame.opcode)
           ? reel_ws_control(ws, piece) : reel_ws_data(ws, piece);
}


static enum reel_ws_event
reel_ws_frame_end(struct reel_ws *ws, struct reel_ws_piece *piece)
{
    ws->state = REEL_WS_S_HEADER;

    if (REEL_WS_FRAME_IS_CONTROL(ws->frame.opcode) || !ws->frame.fin) {
        return REEL_WS_NEED;
    }

    if (!reel_utf8_whole(&ws->utf8)) {
        return reel_ws_fail(ws, REEL_WS_NOT_UTF8);
    }

    piece->opcode = ws->message;
    piece->offset = ws->size;

    ws->message = 0;
    ws->size = 0;

    return REEL_WS_END;
}


enum reel_ws_event
reel_ws_next(struct reel_ws *ws, unsigned char **pos, unsigned char *last,
    struct reel_ws_piece *piece)
{
    enum reel_ws_event  event;

    do {

        switch (ws->state) {

        case REEL_WS_S_HEADER:
            if (*pos == last) {
                return REEL_WS_NEED;
            }

            event = reel_ws_header(ws, *(*pos)++, piece);
            break;

        case REEL_WS_S_PAYLOAD:
            piece->data = *pos;
            piece->len = (size_t) (last - *pos);

            if (piece->len >= ws->frame.left) {
                piece->len = (size_t) ws->frame.left;

            } else if (piece->len == 0) {
                return REEL_WS_NEED;
            }

            *pos += piece->len;
            event = reel_ws_payload(ws, piece);
            break;

        case REEL_WS_S_FRAME_END:
            event = reel_ws_frame_end(ws, piece);
            break;

        case REEL_WS_S_BAD:
            ws->state = REEL_WS_S_OVER;
            piece->code = ws->code;
            return REEL_WS_ERROR;

        default: /* REEL_WS_S_OVER */
            *pos = last;
            return REEL_WS_NEED;
        }

    } while (event == REEL_WS_NEED);

    return event;
}
