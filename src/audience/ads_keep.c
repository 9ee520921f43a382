/* audience/ads_keep.c -- what was seen goes to the store, and what may be shown
 * comes from there. */
#include "audience/ads_inside.h"

#include "base/cond.h"
#include "base/log.h"
#include "base/mem.h"

#define KEEP_EVERY  TIME_SECOND
#define RENEW_EVERY (5 * TIME_SECOND)
#define READ_EVERY  (30 * TIME_SECOND) /* dates of pictures are no change */
#define TELL_EVERY  TIME_MINUTE
#define ENDED_SINCE TIME_HOUR /* what was lent until then may still be seen */

/* ---- on the writer's thread ---- */

/* What a job of the writer does, and what it found. */
typedef struct Job {
    Ads *ads;
    Sums *sums;
    int64_t day, hour;
    Time now, clock;
    bool leaves; /* it is the last one */
    Arena *arena;
    Campaigns campaigns; /* as they are now */
    int64_t *may;        /* of each */
    AdPassedList passed;
    AdNodes nodes;
    bool settled; /* what was in doubt is done */
} Job;

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* For some the next day may have begun. */
static bool is_today(const CampaignKept *kept, int64_t day)
{
    return kept->day == day || kept->day == day + 1;
}

/* How often it may still be seen, by whomever. */
static int64_t left_of(const CampaignKept *kept, int64_t day)
{
    const Campaign *campaign = &kept->campaign;
    int64_t today = is_today(kept, day) ? kept->day_seen : 0;
    int64_t left = INT64_MAX;

    if (campaign->cap) left = least(left, campaign->cap - kept->seen);
    if (campaign->day_cap) left = least(left, campaign->day_cap - today);
    return left < 0 ? 0 : left;
}

static CampaignKept *kept_of(const Campaigns *campaigns, int64_t number)
{
    size_t from = 0, to = campaigns->count;

    while (from < to) {
        size_t middle = from + (to - from) / 2;

        if (campaigns->items[middle].campaign.number < number)
            from = middle + 1;
        else
            to = middle;
    }
    return from < campaigns->count &&
                   campaigns->items[from].campaign.number == number
               ? &campaigns->items[from]
               : NULL;
}

/* As ad_seen_add does. */
static void note_seen(CampaignKept *kept, int64_t day, int64_t seen)
{
    if (!is_today(kept, day)) {
        kept->day = day;
        kept->day_seen = 0;
    }
    kept->day_seen += seen;
    kept->seen += seen;
}

/* What was seen on a node while it was cut off may have been shown by others
 * too, who have its lots since: no more is taken than a cap leaves. */
static Err add_count(Store *store, const Job *job, const AdCount *sum)
{
    CampaignKept *kept = kept_of(&job->campaigns, sum->campaign);
    AdCount add = *sum;
    Err err;

    if (kept) add.seen = least(sum->seen, left_of(kept, job->day));
    if (!add.seen && !add.clicks) return ERR_OK;
    err = ad_count_add(store, job->day, job->hour, &add);
    if (err || !add.seen) return err;
    if (kept) note_seen(kept, job->day, add.seen);
    return ad_seen_add(store, add.campaign, job->day, add.seen);
}

