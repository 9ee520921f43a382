#include "text/paragraphs.h"

#include "base/utf8.h"

static const Str open_tag = S_INIT("<p>");
static const Str close_tag = S_INIT("</p>");

/* How many bytes of plain text source begins with. */
static size_t text_run(Str source)
{
    size_t at = 0;

    while (at < source.len) {
        unsigned char c = (unsigned char)source.ptr[at];

        if (c == '<' || c == '&' || c == 0x7f) break;
        if (c < 0x20 && c != '\n' && c != '\t') break;
        at++;
    }
    return at;
}

/* Passes over what source begins with: text, or the one tag that may stand
 * there. False at anything else. */
static bool pass(Str *source, bool *inside, Str *text)
{
    Str tag = *inside ? close_tag : open_tag;

    *text = str_slice(*source, 0, text_run(*source));
    *source = str_skip(*source, text->len);
    if (text->len) return true;
    if (!str_starts(*source, tag)) return false;
    *source = str_skip(*source, tag.len);
    *inside = !*inside;
    return true;
}

/* Characters that HTML has reservations about are the parser's business: those
 * that are no characters (U+FDD0.., U+xFFFE, U+xFFFF), C1 controls, a mark. */
static bool is_plain(Str source)
{
    bool inside = false;
    Str rest = source;
    Str text;

    while (rest.len)
        if (!pass(&rest, &inside, &text)) return false;
    if (inside || utf8_bad(source) >= 0) return false;
    for (size_t i = 0; i + 1 < source.len; i++) {
        unsigned char a = (unsigned char)source.ptr[i];
        unsigned char b = (unsigned char)source.ptr[i + 1];

        if ((a == 0xc2 && b < 0xa0) || (a == 0xef && b >= 0xb7) || a >= 0xf0)
            return false;
    }
    return true;
}

static HtmlNode *add(Arena *arena, HtmlNode *parent)
{
    HtmlNode *node = ARENA_NEW(arena, HtmlNode);

    node->parent = parent;
    *(parent->last ? &parent->last->next : &parent->first) = node;
    parent->last = node;
    return node;
}

bool paragraphs_read(Arena *arena, Str source, HtmlNode *body)
{
    HtmlNode *place = body;
    bool inside = false;
    Str text;

    if (!is_plain(source)) return false;
    source = str_copy(arena, source);
    while (source.len && pass(&source, &inside, &text)) {
        if (text.len) {
            add(arena, place)->text = text;
        } else if (inside) {
            place = add(arena, body);
            place->name = S("p");
        } else {
            place = body;
        }
    }
    return true;
}
