#ifndef REEL_WS_H
#define REEL_WS_H

#include <stddef.h>
#include <stdint.h>

#include "ngx_module/reel_utf8.h"
#include "ngx_module/reel_ws_frame.h"

/*
 * RFC 6455, what a server receives, without a transport: bytes in, events out.
 * Nothing is allocated and nothing copied; what a connection keeps is this
 * struct.  Handshake and extensions are not its business.
 */
#define REEL_WS_GUID  "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

/* Codes of a Close that this codec speaks of itself. */
#define REEL_WS_PROTOCOL  1002
#define REEL_WS_NO_CODE   1005    /* never on the wire: there was none */
#define REEL_WS_NOT_UTF8  1007
#define REEL_WS_TOO_BIG   1009

enum reel_ws_event {
    REEL_WS_NEED = 0,    /* all bytes are used up */
    REEL_WS_BEGIN,       /* a message: opcode */
    REEL_WS_DATA,        /* a piece of it: opcode, data, len, offset */
    REEL_WS_END,         /* it is complete: opcode, offset */
    REEL_WS_PING,        /* a piece of a ping: data, len, offset, total */
    REEL_WS_PONG,        /* likewise */
    REEL_WS_CLOSE,       /* the last event: code */
    REEL_WS_ERROR        /* the last event: code to close with */
};

struct reel_ws {
    uint64_t              limit;      /* bytes of a message at most */
    uint64_t              size;       /* bytes of the message, as announced */
    struct reel_ws_frame  frame;
    uint16_t              code;       /* of a Close, or of what went wrong */
    uint8_t               state;
    uint8_t               message;    /* its opcode; 0 between messages */
    uint8_t               total;      /* payload of a control frame */
    struct reel_utf8      utf8;
};

/* Fields that an event does not name have no meaning. */
struct reel_ws_piece {
    uint64_t        offset;    /* bytes of the message or ping before this */
    unsigned char  *data;      /* unmasked, where it arrived */
    size_t          len;
    uint16_t        code;
    uint8_t         opcode;    /* REEL_WS_FRAME_TEXT or REEL_WS_FRAME_BINARY */
    uint8_t         total;     /* bytes of the whole ping or pong */
};

/**
 * reel_ws_init(ws, limit):
 * Ready for the first byte behind the handshake.
 */
void reel_ws_init(struct reel_ws *ws, uint64_t limit);

/**
 * reel_ws_next(ws, pos, last, piece):
 * Take bytes from ${*pos} up to ${last} until there is something to say; call
 * again until REEL_WS_NEED.  Payload is unmasked in place; an empty ping is one
 * piece of no bytes.  Bytes behind the last event are swallowed.  However the
 * stream is cut, the events are the same but for the sizes of the pieces.
 */
enum reel_ws_event reel_ws_next(struct reel_ws *ws, unsigned char **pos,
    unsigned char *last, struct reel_ws_piece *piece);

#endif /* !REEL_WS_H */
