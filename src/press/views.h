/* press/views.h -- what each template is given: one struct a template.
 *
 * The fields are told in the comment at the head of each template; a name or
 * kind that differs is an error when the theme is loaded.
 */
#ifndef PRESS_VIEWS_H
#define PRESS_VIEWS_H

#include "text/template.h"

#define LINK_VIEW(X, V) X(V, name, STR) X(V, href, STR) X(V, label, STR)
VIEW(LinkView, LINK_VIEW)

#define LANGUAGE_VIEW(X, V)                                                    \
    X(V, lang, STR) X(V, name, STR) X(V, href, STR) X(V, current, BOOL)
VIEW(LanguageView, LANGUAGE_VIEW)

#define THUMB_VIEW(X, V)                                                       \
    X(V, avif, STR)                                                            \
    X(V, webp, STR)                                                            \
    X(V, jpeg, STR)                                                            \
    X(V, width, STR)                                                           \
    X(V, height, STR)                                                          \
    X(V, look, STR)
VIEW(ThumbView, THUMB_VIEW)

#define PICTURE_VIEW(X, V)                                                     \
    X(V, avif, STR)                                                            \
    X(V, webp, STR)                                                            \
    X(V, jpeg, STR)                                                            \
    X(V, sizes, STR)                                                           \
    X(V, src, STR)                                                             \
    X(V, width, STR)                                                           \
    X(V, height, STR)                                                          \
    X(V, look, STR)                                                            \
    X(V, alt, STR)                                                             \
    X(V, has_words, BOOL)                                                      \
    X(V, caption, STR)                                                         \
    X(V, credit, STR)
VIEW(PictureView, PICTURE_VIEW)

#define SHARE_PICTURE_VIEW(X, V)                                               \
    X(V, url, STR) X(V, width, STR) X(V, height, STR) X(V, alt, STR)
VIEW(SharePictureView, SHARE_PICTURE_VIEW)

#define AD_VIEW(X, V) X(V, slot, STR) X(V, about, STR)
VIEW(AdView, AD_VIEW)

#define ITEM_VIEW(X, V)                                                        \
    X(V, href, STR)                                                            \
    X(V, headline, STR)                                                        \
    X(V, deck, STR)                                                            \
    X(V, time, STR)                                                            \
    X(V, time_iso, STR)                                                        \
    X(V, time_unknown, BOOL)                                                   \
    X(V, flash, BOOL)                                                          \
    X(V, urgent, BOOL)                                                         \
    X(V, corrected, BOOL)                                                      \
    X(V, section, STR)                                                         \
    X(V, section_href, STR)                                                    \
    X(V, thumb, STRUCT, ThumbView)
VIEW(ItemView, ITEM_VIEW)

#define HEAD_OPEN_VIEW(X, V)                                                   \
    X(V, lang, STR)                                                            \
    X(V, dir, STR)                                                             \
    X(V, style, HTML)                                                          \
    X(V, script_href, STR)                                                     \
    X(V, site_name, STR)                                                       \
    X(V, rss_href, STR)                                                        \
    X(V, atom_href, STR)                                                       \
    X(V, json_href, STR)
VIEW(HeadOpenView, HEAD_OPEN_VIEW)

#define MASTHEAD_VIEW(X, V)                                                    \
    X(V, site_name, STR)                                                       \
    X(V, home_href, STR)                                                       \
    X(V, latest_href, STR)                                                     \
    X(V, search_href, STR)                                                     \
    X(V, push, BOOL)                                                           \
    X(V, sections, LIST, LinkView)                                             \
    X(V, languages, LIST, LanguageView)
VIEW(MastheadView, MASTHEAD_VIEW)

#define FOOTER_VIEW(X, V)                                                      \
    X(V, site_name, STR)                                                       \
    X(V, times, STR)                                                           \
    X(V, home_href, STR)                                                       \
    X(V, latest_href, STR)                                                     \
    X(V, sections, LIST, LinkView)                                             \
    X(V, rss_href, STR)                                                        \
    X(V, atom_href, STR)                                                       \
    X(V, json_href, STR)
