/* The walk from any HTML to a body: a table says what becomes of each element,
 * text/body.h writes it. */
#include "text/sanitize.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "text/body.h"
#include "text/plain.h"
#include "text/url.h"

typedef enum Fate {
    GIVE,  /* gives its content; also what is not in the table */
    PART,  /* gives its content, apart from what is around it */
    DROP,  /* with all it holds */
    PARA,  /* a paragraph */
    BLOCK, /* a block of the body */
    INLINE,
    BREAK, /* br */
    RULE,  /* hr */
} Fate;

typedef struct Rule {
    Str name;
    Fate fate;
    Str out; /* its name in the body */
    BlockKind kind;
} Rule;

/* clang-format off */
static const Rule rules_by_name[] = {
    /* sorted by name */
    {S_INIT("a"),          INLINE, S_INIT("a"),          0},
    {S_INIT("abbr"),       INLINE, S_INIT("abbr"),       0},
    {S_INIT("acronym"),    INLINE, S_INIT("abbr"),       0},
    {S_INIT("address"),    PART,   S_INIT(""),           0},
    {S_INIT("applet"),     DROP,   S_INIT(""),           0},
    {S_INIT("area"),       DROP,   S_INIT(""),           0},
    {S_INIT("article"),    PART,   S_INIT(""),           0},
    {S_INIT("aside"),      PART,   S_INIT(""),           0},
    {S_INIT("audio"),      DROP,   S_INIT(""),           0},
    {S_INIT("b"),          INLINE, S_INIT("strong"),     0},
    {S_INIT("base"),       DROP,   S_INIT(""),           0},
    {S_INIT("bgsound"),    DROP,   S_INIT(""),           0},
    {S_INIT("blockquote"), BLOCK,  S_INIT("blockquote"), BLOCK_FLOW},
    {S_INIT("body"),       PART,   S_INIT(""),           0},
    {S_INIT("br"),         BREAK,  S_INIT(""),           0},
    {S_INIT("button"),     DROP,   S_INIT(""),           0},
    {S_INIT("canvas"),     DROP,   S_INIT(""),           0},
    {S_INIT("caption"),    BLOCK,  S_INIT("caption"),    BLOCK_LINE},
    {S_INIT("center"),     PART,   S_INIT(""),           0},
    {S_INIT("cite"),       INLINE, S_INIT("cite"),       0},
    {S_INIT("code"),       INLINE, S_INIT("code"),       0},
    {S_INIT("col"),        DROP,   S_INIT(""),           0},
    {S_INIT("colgroup"),   DROP,   S_INIT(""),           0},
    {S_INIT("datalist"),   DROP,   S_INIT(""),           0},
    {S_INIT("dd"),         BLOCK,  S_INIT("dd"),         BLOCK_TIGHT},
    {S_INIT("del"),        INLINE, S_INIT("del"),        0},
    {S_INIT("details"),    PART,   S_INIT(""),           0},
    {S_INIT("dfn"),        INLINE, S_INIT("em"),         0},
    {S_INIT("dialog"),     PART,   S_INIT(""),           0},
    {S_INIT("dir"),        BLOCK,  S_INIT("ul"),         BLOCK_LIST},
    {S_INIT("div"),        PART,   S_INIT(""),           0},
    {S_INIT("dl"),         BLOCK,  S_INIT("dl"),         BLOCK_DEFS},
    {S_INIT("dt"),         BLOCK,  S_INIT("dt"),         BLOCK_LINE},
    {S_INIT("em"),         INLINE, S_INIT("em"),         0},
    {S_INIT("embed"),      DROP,   S_INIT(""),           0},
    {S_INIT("fieldset"),   PART,   S_INIT(""),           0},
    {S_INIT("figcaption"), BLOCK,  S_INIT("figcaption"), BLOCK_LINE},
    {S_INIT("figure"),     BLOCK,  S_INIT("figure"),     BLOCK_FLOW},
    {S_INIT("footer"),     PART,   S_INIT(""),           0},
    {S_INIT("form"),       PART,   S_INIT(""),           0},
    {S_INIT("frame"),      DROP,   S_INIT(""),           0},
    {S_INIT("frameset"),   DROP,   S_INIT(""),           0},
    {S_INIT("h1"),         BLOCK,  S_INIT("h2"),         BLOCK_LINE},
    {S_INIT("h2"),         BLOCK,  S_INIT("h2"),         BLOCK_LINE},
    {S_INIT("h3"),         BLOCK,  S_INIT("h3"),         BLOCK_LINE},
    {S_INIT("h4"),         BLOCK,  S_INIT("h4"),         BLOCK_LINE},
    {S_INIT("h5"),         BLOCK,  S_INIT("h4"),         BLOCK_LINE},
    {S_INIT("h6"),         BLOCK,  S_INIT("h4"),         BLOCK_LINE},
    {S_INIT("head"),       DROP,   S_INIT(""),           0},
    {S_INIT("header"),     PART,   S_INIT(""),           0},
    {S_INIT("hgroup"),     PART,   S_INIT(""),           0},
    {S_INIT("hr"),         RULE,   S_INIT(""),           0},
    {S_INIT("i"),          INLINE, S_INIT("em"),         0},
    {S_INIT("iframe"),     DROP,   S_INIT(""),           0},
    {S_INIT("img"),        DROP,   S_INIT(""),           0},
    {S_INIT("input"),      DROP,   S_INIT(""),           0},
    {S_INIT("ins"),        INLINE, S_INIT("ins"),        0},
    {S_INIT("kbd"),        INLINE, S_INIT("code"),       0},
    {S_INIT("keygen"),     DROP,   S_INIT(""),           0},
    {S_INIT("legend"),     PART,   S_INIT(""),           0},
    {S_INIT("li"),         BLOCK,  S_INIT("li"),         BLOCK_TIGHT},
    {S_INIT("link"),       DROP,   S_INIT(""),           0},
    {S_INIT("listing"),    BLOCK,  S_INIT("pre"),        BLOCK_PRE},
    {S_INIT("main"),       PART,   S_INIT(""),           0},
    {S_INIT("map"),        DROP,   S_INIT(""),           0},
    {S_INIT("marquee"),    PART,   S_INIT(""),           0},
    {S_INIT("math"),       DROP,   S_INIT(""),           0},
    {S_INIT("menu"),       BLOCK,  S_INIT("ul"),         BLOCK_LIST},
    {S_INIT("meta"),       DROP,   S_INIT(""),           0},
    {S_INIT("meter"),      DROP,   S_INIT(""),           0},
    {S_INIT("nav"),        PART,   S_INIT(""),           0},
    {S_INIT("noembed"),    DROP,   S_INIT(""),           0},
    {S_INIT("noframes"),   DROP,   S_INIT(""),           0},
    {S_INIT("noscript"),   DROP,   S_INIT(""),           0},
    {S_INIT("object"),     DROP,   S_INIT(""),           0},
    {S_INIT("ol"),         BLOCK,  S_INIT("ol"),         BLOCK_LIST},
    {S_INIT("optgroup"),   DROP,   S_INIT(""),           0},
    {S_INIT("option"),     DROP,   S_INIT(""),           0},
    {S_INIT("p"),          PARA,   S_INIT("p"),          0},
    {S_INIT("param"),      DROP,   S_INIT(""),           0},
    {S_INIT("plaintext"),  BLOCK,  S_INIT("pre"),        BLOCK_PRE},
    {S_INIT("portal"),     DROP,   S_INIT(""),           0},
    {S_INIT("pre"),        BLOCK,  S_INIT("pre"),        BLOCK_PRE},
    {S_INIT("progress"),   DROP,   S_INIT(""),           0},
    {S_INIT("q"),          INLINE, S_INIT("q"),          0},
    {S_INIT("s"),          INLINE, S_INIT("s"),          0},
    {S_INIT("samp"),       INLINE, S_INIT("code"),       0},
    {S_INIT("script"),     DROP,   S_INIT(""),           0},
    {S_INIT("search"),     PART,   S_INIT(""),           0},
    {S_INIT("section"),    PART,   S_INIT(""),           0},
    {S_INIT("select"),     DROP,   S_INIT(""),           0},
    {S_INIT("small"),      INLINE, S_INIT("small"),      0},
    {S_INIT("source"),     DROP,   S_INIT(""),           0},
    {S_INIT("strike"),     INLINE, S_INIT("s"),          0},
    {S_INIT("strong"),     INLINE, S_INIT("strong"),     0},
    {S_INIT("style"),      DROP,   S_INIT(""),           0},
    {S_INIT("sub"),        INLINE, S_INIT("sub"),        0},
    {S_INIT("summary"),    PART,   S_INIT(""),           0},
    {S_INIT("sup"),        INLINE, S_INIT("sup"),        0},
    {S_INIT("svg"),        DROP,   S_INIT(""),           0},
    {S_INIT("table"),      BLOCK,  S_INIT("table"),      BLOCK_TABLE},
    {S_INIT("tbody"),      BLOCK,  S_INIT("tbody"),      BLOCK_ROWS},
    {S_INIT("td"),         BLOCK,  S_INIT("td"),         BLOCK_TIGHT},
    {S_INIT("template"),   DROP,   S_INIT(""),           0},
    {S_INIT("textarea"),   DROP,   S_INIT(""),           0},
    {S_INIT("tfoot"),      BLOCK,  S_INIT("tbody"),      BLOCK_ROWS},
    {S_INIT("th"),         BLOCK,  S_INIT("th"),         BLOCK_TIGHT},
    {S_INIT("thead"),      BLOCK,  S_INIT("thead"),      BLOCK_ROWS},
    {S_INIT("time"),       INLINE, S_INIT("time"),       0},
    {S_INIT("title"),      DROP,   S_INIT(""),           0},
    {S_INIT("tr"),         BLOCK,  S_INIT("tr"),         BLOCK_ROW},
    {S_INIT("track"),      DROP,   S_INIT(""),           0},
    {S_INIT("tt"),         INLINE, S_INIT("code"),       0},
    {S_INIT("ul"),         BLOCK,  S_INIT("ul"),         BLOCK_LIST},
    {S_INIT("var"),        INLINE, S_INIT("em"),         0},
    {S_INIT("video"),      DROP,   S_INIT(""),           0},
    {S_INIT("xmp"),        BLOCK,  S_INIT("pre"),        BLOCK_PRE},
};
/* clang-format on */

