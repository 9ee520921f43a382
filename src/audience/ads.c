#include "audience/ads.h"

#include <pthread.h>
#include <sodium.h>
#include <string.h>

#include "base/cond.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/rand.h"
#include "base/zone.h"
#include "store/adcounts.h"

#define KEEP_EVERY   TIME_SECOND
#define RENEW_EVERY  (5 * TIME_SECOND)
#define READ_EVERY   (30 * TIME_SECOND) /* dates of pictures are no change */
#define TELL_EVERY   TIME_MINUTE
#define SUMS_MAX     ((size_t)65536) /* between two keepings */
#define USED_MAX     ((size_t)1 << 20)
#define ASKED_MAX    ((size_t)1 << 20)
#define SECRET_CHARS (AD_KEY * 2)

/* What is shown now; whoever reads it holds the lock. */
typedef struct Shown {
    Arena arena;
    Campaigns campaigns;     /* those that are not stopped and show something */
    CreativesKept creatives; /* in the order of their campaigns */
    Map by_campaign;         /* number to First */
    Map by_creative;         /* number to CreativeKept */
    Map by_mark;             /* hash to CreativeKept */
} Shown;

/* Where a campaign's creatives begin. */
typedef struct First {
    const CampaignKept *kept;
    size_t at, count;
} First;

/* Counted here, for another node. */
typedef struct Passing {
    int64_t node;
    bool click;
    size_t len;
    char ticket[AD_TICKET_MAX];
} Passing;

/* What has been counted since the last keeping. */
typedef struct Sums {
    Arena arena;
    Map counts; /* of AdCount */
    Passing *passing;
    size_t passing_count;
} Sums;

/* Keys that have come lately; two of them, of which the older goes. */
typedef struct Used {
    Map now, before;
    Time since;
} Used;

struct Ads {
    AdsConfig config;
    int64_t node;
    unsigned char key[AD_KEY];
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool stopping; /* under lock, as what follows */
    bool nudged;
    bool written; /* a job has ended, as err says */
    Err err;
    Choose *choose;
    Shown shown;
    Sums sums;
    Used used; /* of tickets that no loan knows */
    Map asked; /* by address: how many with a cap */
    Time asked_since;
    int64_t *nodes; /* the others */
    size_t node_count;
    AdsCounters counters;
    size_t ready; /* campaigns that may be drawn */
    pthread_t thread;

    /* the thread's own */
    Store *store;
    Zone *zone;
    Time changed_at; /* of the campaigns that are known; -1: none are */
    Time read_at;    /* monotonic, as those below */
    Time kept_at, told_at;
    int64_t day; /* for which caps were reckoned */
    bool due;    /* they must be reckoned anew */
};

static bool is_alone(const Ads *ads)
{
    return !ads->config.watch;
}

/* ---- what is shown now ---- */

static void shown_close(Shown *shown)
{
    map_close(&shown->by_campaign);
    map_close(&shown->by_creative);
    map_close(&shown->by_mark);
    arena_close(&shown->arena);
}

static bool is_there(const CreativeKept *creative)
{
    return creative->html.len || creative->picture.mark.len;
}

static bool may_be_shown(const CreativeKept *creative, Time now)
{
    return is_there(creative) &&
           (creative->html.len || creative->until == TIME_NONE ||
            creative->until > now);
}

/* Its creatives stand together; a campaign without any is left out. */
static void add_campaign(Shown *shown, const CampaignKept *kept,
                         const CreativesKept *all)
{
    CreativesKept *list = &shown->creatives;
    First *first = ARENA_NEW(&shown->arena, First);

    *first = (First){
        .kept = &shown->campaigns.items[shown->campaigns.count],
        .at = list->count,
    };
    for (size_t i = 0; i < all->count; i++) {
        CreativeKept *creative;

        if (all->items[i].campaign != kept->campaign.number ||
            !is_there(&all->items[i]))
            continue;
        creative = &list->items[list->count++];
        *creative = all->items[i];
        map_put(&shown->by_creative, hash_number((uint64_t)creative->number),
                creative);
        if (creative->picture.mark.len)
            map_put(&shown->by_mark, hash_table(creative->picture.mark),
                    creative);
    }
    first->count = list->count - first->at;
    if (!first->count) return;
    shown->campaigns.items[shown->campaigns.count++] = *kept;
    map_put(&shown->by_campaign, hash_number((uint64_t)kept->campaign.number),
            first);
}

