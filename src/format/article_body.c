/* Names of classes and ids, as people give them, add and take points from what
 * the blocks of text have given (article_score.c).  What is mostly links counts
 * for little.  The element with the most points is the core of the article; its
 * neighbours come along when they have points of their own or read like text.
 * Then what remains inside is looked through for boxes that are no text: lists
 * of links, forms, buttons to share.
 *
 * Things that sites hide or name like furniture are put aside before counting
 * (article_aside.c); when that leaves hardly any text, it is all tried again
 * with less put aside.
 */
#include "format/article_body.h"

#include <string.h>

#include "base/utf8.h"
#include "format/article_page.h"
#include "story/item.h"

#define ENOUGH 500 /* characters: an article has so many */
#define TOPS   5

/* ---- the core ---- */

static bool contains(const HtmlNode *outer, const HtmlNode *node)
{
    for (; node; node = node->parent)
        if (node == outer) return true;
    return false;
}

static size_t find_tops(ArticlePage *page, HtmlNode **tops)
{
    size_t count = 0;

    for (HtmlNode *node = html_next(page->root, page->root); node;
         node = page_is_gone(node) ? html_next_past(page->root, node)
                                   : html_next(page->root, node)) {
        size_t at;

        if (!page_is_element(node) || page_is_gone(node) ||
            !page_stats(page, node)->candidate)
            continue;
        for (at = count; at > 0; at--)
            if (page_points(page, tops[at - 1]) >= page_points(page, node))
                break;
        if (at == TOPS) continue;
        if (count < TOPS) count++;
        for (size_t i = count - 1; i > at; i--)
            tops[i] = tops[i - 1];
        tops[at] = node;
    }
    return count;
}

/* When several elements have nearly as many points, the article is spread
 * over them: what holds at least three of them is its core. */
static HtmlNode *common_holder(ArticlePage *page, HtmlNode **tops, size_t count)
{
    HtmlNode *top = tops[0];
    double least = page_points(page, top) * 0.75;

    for (HtmlNode *holder = top->parent; holder && holder != page->root;
         holder = holder->parent) {
        int others = 0;

        if (html_is(holder, "body")) break;
        for (size_t i = 1; i < count; i++)
            if (page_points(page, tops[i]) >= least &&
                contains(holder, tops[i]) && !contains(tops[i], top))
                others++;
        if (others >= 2) return holder;
    }
    return top;
}

static size_t elements_in(const HtmlNode *node)
{
    size_t count = 0;

    for (const HtmlNode *child = node->first; child; child = child->next)
        if (page_is_element(child) && !page_is_gone(child)) count++;
    return count;
}

/* A parent with more points has more of the article in it. */
static HtmlNode *climb(ArticlePage *page, HtmlNode *top)
{
    double last = page_stats(page, top)->score;
    double least = last / 3;

    for (HtmlNode *up = top->parent;
         up && up != page->root && !html_is(up, "body"); up = up->parent) {
        const PageStats *stats = page_stats(page, up);

        if (!stats->candidate) continue;
        if (stats->score < least) break;
        if (stats->score > last) {
            top = up;
            break;
        }
        last = stats->score;
    }
    while (top->parent && top->parent != page->root &&
           !html_is(top->parent, "body") && elements_in(top->parent) == 1)
        top = top->parent;
    return top;
}

static bool comes_along(ArticlePage *page, const HtmlNode *top,
                        const HtmlNode *node)
{
    static const char *const holders[] = {"div", "section", "article", NULL};
    const PageStats *stats = page_stats(page, node);
    const PageStats *of_top = page_stats(page, top);
    double least = of_top->score * 0.2 > 10 ? of_top->score * 0.2 : 10;
    double bonus = 0;
    Str class = html_attr(top, "class");
    bool sentence;
    Str text;

    if (class.len && str_eq(class, html_attr(node, "class")))
        bonus = of_top->score * 0.2;
    if (stats->candidate && stats->score + bonus >= least) return true;
    if (page_is_any(node, holders) && stats->text > 250 && stats->commas > 2 &&
        stats->p && page_link_density(stats) < 0.1)
        return true;
    if (!html_is(node, "p")) return false;
    if (stats->text > 80) return page_link_density(stats) < 0.25;
    if (!stats->text) return false;
    text = str_trim(html_text(page->arena, node));
    sentence = str_find(text, S(". "), 0) >= 0 || str_ends(text, S("."));
    return !stats->links && sentence;
}

