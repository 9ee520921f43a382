/* Each block of running text speaks for the elements around it: one point for
 * being there, one for each comma, one for each hundred characters up to three;
 * all of it goes to its parent, half to the parent of that, and less further
 * out. */
#include "base/utf8.h"
#include "format/article_page.h"

#define ANCESTORS 5

/* ---- counting ---- */

PageStats *page_stats(ArticlePage *page, const HtmlNode *node)
{
    uint64_t key = (uint64_t)(uintptr_t)node;
    PageStats *stats = map_get(&page->stats, key);

    if (stats) return stats;
    stats = ARENA_NEW(page->arena, PageStats);
    map_put(&page->stats, key, stats);
    return stats;
}

static bool is_comma(uint32_t c)
{
    return c == ',' || c == 0x060C || c == 0xFE50 || c == 0xFE10 ||
           c == 0xFE11 || c == 0x2E41 || c == 0x2E34 || c == 0x2E32 ||
           c == 0xFF0C || c == 0x3001;
}

static void count_text(PageStats *stats, Str text)
{
    bool space = true;

    while (text.len) {
        uint32_t c = utf8_take(&text);
        bool now = c <= 0x20 || c == 0xA0;

        if (!now || !space) stats->text++;
        space = now;
        if (is_comma(c)) stats->commas++;
    }
}

static const char *const block_names[] = {
    "blockquote", "dl",    "div", "img",     "ol",      "p",
    "pre",        "table", "ul",  "section", "article", "main",
    "figure",     "h1",    "h2",  "h3",      "h4",      "h5",
    "h6",         "form",  "hr",  "header",  "footer",  NULL};

static void add_stats(PageStats *to, const PageStats *more,
                      const HtmlNode *child)
{
    to->text += more->text;
    to->links += html_is(child, "a") ? more->text : more->links;
    to->commas += more->commas;
    to->p += more->p + html_is(child, "p");
    to->img += more->img + html_is(child, "img");
    to->li += more->li + html_is(child, "li");
    to->input += more->input + html_is(child, "label");
    if (page_is_any(child, (const char *const[]){"h1", "h2", "h3", "h4", "h5",
                                                 "h6", NULL}))
        to->heading += (uint32_t)more->text;
    else
        to->heading += more->heading;
    to->blocks |= more->blocks || page_is_any(child, block_names);
}

/* Below node, from the leaves up; depth is bounded by the reader of HTML. */
PageStats *page_count(ArticlePage *page, const HtmlNode *node)
{
    PageStats *stats = page_stats(page, node);
    double score = stats->score;
    bool candidate = stats->candidate;

    *stats = (PageStats){.score = score, .candidate = candidate};
    for (const HtmlNode *child = node->first; child; child = child->next) {
        if (!page_is_element(child))
            count_text(stats, child->text);
        else if (!page_is_gone(child))
            add_stats(stats, page_count(page, child), child);
    }
    return stats;
}

double page_link_density(const PageStats *stats)
{
    return stats->text ? (double)stats->links / (double)stats->text : 0;
}

/* ---- speaking for the elements around ---- */

static double first_score(ArticlePage *page, const HtmlNode *node)
{
    static const struct {
        const char *name;
        double score;
    } scores[] = {{"div", 5}, {"article", 8},    {"main", 5},     {"pre", 3},
                  {"td", 3},  {"blockquote", 3}, {"address", -3}, {"ol", -3},
                  {"ul", -3}, {"dl", -3},        {"dd", -3},      {"dt", -3},
                  {"li", -3}, {"form", -3},      {"h1", -5},      {"h2", -5},
                  {"h3", -5}, {"h4", -5},        {"h5", -5},      {"h6", -5},
                  {"th", -5}};
    double score = page_weight(page, node);

    for (size_t i = 0; i < COUNT(scores); i++)
        if (html_is(node, scores[i].name)) score += scores[i].score;
    if (str_find(html_attr(node, "itemprop"), S("articleBody"), 0) >= 0)
        score += 50;
    return score;
}

static void give(ArticlePage *page, const HtmlNode *to, double score)
{
    PageStats *stats = page_stats(page, to);

    if (!stats->candidate) {
        stats->candidate = true;
        stats->score = first_score(page, to);
    }
    stats->score += score;
}

static bool is_block_of_text(const HtmlNode *node, const PageStats *stats)
{
    static const char *const names[] = {"p",  "td", "pre", "h2", "h3",
                                        "h4", "h5", "h6",  NULL};
    static const char *const bare[] = {"div", "section", "article", NULL};

    return page_is_any(node, names) ||
           (page_is_any(node, bare) && !stats->blocks);
}

/* Text that stands in an element beside its blocks. */
static void own_text(const HtmlNode *node, PageStats *own)
{
    for (const HtmlNode *child = node->first; child; child = child->next)
        if (!page_is_element(child)) count_text(own, child->text);
}

static double points(const PageStats *stats)
{
    double by_length = (double)stats->text / 100;

    return 1 + (double)stats->commas +
           (by_length > 3 ? 3 : (double)(int)by_length);
}

static void speak(ArticlePage *page, const HtmlNode *from, double score)
{
    const HtmlNode *to = from;

    for (int level = 0; to && level < ANCESTORS; level++, to = to->parent) {
        double part = level == 0 ? 1 : level == 1 ? 2 : (double)level * 3;

        if (!to->parent && to != page->root) break;
        give(page, to, score / part);
    }
}

void page_score(ArticlePage *page)
{
    static const char *const holders[] = {"div",  "section", "article",
                                          "main", "td",      NULL};

    for (const HtmlNode *node = html_next(page->root, page->root); node;
         node = page_is_gone(node) ? html_next_past(page->root, node)
                                   : html_next(page->root, node)) {
        PageStats *stats;

        if (!page_is_element(node) || page_is_gone(node)) continue;
        stats = page_stats(page, node);
        if (is_block_of_text(node, stats)) {
            if (stats->text >= PAGE_SPEAKS && node->parent)
                speak(page, node->parent, points(stats));
        } else if (page_is_any(node, holders)) {
            PageStats own = {0};

            own_text(node, &own);
            if (own.text >= PAGE_SPEAKS * 3) speak(page, node, points(&own));
        }
    }
}

double page_points(ArticlePage *page, const HtmlNode *node)
{
    const PageStats *stats = page_stats(page, node);

    return stats->candidate ? stats->score * (1 - page_link_density(stats)) : 0;
}
