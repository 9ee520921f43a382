/* press/room.h -- private to press/: what its modules share.
 *
 * A Slot is a place for a fragment: what it shows (kind and key), the fragment
 * that is there now, and what that was made from.  A Page is a row of slots
 * under an address.  A change empties slots and drops pages; the next request
 * fills the slots again, in one snapshot of the store.
 */
#ifndef PRESS_ROOM_H
#define PRESS_ROOM_H

#include "base/buf.h"
#include "base/zone.h"
#include "format/feed_out.h"
#include "format/jsonld.h"
#include "press/deps.h"
#include "press/press.h"
#include "store/coverage.h"
#include "store/public.h"
#include "store/reads.h"
#include "story/campaign.h"
#include "text/words.h"

#define PAGE_SLOTS_MAX 32
#define FRAGMENT_MAX   ((size_t)8 * 1024 * 1024)
#define FRONT_LEADS    7
#define FRONT_SECTION  5
#define LIST_ITEMS     30
#define LATEST_ITEMS   10
#define HOT_ITEMS      4
#define COVERAGE_ITEMS 300 /* the newest that the page shows */
#define COVERAGE_BYTES ((size_t)1024 * 1024) /* of them together */
#define FEED_ITEMS     30
#define CHAIN_MAX      24 /* updates of a story that its page names */

typedef struct Making Making;

/* kind, function that renders it */
#define SLOT_KINDS(X)                                                          \
    X(HEAD_OPEN, render_head_open)                                             \
    X(MASTHEAD, render_masthead)                                               \
    X(FOOTER, render_footer)                                                   \
    X(LATEST, render_latest)                                                   \
    X(HOT, render_hot)                                                         \
    X(STORY_HEAD, render_story_head)                                           \
    X(STORY, render_story)                                                     \
    X(COVERAGE, render_coverage)                                               \
    X(COVERAGE_FEED, render_coverage_feed)                                     \
    X(MORE, render_more_about)                                                 \
    X(NEIGHBOURS, render_neighbours)                                           \
    X(LEAD, render_front_lead)                                                 \
    X(FRONT_SECTION, render_front_section)                                     \
    X(LIST_HEAD, render_list_head)                                             \
    X(LIST, render_list)                                                       \
    X(NOTICE, render_notice)                                                   \
    X(SEARCH_HEAD, render_search_head)                                         \
    X(SEARCH, render_search)                                                   \
    X(SEARCH_FEED, render_search_feed)                                         \
    X(SUGGEST, render_suggest)                                                 \
    X(FEED, render_feed)                                                       \
    X(PLAIN, render_plain)

typedef enum SlotKind {
#define X(kind, render) SLOT_##kind,
    SLOT_KINDS(X)
#undef X
        SLOT_KIND_COUNT
} SlotKind;

enum { HOLDER_SLOT, HOLDER_PAGE };

typedef struct Slot {
    Holder holder; /* first, so that a Holder is its Slot */
    SlotKind kind;
    PageKey key; /* texts are the slot's own, behind it */
    Str name;
    uint64_t hash; /* of the name */
    Fragment *now; /* NULL: to be made */
    size_t pages;  /* how many hold it */
    size_t bytes;
} Slot;

typedef struct Page {
    Holder holder;
    PageKey key;
    Str address;
    uint64_t hash;
    int status;
    bool search; /* made once, for who asked: no cache keeps it */
    size_t slot_count;
    Slot *slots[PAGE_SLOTS_MAX];
    Answer *answers[CODING_COUNT];
    Time asked_at;              /* last; monotonic */
    size_t bytes;               /* of the answers and of itself */
    struct Page *newer, *older; /* by use */
} Page;

typedef struct PressLanguage {
    Str tag;
    Str site_name;
    const Catalog *catalog;
    Words *words;
    Arena arena;      /* of the menu */
    SectionList menu; /* sections that have stories */
} PressLanguage;

