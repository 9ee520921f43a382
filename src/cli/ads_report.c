#include "cli/ads_report.h"

#include <stdio.h>
#include <string.h>

#include "base/time.h"
#include "store/adcounts.h"

#define GROUPS_MAX 4096 /* days, or slots, or what else there is */

/* ---- sums ---- */

typedef struct Group {
    int64_t number; /* a day or a creative; else 0 */
    Str name;
    int64_t seen, clicks;
} Group;

typedef struct Groups {
    Group *items;
    size_t count;
} Groups;

typedef struct Report {
    Arena *arena;
    const CampaignKept *kept;
    bool csv;
    Groups days, slots, languages, creatives;
    int64_t seen, clicks;
} Report;

static void add(Report *report, Groups *groups, int64_t number, Str name,
                const AdCount *count)
{
    Group *group = NULL;

    for (size_t i = groups->count; i > 0 && !group; i--)
        if (groups->items[i - 1].number == number &&
            str_eq(groups->items[i - 1].name, name))
            group = &groups->items[i - 1];
    if (!group) {
        size_t n = groups->count;

        if (n == GROUPS_MAX) return;
        if ((n & (n - 1)) == 0)
            groups->items =
                arena_grow(report->arena, groups->items, n * sizeof(Group),
                           (n ? n * 2 : 1) * sizeof(Group));
        group = &groups->items[groups->count++];
        *group = (Group){.number = number, .name = name};
    }
    group->seen += count->seen;
    group->clicks += count->clicks;
}

static Civil date_of(int64_t day)
{
    return time_civil(day * TIME_DAY);
}

/* What a program that opens the file would take for a formula. */
static bool is_reckoned(Str text)
{
    return text.len && memchr("=+-@\t\r", text.ptr[0], 6);
}

/* In quotes, since a name may hold anything. */
static void print_quoted(Str text)
{
    putchar('"');
    if (is_reckoned(text)) putchar('\'');
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"') putchar('"');
        putchar(text.ptr[i]);
    }
    putchar('"');
}

static void take_row(void *ctx, int64_t day, int64_t hour, const AdCount *count)
{
    Report *report = ctx;

    report->seen += count->seen;
    report->clicks += count->clicks;
    if (report->csv) {
        Civil date = date_of(day);

        print_quoted(report->kept->campaign.name);
        printf(",%04d-%02d-%02d,%d,%lld,%.*s,%.*s,%lld,%lld\r\n", date.year,
               date.month, date.day, (int)hour, (long long)count->creative,
               STR_ARG(count->slot), STR_ARG(count->language),
               (long long)count->seen, (long long)count->clicks);
        return;
    }
    add(report, &report->days, day, (Str){0}, count);
    add(report, &report->slots, 0, count->slot, count);
    add(report, &report->languages, 0, count->language, count);
    add(report, &report->creatives, count->creative, (Str){0}, count);
}

/* ---- the table ---- */

static void print_numbers(int64_t seen, int64_t clicks)
{
    printf(" %11lld %8lld", (long long)seen, (long long)clicks);
    if (seen)
        printf("  %6.2f %%\n", 100.0 * (double)clicks / (double)seen);
    else
        printf("       -\n");
}

static void print_groups(const char *what, const Groups *groups)
{
    for (size_t i = 0; i < groups->count; i++) {
        const Group *group = &groups->items[i];

        printf("%-10s ", i ? "" : what);
        if (group->name.len)
            printf("%-12.*s", STR_ARG(group->name));
        else if (groups->items[i].number && what[0] == 'd')
            printf("%04d-%02d-%02d  ", date_of(group->number).year,
                   date_of(group->number).month, date_of(group->number).day);
        else
            printf("%-12lld", (long long)group->number);
        print_numbers(group->seen, group->clicks);
    }
}

static void print_cap(const char *what, int64_t cap, int64_t seen)
{
    if (cap)
        printf("%s: %lld of %lld\n", what, (long long)seen, (long long)cap);
}

