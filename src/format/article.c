#include "format/article.h"

#include <unicode/uchar.h>

#include "base/utf8.h"
#include "format/article_body.h"
#include "format/article_byline.h"
#include "format/article_picture.h"
#include "format/article_said.h"
#include "text/sanitize.h"
#include "text/url.h"

#define NAME_LEAST 3 /* bytes of a site's name that are enough to know it */
#define NAMES_MAX  5 /* of site and section behind a title */

typedef struct Page {
    Arena *arena;
    const ReadContext *ctx;
    HtmlNode *root;
    Said said;
    Str base;
    Item *item;
} Page;

static Str link_href(const Page *page, const char *rel)
{
    HtmlNode *node = html_find_attr(page->root, NULL, "link", "rel", rel);

    return html_attr(node, "href");
}

static Str text_of(const Page *page, const HtmlNode *node)
{
    return node ? item_line(page->arena, html_text(page->arena, node))
                : (Str){0};
}

/* ---- headline ---- */

/* Letters and digits in lower case, by which names are compared: "Port News"
 * and "portnews" are one. */
static Str bare(Arena *arena, Str text)
{
    Buf buf = buf_open(arena, text.len * 3 + 1);

    while (text.len) {
        uint32_t c = utf8_take(&text);

        if (u_isalnum((UChar32)c))
            buf_utf8(&buf, (uint32_t)u_tolower((UChar32)c));
    }
    return buf_str(&buf);
}

/* "givewell" and "GiveWell Blog", but not "port" and "Port News". */
static bool begins_alike(Str a, Str b)
{
    return a.len >= NAME_LEAST && b.len >= NAME_LEAST &&
           a.len * 2 <= b.len * 3 && b.len * 2 <= a.len * 3 &&
           (str_starts(a, b) || str_starts(b, a));
}

/* "port" of https://www.port.example/a/1 */
static Str host_name(Str url)
{
    ptrdiff_t at = str_find(url, S("://"), 0);

    if (at < 0) return (Str){0};
    url = str_skip(url, (size_t)at + 3);
    if (str_starts(url, S("www."))) url = str_skip(url, 4);
    return str_cut(&url, '.');
}

/* Whether the page is known to be of a site of that name. */
static bool names_site(const Page *page, Str tail)
{
    const Str names[] = {
        said_meta(&page->said, "og:site_name"),
        said_meta(&page->said, "application-name"),
        said_meta(&page->said, "article:section"),
        said_member(json_get(page->said.json, "publisher"), "name"),
        host_name(page->base)};

    tail = bare(page->arena, tail);
    for (size_t i = 0; i < COUNT(names); i++)
        if (begins_alike(tail, bare(page->arena, names[i]))) return true;
    return false;
}

/* Where the last of the marks that part a title stands, and how long it is. */
static size_t last_mark(Str title, size_t *len)
{
    static const Str marks[] = {S_INIT(" | "), S_INIT(" - "), S_INIT(" – "),
                                S_INIT(" — "), S_INIT(" » "), S_INIT(" / "),
                                S_INIT(" :: ")};
    size_t cut = 0;

    for (size_t i = 0; i < COUNT(marks); i++) {
        ptrdiff_t at = -1;

        while ((at = str_find(title, marks[i], (size_t)(at + 1))) >= 0)
            if ((size_t)at > cut) {
                cut = (size_t)at;
                *len = marks[i].len;
            }
    }
    return cut;
}

/* "Headline | Section | Agency", "Headline - Agency": what is before the names
 * of the site and its section. Other dashes are the headline's own. */
static Str without_site(const Page *page, Str title)
{
    for (int i = 0; i < NAMES_MAX; i++) {
        size_t len = 0;
        size_t cut = last_mark(title, &len);

        if (!cut || !names_site(page, str_skip(title, cut + len))) break;
        title = str_slice(title, 0, cut);
    }
    return title;
}

/* No headline has a bar, so what is behind the last is a site that nothing
 * else names. */
