#include "web/reads_page.h"

#include "audience/beacon.h"
#include "base/mem.h"
#include "press/theme.h"
#include "store/reads.h"
#include "story/address.h"
#include "text/embedded.h"
#include "text/template.h"
#include "text/words.h"

#define PAGE_MAX ((size_t)512 * 1024)
#define DAY      (24 * 60) /* minutes */
#define BAR      10        /* minutes */
#define BARS     (DAY / BAR)
#define HOURS    6 /* named along the bars */
#define TABLES   5

#define HOUR_VIEW(X, V) X(V, name, STR)
VIEW(ReadsHourView, HOUR_VIEW)

#define BAR_VIEW(X, V)                                                         \
    X(V, x, STR) X(V, y, STR) X(V, height, STR) X(V, label, STR)
VIEW(ReadsBarView, BAR_VIEW)

#define ROW_VIEW(X, V)                                                         \
    X(V, name, STR) X(V, href, STR) X(V, reads, STR) X(V, width, STR)
VIEW(ReadsRowView, ROW_VIEW)

#define TABLE_VIEW(X, V)                                                       \
    X(V, name, STR) X(V, wide, BOOL) X(V, rows, LIST, ReadsRowView)
VIEW(ReadsTableView, TABLE_VIEW)

#define READS_VIEW(X, V)                                                       \
    X(V, title, STR)                                                           \
    X(V, style, HTML)                                                          \
    X(V, about, STR)                                                           \
    X(V, most, STR)                                                            \
    X(V, hours, LIST, ReadsHourView)                                           \
    X(V, bars, LIST, ReadsBarView)                                             \
    X(V, none, BOOL)                                                           \
    X(V, tables, LIST, ReadsTableView)
VIEW(ReadsView, READS_VIEW)

VIEW_TABLE(ReadsHourView, HOUR_VIEW)
VIEW_TABLE(ReadsBarView, BAR_VIEW)
VIEW_TABLE(ReadsRowView, ROW_VIEW)
VIEW_TABLE(ReadsTableView, TABLE_VIEW)
VIEW_TABLE(ReadsView, READS_VIEW)

struct ReadsPage {
    Arena arena;
    const Site *site;
    const Catalog *words; /* English, as the page is */
    const Template *template;
    Html style;
    Str style_source;
    Zone *zone;
};

/* ---- open and close ---- */

static Err get_source(void *context, Arena *arena, Str name, Str *source,
                      Fault *fault)
{
    Str path = str_format(arena, "operator/%.*s.html", STR_ARG(name));

    (void)context;
    if (embedded_get(path, source)) return ERR_OK;
    return fault_set(fault, ERR_NOT_FOUND, "%.*s", STR_ARG(path));
}

static Err load(ReadsPage *page, Fault *fault)
{
    TemplateFiles files = {get_source, NULL};
    Str style, words;
    Err err = zone_open(str_z(&page->arena, page->site->zone), &page->zone);

    if (err) return err;
    if (!embedded_get(S("operator/style.css"), &style) ||
        !embedded_get(S("words/en.po"), &words))
        return ERR_NOT_FOUND;
    page->style = (Html){style};
    page->style_source = theme_source_of(&page->arena, style);
    err = catalog_load(&page->arena, S("en"), "words/en.po", words, NULL,
                       &page->words, fault);
    if (err) return err;
    return template_compile(&page->arena, &files, S("reads"), &ReadsView_type,
                            page->words, &page->template, fault);
}

Err reads_page_open(const Site *site, ReadsPage **out, Fault *fault)
{
    ReadsPage *page = mem_zero(sizeof *page);
    Err err;

    page->arena = arena_open();
    page->site = site;
    err = load(page, fault);
    if (err)
        reads_page_close(page);
    else
        *out = page;
    return err;
}

void reads_page_close(ReadsPage *page)
{
    if (!page) return;
    zone_close(page->zone);
    arena_close(&page->arena);
    mem_free(page);
}

Str reads_page_style_source(const ReadsPage *page)
{
    return page->style_source;
}

/* ---- the picture of the day ---- */

static Str number(Arena *arena, int64_t n)
{
    return str_format(arena, "%lld", (long long)n);
}

static Str clock_of(const ReadsPage *page, Arena *arena, int64_t minute)
{
    return words_clock(arena, zone_civil(page->zone, minute * TIME_MINUTE));
}

static ReadsBarView bar(const ReadsPage *page, Arena *arena, int64_t begins,
                        int64_t at, int64_t reads, int64_t most)
{
    double height = most ? 100.0 * (double)reads / (double)most : 0;

    return (ReadsBarView){
        .x = number(arena, at),
        .y = str_format(arena, "%.2f", 100 - height),
        .height = str_format(arena, "%.2f", height),
        .label = str_format(arena, "%.*s: %lld",
                            STR_ARG(clock_of(page, arena, begins + at * BAR)),
                            (long long)reads),
    };
}