struct Press {
    PressConfig config;
    Store *store;
    Zone *zone;
    Coder *coder;
    PressLanguage languages[SITE_LANGUAGES_MAX];
    Deps deps;
    Map slots, pages;
    Page *newest, *oldest;
    size_t bytes;          /* of pages, slots and answers */
    size_t fragment_bytes; /* of all living fragments */
    int64_t seen;          /* number of the last change taken */
    bool behind;           /* the last look failed: news may have been missed */
    Time seen_at;
    int64_t index_wanted;       /* when the index is so far, what was made of
                                   less is made anew; 0: nothing was */
    int64_t related_wanted;     /* the same of what is kept behind it */
    Time hot_at;                /* when what is hot changed last */
    Time looked_at;             /* monotonic */
    Arena scratch;              /* of one page's making */
    PublicStory *story;         /* read for the page being made */
    const SearchResult *search; /* that a page is made of now */
    Map pictures; /* that may be shown, as far as was asked since a change */
    Arena picture_arena;
    size_t picture_count;
    PressCounters counters;
};

/* One fragment being made. */
struct Making {
    Press *press;
    Arena *arena;
    const PageKey *key;
    PressLanguage *language;
    Buf out;
    DepSpec *deps;
    size_t dep_count;
};

#define X(kind, render) MUST_USE Err render(Making *making);
SLOT_KINDS(X)
#undef X

/* ---- slots.c ---- */

/* A copy of text at *at, which moves on behind it. */
Str text_put(char **at, Str text);

/* The slot of that kind for what key says, made when there is none. */
Slot *slot_get(Press *press, SlotKind kind, const PageKey *key, Str name);
MUST_USE Err slot_fill(Press *press, Slot *slot);
void slot_drop(Press *press, Slot *slot);    /* its fragment only */
void slot_release(Press *press, Slot *slot); /* a page lets go of it */

/* ---- pages.c: what is kept, by use ---- */

void page_link(Press *press, Page *page); /* as the newest */
void page_use(Press *press, Page *page);
void page_drop(Press *press, Page *page);
void pages_clear(Press *press);

/* Lets go of answers that would be made anew. */
void pages_forget_old(Press *press);
void pages_freshen(Press *press, Time now);
bool page_is_filled(const Page *page);
void pages_bound(Press *press); /* the page in hand stays */
size_t pages_bytes(const Press *press);

/* ---- pictures.c ---- */

void pictures_open(Press *press);
void pictures_close(Press *press);
void pictures_forget(Press *press); /* something has changed */

/* ---- follow.c ---- */

/* Takes what has been committed since the last look. now: monotonic. */
MUST_USE Err press_follow(Press *press, Time now);

/* Begins where the log ends now. */
MUST_USE Err follow_from_last(Press *press, Arena *arena);
MUST_USE Err menu_read(Press *press, PressLanguage *language);
MUST_USE Err look_at_hot(Press *press);

/* ---- answer.c ---- */

/* Puts the page's fragments together; all its slots are filled. */
Answer *answer_make(Press *press, Page *page, Coding coding);

/* The same of a page that is not kept; the caller's. */
Answer *answer_once(Press *press, Page *page, Coding coding);

/* Lays all of it together in one run, unless that is too many bytes. */
void answer_join(Press *press, Answer *answer);

/* ---- plan.c ---- */

typedef struct Plan {
    int status;
    Str address; /* under which the page is kept */
    size_t slot_count;
    struct {
        SlotKind kind;
        PageKey key;
        Str name;
    } slots[PAGE_SLOTS_MAX];
    DepSpec deps[4]; /* of the row of slots itself */
    size_t dep_count;
} Plan;

/* Which slots make up the page; errors as press_make. */
MUST_USE Err page_plan(Press *press, Arena *arena, const PageKey *key,
                       Plan *plan, Str *moved, bool *lasting);

/* The same of a search; its own slots are of this time only. */
MUST_USE Err search_plan(Press *press, Arena *arena, const PageKey *key,
                         Plan *plan);

/* ---- making.c: what renderers use ---- */

void make_dep(Making *making, uint64_t key, Time since, Time until);
void make_dep_story(Making *making, StoryId id);
void make_dep_entries(Making *making, StoryId id);
/* A list of that key as it was read: newest..oldest of it was shown. */
void make_dep_list(Making *making, ListKey key, Time since, Time until);
void make_dep_items(Making *making, const PublicList *list);