/* Of what the store has; it lives in the arena that goes over to *out. */
static void shown_make(Arena arena, const Campaigns *campaigns,
                       const CreativesKept *creatives, Shown *out)
{
    Shown shown = {.arena = arena};

    map_init(&shown.by_campaign);
    map_init(&shown.by_creative);
    map_init(&shown.by_mark);
    shown.campaigns.items =
        ARENA_ARRAY(&shown.arena, CampaignKept, campaigns->count + 1);
    shown.creatives.items =
        ARENA_ARRAY(&shown.arena, CreativeKept, creatives->count + 1);
    for (size_t i = 0; i < campaigns->count; i++)
        if (!campaigns->items[i].stopped)
            add_campaign(&shown, &campaigns->items[i], creatives);
    *out = shown;
}

static const First *first_of(const Shown *shown, int64_t campaign)
{
    return map_get(&shown->by_campaign, hash_number((uint64_t)campaign));
}

static const CreativeKept *creative_of(const Shown *shown, int64_t number)
{
    return map_get(&shown->by_creative, hash_number((uint64_t)number));
}

/* One of them, each as likely; NULL: none may be shown now. */
static const CreativeKept *draw_creative(const Shown *shown, const First *first,
                                         bool picture, Time now)
{
    const CreativeKept *drawn = NULL;
    uint64_t seen = 0;

    for (size_t i = 0; i < first->count; i++) {
        const CreativeKept *creative = &shown->creatives.items[first->at + i];
        uint64_t lot;

        if (!may_be_shown(creative, now)) continue;
        if (picture && creative->html.len) continue;
        rand_bytes(&lot, sizeof lot);
        if (lot % ++seen == 0) drawn = creative;
    }
    return drawn;
}

static void tell_shown(Arena *arena, const Campaign *campaign,
                       const CreativeKept *creative, AdShown *out)
{
    *out = (AdShown){
        .campaign = campaign->number,
        .creative = creative->number,
        .alt = str_copy(arena, campaign->alt),
        .link = str_copy(arena, campaign->link),
    };
    if (creative->html.len) return;
    out->picture = creative->picture;
    out->picture.mark = str_copy(arena, creative->picture.mark);
}

/* ---- asking ---- */

/* Whether that address may have one more with a cap. */
static bool may_have(Ads *ads, uint64_t address, Time clock)
{
    size_t had;

    if (!ads->config.per_address) return true;
    if (clock - ads->asked_since >= CHOOSE_LOAN ||
        ads->asked.count >= ASKED_MAX) {
        map_close(&ads->asked);
        map_init(&ads->asked);
        ads->asked_since = clock;
    }
    had = (size_t)(uintptr_t)map_get(&ads->asked, address);
    return had < ads->config.per_address;
}

static void note_had(Ads *ads, uint64_t address)
{
    uintptr_t had = (uintptr_t)map_take(&ads->asked, address);

    map_put(&ads->asked, address, (void *)(had + 1));
}

static bool has_cap(const Campaign *campaign)
{
    return campaign->cap || campaign->day_cap;
}

/* Under the lock. */
static bool lend(Ads *ads, Arena *arena, const AdsAsk *ask, AdShown *out)
{
    uint64_t address = hash_table(ask->address);
    bool all = may_have(ads, address, ask->clock);
    const CreativeKept *creative;
    const First *first;
    AdTicket ticket = {.node = ads->node,
                       .second = ask->now / TIME_SECOND,
                       .slot = ask->place.slot,
                       .language = ask->place.language};

    if (!choose_next(ads->choose, &ask->place, ask->not_these, ask->not_count,
                     all, ask->now, ask->clock, &ticket.campaign, &ticket.loan))
        return false;
    first = first_of(&ads->shown, ticket.campaign);
    creative =
        first ? draw_creative(&ads->shown, first, false, ask->now) : NULL;
    if (!creative) return false; /* its last picture's date has just come */
    if (ads->config.per_address && has_cap(&first->kept->campaign))
        note_had(ads, address);
    ads->counters.lent++;
    tell_shown(arena, &first->kept->campaign, creative, out);
    ticket.creative = creative->number;
    out->ticket = ad_ticket_write(arena, ads->key, &ticket);
    return true;
}

