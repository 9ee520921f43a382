#include "audience/ads_inside.h"

#include <sodium.h>
#include <string.h>

#include "base/cond.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/rand.h"

#define SUMS_MAX     ((size_t)65536) /* between two keepings */
#define USED_MAX     ((size_t)1 << 20)
#define ASKED_MAX    ((size_t)1 << 20)
#define SECRET_CHARS (AD_KEY * 2)

/* ---- asking ---- */

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

/* Whoever cannot say what he holds loses it to others: that is asked when it
 * matters, since who says it may wait for the store as long. */
static void mind_lots(Ads *ads, Time clock)
{
    choose_pause(ads->choose,
                 !ads_is_alone(ads) && clock - ads->kept_at >= ADS_LOST);
}

/* One that has something to show: the date of a campaign's last picture may
 * have come since all was read. */
static const CreativeKept *draw(Ads *ads, const AdsAsk *ask, bool capped,
                                AdTicket *ticket, const Campaign **campaign)
{
    while (choose_next(ads->choose, &ask->place, ask->not_these, ask->not_count,
                       capped, ask->now, ask->clock, &ticket->campaign,
                       &ticket->loan)) {
        const First *first = shown_first(&ads->shown, ticket->campaign);
        const CreativeKept *creative =
            first ? shown_draw(&ads->shown, first, false, ask->now) : NULL;

        if (creative) {
            *campaign = &first->kept->campaign;
            return creative;
        }
        choose_pass_over(ads->choose, ticket->campaign, ticket->loan);
    }
    return NULL;
}

/* Under the lock. */
static bool lend(Ads *ads, Arena *arena, const AdsAsk *ask, AdShown *out)
{
    uint64_t address = hash_table(ask->address);
    bool all = may_have(ads, address, ask->clock);
    const CreativeKept *creative;
    const Campaign *campaign;
    AdTicket ticket = {.node = ads->node,
                       .second = ask->now / TIME_SECOND,
                       .slot = ask->place.slot,
                       .language = ask->place.language};

    mind_lots(ads, ask->clock);
    creative = draw(ads, ask, all, &ticket, &campaign);
    if (!creative) return false;
    if (ads->config.per_address && has_cap(campaign)) note_had(ads, address);
    ads->counters.lent++;
    tell_shown(arena, campaign, creative, out);
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
            shown_draw(shown, shown_first(shown, campaign->number), true, now);
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
    first = creative ? shown_first(&ads->shown, creative->campaign) : NULL;
    if (first && str_eq(creative->picture.mark, mark) &&
        shown_may(creative, now) &&
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

void sums_open(Sums *sums)
{
    *sums = (Sums){.arena = arena_open()};
    map_init(&sums->counts);
}

void sums_close(Sums *sums)
{
    map_close(&sums->counts);
    arena_close(&sums->arena);
    mem_free(sums->passing);
}

void doubt_close(Doubt *doubt)
{
    if (!doubt->at) return;
    sums_close(&doubt->sums);
    arena_close(&doubt->arena);
    *doubt = (Doubt){0};
}

AdCount *sums_count(Sums *sums, const AdTicket *ticket)
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

void ads_pass(Ads *ads, int64_t node, Str text, bool click)
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

    mind_lots(ads, clock);
    if (click)
        return age < ADS_CLICK &&
               use_once(&ads->used, used_key(text, true), clock);
    if (ticket->node == ads->node)
        return choose_seen(ads->choose, ticket->campaign, ticket->loan, clock);
    return age < CHOOSE_LOAN + ADS_NODE_LOST &&
           use_once(&ads->used, used_key(text, false), clock) &&
           choose_count(ads->choose, ticket->campaign);
}

void ads_count(Ads *ads, const AdTicket *ticket, Str text, bool click,
               Time clock)
{
    AdCount *sum;

    if (ticket->node != ads->node && is_other_node(ads, ticket->node)) {
        ads_pass(ads, ticket->node, text, click);
        return;
    }
    if (!shown_creative(&ads->shown, ticket->creative) ||
        !may_count(ads, ticket, text, click, clock) ||
        !(sum = sums_count(&ads->sums, ticket))) {
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
    ads_count(ads, &ticket, text, false, clock);
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
    first = shown_first(&ads->shown, ticket.campaign);
    if (first && first->kept->campaign.link.len) {
        *link = str_copy(arena, first->kept->campaign.link);
        if (counts) ads_count(ads, &ticket, text, true, clock);
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
    creative = shown_creative(&ads->shown, ticket.creative);
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

void ads_close(Ads *ads)
{
    if (!ads) return;
    store_close(ads->store);
    zone_close(ads->zone);
    choose_close(ads->choose);
    shown_close(&ads->shown);
    sums_close(&ads->sums);
    doubt_close(&ads->doubt);
    map_close(&ads->used.now);
    map_close(&ads->used.before);
    map_close(&ads->asked);
    mem_free(ads->nodes);
    pthread_mutex_destroy(&ads->lock);
    pthread_cond_destroy(&ads->wake);
    sodium_memzero(ads->key, sizeof ads->key);
    mem_free(ads);
}

Err ads_open(const AdsConfig *config, Ads **out, Fault *fault)
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
        ads_close(ads);
        return err;
    }
    *out = ads;
    return ERR_OK;
}

Err ads_start(const AdsConfig *config, Ads **out, Fault *fault)
{
    Ads *ads;
    Err err = ads_open(config, &ads, fault);

    if (err) return err;
    if (pthread_create(&ads->thread, NULL, ads_loop, ads)) mem_exhausted();
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
}