static Err add_counts(Store *store, const Job *job)
{
    const AdCount *sum;
    size_t at = 0;
    Err err = ERR_OK;

    while (!err && (sum = map_next(&job->sums->counts, &at)))
        err = add_count(store, job, sum);
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

/* Each node holds as much as the others, and what it has lent and counted
 * already. others: hold so much. */
static Err take_lot(Store *store, const Job *job, int64_t campaign,
                    int64_t others, int64_t *left)
{
    Ads *ads = job->ads;
    int64_t nodes = (int64_t)job->nodes.count;
    int64_t share;

    *left = *left > others ? *left - others : 0;
    share = (*left + others) / (nodes ? nodes : 1) + 1;
    pthread_mutex_lock(&ads->lock);
    *left = choose_hold(ads->choose, campaign, share, *left, job->clock);
    pthread_mutex_unlock(&ads->lock);
    return ad_lot_put(store, campaign, ads->node, *left);
}

/* All of them together of a campaign; lots are in the order of campaigns. */
static int64_t held_of(const AdLots *lots, size_t *at, int64_t campaign)
{
    int64_t held = 0;

    for (; *at < lots->count && lots->items[*at].campaign <= campaign; ++*at)
        if (lots->items[*at].campaign == campaign)
            held += lots->items[*at].held;
    return held;
}

static Err take_lots(Store *store, const Job *job)
{
    AdLots others;
    size_t at = 0;
    Err err = ad_lots_of_others(store, job->arena, job->ads->node, &others);

    for (size_t i = 0; !err && i < job->campaigns.count; i++) {
        int64_t number = job->campaigns.items[i].campaign.number;

        if (job->may[i] != INT64_MAX)
            err = take_lot(store, job, number, held_of(&others, &at, number),
                           &job->may[i]);
    }
    return err;
}

static Err reckon(Store *store, Job *job)
{
    job->may = ARENA_ARRAY(job->arena, int64_t, job->campaigns.count + 1);
    for (size_t i = 0; i < job->campaigns.count; i++)
        job->may[i] = left_of(&job->campaigns.items[i], job->day);
    return job->leaves || ads_is_alone(job->ads) ? ERR_OK
                                                 : take_lots(store, job);
}

static Err meet_nodes(Store *store, Job *job)
{
    int64_t node = job->ads->node;
    Err err = job->leaves ? ad_node_drop(store, node)
                          : ad_node_put(store, node, job->now);

    if (!err) err = ad_nodes(store, job->arena, &job->nodes);
    if (err || job->leaves) return err; /* others take what comes to it now */
    return ad_take_passed(store, job->arena, node, &job->passed);
}

static Err keep_counts(Store *store, Arena *arena, void *ctx)
{
    Job *job = ctx;
    Err err = campaigns_running(store, job->arena, job->now - ENDED_SINCE,
                                &job->campaigns);

    (void)arena; /* it does not outlive the job */
    if (!err) err = add_counts(store, job);
    if (!err && !ads_is_alone(job->ads)) err = pass_on(store, job);
    if (!err && !ads_is_alone(job->ads)) err = meet_nodes(store, job);
    return err ? err : reckon(store, job);
}

/* Who made the commit that is in doubt has ended, now that this one writes. A
 * node that others gave up since cannot know: better not counted than twice. */
static Err ask_doubt(Store *store, Arena *arena, void *ctx)
{
    Job *job = ctx;
    Time at;
    Err err = ad_node_at(store, job->ads->node, &at);

    (void)arena;
    job->settled = err == ERR_NOT_FOUND || (!err && at == job->ads->doubt.at);
    return err == ERR_NOT_FOUND ? ERR_OK : err;
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

static Err write_job(Ads *ads, Err (*run)(Store *, Arena *, void *), Job *job)
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
        AdCount *into = sums_count(&ads->sums, &ticket);

        if (!into) continue;
        into->seen += sum->seen;
        into->clicks += sum->clicks;
    }
    for (size_t i = 0; i < sums->passing_count; i++)
        ads_pass(ads, sums->passing[i].node,
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

        if (!shown_first(&ads->shown, kept->campaign.number)) continue;
        campaigns[count] = kept->campaign;
        may[count++] = job->may[i];
    }
    choose_set(ads->choose, campaigns, may, count);
    ads->ready = shown->count;
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
            ads_count(ads, &ticket, one->ticket, one->click, clock);
    }
}