VIEW(FooterView, FOOTER_VIEW)

#define LATEST_VIEW(X, V)                                                      \
    X(V, latest_href, STR)                                                     \
    X(V, mark, STR)                                                            \
    X(V, items, LIST, ItemView)
VIEW(LatestView, LATEST_VIEW)

#define HOT_VIEW(X, V)                                                         \
    X(V, has_items, BOOL)                                                      \
    X(V, mark, STR) X(V, of, STR) X(V, items, LIST, ItemView)
VIEW(HotView, HOT_VIEW)

#define STORY_HEAD_VIEW(X, V)                                                  \
    X(V, headline, STR)                                                        \
    X(V, site_name, STR)                                                       \
    X(V, description, STR)                                                     \
    X(V, canonical, STR)                                                       \
    X(V, alternates, LIST, LanguageView)                                       \
    X(V, locale, STR)                                                          \
    X(V, published_iso, STR)                                                   \
    X(V, modified_iso, STR)                                                    \
    X(V, section, STR)                                                         \
    X(V, tags, LIST, LinkView)                                                 \
    X(V, picture, STRUCT, SharePictureView)                                    \
    X(V, json_ld, HTML)
VIEW(StoryHeadView, STORY_HEAD_VIEW)

#define CORRECTION_VIEW(X, V) X(V, label, STR) X(V, note, STR)
VIEW(CorrectionView, CORRECTION_VIEW)

#define STORY_VIEW(X, V)                                                       \
    X(V, version, STR)                                                         \
    X(V, home_href, STR)                                                       \
    X(V, section, STR)                                                         \
    X(V, section_href, STR)                                                    \
    X(V, time, STR)                                                            \
    X(V, time_iso, STR)                                                        \
    X(V, day_href, STR)                                                        \
    X(V, time_unknown, BOOL)                                                   \
    X(V, flash, BOOL)                                                          \
    X(V, urgent, BOOL)                                                         \
    X(V, corrected_at, STR)                                                    \
    X(V, updated_at, STR)                                                      \
    X(V, headline, STR)                                                        \
    X(V, deck, STR)                                                            \
    X(V, picture, STRUCT, PictureView)                                         \
    X(V, byline, STR)                                                          \
    X(V, place, STR)                                                           \
    X(V, reading_time, STR)                                                    \
    X(V, body, HTML)                                                           \
    X(V, ad_1, STRUCT, AdView)                                                 \
    X(V, ad_2, STRUCT, AdView)                                                 \
    X(V, headline_only, BOOL)                                                  \
    X(V, details_follow, BOOL)                                                 \
    X(V, source, STR)                                                          \
    X(V, late, BOOL)                                                           \
    X(V, has_tags, BOOL)                                                       \
    X(V, tags, LIST, LinkView)                                                 \
    X(V, has_corrections, BOOL)                                                \
    X(V, corrections, LIST, CorrectionView)                                    \
    X(V, has_translations, BOOL)                                               \
    X(V, translations, LIST, LanguageView)                                     \
    X(V, share_mail, STR)                                                      \
    X(V, permalink, STR)                                                       \
    X(V, has_follows, BOOL)                                                    \
    X(V, follows, LIST, ItemView)                                              \
    X(V, has_followed_by, BOOL)                                                \
    X(V, followed_by, LIST, ItemView)
VIEW(StoryView, STORY_VIEW)

#define ENTRY_VIEW(X, V)                                                       \
    X(V, number, STR)                                                          \
    X(V, time, STR)                                                            \
    X(V, time_iso, STR)                                                        \
    X(V, pinned, BOOL)                                                         \
    X(V, key, BOOL)                                                            \
    X(V, headline, STR)                                                        \
    X(V, byline, STR)                                                          \
    X(V, body, HTML)                                                           \
    X(V, correction, STR)                                                      \
    X(V, note, STR)
VIEW(EntryView, ENTRY_VIEW)