/* Takes the core and what comes along with it out of the page. */
static HtmlNode *gather(ArticlePage *page, HtmlNode *top)
{
    HtmlNode *body = ARENA_NEW(page->arena, HtmlNode);
    HtmlNode *next;

    body->name = S("body");
    if (!top->parent || html_is(top, "body")) {
        body->first = top->first;
        body->last = top->last;
        return body;
    }
    for (HtmlNode *node = top->parent->first; node; node = next) {
        next = node->next;
        if (node != top && (!page_is_element(node) || page_is_gone(node) ||
                            !comes_along(page, top, node)))
            continue;
        node = memcpy(ARENA_NEW(page->arena, HtmlNode), node, sizeof *node);
        node->next = NULL;
        node->parent = body;
        if (body->last)
            body->last->next = node;
        else
            body->first = node;
        body->last = node;
    }
    return body;
}

/* ---- looking it through ---- */

static bool is_no_text(ArticlePage *page, const HtmlNode *node,
                       const PageStats *stats)
{
    static const char *const lists[] = {"ul", "ol", NULL};
    int weight = page_weight(page, node);
    double density = page_link_density(stats);
    bool is_list = page_is_any(node, lists);

    if (weight < 0) return true;
    if (stats->commas >= 10) return false;
    if (!is_list && stats->li > 100 + stats->p) return true;
    if (!is_list && stats->li > stats->p + 1 && density > 0.3) return true;
    if (stats->input > stats->p / 3) return true;
    if (!is_list && stats->text < PAGE_SPEAKS && stats->img != 1 &&
        stats->heading * 10 < stats->text * 9)
        return true;
    if (weight < 25 && density > 0.2 && stats->text) return true;
    return weight >= 25 && density > 0.5;
}

static bool is_empty_heading(ArticlePage *page, const HtmlNode *node,
                             const PageStats *stats)
{
    static const char *const headings[] = {"h1", "h2", "h3", NULL};

    return page_is_any(node, headings) &&
           (page_weight(page, node) < 0 || page_link_density(stats) > 0.33);
}

static bool is_share(ArticlePage *page, const HtmlNode *node,
                     const PageStats *stats)
{
    static const char *const words[] = {"share", "sharedaddy", "social", NULL};

    return stats->text < ENOUGH &&
           page_has_word(page_names(page->arena, node), words);
}

static void tidy(ArticlePage *page, HtmlNode *body)
{
    static const char *const boxes[] = {"form", "fieldset", "table", "ul", "ol",
                                        "div",  "section",  "dl",    NULL};

    page_count(page, body);
    for (HtmlNode *node = html_next(body, body); node;
         node = page_is_gone(node) ? html_next_past(body, node)
                                   : html_next(body, node)) {
        const PageStats *stats;

        if (!page_is_element(node) || page_is_gone(node)) continue;
        stats = page_stats(page, node);
        if (page_inside(node, "code") || page_inside(node, "pre")) continue;
        if (html_is(node, "table") && stats->p == 0 && stats->text > 200 &&
            page_link_density(stats) < 0.2)
            continue; /* a table of facts */
        if (page_is_any(node, boxes) && node->parent != body &&
            is_no_text(page, node, stats))
            page_hide(page, node);
        else if (is_empty_heading(page, node, stats) ||
                 is_share(page, node, stats))
            page_hide(page, node);
    }
}

static HtmlNode *try_once(ArticlePage *page)
{
    HtmlNode *tops[TOPS];
    HtmlNode *body;
    size_t count;

    map_init(&page->stats);
    page_put_aside(page);
    page_count(page, page->root);
    page_score(page);
    count = find_tops(page, tops);
    body = gather(page, count ? climb(page, common_holder(page, tops, count))
                              : page->root);
    for (HtmlNode *node = body->first; node; node = node->next)
        for (HtmlNode *child = node->first; child; child = child->next)
            child->parent = node;
    if (page->tidy) tidy(page, body);
    map_close(&page->stats);
    return body;
}

static HtmlNode *page_body(HtmlNode *root)
{
    HtmlNode *body = html_find(root, NULL, "body");

    return body ? body : root;
}

HtmlNode *article_body(Arena *arena, HtmlNode *root, Str title)
{
    static const struct {
        bool strip, by_name, tidy;
    } tries[] = {
        {true, true, true},
        {false, true, true},
        {false, false, true},
        {false, false, false},
    };
    ArticlePage page = {
        .arena = arena, .root = page_body(root), .title = title};
    size_t most = 0;
    size_t best = 0;

    for (size_t i = 0; i < COUNT(tries); i++) {
        HtmlNode *body;
        size_t len;

        page.strip = tries[i].strip;
        page.by_name = tries[i].by_name;
        page.tidy = tries[i].tidy;
        body = try_once(&page);
        len = utf8_count(item_line(arena, html_text(arena, body)));
        if (len >= ENOUGH) return body;
        if (len > most) {
            most = len;
            best = i;
        }
        page_show_all(&page);
    }
    if (!most) return NULL;
    page.strip = tries[best].strip;
    page.by_name = tries[best].by_name;
    page.tidy = tries[best].tidy;
    return try_once(&page);
}
