/* What is put aside keeps its place in the tree under the name "template",
 * which nothing shows. */
#include "base/utf8.h"
#include "format/article_page.h"
#include "story/item.h"
#include "text/plain.h"

bool page_is_element(const HtmlNode *node)
{
    return node->name.len > 0;
}

bool page_is_any(const HtmlNode *node, const char *const *names)
{
    for (; *names; names++)
        if (html_is(node, *names)) return true;
    return false;
}

bool page_is_gone(const HtmlNode *node)
{
    return str_eq(node->name, PAGE_GONE);
}

void page_hide(ArticlePage *page, HtmlNode *node)
{
    size_t n = page->hidden_count;

    if (page_is_gone(node)) return;
    if ((n & (n - 1)) == 0)
        page->hidden =
            arena_grow(page->arena, page->hidden, n * sizeof(PageHidden),
                       (n ? n * 2 : 1) * sizeof(PageHidden));
    page->hidden[page->hidden_count++] = (PageHidden){node, node->name};
    node->name = PAGE_GONE;
}

void page_show_all(ArticlePage *page)
{
    while (page->hidden_count) {
        PageHidden *hidden = &page->hidden[--page->hidden_count];

        hidden->node->name = hidden->name;
    }
}

/* ---- names ---- */

static const char *const unlikely[] = {
    "-ad-",      "ad-slot",      "adbox",      "advert",     "agegate",
    "banner",    "breadcrumb",   "combx",      "comment",    "community",
    "cookie",    "cover-wrap",   "disqus",     "extra",      "footer",
    "gdpr",      "header",       "legends",    "masthead",   "menu",
    "modal",     "navbar",       "navigation", "newsletter", "outbrain",
    "pager",     "pagination",   "popup",      "promo",      "related",
    "remark",    "replies",      "rss",        "share",      "sharing",
    "shoutbox",  "sidebar",      "skyscraper", "social",     "sponsor",
    "subscribe", "supplemental", "taboola",    "toolbar",    "yom-remote",
    "widget",    "recommend",    "most-read",  "trending",   NULL};

static const char *const maybe[] = {"and",     "article", "body",    "column",
                                    "content", "main",    "mathjax", "shadow",
                                    "story",   NULL};

static const char *const good[] = {
    "article", "body", "content", "entry", "hentry", "h-entry", "main",
    "page",    "post", "text",    "blog",  "story",  NULL};

static const char *const bad[] = {
    "-ad-",       "hidden",     "banner",  "combx",    "comment", "com-",
    "contact",    "footer",     "gdpr",    "masthead", "media",   "meta",
    "outbrain",   "promo",      "related", "scroll",   "share",   "shoutbox",
    "sidebar",    "skyscraper", "sponsor", "shopping", "tags",    "widget",
    "newsletter", "caption",    NULL};

bool page_has_word(Str text, const char *const *words)
{
    for (; *words; words++)
        if (str_find(text, str_from(*words), 0) >= 0) return true;
    return false;
}

Str page_names(Arena *arena, const HtmlNode *node)
{
    Str class = html_attr(node, "class");
    Str id = html_attr(node, "id");

    return str_lower(
        arena, str_format(arena, "%.*s %.*s", STR_ARG(class), STR_ARG(id)));
}

int page_weight(ArticlePage *page, const HtmlNode *node)
{
    Str attrs[] = {html_attr(node, "class"), html_attr(node, "id")};
    int weight = 0;

    if (!page->by_name) return 0;
    for (size_t i = 0; i < COUNT(attrs); i++) {
        Str text = str_lower(page->arena, attrs[i]);

        if (page_has_word(text, bad)) weight -= 25;
        if (page_has_word(text, good)) weight += 25;
    }
    return weight;
}

/* ---- putting aside ---- */

static bool is_invisible(ArticlePage *page, const HtmlNode *node)
{
    Str style = html_attr(node, "style");

    if (html_has_attr(node, "hidden")) return true;
    if (str_eq(html_attr(node, "aria-hidden"), S("true")) &&
        str_find(html_attr(node, "class"), S("fallback-image"), 0) < 0)
        return true;
    if (!style.len) return false;
    style = str_lower(page->arena, style);
    return str_find(style, S("display:none"), 0) >= 0 ||
           str_find(style, S("display: none"), 0) >= 0 ||
           str_find(style, S("visibility:hidden"), 0) >= 0 ||
           str_find(style, S("visibility: hidden"), 0) >= 0;
}

