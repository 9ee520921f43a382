#include "web/searcher.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/zone.h"
#include "net/negotiate.h"
#include "search/suggest.h"
#include "store/watch.h"
#include "text/url.h"

#define QUERY_SHOWN ((size_t)1000) /* bytes of q that are taken */
#define ADDRESS_MAX ((size_t)8192)
#define BUDGET_TIME TIME_MINUTE
#define BUDGETS_MAX 65536 /* addresses counted at once */
#define GIVES_WAY   5     /* nice, of its threads */

/* A job that waits, its texts behind it. */
typedef struct Waiting {
    SearchJob job;
    HttpTicket *ticket;
    struct Waiting *next;
} Waiting;

typedef struct Thread {
    struct Searcher *searcher;
    pthread_t thread;
    Store *store;
    Zone *zone;
    Finder *finder;
    Press *press;
} Thread;

struct Searcher {
    SearcherConfig config;
    char zone[64];
    pthread_mutex_t lock;
    pthread_cond_t wake;
    Waiting *first, **last; /* under lock, as what follows */
    size_t count;
    bool stopping;
    Map budgets; /* of unsigned: how often an address asked since begun_at */
    Time begun_at;
    Arena budget_arena;
    Thread *threads;
    unsigned started;
};

/* ---- the budget of an address ---- */

/* Called locked. */
static bool may_ask(Searcher *searcher, Str peer)
{
    Time now = time_monotonic();
    uint64_t key = hash_table(peer);
    unsigned *asked;

    if (!searcher->config.per_address) return true;
    if (now - searcher->begun_at >= BUDGET_TIME ||
        searcher->budgets.count >= BUDGETS_MAX) {
        map_close(&searcher->budgets);
        map_init(&searcher->budgets);
        arena_reset(&searcher->budget_arena);
        searcher->begun_at = now;
    }
    asked = map_get(&searcher->budgets, key);
    if (!asked) {
        asked = ARENA_NEW(&searcher->budget_arena, unsigned);
        map_put(&searcher->budgets, key, asked);
    }
    return ++*asked <= searcher->config.per_address;
}

/* ---- taking ---- */

static Str keep(char **at, Str text)
{
    Str copy = {*at, text.len};

    if (text.len) memcpy(*at, text.ptr, text.len);
    *at += text.len;
    return copy;
}

Err searcher_take(Searcher *searcher, const SearchJob *job, HttpReply *reply)
{
    Waiting *waiting;
    char *at;
    Err err = ERR_OK;

    pthread_mutex_lock(&searcher->lock);
    if (searcher->count >= SEARCHER_WAIT || searcher->stopping)
        err = ERR_BUSY;
    else if (!may_ask(searcher, job->peer))
        err = ERR_FORBIDDEN;
    if (err) {
        pthread_mutex_unlock(&searcher->lock);
        return err;
    }
    waiting =
        mem_zero(sizeof *waiting + job->query.len + job->if_none_match.len);
    at = (char *)(waiting + 1);
    waiting->job = *job;
    waiting->job.query = keep(&at, job->query);
    waiting->job.if_none_match = keep(&at, job->if_none_match);
    if (!job->if_none_match.ptr) waiting->job.if_none_match = (Str){0};
    waiting->ticket = http_defer(reply);
    *searcher->last = waiting;
    searcher->last = &waiting->next;
    searcher->count++;
    pthread_cond_signal(&searcher->wake);
    pthread_mutex_unlock(&searcher->lock);
    return ERR_OK;
}

static Waiting *next_job(Searcher *searcher)
{
    Waiting *waiting;

    pthread_mutex_lock(&searcher->lock);
    while (!searcher->first && !searcher->stopping)
        pthread_cond_wait(&searcher->wake, &searcher->lock);
    waiting = searcher->first;
    if (waiting) {
        searcher->first = waiting->next;
        if (!searcher->first) searcher->last = &searcher->first;
        searcher->count--;
    }
    pthread_mutex_unlock(&searcher->lock);
    return waiting;
}

/* ---- what is asked ---- */

typedef struct Asked {
    Str text, section, period;
    bool by_relevance;
    int64_t before, page;
    SearchQuery query;
} Asked;

static Str param(Arena *arena, Str query, const char *name)
{
    Str value;

    return url_query(arena, query, name, &value) ? str_trim(value) : (Str){0};
}

