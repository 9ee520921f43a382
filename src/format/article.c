#include "format/article.h"

#include "base/utf8.h"
#include "format/article_body.h"
#include "format/article_said.h"
#include "text/sanitize.h"
#include "text/url.h"

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

/* "Headline | Agency", "Headline - Agency": what is before the last mark, when
 * that is more than a few words. */
static Str without_site(Str title)
{
    static const Str marks[] = {S_INIT(" | "), S_INIT(" - "), S_INIT(" – "),
                                S_INIT(" — "), S_INIT(" » "), S_INIT(" / "),
                                S_INIT(" :: ")};
    size_t cut = 0;

    for (size_t i = 0; i < COUNT(marks); i++) {
        ptrdiff_t at = -1;
        ptrdiff_t last = -1;

        while ((at = str_find(title, marks[i], (size_t)(at + 1))) >= 0)
            last = at;
        if (last > 0 && (size_t)last > cut) cut = (size_t)last;
    }
    if (!cut) return title;
    return text_words(str_slice(title, 0, cut)) >= 4 ? str_slice(title, 0, cut)
                                                     : title;
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

    if (!title.len) {
        HtmlNode *node = html_find(page->root, NULL, "title");

        if (node && node->first)
            title = item_line(page->arena, node->first->text);
    }
    if (heading.len) return heading;
    cut = without_site(title);
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
    if (!headline.len) headline = shown_title(page);
    return headline;
}

/* ---- the other fields ---- */

static Str without_by(Str name)
{
    static const Str marks[] = {S_INIT("by "), S_INIT("von "), S_INIT("par ")};

    for (size_t i = 0; i < COUNT(marks); i++)
        if (str_starts_nocase(name, marks[i]))
            return str_trim(str_skip(name, marks[i].len));
    return name;
}

/* What is shown with a name is often a date, parted by a dash or a dot. */
static Str name_only(Str text)
{
    static const Str marks[] = {S_INIT(" - "), S_INIT(" – "), S_INIT(" — "),
                                S_INIT(" —"),  S_INIT(" | "), S_INIT(" • "),
                                S_INIT(" · ")};

    for (size_t i = 0; i < COUNT(marks); i++) {
        ptrdiff_t at = str_find(text, marks[i], 1);

        if (at > 0) text = str_slice(text, 0, (size_t)at);
    }
    return text;
}

/* Where the page shows who wrote it. */
static Str shown_byline(const Page *page)
{
    static const char *const words[] = {"byline", "author", "writtenby"};

    for (HtmlNode *node = html_next(page->root, page->root); node;
         node = html_next(page->root, node)) {
        Str class = str_lower(page->arena, html_attr(node, "class"));
        bool named = str_eq(html_attr(node, "rel"), S("author")) ||
                     str_find(html_attr(node, "itemprop"), S("author"), 0) >= 0;
        Str text;

        for (size_t i = 0; !named && i < COUNT(words); i++)
            named = str_find(class, str_from(words[i]), 0) >= 0;
        if (!named || !article_is_short(node, 2000)) continue;
        text = text_of(page, node);
        if (text.len && text.len < 100) return name_only(text);
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
    if (!name.len) name = said_first(&page->said, names);
    if (!name.len) {
        name = said_meta(&page->said, "article:author");
        if (str_find(name, S("://"), 0) >= 0) name = (Str){0};
    }
    if (!name.len) name = shown_byline(page);
    page->item->byline =
        read_line_cut(page->arena, without_by(name), FIELD_MAX);
}

static bool take_time(const Page *page, Str text, Time *out)
{
    return text.len && !read_time(page->ctx, text, out);
}

static bool shown_time(const Page *page, Time *out)
{
    HtmlNode *node = NULL;

    while ((node = html_find(page->root, node, "time")))
        if (take_time(page, html_attr(node, "datetime"), out)) return true;
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
    Time changed;

    page->item->timed =
        take_time(page, json_str(page->said.json, "datePublished"),
                  &page->item->at) ||
        take_time(page, said_first(&page->said, published), &page->item->at) ||
        shown_time(page, &page->item->at);
    if ((take_time(page, json_str(page->said.json, "dateModified"), &changed) ||
         take_time(page, said_first(&page->said, modified), &changed)) &&
        changed > 0)
        page->item->version = changed / TIME_SECOND;
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
        page->item->source_url = url;
        break;
    }
    page->base =
        page->item->source_url.len ? page->item->source_url : page->ctx->base;
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