static void print_table(const Report *report)
{
    const CampaignKept *kept = report->kept;

    printf("%.*s%s%s\n", STR_ARG(kept->campaign.name),
           kept->campaign.house ? ", the agency's own" : "",
           kept->stopped ? ", stopped" : "");
    print_cap("seen of its cap", kept->campaign.cap, kept->seen);
    printf("\n%-10s %-12s %11s %8s  %8s\n", "", "", "seen", "clicks", "rate");
    print_groups("day", &report->days);
    print_groups("place", &report->slots);
    print_groups("language", &report->languages);
    print_groups("creative", &report->creatives);
    printf("%-10s %-12s", "in all", "");
    print_numbers(report->seen, report->clicks);
}

/* ---- the picture ---- */

#define WIDE   960
#define HIGH   360
#define LEFT   70
#define TOP    60
#define BOTTOM 40
#define WIDEST 90 /* of a day */

static void print_escaped(Str text)
{
    for (size_t i = 0; i < text.len; i++) {
        switch (text.ptr[i]) {
        case '<': fputs("&lt;", stdout); break;
        case '>': fputs("&gt;", stdout); break;
        case '&': fputs("&amp;", stdout); break;
        default: putchar(text.ptr[i]);
        }
    }
}

static void print_bar(const Report *report, size_t i, double step, int64_t most)
{
    const Group *day = &report->days.items[i];
    Civil date = date_of(day->number);
    int64_t first = report->days.items[0].number;
    double high =
        (HIGH - TOP - BOTTOM) * (double)day->seen / (double)(most ? most : 1);
    double x = LEFT + step * (double)(day->number - first);

    printf("<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" "
           "fill=\"#1f5fa8\"><title>%04d-%02d-%02d: %lld seen, %lld "
           "clicked</title></rect>\n",
           x + step * 0.1, HIGH - BOTTOM - high, step * 0.8, high, date.year,
           date.month, date.day, (long long)day->seen, (long long)day->clicks);
    if (step >= 70 || i == 0 || i + 1 == report->days.count)
        printf("<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%04d-%02d-"
               "%02d</text>\n",
               x + step / 2, HIGH - BOTTOM + 20, date.year, date.month,
               date.day);
}

static void print_picture(const Report *report)
{
    const Groups *days = &report->days;
    int64_t most = 0;
    int64_t span = 1;
    double step;

    for (size_t i = 0; i < days->count; i++)
        if (days->items[i].seen > most) most = days->items[i].seen;
    if (days->count)
        span = days->items[days->count - 1].number - days->items[0].number + 1;
    step = (WIDE - 20.0 - LEFT) / (double)span;
    printf("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" "
           "width=\"%d\" height=\"%d\" font-family=\"sans-serif\" "
           "font-size=\"13\">\n<rect width=\"100%%\" height=\"100%%\" "
           "fill=\"#fff\"/>\n<text x=\"%d\" y=\"24\" font-size=\"18\">",
           WIDE, HIGH, WIDE, HIGH, LEFT);
    print_escaped(report->kept->campaign.name);
    printf("</text>\n<text x=\"%d\" y=\"44\" fill=\"#555\">seen %lld times, "
           "clicked %lld</text>\n",
           LEFT, (long long)report->seen, (long long)report->clicks);
    printf("<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%lld</text>\n<text "
           "x=\"%d\" y=\"%d\" text-anchor=\"end\">0</text>\n",
           LEFT - 8, TOP + 5, (long long)most, LEFT - 8, HIGH - BOTTOM + 5);
    printf("<path d=\"M%d %dH%d\" stroke=\"#999\"/>\n", LEFT, HIGH - BOTTOM,
           WIDE - 20);
    for (size_t i = 0; i < days->count; i++)
        print_bar(report, i, step < WIDEST ? step : WIDEST, most);
    puts("</svg>");
}

Err ads_report(Store *store, Arena *arena, const CampaignKept *kept,
               AdsForm form)
{
    Report report = {.arena = arena, .kept = kept, .csv = form == ADS_CSV};
    Err err;

    if (report.csv)
        printf("campaign,day,hour,creative,place,language,seen,clicks\r\n");
    err = ad_report(store, arena, kept->campaign.number, take_row, &report);
    if (err || report.csv) return err;
    if (form == ADS_TABLE)
        print_table(&report);
    else
        print_picture(&report);
    return ERR_OK;
}