static Str without_bar(Str title)
{
    size_t len = 0;
    size_t cut = last_mark(title, &len);
    Str mark = str_slice(title, cut, cut + len);

    if (!str_eq(mark, S(" | ")) && !str_eq(mark, S(" :: "))) return title;
    return str_slice(title, 0, cut);
}

/* A heading that stands whole in the title is the headline itself. */
static Str heading_in(const Page *page, Str title)
{
    HtmlNode *only = html_find(page->root, NULL, "h1");
    Str text = text_of(page, only);

    if (!only || html_find(page->root, only, "h1")) return (Str){0};
    return text.len && str_find(title, text, 0) >= 0 && text_words(text) >= 3
               ? text
               : (Str){0};
}

static Str shown_title(const Page *page)
{
    Str title = text_of(page, html_find(page->root, NULL, "title"));
    Str heading = heading_in(page, title);
    Str cut;

    if (heading.len) return heading;
    cut = without_bar(without_site(page, title));
    if (cut.len) return cut;
    cut = text_of(page, html_find(page->root, NULL, "h1"));
    if (!cut.len) cut = text_of(page, html_find(page->root, NULL, "h2"));
    return cut;
}

static Str find_headline(const Page *page)
{
    static const char *const names[] = {"dc:title",
                                        "dcterm:title",
                                        "og:title",
                                        "weibo:article:title",
                                        "weibo:webpage:title",
                                        "title",
                                        "twitter:title",
                                        "parsely-title",
                                        NULL};
    Str headline = said_line(&page->said, "headline");

    if (!headline.len) headline = said_line(&page->said, "name");
    if (!headline.len) headline = said_first(&page->said, names);
    headline = without_site(page, headline);
    if (!headline.len) headline = shown_title(page);
    return headline;
}

/* ---- the other fields ---- */

/* Where the page shows who wrote it. */
static Str shown_byline(const Page *page)
{
    static const char *const words[] = {"byline", "author", "writtenby"};
    size_t looks = 0;

    for (HtmlNode *node = html_next(page->root, page->root); node;
         node = html_next(page->root, node)) {
        Str class = str_lower(page->arena, html_attr(node, "class"));
        bool named = str_eq(html_attr(node, "rel"), S("author")) ||
                     str_find(html_attr(node, "itemprop"), S("author"), 0) >= 0;
        Str text;

        for (size_t i = 0; !named && i < COUNT(words); i++)
            named = str_find(class, str_from(words[i]), 0) >= 0;
        if (!named) continue;
        text = article_line(page->arena, node, BYLINE_MAX, BYLINE_RAW, &looks);
        if (text.len && !byline_is_date(text)) return byline_name(text);
    }
    return (Str){0};
}

static void read_byline(Page *page)
{
    static const char *const names[] = {
        "dc:creator",      "dcterm:creator", "author", "parsely-author",
        "sailthru.author", "dc.creator",     "byl",    NULL};
    Str name = said_names(&page->said, json_get(page->said.json, "author"));

    name = read_line_of_html(page->arena, name);
    if (!name.len) name = byline_without_date(said_first(&page->said, names));
    if (!name.len) {
        name = said_meta(&page->said, "article:author");
        if (str_find(name, S("://"), 0) >= 0) name = (Str){0};
    }
    if (!name.len) name = shown_byline(page);
    page->item->byline =
        read_line_cut(page->arena, byline_without_label(name), FIELD_MAX);
}

static bool take_time(const Page *page, Str text, Time *out)
{
    return text.len && !read_time(page->ctx, text, out);
}

/* The element of the article that a heading stands in, or NULL. */
static const HtmlNode *article_around(const HtmlNode *heading)
{
    const HtmlNode *node = heading;

    while (node && !html_is(node, "article") && !html_is(node, "main"))
        node = node->parent;
    return node;
}

static bool time_from(const Page *page, const HtmlNode *root,
                      const HtmlNode *after, Time *out)
{
    while ((after = html_find(root, after, "time")))
        if (take_time(page, html_attr(after, "datetime"), out)) return true;
    return false;
}