static const Rule give = {S_INIT(""), GIVE, S_INIT(""), 0};
static const Rule drop = {S_INIT(""), DROP, S_INIT(""), 0};

typedef struct Walk {
    Arena *arena; /* scratch: attributes */
    const SanitizeRules *rules;
    BodyOut out;
} Walk;

static int by_name(const void *key, const void *rule)
{
    const Str *name = key;

    return str_cmp(*name, ((const Rule *)rule)->name);
}

static const Rule *rule_of(const HtmlNode *node)
{
    const Rule *rule;

    if (node->foreign) return &drop;
    rule = bsearch(&node->name, rules_by_name, COUNT(rules_by_name),
                   sizeof rules_by_name[0], by_name);
    return rule ? rule : &give;
}

/* Attributes. */

static bool is_language(Str s)
{
    size_t part = 0;

    if (!s.len || s.len > 35) return false;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

        if (c == '-' && part) {
            part = 0;
            continue;
        }
        if (!letter && !(c >= '0' && c <= '9' && part < i)) return false;
        if (++part > 8) return false;
    }
    return part > 0;
}

/* Digits, letters and marks that the forms of a datetime are made of. */
static bool is_datetime(Str s)
{
    if (!s.len || s.len > 64) return false;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];

        if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
              (c && strchr("-+:. ", c))))
            return false;
    }
    return true;
}