#define COVERAGE_VIEW(X, V)                                                    \
    X(V, mark, STR)                                                            \
    X(V, live, BOOL)                                                           \
    X(V, ended, STR)                                                           \
    X(V, has_keys, BOOL)                                                       \
    X(V, keys, LIST, EntryView)                                                \
    X(V, entries, LIST, EntryView)                                             \
    X(V, rss_href, STR)                                                        \
    X(V, atom_href, STR)                                                       \
    X(V, json_href, STR)
VIEW(CoverageView, COVERAGE_VIEW)

#define MORE_ABOUT_VIEW(X, V)                                                  \
    X(V, has_items, BOOL)                                                      \
    X(V, items, LIST, ItemView)                                                \
    X(V, ad, STRUCT, AdView)
VIEW(MoreAboutView, MORE_ABOUT_VIEW)

#define NEIGHBOURS_VIEW(X, V)                                                  \
    X(V, has_any, BOOL)                                                        \
    X(V, section, STR)                                                         \
    X(V, prev, STRUCT, ItemView)                                               \
    X(V, next, STRUCT, ItemView)                                               \
    X(V, ad, STRUCT, AdView)
VIEW(NeighboursView, NEIGHBOURS_VIEW)

#define FRONT_LEAD_VIEW(X, V)                                                  \
    X(V, lead, STRUCT, ItemView)                                               \
    X(V, picture, STRUCT, PictureView)                                         \
    X(V, has_top, BOOL)                                                        \
    X(V, top, LIST, ItemView)                                                  \
    X(V, ad_1, STRUCT, AdView)                                                 \
    X(V, ad_2, STRUCT, AdView)
VIEW(FrontLeadView, FRONT_LEAD_VIEW)

#define FRONT_SECTION_VIEW(X, V)                                               \
    X(V, slug, STR)                                                            \
    X(V, name, STR)                                                            \
    X(V, href, STR)                                                            \
    X(V, has_items, BOOL)                                                      \
    X(V, first, STRUCT, ItemView)                                              \
    X(V, items, LIST, ItemView)
VIEW(FrontSectionView, FRONT_SECTION_VIEW)

#define LIST_VIEW(X, V)                                                        \
    X(V, heading, STR)                                                         \
    X(V, alone, BOOL)                                                          \
    X(V, mark, STR)                                                            \
    X(V, crumbs, LIST, LinkView)                                               \
    X(V, items, LIST, ItemView)                                                \
    X(V, ad, STRUCT, AdView)                                                   \
    X(V, has_pages, BOOL)                                                      \
    X(V, newer, STRUCT, LinkView)                                              \
    X(V, older, STRUCT, LinkView)                                              \
    X(V, rss_href, STR)                                                        \
    X(V, atom_href, STR)                                                       \
    X(V, json_href, STR)
VIEW(ListView, LIST_VIEW)

#define LIST_HEAD_VIEW(X, V)                                                   \
    X(V, title, STR)                                                           \
    X(V, site_name, STR)                                                       \
    X(V, description, STR)                                                     \
    X(V, canonical, STR)                                                       \
    X(V, robots, STR)                                                          \
    X(V, alternates, LIST, LanguageView)                                       \
    X(V, locale, STR)                                                          \
    X(V, feed_title, STR)                                                      \
    X(V, rss_href, STR)                                                        \
    X(V, atom_href, STR)                                                       \
    X(V, json_href, STR)
VIEW(ListHeadView, LIST_HEAD_VIEW)

#define CHOICE_VIEW(X, V) X(V, value, STR) X(V, name, STR) X(V, chosen, BOOL)
VIEW(ChoiceView, CHOICE_VIEW)

#define SEARCH_LINE_VIEW(X, V)                                                 \
    X(V, href, STR)                                                            \
    X(V, headline, HTML)                                                       \
    X(V, snippet, HTML)                                                        \
    X(V, has_snippet, BOOL)                                                    \
    X(V, time, STR)                                                            \
    X(V, time_iso, STR)                                                        \
    X(V, time_unknown, BOOL)                                                   \
    X(V, flash, BOOL)                                                          \
    X(V, urgent, BOOL)                                                         \
    X(V, corrected, BOOL)                                                      \
    X(V, section, STR)                                                         \
    X(V, section_href, STR)
