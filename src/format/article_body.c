/* Each block of running text speaks for the elements around it: one point for
 * being there, one for each comma, one for each hundred characters up to three;
 * all of it goes to its parent, half to the parent of that, and less further
 * out.  Names of classes and ids, as people give them, add and take points.
 * What is mostly links counts for little.  The element with the most points is
 * the core of the article; its neighbours come along when they have points of
 * their own or read like text.  Then what remains inside is looked through for
 * boxes that are no text: lists of links, forms, buttons to share.
 *
 * Things that sites hide or name like furniture are put aside before counting;
 * when that leaves hardly any text, it is all tried again with less put aside.
 *
 * What is put aside keeps its place in the tree under the name "template".
 */
#include "format/article_body.h"

#include <string.h>

#include "base/map.h"
#include "base/utf8.h"
#include "story/item.h"

#define ENOUGH    500 /* characters: an article has so many */
#define SPEAKS    25  /* characters: a block with fewer says nothing */
#define ANCESTORS 5
#define TOPS      5
#define GONE      S("template")

typedef struct Stats {
    size_t text;  /* characters below it */
    size_t links; /* of them in links */
    size_t commas;
    uint32_t p, img, li, input, embed, heading;
    double score;
    bool candidate;
    bool blocks; /* has block elements below it */
} Stats;

typedef struct Hidden {
    HtmlNode *node;
    Str name;
} Hidden;

typedef struct Page {
    Arena *arena;
    HtmlNode *root;
    Str title;
    bool by_name; /* trust the names of classes */
    bool tidy;    /* look through the result */
    bool strip;   /* put aside what is named like furniture */
    Map stats;
    Hidden *hidden;
    size_t hidden_count;
} Page;

static bool is_element(const HtmlNode *node)
{
    return node->name.len > 0;
}

static bool is_any(const HtmlNode *node, const char *const *names)
{
    for (; *names; names++)
        if (html_is(node, *names)) return true;
    return false;
}

static bool is_gone(const HtmlNode *node)
{
    return str_eq(node->name, GONE);
}

static void hide(Page *page, HtmlNode *node)
{
    size_t n = page->hidden_count;

    if (is_gone(node)) return;
    if ((n & (n - 1)) == 0)
        page->hidden = arena_grow(page->arena, page->hidden, n * sizeof(Hidden),
                                  (n ? n * 2 : 1) * sizeof(Hidden));
    page->hidden[page->hidden_count++] = (Hidden){node, node->name};
    node->name = GONE;
}

