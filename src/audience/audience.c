#include "audience/audience.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "audience/heat.h"
#include "audience/hot.h"
#include "audience/visits.h"
#include "base/cond.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/map.h"
#include "base/mem.h"
#include "store/changes.h"

#define FOLLOWER      S("hot")
#define READS_MAX     ((size_t)65536) /* between two keepings */
#define STORIES_MAX   512             /* in one transaction */
#define REFERRERS_MAX 500             /* in an hour; the rest is "other" */
#define OTHER         S("other")
#define MINUTES_KEPT  (2 * 24 * 60)
#define HOURS_KEPT    (31 * 24)
#define DROP_EVERY    TIME_HOUR
#define TELL_EVERY    TIME_MINUTE

/* One read, of which nobody knows whose. */
typedef struct Read {
    StoryId story;
    Screen screen;
    uint8_t from_len;
    char from[REFERRER_MAX];
} Read;

typedef struct Question {
    void (*answer)(void *ctx, Store *store);
    void *ctx;
    struct Question *next;
} Question;

struct Audience {
    AudienceConfig config;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool stopping; /* under lock, as what follows */
    bool written;  /* a job has ended, as err says */
    Err err;
    Visits *visits;
    Read *reads;
    size_t count, room;
    AudienceCounters counters;
    Question *questions;
    pthread_t thread;

    /* the thread's own */
    Store *store;
    Time dropped_at, told_at;
    Map named; /* hashes of the referrers of an hour; its jobs' own */
    int64_t named_hour;
};

/* What a job of the writer does. */
typedef struct Job {
    Audience *audience;
    const Read *reads; /* sorted by story; or NULL */
    size_t count;
    const HotPlaces *places; /* or NULL */
    Time at;
    bool drop;
} Job;

/* ---- somebody reads ---- */

static void keep(Audience *audience, const Beacon *beacon)
{
    Read *read;

    if (audience->count == READS_MAX) {
        audience->counters.lost++;
        return;
    }
    if (audience->count == audience->room) {
        audience->room = audience->room ? audience->room * 2 : 64;
        audience->reads =
            mem_resize(audience->reads, audience->room * sizeof(Read));
    }
    read = &audience->reads[audience->count++];
    read->story = beacon->story;
    read->screen = beacon->screen;
    read->from_len = (uint8_t)beacon->from.len;
    if (beacon->from.len)
        memcpy(read->from, beacon->from.ptr, beacon->from.len);
    audience->counters.counted++;
}

void audience_read(Audience *audience, const Beacon *beacon, Str address,
                   Str browser, Time now)
{
    bool bot = browser_is_bot(browser);
    int64_t day = time_now() / TIME_DAY;

    pthread_mutex_lock(&audience->lock);
    if (!bot && visits_count(audience->visits, address, browser, beacon->story,
                             now, day))
        keep(audience, beacon);
    else
        audience->counters.left_out++;
    pthread_mutex_unlock(&audience->lock);
}

AudienceCounters audience_counters(Audience *audience)
{
    AudienceCounters counters;

    pthread_mutex_lock(&audience->lock);
    counters = audience->counters;
    pthread_mutex_unlock(&audience->lock);
    return counters;
}

void audience_ask(Audience *audience, void (*answer)(void *ctx, Store *store),
                  void *ctx)
{
    Question *question = mem_zero(sizeof *question);

    *question = (Question){.answer = answer, .ctx = ctx};
    pthread_mutex_lock(&audience->lock);
    question->next = audience->questions;
    audience->questions = question;
    pthread_cond_signal(&audience->wake);
    pthread_mutex_unlock(&audience->lock);
}

/* ---- on the writer's thread: sums into the store ---- */

typedef struct MinuteSum {
    Str language, section;
    int64_t reads[SCREEN_COUNT];
} MinuteSum;

typedef struct ReferrerSum {
    Str from;
    int64_t reads;
} ReferrerSum;

