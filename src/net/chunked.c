/* One state a byte, but for the data, which moves in one piece. */
#include "net/chunked.h"

#include <string.h>

#include "net/http.h"

enum State {
    SIZE,
    EXT_NAME, /* after ';' */
    EXT_VALUE,
    EXT_TOKEN,
    EXT_QUOTED,
    EXT_ESCAPED,
    EXT_AFTER_QUOTED,
    SIZE_LF,
    DATA,
    DATA_CR,
    DATA_LF,
    TRAILER, /* at the beginning of a line */
    TRAILER_NAME,
    TRAILER_VALUE,
    TRAILER_LF,
    END_LF,
    WRONG
};

#define DIGITS_MAX 8

static int hex_of(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

static enum State size_byte(ChunkReader *reader, char c)
{
    int hex = hex_of(c);

    if (hex >= 0) {
        if (reader->digits == DIGITS_MAX) return WRONG;
        reader->digits++;
        reader->left = reader->left * 16 + (uint64_t)hex;
        return SIZE;
    }
    if (!reader->digits) return WRONG;
    return c == '\r' ? SIZE_LF : c == ';' ? EXT_NAME : WRONG;
}

/* Text in quotes and in header values: no control character but TAB. */
static bool is_text(char c)
{
    return c == '\t' || ((unsigned char)c >= 0x20 && c != 0x7f);
}

/* reader->digits counts the bytes of the current name or token, up to 1:
 * neither may be empty. */
static enum State extension_byte(ChunkReader *reader, enum State state, char c)
{
    bool begun = reader->digits;

    if (state == EXT_QUOTED)
        return c == '"'     ? EXT_AFTER_QUOTED
               : c == '\\'  ? EXT_ESCAPED
               : is_text(c) ? EXT_QUOTED
                            : WRONG;
    if (state == EXT_ESCAPED) return is_text(c) ? EXT_QUOTED : WRONG;
    if (state == EXT_VALUE && c == '"') return EXT_QUOTED;
    if (state != EXT_AFTER_QUOTED && http_is_token(c)) {
        reader->digits = 1;
        return state == EXT_NAME ? EXT_NAME : EXT_TOKEN;
    }
    if (state == EXT_VALUE || (state != EXT_AFTER_QUOTED && !begun))
        return WRONG;
    reader->digits = 0;
    if (c == '=' && state == EXT_NAME) return EXT_VALUE;
    return c == '\r' ? SIZE_LF : c == ';' ? EXT_NAME : WRONG;
}

static enum State trailer_byte(enum State state, char c)
{
    if (state == TRAILER && c == '\r') return END_LF;
    if (state == TRAILER) return http_is_token(c) ? TRAILER_NAME : WRONG;
    if (state == TRAILER_NAME)
        return c == ':' ? TRAILER_VALUE : http_is_token(c) ? state : WRONG;
    return c == '\r' ? TRAILER_LF : is_text(c) ? state : WRONG;
}

static const char *const complaints[] = {
    [SIZE] = "a chunk's size is not one to eight hexadecimal digits",
    [EXT_NAME] = "a chunk's extension is not well formed",
    [EXT_VALUE] = "a chunk's extension is not well formed",
    [EXT_TOKEN] = "a chunk's extension is not well formed",
    [EXT_QUOTED] = "a chunk's extension is not well formed",
    [EXT_ESCAPED] = "a chunk's extension is not well formed",
    [EXT_AFTER_QUOTED] = "a chunk's extension is not well formed",
    [SIZE_LF] = "the line of a chunk's size does not end in CR LF",
    [DATA_CR] = "a chunk is longer than its size says",
    [DATA_LF] = "a chunk does not end in CR LF",
    [TRAILER] = "a trailer line has no name",
    [TRAILER_NAME] = "a trailer line has no name and colon",
    [TRAILER_VALUE] = "a control character in a trailer line",
    [TRAILER_LF] = "a trailer line does not end in CR LF",
    [END_LF] = "the body does not end in CR LF",
    [WRONG] = "the body was refused before",
};

static enum State expect(char c, char wanted, enum State next)
{
    return c == wanted ? next : WRONG;
}

static enum State step(ChunkReader *reader, char c)
{
    enum State state = reader->state;

    switch (state) {
    case SIZE:
        state = size_byte(reader, c);
        if (state != SIZE) reader->digits = 0;
        return state;
    case EXT_NAME:
    case EXT_VALUE:
    case EXT_TOKEN:
    case EXT_QUOTED:
    case EXT_ESCAPED:
    case EXT_AFTER_QUOTED:
        reader->extra++;
        return extension_byte(reader, state, c);
    case SIZE_LF: return expect(c, '\n', reader->left ? DATA : TRAILER);
    case DATA_CR: return expect(c, '\r', DATA_LF);
    case DATA_LF: return expect(c, '\n', SIZE);
    case TRAILER:
    case TRAILER_NAME:
    case TRAILER_VALUE: reader->extra++; return trailer_byte(state, c);
    case TRAILER_LF: return expect(c, '\n', TRAILER);
    case DATA: /* taken whole in chunked_read */
    case END_LF:
    case WRONG: break;
    }
    return WRONG;
}

Err chunked_read(ChunkReader *reader, char *bytes, size_t len, size_t *used,
                 size_t *kept, const char **why)
{
    size_t at = 0;
    size_t out = 0;

    while (at < len) {
        enum State next;

        if (reader->state == DATA) {
            size_t piece = len - at;

            if (piece > reader->left) piece = (size_t)reader->left;
            memmove(bytes + out, bytes + at, piece);
            out += piece;
            at += piece;
            reader->left -= piece;
            if (!reader->left) reader->state = DATA_CR;
            continue;
        }
        if (reader->state == END_LF && bytes[at] == '\n') {
            *used = at + 1;
            *kept = out;
            return ERR_OK;
        }
        next = step(reader, bytes[at]);
        if (next == WRONG || reader->extra > CHUNKED_EXTRA_MAX) {
            *why = next == WRONG ? complaints[reader->state]
                                 : "the body has too much besides its data";
            reader->state = WRONG;
            *used = at;
            *kept = out;
            return ERR_INVALID;
        }
        reader->state = (uint8_t)next;
        at++;
    }
    *used = at;
    *kept = out;
    return ERR_AGAIN;
}
