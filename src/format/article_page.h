/* format/article_page.h -- a page while the article in it is looked for.
 *
 * Private to the article reader: article_aside.c puts furniture aside,
 * article_score.c counts and scores, article_body.c picks the article.
 *
 * Threads: a page belongs to one.
 */
#ifndef FORMAT_ARTICLE_PAGE_H
#define FORMAT_ARTICLE_PAGE_H

#include "base/map.h"
#include "format/article_body.h"

#define PAGE_SPEAKS 25 /* characters: a block with fewer says nothing */
#define PAGE_GONE   S("template") /* the name of what is put aside */

typedef struct PageStats {
    size_t text;  /* characters below it */
    size_t links; /* of them in links */
    size_t commas;
    uint32_t p, img, li, input, heading;
    double score;
    bool candidate;
    bool blocks; /* has block elements below it */
} PageStats;

typedef struct PageHidden {
    HtmlNode *node;
    Str name;
} PageHidden;

typedef struct ArticlePage {
    Arena *arena;
    HtmlNode *root;
    Str title;
    bool by_name; /* trust the names of classes */
    bool tidy;    /* look through the result */
    bool strip;   /* put aside what is named like furniture */
    Map stats;
    PageHidden *hidden;
    size_t hidden_count;
    size_t looks; /* as article_line counts them */
} ArticlePage;

/* ---- article_aside.c ---- */

bool page_is_element(const HtmlNode *node);
bool page_is_any(const HtmlNode *node, const char *const *names);
bool page_is_gone(const HtmlNode *node);
bool page_inside(const HtmlNode *node, const char *name);

void page_hide(ArticlePage *page, HtmlNode *node);
void page_show_all(ArticlePage *page);

/* Its class and id in lower case; whether a text has one of the words; what
 * people's names for it say: -50 .. 50. */
Str page_names(Arena *arena, const HtmlNode *node);
bool page_has_word(Str text, const char *const *words);
int page_weight(ArticlePage *page, const HtmlNode *node);

/* Hides what is no part of any article. */
void page_put_aside(ArticlePage *page);

/* ---- article_score.c ---- */

PageStats *page_stats(ArticlePage *page, const HtmlNode *node);
/* Counts everything below node anew; scores stay. */
PageStats *page_count(ArticlePage *page, const HtmlNode *node);
double page_link_density(const PageStats *stats);
/* Lets all blocks of text speak; then what an element has, links deducted. */
void page_score(ArticlePage *page);
double page_points(ArticlePage *page, const HtmlNode *node);

#endif