static void show_all(Page *page)
{
    while (page->hidden_count) {
        Hidden *hidden = &page->hidden[--page->hidden_count];

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

static bool has_word(Str text, const char *const *words)
{
    for (; *words; words++)
        if (str_find(text, str_from(*words), 0) >= 0) return true;
    return false;
}

static Str names_of(Arena *arena, const HtmlNode *node)
{
    Str class = html_attr(node, "class");
    Str id = html_attr(node, "id");

    return str_lower(
        arena, str_format(arena, "%.*s %.*s", STR_ARG(class), STR_ARG(id)));
}

static int name_weight(Page *page, const HtmlNode *node)
{
    Str attrs[] = {html_attr(node, "class"), html_attr(node, "id")};
    int weight = 0;

    if (!page->by_name) return 0;
    for (size_t i = 0; i < COUNT(attrs); i++) {
        Str text = str_lower(page->arena, attrs[i]);

        if (has_word(text, bad)) weight -= 25;
        if (has_word(text, good)) weight += 25;
    }
    return weight;
}

/* ---- putting aside ---- */

static bool is_invisible(Page *page, const HtmlNode *node)
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

static bool inside(const HtmlNode *node, const char *name)
{
    for (node = node->parent; node; node = node->parent)
        if (html_is(node, name)) return true;
    return false;
}

static bool is_furniture(Page *page, const HtmlNode *node)
{
    static const char *const kept[] = {"body",    "html", "a",
                                       "article", "main", NULL};
    Str names;

    if (is_any(node, kept)) return false;
    if (has_role(node)) return true;
    names = names_of(page->arena, node);
    return has_word(names, unlikely) && !has_word(names, maybe) &&
           !inside(node, "table") && !inside(node, "code");
}

bool article_is_short(const HtmlNode *node, size_t max)
{
    const HtmlNode *at = node;
    size_t sum = 0;

    while ((at = html_next(node, at))) {
        sum += at->text.len;
        if (sum > max) return false;
    }
    return true;
}

static bool is_byline(Page *page, const HtmlNode *node)
{
    static const char *const words[] = {"byline",    "author",   "dateline",
                                        "writtenby", "p-author", NULL};
    Str names;
    size_t len;

    if (is_any(node, (const char *const[]){"body", "html", "article", "main",
                                           "section", NULL}))
        return false;
    names = names_of(page->arena, node);
    if (!str_eq(html_attr(node, "rel"), S("author")) &&
        str_find(html_attr(node, "itemprop"), S("author"), 0) < 0 &&
        !has_word(names, words))
        return false;
    if (!article_is_short(node, 2000)) return false;
    len = item_line(page->arena, html_text(page->arena, node)).len;
    return len > 0 && len < 100;
}

static bool is_title(Page *page, const HtmlNode *node)
{
    static const char *const headings[] = {"h1", "h2", NULL};

    if (!page->title.len || !is_any(node, headings) ||
        !article_is_short(node, 8000))
        return false;
    return str_eq_nocase(item_line(page->arena, html_text(page->arena, node)),
                         page->title);
}

static const char *const never[] = {
    "script", "style",    "noscript", "link",   "template", "button", "input",
    "select", "textarea", "iframe",   "object", "embed",    "footer", "aside",
    "nav",    "svg",      "canvas",   "dialog", NULL};

static void put_aside(Page *page)
{
    HtmlNode *node = html_next(page->root, page->root);

    while (node) {
        bool aside = is_element(node) &&
                     (is_any(node, never) || is_invisible(page, node) ||
                      (page->strip &&
                       (is_furniture(page, node) || is_byline(page, node))) ||
                      is_title(page, node));

        if (aside) hide(page, node);
        node = is_gone(node) ? html_next_past(page->root, node)
                             : html_next(page->root, node);
    }
}

/* ---- counting ---- */

static Stats *stats_of(Page *page, const HtmlNode *node)
{
    uint64_t key = (uint64_t)(uintptr_t)node;
    Stats *stats = map_get(&page->stats, key);

    if (stats) return stats;
    stats = ARENA_NEW(page->arena, Stats);
    map_put(&page->stats, key, stats);
    return stats;
}

static bool is_comma(uint32_t c)
{
    return c == ',' || c == 0x060C || c == 0xFE50 || c == 0xFE10 ||
           c == 0xFE11 || c == 0x2E41 || c == 0x2E34 || c == 0x2E32 ||
           c == 0xFF0C || c == 0x3001;
}

static void count_text(Stats *stats, Str text)
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

static void add_stats(Stats *to, const Stats *more, const HtmlNode *child)
{
    to->text += more->text;
    to->links += html_is(child, "a") ? more->text : more->links;
    to->commas += more->commas;
    to->p += more->p + html_is(child, "p");
    to->img += more->img + html_is(child, "img");
    to->li += more->li + html_is(child, "li");
    to->input += more->input + html_is(child, "label");
    to->embed += more->embed + html_is(child, "video");
    if (is_any(child,
               (const char *const[]){"h1", "h2", "h3", "h4", "h5", "h6", NULL}))
        to->heading += (uint32_t)more->text;
    else
        to->heading += more->heading;
    to->blocks |= more->blocks || is_any(child, block_names);
}

/* Below node, from the leaves up; depth is bounded by the reader of HTML. */
static Stats *count_below(Page *page, const HtmlNode *node)
{
    Stats *stats = stats_of(page, node);
    double score = stats->score;
    bool candidate = stats->candidate;

    *stats = (Stats){.score = score, .candidate = candidate};
    for (const HtmlNode *child = node->first; child; child = child->next) {
        if (!is_element(child))
            count_text(stats, child->text);
        else if (!is_gone(child))
            add_stats(stats, count_below(page, child), child);
    }
    return stats;
}

static double link_density(const Stats *stats)
{
    return stats->text ? (double)stats->links / (double)stats->text : 0;
}

/* ---- speaking for the elements around ---- */

static double first_score(Page *page, const HtmlNode *node)
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
    double score = name_weight(page, node);

    for (size_t i = 0; i < COUNT(scores); i++)
        if (html_is(node, scores[i].name)) score += scores[i].score;
    if (str_find(html_attr(node, "itemprop"), S("articleBody"), 0) >= 0)
        score += 50;
    return score;
}

static void give(Page *page, const HtmlNode *to, double score)
{
    Stats *stats = stats_of(page, to);

    if (!stats->candidate) {
        stats->candidate = true;
        stats->score = first_score(page, to);
    }
    stats->score += score;
}

static bool is_block_of_text(const HtmlNode *node, const Stats *stats)
{
    static const char *const names[] = {"p",  "td", "pre", "h2", "h3",
                                        "h4", "h5", "h6",  NULL};
    static const char *const bare[] = {"div", "section", "article", NULL};

    return is_any(node, names) || (is_any(node, bare) && !stats->blocks);
}

/* Text that stands in an element beside its blocks. */
static void own_text(const HtmlNode *node, Stats *own)
{
    for (const HtmlNode *child = node->first; child; child = child->next)
        if (!is_element(child)) count_text(own, child->text);
}

static double points(const Stats *stats)
{
    double by_length = (double)stats->text / 100;

    return 1 + (double)stats->commas +
           (by_length > 3 ? 3 : (double)(int)by_length);
}

static void speak(Page *page, const HtmlNode *from, double score)
{
    const HtmlNode *to = from;

    for (int level = 0; to && level < ANCESTORS; level++, to = to->parent) {
        double part = level == 0 ? 1 : level == 1 ? 2 : (double)level * 3;

        if (!to->parent && to != page->root) break;
        give(page, to, score / part);
    }
}

static void score_all(Page *page)
{
    static const char *const holders[] = {"div",  "section", "article",
                                          "main", "td",      NULL};

    for (const HtmlNode *node = html_next(page->root, page->root); node;
         node = is_gone(node) ? html_next_past(page->root, node)
                              : html_next(page->root, node)) {
        Stats *stats;

        if (!is_element(node) || is_gone(node)) continue;
        stats = stats_of(page, node);
        if (is_block_of_text(node, stats)) {
            if (stats->text >= SPEAKS && node->parent)
                speak(page, node->parent, points(stats));
        } else if (is_any(node, holders)) {
            Stats own = {0};

            own_text(node, &own);
            if (own.text >= SPEAKS * 3) speak(page, node, points(&own));
        }
    }
}

static double final_score(Page *page, const HtmlNode *node)
{
    const Stats *stats = stats_of(page, node);

    return stats->candidate ? stats->score * (1 - link_density(stats)) : 0;
}

/* ---- the core ---- */

static bool contains(const HtmlNode *outer, const HtmlNode *node)
{
    for (; node; node = node->parent)
        if (node == outer) return true;
    return false;
}

static size_t find_tops(Page *page, HtmlNode **tops)
{
    size_t count = 0;

    for (HtmlNode *node = html_next(page->root, page->root); node;
         node = is_gone(node) ? html_next_past(page->root, node)
                              : html_next(page->root, node)) {
        size_t at;

        if (!is_element(node) || is_gone(node) ||
            !stats_of(page, node)->candidate)
            continue;
        for (at = count; at > 0; at--)
            if (final_score(page, tops[at - 1]) >= final_score(page, node))
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
static HtmlNode *common_holder(Page *page, HtmlNode **tops, size_t count)
{
    HtmlNode *top = tops[0];
    double least = final_score(page, top) * 0.75;

    for (HtmlNode *holder = top->parent; holder && holder != page->root;
         holder = holder->parent) {
        int others = 0;

        if (html_is(holder, "body")) break;
        for (size_t i = 1; i < count; i++)
            if (final_score(page, tops[i]) >= least &&
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
        if (is_element(child) && !is_gone(child)) count++;
    return count;
}

/* A parent with more points has more of the article in it. */
static HtmlNode *climb(Page *page, HtmlNode *top)
{
    double last = stats_of(page, top)->score;
    double least = last / 3;

    for (HtmlNode *up = top->parent;
         up && up != page->root && !html_is(up, "body"); up = up->parent) {
        const Stats *stats = stats_of(page, up);

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

static bool comes_along(Page *page, const HtmlNode *top, const HtmlNode *node)
{
    static const char *const holders[] = {"div", "section", "article", NULL};
    const Stats *stats = stats_of(page, node);
    const Stats *of_top = stats_of(page, top);
    double least = of_top->score * 0.2 > 10 ? of_top->score * 0.2 : 10;
    double bonus = 0;
    Str class = html_attr(top, "class");
    bool sentence;
    Str text;

    if (class.len && str_eq(class, html_attr(node, "class")))
        bonus = of_top->score * 0.2;
    if (stats->candidate && stats->score + bonus >= least) return true;
    if (is_any(node, holders) && stats->text > 250 && stats->commas > 2 &&
        stats->p && link_density(stats) < 0.1)
        return true;
    if (!html_is(node, "p")) return false;
    if (stats->text > 80) return link_density(stats) < 0.25;
    if (!stats->text) return false;
    text = str_trim(html_text(page->arena, node));
    sentence = str_find(text, S(". "), 0) >= 0 || str_ends(text, S("."));
    return !stats->links && sentence;
}

/* Takes the core and what comes along with it out of the page. */
static HtmlNode *gather(Page *page, HtmlNode *top)
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
        if (node != top && (!is_element(node) || is_gone(node) ||
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

static bool is_no_text(Page *page, const HtmlNode *node, const Stats *stats)
{
    static const char *const lists[] = {"ul", "ol", NULL};
    int weight = name_weight(page, node);
    double density = link_density(stats);
    bool is_list = is_any(node, lists);

    if (weight < 0) return true;
    if (stats->commas >= 10) return false;
    if (!is_list && stats->li > 100 + stats->p) return true;
    if (!is_list && stats->li > stats->p + 1 && density > 0.3) return true;
    if (stats->input > stats->p / 3) return true;
    if (!is_list && stats->text < SPEAKS && stats->img != 1 &&
        stats->heading * 10 < stats->text * 9)
        return true;
    if (weight < 25 && density > 0.2 && stats->text) return true;
    return weight >= 25 && density > 0.5;
}

static bool is_empty_heading(Page *page, const HtmlNode *node,
                             const Stats *stats)
{
    static const char *const headings[] = {"h1", "h2", "h3", NULL};

    return is_any(node, headings) &&
           (name_weight(page, node) < 0 || link_density(stats) > 0.33);
}

static bool is_share(Page *page, const HtmlNode *node, const Stats *stats)
{
    static const char *const words[] = {"share", "sharedaddy", "social", NULL};

    return stats->text < ENOUGH && has_word(names_of(page->arena, node), words);
}

static void tidy(Page *page, HtmlNode *body)
{
    static const char *const boxes[] = {"form", "fieldset", "table", "ul", "ol",
                                        "div",  "section",  "dl",    NULL};

    count_below(page, body);
    for (HtmlNode *node = html_next(body, body); node;
         node = is_gone(node) ? html_next_past(body, node)
                              : html_next(body, node)) {
        const Stats *stats;

        if (!is_element(node) || is_gone(node)) continue;
        stats = stats_of(page, node);
        if (inside(node, "code") || inside(node, "pre")) continue;
        if (html_is(node, "table") && stats->p == 0 && stats->text > 200 &&
            link_density(stats) < 0.2)
            continue; /* a table of facts */
        if (is_any(node, boxes) && node->parent != body &&
            is_no_text(page, node, stats))
            hide(page, node);
        else if (is_empty_heading(page, node, stats) ||
                 is_share(page, node, stats))
            hide(page, node);
    }
}

static HtmlNode *try_once(Page *page)
{
    HtmlNode *tops[TOPS];
    HtmlNode *body;
    size_t count;

    map_init(&page->stats);
    put_aside(page);
    count_below(page, page->root);
    score_all(page);
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
    Page page = {.arena = arena, .root = page_body(root), .title = title};
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
        show_all(&page);
    }
    if (!most) return NULL;
    page.strip = tries[best].strip;
    page.by_name = tries[best].by_name;
    page.tidy = tries[best].tidy;
    return try_once(&page);
}
