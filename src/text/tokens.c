#include "text/tokens.h"

#include "base/utf8.h"

Err tokens_wrong(Fault *fault, const Source *source, size_t at, Err err,
                 Str name, const char *what)
{
    int64_t line = 1;
    int64_t column = 1;

    for (size_t i = 0; i < at; i++) {
        column = source->text.ptr[i] == '\n' ? 1 : column + 1;
        line += source->text.ptr[i] == '\n';
    }
    fault_at(fault, line, column);
    for (const Source *s = source; s; s = s->includer)
        fault_where(fault, "%.*s", STR_ARG(s->name));
    return fault_set(fault, err, "%.*s%s%s", STR_ARG(utf8_first(name, 64)),
                     name.len ? ": " : "", what);
}

static bool is_name(Str name)
{
    if (!name.len || name.len > TOKEN_NAME_MAX) return false;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];

        if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' &&
            c != '.')
            return false;
    }
    return true;
}

static TokenKind kind_of(char sigil)
{
    switch (sigil) {
    case '#': return TOKEN_OPEN;
    case '^': return TOKEN_INVERT;
    case '/': return TOKEN_CLOSE;
    case '>': return TOKEN_PARTIAL;
    case '!': return TOKEN_COMMENT;
    default: return TOKEN_VALUE;
    }
}

static void add_token(Source *source, Arena *arena, Token token)
{
    size_t count = source->count;

    if (!(count & (count - 1)))
        source->tokens =
            arena_grow(arena, source->tokens, count * sizeof(Token),
                       (count ? count * 2 : 1) * sizeof(Token));
    source->tokens[source->count++] = token;
}

static Err cut_tag(Source *source, Arena *arena, size_t at, size_t end,
                   Fault *fault)
{
    Str inside = str_slice(source->text, at + 2, end);
    Token token = {TOKEN_VALUE, inside, at, false};

    if (inside.len) token.kind = kind_of(inside.ptr[0]);
    if (token.kind != TOKEN_VALUE) token.text = str_skip(inside, 1);
    token.text = str_trim(token.text);
    if (token.kind != TOKEN_COMMENT && !is_name(token.text))
        return tokens_wrong(fault, source, at, ERR_INVALID, token.text,
                            "between the braces stands no name of [a-z0-9_]");
    add_token(source, arena, token);
    return ERR_OK;
}

static Err cut(Source *source, Arena *arena, Fault *fault)
{
    Str text = source->text;
    size_t from = 0;
    Err err = ERR_OK;

    while (!err) {
        ptrdiff_t open = str_find(text, S("{{"), from);
        ptrdiff_t close;

        if (open < 0) break;
        close = str_find(text, S("}}"), (size_t)open);
        if (close < 0)
            return tokens_wrong(fault, source, (size_t)open, ERR_INVALID,
                                (Str){0}, "the tag's }} is missing");
        if ((size_t)open > from)
            add_token(source, arena,
                      (Token){TOKEN_TEXT, str_slice(text, from, (size_t)open),
                              from, false});
        err = cut_tag(source, arena, (size_t)open, (size_t)close, fault);
        from = (size_t)close + 2;
    }
    if (from < text.len)
        add_token(source, arena,
                  (Token){TOKEN_TEXT, str_skip(text, from), from, false});
    return err;
}

static bool is_silent(TokenKind kind)
{
    return kind == TOKEN_OPEN || kind == TOKEN_INVERT || kind == TOKEN_CLOSE ||
           kind == TOKEN_COMMENT;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* The length of the text up to and with its last line break, if only blanks
 * follow that; -1 if more does, or if there is none and first is false. */
static ptrdiff_t line_begins(Str text, bool first)
{
    size_t len = text.len;

    while (len && is_blank(text.ptr[len - 1]))
        len--;
    if (len ? text.ptr[len - 1] == '\n' : first) return (ptrdiff_t)len;
    return -1;
}

/* The length of the line's rest if it is blank, break included, else -1. */
static ptrdiff_t line_ends(Str text)
{
    size_t len = 0;

    while (len < text.len && is_blank(text.ptr[len]))
        len++;
    if (len < text.len && text.ptr[len] == '\n') return (ptrdiff_t)len + 1;
    return -1;
}

static bool all_blank(Str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (!is_blank(text.ptr[i])) return false;
    return true;
}

/* Where the run of silent tokens and blanks from i on ends: the index of the
 * first token that is neither. */
static size_t run_end(const Source *source, size_t i)
{
    while (i < source->count) {
        const Token *token = &source->tokens[i];

        if (!is_silent(token->kind) &&
            !(token->kind == TOKEN_TEXT && all_blank(token->text)))
            break;
        i++;
    }
    return i;
}

/* Takes the line out if tokens i to end are all it holds. */
static void take_line_out(Source *source, size_t i, size_t end)
{
    Token *before = i ? &source->tokens[i - 1] : NULL;
    Token *after = end < source->count ? &source->tokens[end] : NULL;
    ptrdiff_t begins = 0;
    ptrdiff_t ends = 0;

    if (before)
        begins = before->kind == TOKEN_TEXT
                     ? line_begins(before->text, i == 1 || before->fresh)
                     : -1;
    if (after) ends = after->kind == TOKEN_TEXT ? line_ends(after->text) : -1;
    if (begins < 0 || ends < 0) return;
    if (before) before->text.len = (size_t)begins;
    for (size_t k = i; k < end; k++)
        if (source->tokens[k].kind == TOKEN_TEXT)
            source->tokens[k].text.len = 0;
    if (after) {
        after->text = str_skip(after->text, (size_t)ends);
        after->at += (size_t)ends;
        after->fresh = true;
    }
}

static void take_lines_out(Source *source)
{
    for (size_t i = 0; i < source->count; i++) {
        size_t end;

        if (!is_silent(source->tokens[i].kind)) continue;
        end = run_end(source, i);
        take_line_out(source, i, end);
        i = end - 1;
    }
}

Err tokens_cut(Source *source, Arena *arena, Fault *fault)
{
    Err err = cut(source, arena, fault);

    if (!err) take_lines_out(source);
    return err;
}