static bool has_role(const HtmlNode *node)
{
    static const char *const roles[] = {
        "menu",  "menubar",     "complementary", "navigation",
        "alert", "alertdialog", "dialog",        NULL};
    Str role = html_attr(node, "role");

    for (const char *const *r = roles; role.len && *r; r++)
        if (str_eq(role, str_from(*r))) return true;
    return false;
}

bool page_inside(const HtmlNode *node, const char *name)
{
    for (node = node->parent; node; node = node->parent)
        if (html_is(node, name)) return true;
    return false;
}

static bool is_furniture(ArticlePage *page, const HtmlNode *node)
{
    static const char *const kept[] = {"body",    "html", "a",
                                       "article", "main", NULL};
    Str names;

    if (page_is_any(node, kept)) return false;
    if (has_role(node)) return true;
    names = page_names(page->arena, node);
    return page_has_word(names, unlikely) && !page_has_word(names, maybe) &&
           !page_inside(node, "table") && !page_inside(node, "code");
}

static bool is_short(const HtmlNode *node, size_t raw, size_t *looks)
{
    const HtmlNode *at = node;
    size_t sum = 0;

    while (++*looks < ARTICLE_LOOKS && (at = html_next(node, at))) {
        sum += at->text.len;
        if (sum > raw) return false;
    }
    return !at;
}

static size_t ink(Str text)
{
    size_t count = 0;

    for (size_t i = 0; i < text.len; i++)
        count += (unsigned char)text.ptr[i] > ' ';
    return count;
}

/* May be true of a line of up to twice as many bytes: some space counts. */
static bool shows_less(const HtmlNode *node, size_t max, size_t *looks)
{
    const HtmlNode *at = html_next(node, node);
    size_t sum = 0;

    while (at && sum < max * 2 && ++*looks < ARTICLE_LOOKS) {
        bool hidden =
            at->name.len && (at->foreign || plain_is_hidden(at->name));

        sum += ink(at->text);
        at = hidden ? html_next_past(node, at) : html_next(node, at);
    }
    return !at && sum < max * 2;
}

Str article_line(Arena *arena, const HtmlNode *node, size_t max, size_t raw,
                 size_t *looks)
{
    Str line;

    if (!is_short(node, raw, looks) || !shows_less(node, max, looks))
        return (Str){0};
    line = item_line(arena, html_text(arena, node));
    return line.len < max ? line : (Str){0};
}

static bool is_byline(ArticlePage *page, const HtmlNode *node)
{
    static const char *const words[] = {"byline",    "author",   "dateline",
                                        "writtenby", "p-author", NULL};
    Str names;

    if (page_is_any(node, (const char *const[]){"body", "html", "article",
                                                "main", "section", NULL}))
        return false;
    names = page_names(page->arena, node);
    if (!str_eq(html_attr(node, "rel"), S("author")) &&
        str_find(html_attr(node, "itemprop"), S("author"), 0) < 0 &&
        !page_has_word(names, words))
        return false;
    return article_line(page->arena, node, BYLINE_MAX, BYLINE_RAW, &page->looks)
               .len > 0;
}

static bool is_title(ArticlePage *page, const HtmlNode *node)
{
    static const char *const headings[] = {"h1", "h2", NULL};

    if (!page->title.len || !page_is_any(node, headings)) return false;
    return str_eq_nocase(article_line(page->arena, node, page->title.len + 1,
                                      8000, &page->looks),
                         page->title);
}

static const char *const never[] = {
    "script", "style",    "noscript", "link",   "template", "button", "input",
    "select", "textarea", "iframe",   "object", "embed",    "footer", "aside",
    "nav",    "svg",      "canvas",   "dialog", NULL};

void page_put_aside(ArticlePage *page)
{
    HtmlNode *node = html_next(page->root, page->root);

    while (node) {
        bool aside = page_is_element(node) &&
                     (page_is_any(node, never) || is_invisible(page, node) ||
                      (page->strip &&
                       (is_furniture(page, node) || is_byline(page, node))) ||
                      is_title(page, node));

        if (aside) page_hide(page, node);
        node = page_is_gone(node) ? html_next_past(page->root, node)
                                  : html_next(page->root, node);
    }
}