static int64_t number(Arena *arena, Str query, const char *name, int64_t least,
                      int64_t most, int64_t otherwise)
{
    Str text = param(arena, query, name);
    int64_t value;

    return str_int(text, &value) && value >= least && value <= most ? value
                                                                    : otherwise;
}

static bool is_period(Str text)
{
    return str_eq(text, S("day")) || str_eq(text, S("week")) ||
           str_eq(text, S("month")) || str_eq(text, S("year"));
}

static void read_asked(Arena *arena, Str query, Asked *out)
{
    *out = (Asked){
        .text = str_slice(param(arena, query, "q"), 0, ADDRESS_MAX),
        .section = param(arena, query, "section"),
        .period = param(arena, query, "period"),
        .by_relevance = str_eq(param(arena, query, "order"), S("relevance")),
        .before = number(arena, query, "before", 1, INT64_MAX, FIND_NEWEST),
        .page = number(arena, query, "page", 1, FIND_PAGES - 1, 0),
    };
    if (!is_period(out->period)) out->period = (Str){0};
    query_read(out->text, &out->query);
}

/* The first day of a period, unless the query says from when itself. */
static void add_period(Asked *asked, Zone *zone, Time now)
{
    int days = str_eq(asked->period, S("day"))     ? 1
               : str_eq(asked->period, S("week"))  ? 7
               : str_eq(asked->period, S("month")) ? 31
               : str_eq(asked->period, S("year"))  ? 366
                                                   : 0;

    if (!days || asked->query.has_from) return;
    asked->query.has_from = true;
    asked->query.from = zone_civil(zone, now - days * TIME_DAY);
    asked->query.from.hour = asked->query.from.minute =
        asked->query.from.second = 0;
}

static void put_pair(Buf *buf, const char *name, Str value)
{
    if (!value.len) return;
    if (buf->len) buf_putc(buf, '&');
    buf_printf(buf, "%s=", name);
    url_put_query(buf, value);
}

static Str address_of(Arena *arena, const Asked *asked)
{
    Buf buf = buf_open(arena, ADDRESS_MAX * 4);

    put_pair(&buf, "q", asked->text);
    put_pair(&buf, "section", asked->section);
    put_pair(&buf, "period", asked->period);
    if (asked->by_relevance) put_pair(&buf, "order", S("relevance"));
    return buf_str(&buf);
}

/* ---- what was found ---- */

static const char *const note_words[] = {
    [NOTE_DATE] = "search_note_date",       [NOTE_EMPTY] = "search_note_empty",
    [NOTE_QUOTE] = "search_note_quote",     [NOTE_LONG] = "search_note_long",
    [NOTE_WITHOUT] = "search_note_without",
};

static void fill_notes(Arena *arena, const SearchQuery *query,
                       SearchResult *result)
{
    SearchNote *notes = ARENA_ARRAY(arena, SearchNote, query->note_count);

    for (size_t i = 0; i < query->note_count; i++)
        notes[i] = (SearchNote){note_words[query->notes[i].kind],
                                query->notes[i].about};
    result->notes = notes;
    result->note_count = query->note_count;
}

static void fill_lines(Arena *arena, const Found *found, SearchResult *result)
{
    SearchLine *lines = ARENA_ARRAY(arena, SearchLine, found->count);

    for (size_t i = 0; i < found->count; i++) {
        lines[i].item = found->items[i].item;
        lines[i].headline = html_marked(arena, &found->items[i].headline);
        if (found->items[i].snippet.text.len)
            lines[i].snippet = html_marked(arena, &found->items[i].snippet);
    }
    result->lines = lines;
    result->count = found->count;
    result->relaxed = found->relaxed;
}

static Str next_page(Arena *arena, const Asked *asked, const Found *found,
                     Str address)
{
    if (!found->more) return (Str){0};
    if (asked->by_relevance)
        return str_format(arena, "%.*s&page=%lld", STR_ARG(address),
                          (long long)asked->page + 1);
    return str_format(arena, "%.*s&before=%lld", STR_ARG(address),
                      (long long)found->next);
}

