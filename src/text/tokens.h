/* text/tokens.h -- a template's source cut into fixed text and tags.
 *
 * Lines that hold nothing but section tags and comments are taken out, line
 * break included, as Mustache has it; text is otherwise as it was.
 *
 * Threads: pure.  Used by text/template alone.
 */
#ifndef TEXT_TOKENS_H
#define TEXT_TOKENS_H

#include "base/err.h"
#include "base/str.h"

#define TOKEN_NAME_MAX 64

typedef enum TokenKind {
    TOKEN_TEXT,
    TOKEN_VALUE,
    TOKEN_OPEN,
    TOKEN_INVERT,
    TOKEN_CLOSE,
    TOKEN_PARTIAL,
    TOKEN_COMMENT
} TokenKind;

typedef struct Token {
    TokenKind kind;
    Str text;   /* TEXT: the bytes; else the name */
    size_t at;  /* the offset in the source */
    bool fresh; /* TEXT: begins a line, though its break was taken out */
} Token;

/* A template or partial being read. */
typedef struct Source {
    Str name;
    Str text;
    Token *tokens;
    size_t count;
    const struct Source *includer;
} Source;

/* Fills source->tokens, in arena, from its text.
 *   ERR_INVALID  a tag without its end, or without a name of [a-z0-9_.] */
MUST_USE Err tokens_cut(Source *source, Arena *arena, Fault *fault);

/* Fills the fault: line and column of offset at, and through which templates
 * one comes there; "name: what". Returns err. */
Err tokens_wrong(Fault *fault, const Source *source, size_t at, Err err,
                 Str name, const char *what);

#endif