static void put_number(Walk *walk, Buf *buf, const HtmlNode *node,
                       const char *name, int64_t least, int64_t most)
{
    int64_t value;

    if (!str_int(str_trim(html_attr(node, name)), &value)) return;
    if (value < least || value > most) return;
    body_put_attr(buf, str_from(name),
                  str_format(walk->arena, "%lld", (long long)value));
}

static void put_one_of(Walk *walk, Buf *buf, const HtmlNode *node,
                       const char *name, const char *const *words)
{
    Str value = str_lower(walk->arena, str_trim(html_attr(node, name)));

    for (; *words; words++)
        if (str_eq(value, str_from(*words)))
            body_put_attr(buf, str_from(name), value);
}

static void put_on_all(Walk *walk, Buf *buf, const HtmlNode *node)
{
    static const char *const directions[] = {"ltr", "rtl", "auto", NULL};
    Str lang = str_trim(html_attr(node, "lang"));

    put_one_of(walk, buf, node, "dir", directions);
    if (is_language(lang)) body_put_attr(buf, S("lang"), lang);
}

static void put_href(Walk *walk, Buf *buf, const HtmlNode *node)
{
    Str href;

    if (walk->rules && walk->rules->no_links) return;
    href = url_clean(walk->arena, html_attr(node, "href"));
    if (walk->rules && walk->rules->base.len &&
        !str_starts_nocase(href, S("mailto:")) &&
        url_resolve(walk->arena, walk->rules->base, href, &href))
        return;
    /* Elements of a body have no ids, so this would lead nowhere. */
    if (str_starts(href, S("#"))) return;
    if (href.len && url_is_safe_link(href)) body_put_attr(buf, S("href"), href);
}