static void use_job(Ads *ads, const Job *job, Time clock)
{
    pthread_mutex_lock(&ads->lock);
    use_campaigns(ads, job);
    if (!ads_is_alone(ads)) use_nodes(ads, &job->nodes);
    ads->kept_at = clock;
    count_passed(ads, &job->passed, clock);
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
    err = write_job(ads, keep_counts, job);
    if (err == ERR_UNCERTAIN) {
        ads->doubt = (Doubt){job->now, sums, *job->arena, job->passed};
        return err;
    }
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
    Job job = {.ads = ads,
               .now = time_now(),
               .clock = clock,
               .leaves = leaves,
               .arena = &arena};
    Err err;

    fill_hour(ads, &job);
    err = keep_job(ads, &job, clock);
    if (!err) {
        ads->day = job.day;
        ads->due = false;
    }
    if (err != ERR_UNCERTAIN) arena_close(&arena);
    return err;
}

/* What was kept is not kept again; what was taken with it goes once more
 * through the store. */
static Err settle_doubt(Ads *ads)
{
    Job job = {.ads = ads};
    const AdPassedList *passed = &ads->doubt.passed;
    Err err = write_job(ads, ask_doubt, &job);

    if (err) return err;
    pthread_mutex_lock(&ads->lock);
    if (job.settled) {
        for (size_t i = 0; i < passed->count; i++)
            ads_pass(ads, ads->node, passed->items[i].ticket,
                     passed->items[i].click);
    } else {
        choose_unmark(ads->choose);
        give_back(ads, &ads->doubt.sums);
    }
    pthread_mutex_unlock(&ads->lock);
    doubt_close(&ads->doubt);
    return ERR_OK;
}

static Err read_shown(Ads *ads, Arena *arena, Campaigns *campaigns,
                      CreativesKept *creatives, Time *changed_at)
{
    Err err = store_begin(ads->store);

    if (err) return err;
    err = campaigns_changed_at(ads->store, arena, changed_at);
    if (!err) err = campaigns_running(ads->store, arena, TIME_NONE, campaigns);
    if (!err) err = creatives_list(ads->store, arena, creatives);
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
    ads->due = true;
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

static bool must_keep(Ads *ads, Time clock, bool leaves)
{
    if (has_counts(ads)) return true;
    if (!ads->ready && !ads->shown.campaigns.count) return false;
    return ads->due || leaves || is_new_day(ads) ||
           (!ads_is_alone(ads) && clock - ads->kept_at >= RENEW_EVERY);
}

/* An agency without ads costs a look a second and no write. */
Err ads_step(Ads *ads, Time clock, bool leaves)
{
    bool changed = true;
    Err err = has_changed(ads, &changed);

    if (!err && (changed || clock - ads->read_at >= READ_EVERY))
        err = look(ads, clock);
    if (err) {
        ads->changed_at = -1; /* its news may have been missed */
        return err;
    }
    if (ads->doubt.at) err = settle_doubt(ads);
    if (err) return err;
    return must_keep(ads, clock, leaves) ? keep(ads, clock, leaves) : ERR_OK;
}

static void complain(Ads *ads, Err err, Time clock)
{
    if (err == ERR_UNREACHABLE || err == ERR_CLOSED) return; /* others say so */
    if (ads->told_at && clock - ads->told_at < TELL_EVERY) return;
    ads->told_at = clock;
    if (ads->changed_at < 0)
        log_error("ads: campaigns cannot be read: %s (%s); it is tried again",
                  err_word(err), store_reason(ads->store));
    else
        log_error("ads: what was seen cannot be kept: %s; it is tried again",
                  err_word(err));
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

void *ads_loop(void *arg)
{
    Ads *ads = arg;
    bool go_on = true;

    while (go_on) {
        Time clock = time_monotonic();
        Err err = ads_step(ads, clock, false);

        if (err) complain(ads, err, clock);
        go_on = rest(ads, clock + KEEP_EVERY);
    }
    (void)!ads_step(ads, time_monotonic(), true); /* others say what is wrong */
    return NULL;
}