/* The story of the page being made, read once for all of its fragments. */
MUST_USE Err make_story(Making *making, const PublicStory **out);

void make_template(Making *making, TemplateId id, const void *view);

ItemView view_item(Making *making, const PublicItem *item);

/* Which stories LATEST shows, and which version of each, as eight digits: a
 * page that says another mark than the server is not up to date. */
Str latest_mark(Arena *arena, const PublicList *list);
ItemViewList view_items(Making *making, const PublicList *list);
LinkViewList view_menu(Making *making);
Str view_time(Making *making, Time t);
Str view_word(Making *making, const char *name);
Str view_text(Making *making, const char *name, Str argument);
Str view_url(Making *making, Str path); /* absolute */
LanguageView view_language(Making *making, size_t language, Str href);

/* "/media/Mark-640.avif" */
Str picture_href(Arena *arena, const PublicPicture *picture, int32_t width,
                 PictureType type);

/* "/media/Mark-320.avif 320w, ..." */
Str picture_srcset(Arena *arena, const PublicPicture *picture,
                   PictureType type);

/* Classes for what cannot be said in a style of its own (the policy allows
 * none): the mean colour by four bits of each channel (a to l), and the focus
 * by the bits of tenths (m to t, behind x and y) where it is not the middle. */
Str picture_look(Arena *arena, const PublicPicture *picture);

/* Of the widest that is at most max px wide. */
PictureSize picture_size_up_to(const PublicPicture *picture, int32_t max);

/* A place for an ad on a page of that section and these tags; NULL: such a page
 * has none. And the same on the list that the key names. */
const AdView *view_ad(Making *making, AdSlot slot, Str section,
                      const TagList *tags);
const AdView *view_list_ad(Making *making, AdSlot slot);

/* NULL: there is none. */
ThumbView *view_thumb(Making *making, const PublicPicture *picture);

/* With what is said of it; NULL: the story shows none. */
typedef enum ViewPlace { VIEW_IN_STORY, VIEW_ON_FRONT } ViewPlace;
MUST_USE Err view_picture(Making *making, const PublicItem *item,
                          ViewPlace place, PictureView **out);

/* For feeds; without an address when the story shows none. */
MUST_USE Err view_feed_picture(Making *making, const PublicItem *item,
                               FeedPicture *out);

/* For search engines; the same. */
MUST_USE Err view_json_ld_picture(Making *making, const PublicItem *item,
                                  JsonLdPicture *out);

/* For other sites, with its whole address: the picture that the story shows,
 * else its card. */
SharePictureView *view_share_picture(Making *making, const PublicItem *item,
                                     Str alt);

/* What its card says. */
Card card_of(const Site *site, const PublicItem *item);

/* Addresses of the three feeds of the list that a page shows. */
typedef struct FeedLinks {
    Str rss, atom, json;
} FeedLinks;
FeedLinks view_feeds(Making *making, Str list_address);

/* An entry as the page shows it. */
EntryView view_entry(Making *making, const Entry *entry);

/* A feed of these stories at that page, without title and subtitle; and its
 * writing, as the key's kind says. */
MUST_USE Err feed_begin(Making *making, Str home, const PublicList *items,
                        FeedOut *out);
void feed_write(Making *making, FeedOut *feed, FeedLinks links);

/* What every feed says of the agency, with these entries. */
FeedOut feed_of(Making *making, Str home, const FeedEntry *entries,
                size_t count);

/* The list that the key's page or feed shows, its address and its name. */
ListKey page_list_key(const Press *press, const PageKey *key);
Str page_list_address(const Press *press, Arena *arena, const PageKey *key);
MUST_USE Err page_list_name(Making *making, Str *out);

/* What of that list the page is about: [since, until). */
typedef struct Stretch {
    Time since, until;
} Stretch;
Stretch page_stretch(const Press *press, const PageKey *key);
Civil day_shift(Civil day, int days);

bool cursor_set(Cursor cursor);

#endif