static Err search(Thread *thread, Arena *arena, const SearchJob *job,
                  const Asked *asked, SearchResult *result)
{
    const Site *site = thread->searcher->config.press.site;
    bool feed = job->kind != PAGE_SEARCH;
    FindAsk ask = {
        .query = &asked->query,
        .language = site->languages[job->language].tag,
        .section = asked->section,
        .by_relevance = asked->by_relevance && !feed,
        .before = feed ? FIND_NEWEST : asked->before,
        .page = (size_t)asked->page,
        .max = SEARCHER_LINES,
        .now = time_now(),
    };
    Found found = {0};
    Err err = store_begin(thread->store);

    if (err) return err;
    err = find(thread->finder, thread->store, arena, &ask, &found);
    if (!err && !feed)
        err = find_snippets(thread->finder, thread->store, arena, &ask, &found);
    err = store_end(thread->store, err);
    if (err) return err;
    fill_lines(arena, &found, result);
    result->older = next_page(arena, asked, &found, result->address);
    return ERR_OK;
}

static void add_names(SearchName *names, size_t *count, const Suggestions *from)
{
    for (size_t i = 0; i < from->section_count; i++)
        names[(*count)++] =
            (SearchName){false, from->sections[i].slug, from->sections[i].name};
    for (size_t i = 0; i < from->tags.count; i++)
        names[(*count)++] = (SearchName){true, from->tags.items[i].slug,
                                         from->tags.items[i].name};
}

static Err suggestions(Thread *thread, Arena *arena, const SearchJob *job,
                       SearchResult *result)
{
    const Site *site = thread->searcher->config.press.site;
    SearchName *names =
        ARENA_ARRAY(arena, SearchName, SUGGEST_SECTIONS + SUGGEST_TAGS);
    SearchLine *lines = ARENA_ARRAY(arena, SearchLine, SUGGEST_HEADLINES);
    Suggestions found = {0};
    Err err = store_begin(thread->store);

    if (err) return err;
    err = suggest(thread->finder, thread->store, arena,
                  site->languages[job->language].tag, result->query, &found);
    err = store_end(thread->store, err);
    if (err) return err;
    add_names(names, &result->name_count, &found);
    for (size_t i = 0; i < found.headline_count; i++)
        lines[i].item = found.headlines[i].item;
    result->names = names;
    result->lines = lines;
    result->count = found.headline_count;
    return ERR_OK;
}

static Err make(Thread *thread, Arena *arena, const SearchJob *job,
                Answer **out)
{
    PageKey key = {.kind = job->kind, .language = job->language};
    SearchResult result;
    Asked asked;
    Err err;

    read_asked(arena, job->query, &asked);
    result = (SearchResult){
        .query = asked.text,
        .section = asked.section,
        .period = asked.period,
        .by_relevance = asked.by_relevance,
        .asked = asked.query.part_count || asked.query.has_from ||
                 asked.query.has_to,
        .address = address_of(arena, &asked),
    };
    add_period(&asked, thread->zone, time_now());
    fill_notes(arena, &asked.query, &result);
    err = job->kind == PAGE_SUGGEST ? suggestions(thread, arena, job, &result)
          : result.asked ? search(thread, arena, job, &asked, &result)
                         : ERR_OK;
    return err ? err
               : press_search(thread->press, &key, &result, job->coding,
                              time_monotonic(), out);
}

/* ---- answering ---- */

/* The answer's bytes in one piece: it is let go of on another thread. */
static void fill_reply(HttpReply *reply, const Answer *answer, bool unchanged)
{
    Str head = unchanged ? answer->head_304 : answer->head;
    size_t size = head.len;
    char *bytes;
    char *at;

    for (size_t i = 0; i < answer->part_count; i++)
        size += answer->parts[i].len;
    bytes = at = mem_alloc(size + 1);
    reply->status = unchanged ? 304 : answer->status;
    reply->head = keep(&at, head);
    for (size_t i = 0; !unchanged && i < answer->part_count; i++)
        keep(&at, answer->parts[i]);
    if (!unchanged) http_part(reply, str_range(bytes + head.len, at));
    reply->hold = bytes;
    reply->release = mem_free;
}