VIEW(SearchLineView, SEARCH_LINE_VIEW)

#define SEARCH_NOTE_VIEW(X, V) X(V, text, STR)
VIEW(SearchNoteView, SEARCH_NOTE_VIEW)

#define SEARCH_VIEW(X, V)                                                      \
    X(V, home_href, STR)                                                       \
    X(V, action, STR)                                                          \
    X(V, query, STR)                                                           \
    X(V, sections, LIST, ChoiceView)                                           \
    X(V, periods, LIST, ChoiceView)                                            \
    X(V, orders, LIST, ChoiceView)                                             \
    X(V, notes, LIST, SearchNoteView)                                          \
    X(V, none, BOOL)                                                           \
    X(V, relaxed, BOOL)                                                        \
    X(V, has_lines, BOOL)                                                      \
    X(V, lines, LIST, SearchLineView)                                          \
    X(V, older_href, STR)                                                      \
    X(V, has_languages, BOOL)                                                  \
    X(V, languages, LIST, LanguageView)                                        \
    X(V, rss_href, STR)                                                        \
    X(V, atom_href, STR)                                                       \
    X(V, json_href, STR)
VIEW(SearchView, SEARCH_VIEW)

#define SEARCH_HEAD_VIEW(X, V)                                                 \
    X(V, title, STR)                                                           \
    X(V, site_name, STR)                                                       \
    X(V, canonical, STR)                                                       \
    X(V, rss_href, STR)                                                        \
    X(V, atom_href, STR)                                                       \
    X(V, json_href, STR)
VIEW(SearchHeadView, SEARCH_HEAD_VIEW)

#define NOTICE_VIEW(X, V)                                                      \
    X(V, title, STR) X(V, text, STR) X(V, note, STR) X(V, home_href, STR)
VIEW(NoticeView, NOTICE_VIEW)

#define AD_SHOWN_VIEW(X, V)                                                    \
    X(V, campaign, STR)                                                        \
    X(V, ticket, STR)                                                          \
    X(V, href, STR)                                                            \
    X(V, picture, STRUCT, PictureView)                                         \
    X(V, frame, STR)
VIEW(AdShownView, AD_SHOWN_VIEW)

#define AD_HOUSE_VIEW(X, V)                                                    \
    X(V, lang, STR)                                                            \
    X(V, dir, STR)                                                             \
    X(V, style, HTML)                                                          \
    X(V, href, STR)                                                            \
    X(V, picture, STRUCT, PictureView)
VIEW(AdHouseView, AD_HOUSE_VIEW)

/* template's name, view's type */
#define TEMPLATES(X)                                                           \
    X(head_open, HeadOpenView)                                                 \
    X(masthead, MastheadView)                                                  \
    X(footer, FooterView)                                                      \
    X(latest, LatestView)                                                      \
    X(live, ItemView)                                                          \
    X(hot, HotView)                                                            \
    X(story_head, StoryHeadView)                                               \
    X(story, StoryView)                                                        \
    X(coverage, CoverageView)                                                  \
    X(live_entry, EntryView)                                                   \
    X(more_about, MoreAboutView)                                               \
    X(neighbours, NeighboursView)                                              \
    X(front_lead, FrontLeadView)                                               \
    X(front_section, FrontSectionView)                                         \
    X(list, ListView)                                                          \
    X(list_head, ListHeadView)                                                 \
    X(search_head, SearchHeadView)                                             \
    X(search, SearchView)                                                      \
    X(ad_shown, AdShownView)                                                   \
    X(ad_house, AdHouseView)                                                   \
    X(notice, NoticeView)

typedef enum TemplateId {
#define X(name, Type) TEMPLATE_##name,
    TEMPLATES(X)
#undef X
        TEMPLATE_COUNT
} TemplateId;

#endif