typedef struct Sums {
    MinuteSum minutes[STORIES_MAX];
    size_t minute_count;
    /* With "other", and from nowhere. */
    ReferrerSum referrers[REFERRERS_MAX + 2];
    size_t referrer_count;
} Sums;

static MinuteSum *minute_of(Sums *sums, Str language, Str section)
{
    for (size_t i = 0; i < sums->minute_count; i++)
        if (str_eq(sums->minutes[i].language, language) &&
            str_eq(sums->minutes[i].section, section))
            return &sums->minutes[i];
    sums->minutes[sums->minute_count] = (MinuteSum){language, section, {0}};
    return &sums->minutes[sums->minute_count++];
}

/* Anybody may say where he came from: not every name is kept. From nowhere is
 * no name. */
static bool may_name(Audience *audience, int64_t hour, Str from)
{
    uint64_t key = hash_table(from);

    if (!from.len) return true;
    if (hour != audience->named_hour) {
        map_close(&audience->named);
        map_init(&audience->named);
        audience->named_hour = hour;
    }
    if (map_get(&audience->named, key)) return true;
    if (audience->named.count == REFERRERS_MAX) return false;
    map_put(&audience->named, key, audience);
    return true;
}

static void add_referrer(Sums *sums, const Job *job, Str from)
{
    if (!may_name(job->audience, job->at / TIME_HOUR, from)) from = OTHER;
    for (size_t i = 0; i < sums->referrer_count; i++)
        if (str_eq(sums->referrers[i].from, from)) {
            sums->referrers[i].reads++;
            return;
        }
    sums->referrers[sums->referrer_count++] = (ReferrerSum){from, 1};
}

/* Reads of one story: what is not public (any more) counts nowhere. */
static Err add_story(Store *store, Arena *arena, const Job *job,
                     const Read *reads, size_t count, Sums *sums)
{
    int64_t half = job->audience->config.half_life_s;
    StoryId story = reads->story;
    Str language, section;
    MinuteSum *minute;
    Err err = reads_place(store, arena, story, &language, &section);

    if (err) return err == ERR_NOT_FOUND ? ERR_OK : err;
    minute = minute_of(sums, language, section);
    for (size_t i = 0; i < count; i++) {
        minute->reads[reads[i].screen]++;
        add_referrer(sums, job, (Str){reads[i].from, reads[i].from_len});
    }
    err = reads_add_hour(store, job->at / TIME_HOUR, story, (int64_t)count);
    if (err) return err;
    return reads_add_heat(store, half, heat_period(job->at, half), story,
                          (int64_t)count * heat_weight(job->at, half));
}

static Err add_sums(Store *store, const Job *job, const Sums *sums)
{
    Err err = ERR_OK;

    for (size_t i = 0; i < sums->minute_count; i++) {
        const MinuteSum *sum = &sums->minutes[i];

        for (int screen = 0; !err && screen < SCREEN_COUNT; screen++)
            if (sum->reads[screen])
                err = reads_add_minute(store, job->at / TIME_MINUTE,
                                       sum->language, sum->section,
                                       (Screen)screen, sum->reads[screen]);
    }
    for (size_t i = 0; !err && i < sums->referrer_count; i++)
        err = reads_add_referrer(store, job->at / TIME_HOUR,
                                 sums->referrers[i].from,
                                 sums->referrers[i].reads);
    return err;
}

static Err add_reads(Store *store, Arena *arena, const Job *job)
{
    Sums *sums = ARENA_NEW(arena, Sums);
    size_t at = 0;
    Err err = ERR_OK;

    *sums = (Sums){0};
    while (!err && at < job->count) {
        size_t end = at;

        while (end < job->count &&
               job->reads[end].story.number == job->reads[at].story.number)
            end++;
        err = add_story(store, arena, job, job->reads + at, end - at, sums);
        at = end;
    }
    return err ? err : add_sums(store, job, sums);
}

