#include "audience/choose.h"

#include "base/mem.h"
#include "base/rand.h"

#define LOANS_MIN ((size_t)1 << 10)

/* A campaign as it stands. */
typedef struct Entry {
    Campaign campaign;
    int64_t may;    /* be seen, as it was said last; INT64_MAX: no cap */
    int64_t marked; /* counted, and being told */
    int64_t seen;   /* counted since */
    int64_t on_loan;
    bool bare; /* there is nothing to show of it */
} Entry;

typedef struct Loan {
    int64_t campaign; /* 0: it was seen */
    Time until;       /* monotonic */
} Loan;

struct Choose {
    Arena arena; /* of entries */
    Entry *entries;
    size_t count;
    Loan *loans;           /* a ring: a loan lies at its number modulo room */
    size_t room;           /* a power of two */
    uint64_t first, after; /* numbers of those that lie in it */
    bool paused;
};

Choose *choose_open(void)
{
    Choose *choose = mem_zero(sizeof *choose);

    choose->arena = arena_open();
    choose->room = LOANS_MIN;
    choose->loans = mem_alloc(choose->room * sizeof *choose->loans);
    choose->first = choose->after = 1;
    return choose;
}

void choose_close(Choose *choose)
{
    if (!choose) return;
    arena_close(&choose->arena);
    mem_free(choose->loans);
    mem_free(choose);
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* ---- campaigns ---- */

static Entry *entry_of(const Choose *choose, int64_t number)
{
    for (size_t i = 0; i < choose->count; i++)
        if (choose->entries[i].campaign.number == number)
            return &choose->entries[i];
    return NULL;
}

static StrList copy_list(Arena *arena, const StrList *list)
{
    StrList copy = {ARENA_ARRAY(arena, Str, list->count), list->count};

    for (size_t i = 0; i < list->count; i++)
        copy.items[i] = str_format(arena, "%.*s", STR_ARG(list->items[i]));
    return copy;
}

static Campaign copy_campaign(Arena *arena, const Campaign *campaign)
{
    Campaign copy = *campaign;

    copy.link = str_format(arena, "%.*s", STR_ARG(campaign->link));
    copy.alt = str_format(arena, "%.*s", STR_ARG(campaign->alt));
    copy.name = str_format(arena, "%.*s", STR_ARG(campaign->name));
    copy.languages = copy_list(arena, &campaign->languages);
    copy.sections = copy_list(arena, &campaign->sections);
    copy.tags = copy_list(arena, &campaign->tags);
    copy.slots = copy_list(arena, &campaign->slots);
    return copy;
}

static Loan *loan_of(const Choose *choose, uint64_t number)
{
    return &choose->loans[number & (choose->room - 1)];
}

/* Of one that comes, or comes back: what was lent before may still be seen. */
static int64_t count_loans(const Choose *choose, int64_t campaign)
{
    int64_t count = 0;

    for (uint64_t i = choose->first; i < choose->after; i++)
        count += loan_of(choose, i)->campaign == campaign;
    return count;
}

void choose_set(Choose *choose, const Campaign *campaigns, const int64_t *may,
                size_t count)
{
    Arena arena = arena_open();
    Entry *entries = ARENA_ARRAY(&arena, Entry, count);

    for (size_t i = 0; i < count; i++) {
        const Entry *before = entry_of(choose, campaigns[i].number);

        entries[i] = (Entry){
            .campaign = copy_campaign(&arena, &campaigns[i]),
            .may = may[i],
            .seen = before ? before->seen : 0,
            .on_loan = before ? before->on_loan
                              : count_loans(choose, campaigns[i].number),
        };
    }
    arena_close(&choose->arena);
    choose->arena = arena;
    choose->entries = entries;
    choose->count = count;
}

void choose_mark(Choose *choose)
{
    for (size_t i = 0; i < choose->count; i++) {
        choose->entries[i].marked += choose->entries[i].seen;
        choose->entries[i].seen = 0;
    }
}

void choose_unmark(Choose *choose)
{
    for (size_t i = 0; i < choose->count; i++) {
        choose->entries[i].seen += choose->entries[i].marked;
        choose->entries[i].marked = 0;
    }
}

void choose_pause(Choose *choose, bool pause)
{
    choose->paused = pause;
}

/* ---- loans ---- */

static void give_back(Choose *choose, Loan *loan)
{
    Entry *entry = loan->campaign ? entry_of(choose, loan->campaign) : NULL;

    if (entry && entry->on_loan) entry->on_loan--;
    loan->campaign = 0;
}

/* All loans are equally long: the first is over first. */
static void end_loans(Choose *choose, Time clock)
{
    while (choose->first < choose->after &&
           loan_of(choose, choose->first)->until <= clock)
        give_back(choose, loan_of(choose, choose->first++));
}

int64_t choose_on_loan(Choose *choose, int64_t campaign, Time clock)
{
    const Entry *entry = entry_of(choose, campaign);

    end_loans(choose, clock);
    return entry ? entry->on_loan : 0;
}

int64_t choose_hold(Choose *choose, int64_t campaign, int64_t share,
                    int64_t left, Time clock)
{
    Entry *entry = entry_of(choose, campaign);
    int64_t held =
        choose_on_loan(choose, campaign, clock) + (entry ? entry->seen : 0);

    held = least(held > share ? held : share, left);
    if (entry) entry->may = least(entry->may, entry->marked + held);
    return held;
}

static void grow(Choose *choose)
{
    size_t room = choose->room * 2;
    Loan *loans = mem_alloc(room * sizeof *loans);

    for (uint64_t i = choose->first; i < choose->after; i++)
        loans[i & (room - 1)] = *loan_of(choose, i);
    mem_free(choose->loans);
    choose->loans = loans;
    choose->room = room;
}

static uint64_t lend(Choose *choose, Entry *entry, Time clock)
{
    size_t count = choose->after - choose->first;

    if (count == CHOOSE_LOANS)
        give_back(choose, loan_of(choose, choose->first++));
    else if (count == choose->room)
        grow(choose);
    *loan_of(choose, choose->after) =
        (Loan){entry->campaign.number, clock + CHOOSE_LOAN};
    entry->on_loan++;
    return choose->after++;
}

/* ---- choosing ---- */

static bool has_cap(const Entry *entry)
{
    return entry->may != INT64_MAX;
}

static bool has_room(const Choose *choose, const Entry *entry)
{
    return !has_cap(entry) ||
           (!choose->paused &&
            entry->marked + entry->seen + entry->on_loan < entry->may);
}

static bool is_among(int64_t number, const int64_t *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (numbers[i] == number) return true;
    return false;
}

/* What a drawing is about. */
typedef struct Lots {
    const AdPlace *place;
    const int64_t *not_these;
    size_t not_count;
    Time now;
    bool capped; /* those too */
    bool house;
} Lots;

static bool takes_part(const Choose *choose, const Entry *entry,
                       const Lots *lots)
{
    return entry->campaign.house == lots->house && !entry->bare &&
           (lots->capped || !has_cap(entry)) && has_room(choose, entry) &&
           !is_among(entry->campaign.number, lots->not_these,
                     lots->not_count) &&
           campaign_fits(&entry->campaign, lots->place, lots->now);
}

static Entry *draw(const Choose *choose, const Lots *lots)
{
    uint64_t sum = 0;
    uint64_t lot;

    for (size_t i = 0; i < choose->count; i++)
        if (takes_part(choose, &choose->entries[i], lots))
            sum += (uint64_t)choose->entries[i].campaign.weight;
    if (!sum) return NULL;
    rand_bytes(&lot, sizeof lot);
    lot %= sum; /* sums are far below 2^64: no share is off by 2^-30 */
    for (size_t i = 0; i < choose->count; i++) {
        Entry *entry = &choose->entries[i];

        if (!takes_part(choose, entry, lots)) continue;
        if (lot < (uint64_t)entry->campaign.weight) return entry;
        lot -= (uint64_t)entry->campaign.weight;
    }
    return NULL;
}

bool choose_next(Choose *choose, const AdPlace *place, const int64_t *not_these,
                 size_t not_count, bool capped, Time now, Time clock,
                 int64_t *campaign, uint64_t *loan)
{
    Lots lots = {place, not_these, not_count, now, capped, false};
    Entry *entry;

    end_loans(choose, clock);
    entry = draw(choose, &lots);
    if (!entry) {
        lots.house = true;
        entry = draw(choose, &lots);
    }
    if (!entry) return false;
    *campaign = entry->campaign.number;
    *loan = lend(choose, entry, clock);
    return true;
}

void choose_pass_over(Choose *choose, int64_t campaign, uint64_t loan)
{
    Entry *entry = entry_of(choose, campaign);

    give_back(choose, loan_of(choose, loan));
    if (entry) entry->bare = true;
}

bool choose_seen(Choose *choose, int64_t campaign, uint64_t loan, Time clock)
{
    Entry *entry = entry_of(choose, campaign);
    Loan *found;

    end_loans(choose, clock);
    if (!entry || loan < choose->first || loan >= choose->after) return false;
    found = loan_of(choose, loan);
    if (!campaign || found->campaign != campaign) return false;
    if (choose->paused && has_cap(entry)) return false;
    give_back(choose, found);
    if (has_cap(entry) && entry->marked + entry->seen >= entry->may)
        return false;
    entry->seen++;
    return true;
}

bool choose_count(Choose *choose, int64_t campaign)
{
    Entry *entry = entry_of(choose, campaign);

    if (!entry || !has_room(choose, entry)) return false;
    entry->seen++;
    return true;
}