bool ads_next(Ads *ads, Arena *arena, const AdsAsk *ask, AdShown *out)
{
    bool found;

    pthread_mutex_lock(&ads->lock);
    found = lend(ads, arena, ask, out);
    pthread_mutex_unlock(&ads->lock);
    return found;
}

static bool find_house(Ads *ads, Arena *arena, const AdPlace *place, Time now,
                       AdShown *out)
{
    const Shown *shown = &ads->shown;
    uint64_t sum = 0;

    for (size_t i = 0; i < shown->campaigns.count; i++) {
        const Campaign *campaign = &shown->campaigns.items[i].campaign;
        const CreativeKept *creative;
        uint64_t lot;

        if (!campaign->house || !campaign_fits(campaign, place, now)) continue;
        creative =
            draw_creative(shown, first_of(shown, campaign->number), true, now);
        if (!creative) continue;
        rand_bytes(&lot, sizeof lot);
        sum += (uint64_t)campaign->weight;
        if (lot % sum < (uint64_t)campaign->weight)
            tell_shown(arena, campaign, creative, out);
    }
    return sum > 0;
}

bool ads_house(Ads *ads, Arena *arena, const AdPlace *place, Time now,
               AdShown *out)
{
    bool found;

    pthread_mutex_lock(&ads->lock);
    found = find_house(ads, arena, place, now, out);
    pthread_mutex_unlock(&ads->lock);
    return found;
}

bool ads_has_picture(Ads *ads, Str mark, Time now, PictureSize *size,
                     Time *until)
{
    const CreativeKept *creative;
    const First *first;
    bool found = false;

    pthread_mutex_lock(&ads->lock);
    creative = map_get(&ads->shown.by_mark, hash_table(mark));
    first = creative ? first_of(&ads->shown, creative->campaign) : NULL;
    if (first && str_eq(creative->picture.mark, mark) &&
        may_be_shown(creative, now) &&
        (first->kept->campaign.from == TIME_NONE ||
         first->kept->campaign.from <= now)) {
        *size =
            (PictureSize){creative->picture.width, creative->picture.height};
        *until = creative->until;
        found = true;
    }
    pthread_mutex_unlock(&ads->lock);
    return found;
}

/* ---- counting ---- */

static uint64_t count_key(const AdTicket *ticket)
{
    uint64_t key = hash_mix(hash_number((uint64_t)ticket->campaign),
                            (uint64_t)ticket->creative);

    key = hash_mix(key, hash_table(ticket->slot));
    return hash_mix(key, hash_table(ticket->language));
}

static void sums_open(Sums *sums)
{
    *sums = (Sums){.arena = arena_open()};
    map_init(&sums->counts);
}

static void sums_close(Sums *sums)
{
    map_close(&sums->counts);
    arena_close(&sums->arena);
    mem_free(sums->passing);
}

/* Where it is counted; NULL: there are more than can be kept. */
static AdCount *count_of(Sums *sums, const AdTicket *ticket)
{
    uint64_t key = count_key(ticket);
    AdCount *count = map_get(&sums->counts, key);

    if (count) return count;
    if (sums->counts.count >= SUMS_MAX) return NULL;
    count = ARENA_NEW(&sums->arena, AdCount);
    *count = (AdCount){.campaign = ticket->campaign,
                       .creative = ticket->creative,
                       .slot = str_copy(&sums->arena, ticket->slot),
                       .language = str_copy(&sums->arena, ticket->language)};
    map_put(&sums->counts, key, count);
    return count;
}

/* Whether it comes for the first time. A key is known for a day at least,
 * unless more come than can be remembered. */
static bool use_once(Used *used, uint64_t key, Time clock)
{
    if (clock - used->since >= ADS_CLICK || used->now.count >= USED_MAX) {
        map_close(&used->before);
        used->before = used->now;
        map_init(&used->now);
        used->since = clock;
    }
    if (map_get(&used->now, key) || map_get(&used->before, key)) return false;
    map_put(&used->now, key, used);
    return true;
}

static bool is_other_node(const Ads *ads, int64_t node)
{
    for (size_t i = 0; i < ads->node_count; i++)
        if (ads->nodes[i] == node) return true;
    return false;
}