static void fill_failure(HttpReply *reply, Str head)
{
    static const char text[] = "The search could not be made.\n";
    static const char lines[] = "Content-Type: text/plain; charset=utf-8\r\n"
                                "Cache-Control: no-store\r\n";
    size_t size = strlen(lines) + head.len;
    char *bytes = mem_alloc(size + 1);

    snprintf(bytes, size + 1, "%s%.*s", lines, STR_ARG(head));
    reply->status = 503;
    reply->head = (Str){bytes, size};
    http_part(reply, str_from(text));
    reply->hold = bytes;
    reply->release = mem_free;
}

static void answer_job(Thread *thread, Waiting *waiting)
{
    const SearchJob *job = &waiting->job;
    HttpReply reply = {.status = 200};
    Arena arena = arena_open();
    Answer *answer;
    Err err = make(thread, &arena, job, &answer);

    if (err) {
        fill_failure(&reply, thread->searcher->config.press.head);
    } else {
        fill_reply(&reply, answer,
                   job->if_none_match.ptr &&
                       http_etag_matches(job->if_none_match, answer->etag));
        answer_unref(answer);
    }
    arena_close(&arena);
    http_complete(waiting->ticket, &reply);
    mem_free(waiting);
}

/* Who asks for a page goes before who searches, on the same processors.  That
 * is not enough where the kernel knows no short turns (base/slice.h): who has
 * just slept may have to wait for the next tick of its clock, so searches also
 * yield (store_give_way). */
static void give_way(void)
{
    (void)setpriority(PRIO_PROCESS, (id_t)gettid(), GIVES_WAY);
}

static void *loop(void *arg)
{
    Thread *thread = arg;
    Waiting *waiting;

    give_way();
    while ((waiting = next_job(thread->searcher)))
        answer_job(thread, waiting);
    return NULL;
}

/* ---- starting and stopping ---- */

static Err open_thread(Thread *thread, Fault *fault)
{
    const PressConfig *press = &thread->searcher->config.press;
    Err err = zone_open(thread->searcher->zone, &thread->zone);

    if (err) return fault_set(fault, err, "timezone: it is not known");
    err = store_open(press->where, STORE_PUBLIC, &thread->store, fault);
    if (err) return err;
    store_watch(thread->store, press->watch);
    store_give_way(thread->store);
    thread->finder = finder_open(thread->zone);
    return press_open(press, &thread->press, fault);
}

static void close_thread(Thread *thread)
{
    finder_close(thread->finder);
    press_close(thread->press);
    if (thread->store) store_close(thread->store);
    zone_close(thread->zone);
}

Err searcher_start(const SearcherConfig *config, Searcher **out, Fault *fault)
{
    Searcher *searcher = mem_zero(sizeof *searcher);
    Err err = ERR_OK;

    searcher->config = *config;
    snprintf(searcher->zone, sizeof searcher->zone, "%.*s",
             STR_ARG(config->press.site->zone));
    searcher->last = &searcher->first;
    searcher->begun_at = time_monotonic();
    searcher->budget_arena = arena_open();
    map_init(&searcher->budgets);
    pthread_mutex_init(&searcher->lock, NULL);
    pthread_cond_init(&searcher->wake, NULL);
    searcher->threads = mem_zero(config->threads * sizeof(Thread));
    for (unsigned i = 0; !err && i < config->threads; i++) {
        Thread *thread = &searcher->threads[i];

        thread->searcher = searcher;
        err = open_thread(thread, fault);
        if (err) {
            close_thread(thread);
        } else if (pthread_create(&thread->thread, NULL, loop, thread)) {
            mem_exhausted();
        } else {
            searcher->started++;
        }
    }
    if (err) {
        searcher_stop(searcher);
        return err;
    }
    *out = searcher;
    return ERR_OK;
}

void searcher_stop(Searcher *searcher)
{
    if (!searcher) return;
    pthread_mutex_lock(&searcher->lock);
    searcher->stopping = true;
    pthread_cond_broadcast(&searcher->wake);
    pthread_mutex_unlock(&searcher->lock);
    for (unsigned i = 0; i < searcher->started; i++) {
        pthread_join(searcher->threads[i].thread, NULL);
        close_thread(&searcher->threads[i]);
    }
    map_close(&searcher->budgets);
    arena_close(&searcher->budget_arena);
    pthread_mutex_destroy(&searcher->lock);
    pthread_cond_destroy(&searcher->wake);
    mem_free(searcher->threads);
    mem_free(searcher);
}