static void put_own(Walk *walk, Buf *buf, const HtmlNode *node, Str name)
{
    static const char *const scopes[] = {"row", "col", "rowgroup", "colgroup",
                                         NULL};

    if (str_eq(name, S("a"))) {
        put_href(walk, buf, node);
    } else if (str_eq(name, S("abbr"))) {
        if (body_is_visible(html_attr(node, "title")))
            body_put_attr(buf, S("title"), html_attr(node, "title"));
    } else if (str_eq(name, S("time"))) {
        Str when = str_trim(html_attr(node, "datetime"));

        if (is_datetime(when)) body_put_attr(buf, S("datetime"), when);
    } else if (str_eq(name, S("ol"))) {
        if (!str_eq(str_trim(html_attr(node, "start")), S("1")))
            put_number(walk, buf, node, "start", -99999, 99999);
    } else if (str_eq(name, S("td")) || str_eq(name, S("th"))) {
        put_number(walk, buf, node, "colspan", 2, 100);
        put_number(walk, buf, node, "rowspan", 2, 1000);
        if (str_eq(name, S("th"))) put_one_of(walk, buf, node, "scope", scopes);
    }
}

static Str attrs_of(Walk *walk, const HtmlNode *node, Str name)
{
    Buf buf = buf_open(walk->arena, SANITIZE_MAX * 8);

    if (!node->attr_count) return (Str){0};
    put_own(walk, &buf, node, name);
    put_on_all(walk, &buf, node);
    return buf.failed ? (Str){0} : buf_str(&buf);
}

/* Elements. */

static void walk_children(Walk *walk, const HtmlNode *node);

static void walk_part(Walk *walk, const HtmlNode *node)
{
    body_break(&walk->out);
    walk_children(walk, node);
    body_break(&walk->out);
}

/* The paragraph a walk is in, kept aside while it is in another or in none. */
static void walk_in_paragraph(Walk *walk, const HtmlNode *node, bool wants_p,
                              Str attrs)
{
    bool was = walk->out.wants_p;
    Str were = walk->out.p_attrs;

    walk->out.wants_p = wants_p;
    walk->out.p_attrs = attrs;
    walk_children(walk, node);
    walk->out.wants_p = was;
    walk->out.p_attrs = were;
}

static void walk_paragraph(Walk *walk, const HtmlNode *node)
{
    body_break(&walk->out);
    walk_in_paragraph(walk, node, true, attrs_of(walk, node, S("p")));
    body_break(&walk->out);
}

/* A picture's figure has nothing left but the caption, which says nothing
 * without the picture. */
static bool has_text_beside_caption(const HtmlNode *figure)
{
    const HtmlNode *node = html_next(figure, figure);

    while (node) {
        bool pass = node->name.len && (rule_of(node)->fate == DROP ||
                                       html_is(node, "figcaption"));

        if (!node->name.len && body_is_visible(node->text)) return true;
        node = pass ? html_next_past(figure, node) : html_next(figure, node);
    }
    return false;
}