/* A header may show the time of day, lists those of other stories: what is in
 * the article comes first, then what is below its heading. */
static bool shown_time(const Page *page, Time *out)
{
    const HtmlNode *heading = html_find(page->root, NULL, "h1");
    const HtmlNode *article = article_around(heading);
    HtmlNode *node = NULL;

    if (article && time_from(page, article, NULL, out)) return true;
    if (heading && time_from(page, page->root, heading, out)) return true;
    if (time_from(page, page->root, NULL, out)) return true;
    while ((node = html_find_attr(page->root, node, NULL, "itemprop",
                                  "datePublished"))) {
        Str text = html_attr(node, "content");

        if (!text.len) text = text_of(page, node);
        if (take_time(page, text, out)) return true;
    }
    return false;
}

static void read_times(Page *page)
{
    static const char *const published[] = {"article:published_time",
                                            "datePublished",
                                            "parsely-pub-date",
                                            "sailthru.date",
                                            "date",
                                            "dc.date",
                                            "dc.date.issued",
                                            "dcterms.created",
                                            "pubdate",
                                            "publish-date",
                                            "og:published_time",
                                            NULL};
    static const char *const modified[] = {"article:modified_time",
                                           "og:updated_time", "dateModified",
                                           "last-modified", NULL};
    Item *item = page->item;

    item->timed =
        take_time(page, json_str(page->said.json, "datePublished"),
                  &item->at) ||
        take_time(page, said_first(&page->said, published), &item->at) ||
        shown_time(page, &item->at);
    if ((take_time(page, json_str(page->said.json, "dateModified"),
                   &item->said_at) ||
         take_time(page, said_first(&page->said, modified), &item->said_at)) &&
        item->said_at > 0)
        item->version = item->said_at / TIME_SECOND;
}

static void add_tags(Page *page, Str list)
{
    while (list.len && page->item->tags.count < TAGS_MAX) {
        Str name = str_cut(&list, ',');

        if (name.len <= FIELD_MAX) /* longer, it is no tag */
            read_tag(page->item, page->arena, (Str){0}, name);
    }
}

static void read_tags(Page *page)
{
    const JsonNode *words = json_get(page->said.json, "keywords");

    if (words && words->kind == JSON_ARRAY) {
        for (words = words->first; words; words = words->next)
            add_tags(page, said_member(words, "name"));
    } else {
        add_tags(page, json_text(words));
    }
    for (size_t i = 0; i < page->said.meta_count; i++)
        if (str_eq_nocase(page->said.metas[i].name, S("article:tag")))
            add_tags(page, page->said.metas[i].content);
    if (!page->item->tags.count)
        add_tags(page, said_first(&page->said,
                                  (const char *const[]){"news_keywords",
                                                        "keywords", NULL}));
}

static void read_deck(Page *page)
{
    static const char *const names[] = {"og:description", "description",
                                        "twitter:description", "dc.description",
                                        NULL};
    Str deck = said_line(&page->said, "description");

    if (!deck.len) deck = said_first(&page->said, names);
    page->item->deck = read_line_cut(page->arena, deck, DECK_MAX);
}

static void read_address_of(Page *page)
{
    Str found[] = {
        link_href(page, "canonical"), said_meta(&page->said, "og:url"),
        said_member(json_get(page->said.json, "mainEntityOfPage"), "@id"),
        json_str(page->said.json, "url")};
    Str url;

    for (size_t i = 0; i < COUNT(found); i++) {
        if (!found[i].len) continue;
        url = read_address(page->arena, found[i]);
        if (!url.len && page->ctx->base.len &&
            url_resolve(page->arena, page->ctx->base, found[i], &url))
            url = (Str){0};
        if (!url.len) continue;
        if (!page->base.len) page->base = url;
        if (said_is_home(url)) continue; /* it is that of all stories */
        page->base = page->item->source_url = url;
        break;
    }
    if (!page->base.len) page->base = page->ctx->base;
}