/* Bars of the reads from a minute on; returns how many reads there were. */
static int64_t draw_day(const ReadsPage *page, Arena *arena, int64_t begins,
                        const ReportRows *minutes, ReadsView *view)
{
    int64_t sums[BARS] = {0};
    int64_t most = 0;
    int64_t all = 0;

    for (size_t i = 0; i < minutes->count; i++) {
        int64_t at = (minutes->items[i].number - begins) / BAR;

        if (at < 0 || at >= BARS) continue;
        sums[at] += minutes->items[i].reads;
        all += minutes->items[i].reads;
        if (sums[at] > most) most = sums[at];
    }
    view->bars.items = ARENA_ARRAY(arena, ReadsBarView, BARS);
    for (int64_t i = 0; i < BARS; i++)
        if (sums[i])
            view->bars.items[view->bars.count++] =
                bar(page, arena, begins, i, sums[i], most);
    view->hours.items = ARENA_ARRAY(arena, ReadsHourView, HOURS + 1);
    for (int64_t i = 0; i <= HOURS; i++)
        view->hours.items[view->hours.count++] =
            (ReadsHourView){clock_of(page, arena, begins + i * DAY / HOURS)};
    view->most = number(arena, most);
    return all;
}

/* ---- tables ---- */

typedef enum TableKind { NAMES, SCREENS, STORIES, REFERRERS } TableKind;

static Str name_of(Arena *arena, TableKind kind, const ReportRow *row)
{
    if (kind == SCREENS) return str_from(screen_word((Screen)row->number));
    if (row->name.len) return row->name;
    if (kind == STORIES)
        return str_format(arena, "%lld (not public now)",
                          (long long)row->number);
    return kind == REFERRERS ? S("(none: typed, a bookmark, our own pages)")
                             : S("-");
}

static ReadsTableView table(const ReadsPage *page, Arena *arena,
                            const char *name, TableKind kind,
                            const ReportRows *rows)
{
    ReadsTableView view = {.name = str_from(name), .wide = kind == STORIES};
    int64_t most = 1;

    for (size_t i = 0; i < rows->count; i++)
        if (rows->items[i].reads > most) most = rows->items[i].reads;
    view.rows.items = ARENA_ARRAY(arena, ReadsRowView, rows->count);
    for (size_t i = 0; i < rows->count; i++) {
        const ReportRow *row = &rows->items[i];

        view.rows.items[view.rows.count++] = (ReadsRowView){
            .name = name_of(arena, kind, row),
            .href = kind == STORIES && row->name.len
                        ? str_format(arena, "%.*s/%.*s/x/%lld",
                                     STR_ARG(page->site->url),
                                     STR_ARG(page->site->languages[0].tag),
                                     (long long)row->number)
                        : (Str){0},
            .reads = number(arena, row->reads),
            .width = str_format(arena, "%.1f",
                                100.0 * (double)row->reads / (double)most),
        };
    }
    return view;
}

Err reads_page_make(ReadsPage *page, Store *store, Arena *arena, Time now,
                    Str *out)
{
    int64_t ends = now / TIME_MINUTE / BAR * BAR + BAR;
    ReadsView view = {.style = page->style};
    Buf buf = buf_open(arena, PAGE_MAX);
    ReadReport report;
    int64_t all;
    Err err = reads_report(store, arena, ends - DAY, &report);

    if (err) return err;
    all = draw_day(page, arena, ends - DAY, &report.minutes, &view);
    view.title = str_format(arena, "Reads: %.*s",
                            STR_ARG(page->site->languages[0].name));
    view.about = str_format(
        arena, "%lld reads in the 24 hours to %.*s; times are of %.*s",
        (long long)all, STR_ARG(clock_of(page, arena, ends)),
        STR_ARG(page->site->zone));
    view.none = !all;
    view.tables.items = ARENA_ARRAY(arena, ReadsTableView, TABLES);
    view.tables.count = TABLES;
    view.tables.items[0] =
        table(page, arena, "Stories", STORIES, &report.stories);
    view.tables.items[1] =
        table(page, arena, "Sections", NAMES, &report.sections);
    view.tables.items[2] =
        table(page, arena, "Languages", NAMES, &report.languages);
    view.tables.items[3] =
        table(page, arena, "Screens", SCREENS, &report.screens);
    view.tables.items[4] = table(page, arena, "Where readers come from",
                                 REFERRERS, &report.referrers);
    template_render(page->template, page->words, &view, &buf);
    return buf_end(&buf, out);
}
