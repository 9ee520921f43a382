/* The markup is known to be well formed, so that links are found by walking
 * from tag to tag and from attribute to attribute, without a tree: a feed of
 * fifty stories is written on each publish. */
#include "format/body.h"

#include "base/buf.h"
#include "text/url.h"

/* What of a reference makes it absolute already: "name:" before any of /?#,
 * which is all that the sanitiser lets through. */
static bool has_scheme(Str ref)
{
    for (size_t i = 0; i < ref.len; i++) {
        if (ref.ptr[i] == ':') return i > 0;
        if (ref.ptr[i] == '/' || ref.ptr[i] == '?' || ref.ptr[i] == '#')
            return false;
    }
    return false;
}

/* The sanitiser writes & < > " in attributes as these four. */
static Str unescape(Arena *arena, Str value)
{
    static const struct {
        Str name;
        char c;
    } entities[] = {
        {S_INIT("&amp;"), '&'},
        {S_INIT("&lt;"), '<'},
        {S_INIT("&gt;"), '>'},
        {S_INIT("&quot;"), '"'},
    };
    Buf out;

    if (str_find_char(value, '&', 0) < 0) return value;
    out = buf_open(arena, value.len);
    while (value.len) {
        size_t used = 1;
        char c = value.ptr[0];

        for (size_t i = 0; c == '&' && i < COUNT(entities); i++) {
            if (!str_starts(value, entities[i].name)) continue;
            c = entities[i].c;
            used = entities[i].name.len;
        }
        buf_putc(&out, c);
        value = str_skip(value, used);
    }
    return buf_str(&out);
}

/* The value of the next attribute of a tag whose rest is *tag: name="value".
 * False when there is none. */
static bool next_attribute(Str *tag, Str *name, Str *value)
{
    ptrdiff_t equals = str_find_char(*tag, '=', 0);
    ptrdiff_t end;

    if (equals < 0) return false;
    *name = str_trim(str_slice(*tag, 0, (size_t)equals));
    *tag = str_skip(*tag, (size_t)equals + 1);
    if (!tag->len || tag->ptr[0] != '"') return false;
    end = str_find_char(*tag, '"', 1);
    if (end < 0) return false;
    *value = str_slice(*tag, 1, (size_t)end);
    *tag = str_skip(*tag, (size_t)end + 1);
    return true;
}

/* tag: what stands between "<a" and ">". The href's value, or empty. */
static Str href_of(Str tag)
{
    Str name;
    Str value;

    while (next_attribute(&tag, &name, &value))
        if (str_eq(name, S("href"))) return value;
    return (Str){0};
}

/* The place of the next link's href after from, or false. */
static bool next_link(Str markup, size_t from, Str *href)
{
    for (;;) {
        ptrdiff_t open = str_find(markup, S("<a "), from);
        ptrdiff_t end;

        if (open < 0) return false;
        end = str_find_char(markup, '>', (size_t)open);
        if (end < 0) return false;
        *href = href_of(str_slice(markup, (size_t)open + 2, (size_t)end));
        if (href->len) return true;
        from = (size_t)end;
    }
}

Html body_absolute(Arena *arena, Html body, Str base)
{
    Buf out = buf_open(arena, BODY_OUT_MAX);
    Str markup = body.markup;
    size_t copied = 0;
    size_t at = 0;
    Str href;
    Str whole;

    while (next_link(markup, at, &href)) {
        size_t begin = (size_t)(href.ptr - markup.ptr);

        at = begin + href.len;
        if (has_scheme(href)) continue;
        if (url_resolve(arena, base, unescape(arena, href), &whole)) continue;
        buf_puts(&out, str_slice(markup, copied, begin));
        buf_escape(&out, whole);
        copied = at;
    }
    if (!copied) return body;
    buf_puts(&out, str_skip(markup, copied));
    if (buf_end(&out, &markup)) return body;
    return (Html){markup};
}