static void read_language_of(Page *page)
{
    Str tag =
        said_member(json_get(page->said.json, "inLanguage"), "alternateName");
    HtmlNode *html = html_is(page->root, "html")
                         ? page->root
                         : html_find(page->root, NULL, "html");

    if (!tag.len) tag = html_attr(html, "lang");
    if (!tag.len) tag = said_meta(&page->said, "og:locale");
    page->item->language = read_language(page->arena, page->ctx, tag);
}

static void read_source(Page *page)
{
    Str name = said_member(json_get(page->said.json, "publisher"), "name");

    if (!name.len) name = said_meta(&page->said, "og:site_name");
    page->item->source = read_line_cut(page->arena, name, FIELD_MAX);
}

static void read_section_of(Page *page)
{
    const JsonNode *node = json_get(page->said.json, "articleSection");
    Str name = said_member(node, "name");

    if (!name.len) name = said_meta(&page->said, "article:section");
    read_section(page->item, page->arena, (Str){0},
                 read_line_cut(page->arena, name, 60));
}

/* ---- body ---- */

static Err read_body(Page *page, Fault *fault)
{
    SanitizeRules rules = {.base = page->base};
    Str spoken = json_str(page->said.json, "articleBody");
    HtmlNode *body =
        article_body(page->arena, page->root, page->item->headline);
    Err err = ERR_OK;

    if (body)
        err = sanitize_tree(page->arena, body, &rules, BODY_MAX,
                            &page->item->body, fault);
    if (err) return err;
    /* A page made by a script has its text there only. */
    if (html_words(page->item->body) * 2 < text_words(spoken) &&
        spoken.len <= BODY_MAX)
        page->item->body = html_from_text(page->arena, spoken);
    return ERR_OK;
}

static Err check_size(const HtmlNode *root, Fault *fault)
{
    const HtmlNode *node = root;
    size_t count = 0;

    while ((node = html_next(root, node)))
        if (++count > ARTICLE_NODES_MAX)
            return fault_set(fault, ERR_TOO_BIG,
                             "over %d elements and pieces of text",
                             ARTICLE_NODES_MAX);
    return ERR_OK;
}

static void read_fields(Page *page)
{
    page->said = said_read(page->arena, page->root);
    read_language_of(page);
    read_address_of(page);
    page->item->headline = item_line(page->arena, find_headline(page));
    read_byline(page);
    read_times(page);
    read_section_of(page);
    read_tags(page);
    read_deck(page);
    read_source(page);
    article_read_picture(&page->said, page->base, &page->item->picture);
}

/* A saved page may still name the encoding it once had: bytes that are UTF-8
 * and not mere ASCII are never anything else by chance. */
static Err decode(Arena *arena, Str bytes, Str *text, Fault *fault)
{
    bool ascii = true;

    for (size_t i = 0; ascii && i < bytes.len; i++)
        ascii = (unsigned char)bytes.ptr[i] < 0x80;
    return html_decode(arena, bytes,
                       !ascii && utf8_bad(bytes) < 0 ? S("utf-8") : (Str){0},
                       text, fault);
}

Err article_read(Arena *arena, Str bytes, const ReadContext *ctx, Item *out,
                 Fault *fault)
{
    Item item = item_none();
    Page page = {.arena = arena, .ctx = ctx, .item = &item};
    Str text;
    Err err = decode(arena, bytes, &text, fault);

    if (!err) err = html_read(arena, text, &page.root, fault);
    if (!err) err = check_size(page.root, fault);
    if (err) return err;
    read_fields(&page);
    err = read_body(&page, fault);
    if (err) return err;
    if (!item.body.markup.len)
        return fault_set(fault, ERR_INVALID,
                         "body: no text of an article was found");
    item.uri = item.source_url;
    if (!item.uri.len)
        item.uri = read_identity(
            arena, "sha256:", (Str[]){item.headline, item.body.markup}, 2);
    item.line = 1;
    item.byte = 0;
    err = item_check(&item, fault);
    if (!err) *out = item;
    return err;
}