static void walk_block(Walk *walk, const HtmlNode *node, const Rule *rule)
{
    bool cell = str_eq(rule->out, S("td")) || str_eq(rule->out, S("th"));
    int place;

    if (!body_may_open(&walk->out, rule->out, rule->kind)) {
        walk_part(walk, node);
        return;
    }
    if (str_eq(rule->out, S("figure")) && !has_text_beside_caption(node)) {
        body_break(&walk->out);
        return;
    }
    place = body_open(&walk->out, rule->out, rule->kind,
                      attrs_of(walk, node, rule->out));
    if (cell) body_force(&walk->out);
    walk_in_paragraph(walk, node, false, (Str){0});
    body_close(&walk->out, place);
}

static void walk_inline(Walk *walk, const HtmlNode *node, const Rule *rule)
{
    Str attrs = attrs_of(walk, node, rule->out);
    bool bare_link =
        str_eq(rule->out, S("a")) && !str_starts(attrs, S(" href"));
    bool open = !bare_link && body_open_inline(&walk->out, rule->out, attrs);

    walk_children(walk, node);
    if (open) body_close_inline(&walk->out);
}

static void walk_element(Walk *walk, const HtmlNode *node)
{
    const Rule *rule = rule_of(node);

    switch (rule->fate) {
    case GIVE: walk_children(walk, node); break;
    case PART: walk_part(walk, node); break;
    case DROP: break;
    case PARA: walk_paragraph(walk, node); break;
    case BLOCK: walk_block(walk, node, rule); break;
    case INLINE: walk_inline(walk, node, rule); break;
    case BREAK: body_br(&walk->out); break;
    case RULE: body_hr(&walk->out); break;
    }
}

/* As deep as the tree, which is at most HTML_DEPTH. */
static void walk_children(Walk *walk, const HtmlNode *node)
{
    for (node = node->first; node; node = node->next) {
        if (node->name.len)
            walk_element(walk, node);
        else
            body_text(&walk->out, node->text);
    }
}

Err sanitize_tree(Arena *arena, const HtmlNode *root,
                  const SanitizeRules *rules, size_t max, Html *out,
                  Fault *fault)
{
    Arena scratch = arena_open();
    Buf buf = buf_open(arena, max);
    Walk walk = {.arena = &scratch, .rules = rules};

    body_begin(&walk.out, &buf);
    walk_children(&walk, root);
    body_end(&walk.out);
    arena_close(&scratch);
    if (buf_end(&buf, &out->markup))
        return fault_set(fault, ERR_TOO_BIG,
                         "the body, sanitised, is over %zu bytes", max);
    return ERR_OK;
}

Err sanitize(Arena *arena, Str html, const SanitizeRules *rules, size_t max,
             Html *out, Fault *fault)
{
    Arena scratch = arena_open();
    HtmlNode *root;
    Err err;

    if (html.len > max)
        return fault_set(fault, ERR_TOO_BIG,
                         "the body has %zu bytes; at most %zu are accepted",
                         html.len, max);
    err = html_read_fragment(&scratch, html, &root, fault);
    if (!err) err = sanitize_tree(arena, root, rules, max, out, fault);
    arena_close(&scratch);
    return err;
}

Html html_from_text(Arena *arena, Str text)
{
    Arena scratch = arena_open();
    BodyOut out;
    Str line;
    Buf buf;

    if (utf8_bad(text) >= 0) {
        buf = buf_open(&scratch, text.len * 3);
        utf8_mend(&buf, text);
        text = buf_str(&buf);
    }
    /* <p></p> for each two bytes, five for each that is escaped */
    buf = buf_open(arena, text.len * 8 + 16);
    body_begin(&out, &buf);
    while (str_line(&text, &line)) {
        if (!body_is_visible(line)) body_break(&out);
        body_text(&out, line);
        body_text(&out, S("\n"));
    }
    body_end(&out);
    arena_close(&scratch);
    return (Html){buf_str(&buf)};
}