static Err drop_old(Store *store, const Job *job)
{
    int64_t half = job->audience->config.half_life_s;

    return reads_drop_old(store, job->at / TIME_MINUTE - MINUTES_KEPT,
                          job->at / TIME_HOUR - HOURS_KEPT, half,
                          heat_period(job->at, half) - 1, job->at);
}

static Err run(Store *store, Arena *arena, void *ctx)
{
    const Job *job = ctx;
    Err err = ERR_OK;

    if (job->reads) err = add_reads(store, arena, job);
    if (!err && job->drop) err = drop_old(store, job);
    if (!err && job->places)
        err = hot_write(store, arena, job->places, job->at);
    return err;
}

static void done(Err err, void *ctx)
{
    Audience *audience = ((const Job *)ctx)->audience;

    pthread_mutex_lock(&audience->lock);
    audience->written = true;
    audience->err = err;
    pthread_cond_signal(&audience->wake);
    pthread_mutex_unlock(&audience->lock);
}

static Err write_job(Audience *audience, Job *job)
{
    Err err;

    audience->written = false;
    err = writer_submit(audience->config.writer,
                        (WriterJob){.run = run, .done = done, .job = job});
    if (err) return err;
    pthread_mutex_lock(&audience->lock);
    while (!audience->written)
        pthread_cond_wait(&audience->wake, &audience->lock);
    err = audience->err;
    pthread_mutex_unlock(&audience->lock);
    return err;
}

/* ---- the thread ---- */

static int by_story(const void *a, const void *b)
{
    int64_t x = ((const Read *)a)->story.number;
    int64_t y = ((const Read *)b)->story.number;

    return (x > y) - (x < y);
}

/* How many of the reads are of the first STORIES_MAX stories. */
static size_t share(const Read *reads, size_t count)
{
    size_t stories = 0;
    size_t i;

    for (i = 0; i < count; i++)
        if ((!i || by_story(&reads[i - 1], &reads[i])) &&
            ++stories > STORIES_MAX)
            break;
    return i;
}

static void give_back(Audience *audience, const Read *reads, size_t count)
{
    pthread_mutex_lock(&audience->lock);
    for (size_t i = 0; i < count; i++) {
        Beacon beacon = {reads[i].story,
                         reads[i].screen,
                         {reads[i].from, reads[i].from_len}};

        audience->counters.counted--;
        keep(audience, &beacon);
    }
    pthread_mutex_unlock(&audience->lock);
}

/* What cannot be kept now is tried again with the next. */
static Err keep_reads(Audience *audience)
{
    Time now = time_now();
    Job job = {.audience = audience,
               .at = now,
               .drop = now - audience->dropped_at >= DROP_EVERY};
    Read *reads;
    size_t count, at = 0;
    Err err = ERR_OK;

    pthread_mutex_lock(&audience->lock);
    reads = audience->reads;
    count = audience->count;
    audience->reads = NULL;
    audience->count = audience->room = 0;
    pthread_mutex_unlock(&audience->lock);
    if (count) qsort(reads, count, sizeof *reads, by_story);
    while (!err && (at < count || job.drop)) {
        job.count = share(reads + at, count - at);
        job.reads = job.count ? reads + at : NULL;
        err = write_job(audience, &job);
        if (err) break;
        at += job.count;
        if (job.drop) audience->dropped_at = now;
        job.drop = false;
    }
    if (err) give_back(audience, reads + at, count - at);
    mem_free(reads);
    return err;
}

static Err rank(Audience *audience, Arena *arena, HotPlaces *out, bool *other)
{
    Store *store = audience->store;
    int64_t half = audience->config.half_life_s;
    Time now = time_now();
    int64_t period = heat_period(now, half);
    HotStories pins, top, before;
    HotPlaces shown;
    Err err = store_begin(store);

    if (err) return err;
    err = pins_list(store, arena, now, &pins);
    if (!err) err = heat_top(store, arena, half, period, &top);
    if (!err) err = heat_top(store, arena, half, period - 1, &before);
    if (!err) err = hot_read(store, arena, &shown);
    err = store_end(store, err);
    if (err) return err;
    hot_rank(arena, &pins, &top, &before, out);
    *other = !hot_same(out, &shown);
    return ERR_OK;
}