static void pass(Ads *ads, int64_t node, Str text, bool click)
{
    Sums *sums = &ads->sums;
    size_t n = sums->passing_count;
    Passing *passing;

    if (n >= SUMS_MAX) return;
    if ((n & (n - 1)) == 0)
        sums->passing =
            mem_resize(sums->passing, (n ? n * 2 : 1) * sizeof(Passing));
    passing = &sums->passing[sums->passing_count++];
    passing->node = node;
    passing->click = click;
    passing->len = text.len;
    memcpy(passing->ticket, text.ptr, text.len);
}

static uint64_t used_key(Str text, bool click)
{
    return hash_mix(hash_table(text), click ? 2 : 1);
}

/* By its loan; one that was lent before this process began, by whom is gone,
 * once. */
static bool may_count(Ads *ads, const AdTicket *ticket, Str text, bool click,
                      Time clock)
{
    Time age = time_now() - ticket->second * TIME_SECOND;

    if (click)
        return age < ADS_CLICK &&
               use_once(&ads->used, used_key(text, true), clock);
    if (ticket->node == ads->node)
        return choose_seen(ads->choose, ticket->campaign, ticket->loan, clock);
    return age < CHOOSE_LOAN + ADS_NODE_LOST &&
           use_once(&ads->used, used_key(text, false), clock) &&
           choose_count(ads->choose, ticket->campaign);
}

/* Under the lock. */
static void count(Ads *ads, const AdTicket *ticket, Str text, bool click,
                  Time clock)
{
    AdCount *sum;

    if (ticket->node != ads->node && is_other_node(ads, ticket->node)) {
        pass(ads, ticket->node, text, click);
        return;
    }
    if (!creative_of(&ads->shown, ticket->creative) ||
        !may_count(ads, ticket, text, click, clock) ||
        !(sum = count_of(&ads->sums, ticket))) {
        ads->counters.left_out++;
        return;
    }
    if (click) {
        sum->clicks++;
        ads->counters.clicked++;
    } else {
        sum->seen++;
        ads->counters.seen++;
    }
}

Err ads_seen(Ads *ads, Str text, Time clock)
{
    AdTicket ticket;
    Err err = ad_ticket_read(ads->key, text, &ticket);

    if (err) return err;
    pthread_mutex_lock(&ads->lock);
    count(ads, &ticket, text, false, clock);
    pthread_mutex_unlock(&ads->lock);
    return ERR_OK;
}

Err ads_click(Ads *ads, Arena *arena, Str text, bool counts, Time clock,
              Str *link)
{
    AdTicket ticket;
    const First *first;
    Err err = ad_ticket_read(ads->key, text, &ticket);

    if (err) return err;
    pthread_mutex_lock(&ads->lock);
    first = first_of(&ads->shown, ticket.campaign);
    if (first && first->kept->campaign.link.len) {
        *link = str_copy(arena, first->kept->campaign.link);
        if (counts) count(ads, &ticket, text, true, clock);
    } else {
        err = ERR_NOT_FOUND;
    }
    pthread_mutex_unlock(&ads->lock);
    return err;
}

Err ads_html(Ads *ads, Arena *arena, Str text, Str *html, Str *slot)
{
    AdTicket ticket;
    const CreativeKept *creative;
    Err err = ad_ticket_read(ads->key, text, &ticket);

    if (err) return err;
    pthread_mutex_lock(&ads->lock);
    creative = creative_of(&ads->shown, ticket.creative);
    if (creative && creative->html.len)
        *html = str_copy(arena, creative->html);
    else
        err = ERR_NOT_FOUND;
    pthread_mutex_unlock(&ads->lock);
    *slot = ticket.slot;
    return err;
}

AdsCounters ads_counters(Ads *ads)
{
    AdsCounters counters;

    pthread_mutex_lock(&ads->lock);
    counters = ads->counters;
    counters.campaigns = ads->ready;
    pthread_mutex_unlock(&ads->lock);
    return counters;
}

void ads_nudge(Ads *ads)
{
    pthread_mutex_lock(&ads->lock);
    ads->nudged = true;
    pthread_cond_signal(&ads->wake);
    pthread_mutex_unlock(&ads->lock);
}

/* ---- on the writer's thread ---- */

