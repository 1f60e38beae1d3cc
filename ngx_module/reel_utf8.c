#include "ngx_module/reel_utf8.h"

#include <string.h>

/*
 * The judge of text that comes in pieces.  It keeps three bytes, so that an
 * idle connection pays nothing for being in the middle of a character.
 */

#define REEL_UTF8_HIGH_BITS  0x8080808080808080ULL


/* The first byte of a character of several; zero if there is none such. */

static int
reel_utf8_lead(struct reel_utf8 *utf8, unsigned char c)
{
    utf8->low = 0x80;
    utf8->high = 0xbf;

    if (c >= 0xc2 && c <= 0xdf) {
        utf8->left = 1;
        return 1;
    }

    if (c >= 0xe0 && c <= 0xef) {
        utf8->left = 2;

        if (c == 0xe0) {
            utf8->low = 0xa0;     /* else overlong */

        } else if (c == 0xed) {
            utf8->high = 0x9f;    /* else a surrogate */
        }

        return 1;
    }

    if (c >= 0xf0 && c <= 0xf4) {
        utf8->left = 3;

        if (c == 0xf0) {
            utf8->low = 0x90;     /* else overlong */

        } else if (c == 0xf4) {
            utf8->high = 0x8f;    /* else above U+10FFFF */
        }

        return 1;
    }

    return 0;
}


size_t
reel_utf8_feed(struct reel_utf8 *utf8, const unsigned char *data, size_t len)
{
    size_t    i;
    uint64_t  word;

    for (i = 0; i < len; i++) {

        if (utf8->left > 0) {
            if (data[i] < utf8->low || data[i] > utf8->high) {
                break;
            }

            utf8->left--;
            utf8->low = 0x80;
            utf8->high = 0xbf;
            continue;
        }

        while (len - i >= sizeof(word)) {
            memcpy(&word, data + i, sizeof(word));

            if (word & REEL_UTF8_HIGH_BITS) {
                break;
            }

            i += sizeof(word);
        }

        if (i == len) {
            break;
        }

        if (data[i] >= 0x80 && !reel_utf8_lead(utf8, data[i])) {
            break;
        }
    }

    return i;
}


int
reel_utf8_whole(const struct reel_utf8 *utf8)
{
    return utf8->left == 0;
}