static Err rank_stories(Audience *audience)
{
    Arena arena = arena_open();
    HotPlaces places;
    bool other = false;
    bool claimed = false;
    /* Each time: the connection that held it may be gone, and another made. */
    Err err = follower_claim(audience->store, FOLLOWER, &claimed);

    if (!err && claimed) err = rank(audience, &arena, &places, &other);
    if (!err && other) {
        Job job = {.audience = audience, .places = &places, .at = time_now()};

        err = write_job(audience, &job);
    }
    arena_close(&arena);
    return err;
}

static void complain(Audience *audience, Err err)
{
    Time now = time_monotonic();

    if (err == ERR_UNREACHABLE || err == ERR_CLOSED) return; /* others say so */
    if (audience->told_at && now - audience->told_at < TELL_EVERY) return;
    audience->told_at = now;
    log_error("audience: reads cannot be kept: %s (%s); they are tried again",
              err_word(err), store_reason(audience->store));
}

/* Until then, or there is a question. False when it is to stop. */
static bool rest(Audience *audience, Time until)
{
    bool in_time = true;
    bool go_on;

    pthread_mutex_lock(&audience->lock);
    while (!audience->stopping && !audience->questions && in_time)
        in_time = cond_wait_until(&audience->wake, &audience->lock, until);
    go_on = !audience->stopping;
    pthread_mutex_unlock(&audience->lock);
    return go_on;
}

static void answer_all(Audience *audience)
{
    Question *next;

    pthread_mutex_lock(&audience->lock);
    next = audience->questions;
    audience->questions = NULL;
    pthread_mutex_unlock(&audience->lock);
    while (next) {
        Question *question = next;

        next = question->next;
        question->answer(question->ctx, audience->store);
        mem_free(question);
    }
}

static void *loop(void *arg)
{
    Audience *audience = arg;
    Time next = time_monotonic() + AUDIENCE_KEEP;
    bool go_on;

    do {
        Err err;

        go_on = rest(audience, next);
        answer_all(audience);
        if (go_on && time_monotonic() < next) continue;
        next = time_monotonic() + AUDIENCE_KEEP;
        err = keep_reads(audience);
        if (!err && go_on) err = rank_stories(audience);
        if (err) complain(audience, err);
    } while (go_on);
    return NULL;
}

Err audience_start(const AudienceConfig *config, Audience **out, Fault *fault)
{
    Audience *audience = mem_zero(sizeof *audience);
    Err err;

    audience->config = *config;
    err = store_open(config->where, STORE_READ, &audience->store, fault);
    if (err) {
        mem_free(audience);
        return err;
    }
    store_watch(audience->store, config->watch);
    map_init(&audience->named);
    audience->visits = visits_open();
    pthread_mutex_init(&audience->lock, NULL);
    cond_init(&audience->wake);
    if (pthread_create(&audience->thread, NULL, loop, audience))
        mem_exhausted();
    *out = audience;
    return ERR_OK;
}

void audience_stop(Audience *audience)
{
    if (!audience) return;
    pthread_mutex_lock(&audience->lock);
    audience->stopping = true;
    pthread_cond_signal(&audience->wake);
    pthread_mutex_unlock(&audience->lock);
    pthread_join(audience->thread, NULL);
    store_close(audience->store);
    visits_close(audience->visits);
    mem_free(audience->reads);
    map_close(&audience->named);
    pthread_mutex_destroy(&audience->lock);
    pthread_cond_destroy(&audience->wake);
    mem_free(audience);
}