/* What a job of the writer does, and what it found. */
typedef struct Job {
    Ads *ads;
    Sums *sums;
    int64_t day, hour;
    Time now;
    bool leaves; /* it is the last one */
    Arena *arena;
    Campaigns campaigns; /* as they are now */
    int64_t *may;        /* of each */
    AdPassedList passed;
    AdNodes nodes;
} Job;

static Err add_counts(Store *store, const Job *job)
{
    const AdCount *sum;
    size_t at = 0;
    Err err = ERR_OK;

    while (!err && (sum = map_next(&job->sums->counts, &at))) {
        if (!sum->seen && !sum->clicks) continue;
        err = ad_count_add(store, job->day, job->hour, sum);
        if (!err && sum->seen)
            err = ad_seen_add(store, sum->campaign, job->day, sum->seen);
    }
    return err;
}

static Err pass_on(Store *store, const Job *job)
{
    Err err = ERR_OK;

    for (size_t i = 0; !err && i < job->sums->passing_count; i++) {
        const Passing *passing = &job->sums->passing[i];

        err = ad_pass(store, passing->node,
                      (Str){passing->ticket, passing->len}, passing->click);
    }
    return err;
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* How often it may still be seen, by whomever. */
static int64_t left_of(const CampaignKept *kept, int64_t day)
{
    const Campaign *campaign = &kept->campaign;
    int64_t today = kept->day == day ? kept->day_seen : 0;
    int64_t left = INT64_MAX;

    if (campaign->cap) left = least(left, campaign->cap - kept->seen);
    if (campaign->day_cap) left = least(left, campaign->day_cap - today);
    return left < 0 ? 0 : left;
}

/* Each node holds as much as the others, and what it has lent already. */
static Err take_lot(Store *store, const Job *job, int64_t campaign,
                    int64_t *left)
{
    const Ads *ads = job->ads;
    int64_t nodes = (int64_t)job->nodes.count;
    int64_t others, share, lent;
    Err err = ad_lots_of_others(store, campaign, ads->node, &others);

    if (err) return err;
    *left = *left > others ? *left - others : 0;
    share = (*left + others) / (nodes ? nodes : 1) + 1;
    pthread_mutex_lock(&job->ads->lock);
    lent = choose_on_loan(ads->choose, campaign);
    pthread_mutex_unlock(&job->ads->lock);
    *left = least(*left, share > lent ? share : lent);
    return ad_lot_put(store, campaign, ads->node, *left);
}

static Err reckon(Store *store, Job *job)
{
    Err err = campaigns_list(store, job->arena, &job->campaigns);

    if (err) return err;
    job->may = ARENA_ARRAY(job->arena, int64_t, job->campaigns.count + 1);
    for (size_t i = 0; !err && i < job->campaigns.count; i++) {
        const CampaignKept *kept = &job->campaigns.items[i];

        job->may[i] = left_of(kept, job->day);
        if (job->may[i] != INT64_MAX && !kept->stopped && !job->leaves &&
            !is_alone(job->ads))
            err = take_lot(store, job, kept->campaign.number, &job->may[i]);
    }
    return err;
}

static Err meet_nodes(Store *store, Job *job)
{
    int64_t node = job->ads->node;
    Err err = job->leaves ? ad_node_drop(store, node)
                          : ad_node_put(store, node, job->now);

    if (!err) err = ad_nodes(store, job->arena, &job->nodes);
    if (!err) err = ad_take_passed(store, job->arena, node, &job->passed);
    return err;
}

static Err run(Store *store, Arena *arena, void *ctx)
{
    Job *job = ctx;
    Err err = add_counts(store, job);

    (void)arena; /* it does not outlive the job */
    if (!err && !is_alone(job->ads)) err = pass_on(store, job);
    if (!err && !is_alone(job->ads)) err = meet_nodes(store, job);
    return err ? err : reckon(store, job);
}

static void done(Err err, void *ctx)
{
    Ads *ads = ((const Job *)ctx)->ads;

    pthread_mutex_lock(&ads->lock);
    ads->written = true;
    ads->err = err;
    pthread_cond_signal(&ads->wake);
    pthread_mutex_unlock(&ads->lock);
}

static Err write_job(Ads *ads, Job *job)
{
    Err err;

    ads->written = false;
    err = writer_submit(ads->config.writer,
                        (WriterJob){.run = run, .done = done, .job = job});
    if (err) return err;
    pthread_mutex_lock(&ads->lock);
    while (!ads->written)
        pthread_cond_wait(&ads->wake, &ads->lock);
    err = ads->err;
    pthread_mutex_unlock(&ads->lock);
    return err;
}

/* ---- the thread ---- */

/* What could not be kept is counted with the next. */
static void give_back(Ads *ads, Sums *sums)
{
    const AdCount *sum;
    size_t at = 0;

    while ((sum = map_next(&sums->counts, &at))) {
        AdTicket ticket = {.campaign = sum->campaign,
                           .creative = sum->creative,
                           .slot = sum->slot,
                           .language = sum->language};
        AdCount *into = count_of(&ads->sums, &ticket);

        if (!into) continue;
        into->seen += sum->seen;
        into->clicks += sum->clicks;
    }
    for (size_t i = 0; i < sums->passing_count; i++)
        pass(ads, sums->passing[i].node,
             (Str){sums->passing[i].ticket, sums->passing[i].len},
             sums->passing[i].click);
}

/* Those that are shown, in their order, with what each may. */
static void use_campaigns(Ads *ads, const Job *job)
{
    const Campaigns *shown = &ads->shown.campaigns;
    Campaign *campaigns = ARENA_ARRAY(job->arena, Campaign, shown->count + 1);
    int64_t *may = ARENA_ARRAY(job->arena, int64_t, shown->count + 1);
    size_t count = 0;

    for (size_t i = 0; i < job->campaigns.count; i++) {
        const CampaignKept *kept = &job->campaigns.items[i];

        if (kept->stopped || !first_of(&ads->shown, kept->campaign.number))
            continue;
        campaigns[count] = kept->campaign;
        may[count++] = job->may[i];
    }
    choose_set(ads->choose, campaigns, may, count);
    ads->ready = count;
}

static void use_nodes(Ads *ads, const AdNodes *nodes)
{
    ads->nodes = mem_resize(ads->nodes, (nodes->count + 1) * sizeof(int64_t));
    ads->node_count = 0;
    for (size_t i = 0; i < nodes->count; i++)
        if (nodes->items[i] != ads->node)
            ads->nodes[ads->node_count++] = nodes->items[i];
}

static void count_passed(Ads *ads, const AdPassedList *passed, Time clock)
{
    for (size_t i = 0; i < passed->count; i++) {
        const AdPassed *one = &passed->items[i];
        AdTicket ticket;

        if (!ad_ticket_read(ads->key, one->ticket, &ticket))
            count(ads, &ticket, one->ticket, one->click, clock);
    }
}

static void use_job(Ads *ads, const Job *job, Time clock)
{
    pthread_mutex_lock(&ads->lock);
    use_campaigns(ads, job);
    if (!is_alone(ads)) use_nodes(ads, &job->nodes);
    count_passed(ads, &job->passed, clock);
    choose_pause(ads->choose, false);
    pthread_mutex_unlock(&ads->lock);
}

static void fill_hour(Ads *ads, Job *job)
{
    Civil wall = zone_civil(ads->zone, job->now);
    int64_t hour = wall.hour;

    wall.hour = wall.minute = wall.second = 0;
    job->day = time_from_civil(wall) / TIME_DAY;
    job->hour = hour;
}

static Err keep_job(Ads *ads, Job *job, Time clock)
{
    Sums sums, fresh;
    Err err;

    sums_open(&fresh);
    pthread_mutex_lock(&ads->lock);
    sums = ads->sums;
    ads->sums = fresh;
    choose_mark(ads->choose);
    pthread_mutex_unlock(&ads->lock);
    job->sums = &sums;
    err = write_job(ads, job);
    if (!err) {
        use_job(ads, job, clock);
    } else {
        pthread_mutex_lock(&ads->lock);
        choose_unmark(ads->choose);
        give_back(ads, &sums);
        pthread_mutex_unlock(&ads->lock);
    }
    sums_close(&sums);
    return err;
}

/* Puts what was counted into the store, and asks what may be shown. */
static Err keep(Ads *ads, Time clock, bool leaves)
{
    Arena arena = arena_open();
    Job job = {
        .ads = ads, .now = time_now(), .leaves = leaves, .arena = &arena};
    Err err;

    fill_hour(ads, &job);
    err = keep_job(ads, &job, clock);
    if (!err) {
        ads->kept_at = clock;
        ads->day = job.day;
        ads->due = false;
    }
    arena_close(&arena);
    return err;
}

static Err read_shown(Ads *ads, Arena *arena, Campaigns *campaigns,
                      CreativesKept *creatives, Time *changed_at)
{
    Err err = store_begin(ads->store);

    if (err) return err;
    err = campaigns_changed_at(ads->store, arena, changed_at);
    if (!err) err = campaigns_list(ads->store, arena, campaigns);
    if (!err) err = creatives_list(ads->store, arena, 0, creatives);
    return store_end(ads->store, err);
}

/* Reads anew what is shown. */
static Err look(Ads *ads, Time clock)
{
    Arena arena = arena_open();
    Campaigns campaigns;
    CreativesKept creatives;
    Time changed_at;
    Shown fresh, old;
    Err err = read_shown(ads, &arena, &campaigns, &creatives, &changed_at);

    if (err) {
        arena_close(&arena);
        return err;
    }
    shown_make(arena, &campaigns, &creatives, &fresh);
    pthread_mutex_lock(&ads->lock);
    old = ads->shown;
    ads->shown = fresh;
    pthread_mutex_unlock(&ads->lock);
    shown_close(&old);
    ads->changed_at = changed_at;
    ads->read_at = clock;
    return ERR_OK;
}

static bool has_counts(Ads *ads)
{
    bool has;

    pthread_mutex_lock(&ads->lock);
    has = ads->sums.counts.count || ads->sums.passing_count;
    pthread_mutex_unlock(&ads->lock);
    return has;
}

static bool is_new_day(Ads *ads)
{
    Job job = {.now = time_now()};

    fill_hour(ads, &job);
    return job.day != ads->day;
}

/* *changed: campaigns are others since the last look. */
static Err has_changed(Ads *ads, bool *changed)
{
    Arena arena = arena_open();
    Time at = 0;
    Err err = ERR_OK;

    *changed = ads->changed_at < 0;
    if (store_has_news(ads->store))
        err = campaigns_changed_at(ads->store, &arena, &at);
    if (at > ads->changed_at) *changed = true;
    arena_close(&arena);
    return err;
}

static bool must_keep(Ads *ads, Time clock, bool any, bool leaves)
{
    if (has_counts(ads)) return true;
    if (!any) return false;
    return ads->due || leaves || is_new_day(ads) ||
           (!is_alone(ads) && clock - ads->kept_at >= RENEW_EVERY);
}

/* An agency without ads costs a look a second and no write. */
static Err step(Ads *ads, Time clock, bool leaves)
{
    bool any = ads->shown.campaigns.count > 0;
    bool changed = true;
    Err err = has_changed(ads, &changed);

    if (!err && (changed || (any && clock - ads->read_at >= READ_EVERY)))
        err = look(ads, clock);
    if (err) {
        ads->changed_at = -1; /* its news may have been missed */
        return err;
    }
    ads->due = ads->due || changed;
    any = any || ads->shown.campaigns.count > 0;
    return must_keep(ads, clock, any, leaves) ? keep(ads, clock, leaves)
                                              : ERR_OK;
}

static void complain(Ads *ads, Err err, Time clock)
{
    if (!is_alone(ads) && clock - ads->kept_at >= ADS_LOST) {
        pthread_mutex_lock(&ads->lock);
        choose_pause(ads->choose, true);
        pthread_mutex_unlock(&ads->lock);
    }
    if (err == ERR_UNREACHABLE || err == ERR_CLOSED) return; /* others say so */
    if (ads->told_at && clock - ads->told_at < TELL_EVERY) return;
    ads->told_at = clock;
    log_error("ads: what was seen cannot be kept: %s (%s); it is tried again",
              err_word(err), store_reason(ads->store));
}

/* Until then. False when it is to stop. */
static bool rest(Ads *ads, Time until)
{
    bool in_time = true;
    bool go_on;

    pthread_mutex_lock(&ads->lock);
    while (!ads->stopping && !ads->nudged && in_time)
        in_time = cond_wait_until(&ads->wake, &ads->lock, until);
    ads->nudged = false;
    go_on = !ads->stopping;
    pthread_mutex_unlock(&ads->lock);
    return go_on;
}

static void *loop(void *arg)
{
    Ads *ads = arg;
    bool go_on = true;

    while (go_on) {
        Time clock = time_monotonic();
        Err err = step(ads, clock, false);

        if (err) complain(ads, err, clock);
        go_on = rest(ads, clock + KEEP_EVERY);
    }
    (void)!step(ads, time_monotonic(), true); /* others say what is wrong */
    return NULL;
}

/* ---- start and stop ---- */

typedef struct SecretJob {
    Ads *ads;
    bool done;
    Err err;
} SecretJob;

/* The agency's key: made by the node that first wants one. */
static Err make_secret(Store *store, Arena *arena, void *ctx)
{
    SecretJob *job = ctx;
    char text[SECRET_CHARS + 1];
    size_t len;
    Str secret;
    Err err = ads_secret_get(store, arena, &secret);

    if (!err && !secret.len) {
        rand_bytes(job->ads->key, AD_KEY);
        sodium_bin2hex(text, sizeof text, job->ads->key, AD_KEY);
        return ads_secret_put(store, str_from(text));
    }
    if (err) return err;
    if (sodium_hex2bin(job->ads->key, AD_KEY, secret.ptr, secret.len, NULL,
                       &len, NULL) ||
        len != AD_KEY)
        return ERR_STORE;
    return ERR_OK;
}

static void secret_done(Err err, void *ctx)
{
    SecretJob *job = ctx;

    pthread_mutex_lock(&job->ads->lock);
    job->done = true;
    job->err = err;
    pthread_cond_signal(&job->ads->wake);
    pthread_mutex_unlock(&job->ads->lock);
}

static Err get_secret(Ads *ads)
{
    SecretJob job = {.ads = ads};
    Err err = writer_submit(ads->config.writer,
                            (WriterJob){make_secret, secret_done, &job});

    if (err) return err;
    pthread_mutex_lock(&ads->lock);
    while (!job.done)
        pthread_cond_wait(&ads->wake, &ads->lock);
    pthread_mutex_unlock(&ads->lock);
    return job.err;
}

static int64_t draw_node(void)
{
    uint32_t lot;

    rand_bytes(&lot, sizeof lot);
    return 1 + (int64_t)(lot % AD_NODE_MAX);
}

static void ads_free(Ads *ads)
{
    store_close(ads->store);
    zone_close(ads->zone);
    choose_close(ads->choose);
    shown_close(&ads->shown);
    sums_close(&ads->sums);
    map_close(&ads->used.now);
    map_close(&ads->used.before);
    map_close(&ads->asked);
    mem_free(ads->nodes);
    pthread_mutex_destroy(&ads->lock);
    pthread_cond_destroy(&ads->wake);
    sodium_memzero(ads->key, sizeof ads->key);
    mem_free(ads);
}

Err ads_start(const AdsConfig *config, Ads **out, Fault *fault)
{
    Ads *ads = mem_zero(sizeof *ads);
    Arena arena = arena_open();
    Err err;

    ads->config = *config;
    ads->node = draw_node();
    ads->choose = choose_open();
    ads->changed_at = -1;
    ads->kept_at = time_monotonic();
    shown_make(arena_open(), &(Campaigns){0}, &(CreativesKept){0}, &ads->shown);
    sums_open(&ads->sums);
    map_init(&ads->used.now);
    map_init(&ads->used.before);
    map_init(&ads->asked);
    pthread_mutex_init(&ads->lock, NULL);
    cond_init(&ads->wake);
    err = zone_open(str_z(&arena, config->zone), &ads->zone);
    if (!err) err = store_open(config->where, STORE_READ, &ads->store, fault);
    if (!err) {
        store_watch(ads->store, config->watch);
        err = get_secret(ads);
    }
    arena_close(&arena);
    if (err) {
        ads_free(ads);
        return err;
    }
    if (pthread_create(&ads->thread, NULL, loop, ads)) mem_exhausted();
    *out = ads;
    return ERR_OK;
}

void ads_stop(Ads *ads)
{
    if (!ads) return;
    pthread_mutex_lock(&ads->lock);
    ads->stopping = true;
    pthread_cond_signal(&ads->wake);
    pthread_mutex_unlock(&ads->lock);
    pthread_join(ads->thread, NULL);
    ads_free(ads);
}
