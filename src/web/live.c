#include "web/live.h"

#include <assert.h>
#include <string.h>

#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "press/events.h"
#include "text/url.h"

/* Milliseconds; the rest differs, so that not all come back at once. */
#define RETRY_MIN  1000
#define RETRY_MORE 4000

#define SLUG_LONG 512
#define BEAT      S(":\n\n")

/* Bytes that several readers are being sent. */
typedef struct Told {
    size_t refs;
    Change change;
    size_t language;
    uint64_t section;
    size_t tag_count;
    uint64_t *tags;
    Str text;
} Told;

typedef struct Reader {
    Live *live;
    uint64_t place; /* in the row, of the next to look at, or of now */
    Told *now;      /* offered, and kept once some of it has left */
    uint32_t sent;  /* of it */
    uint8_t beat;   /* bytes of a sign of life still to be sent */
    bool lost;      /* is to be told where things stand */
    size_t language;
    int64_t after; /* heard already */
    uint64_t hot;  /* the last list of what is hot that was heard */
    int64_t story; /* 0: any */
    uint64_t section, tag;
} Reader;

struct Live {
    Press *press;
    const Site *site;
    Str head;
    size_t readers;
    int64_t seen;        /* the last change in the row */
    uint64_t first, end; /* places: the row is [first, end) */
    Told *row[LIVE_KEPT];
    Told *syncs[SITE_LANGUAGES_MAX];         /* as of seen; NULL: to be made */
    Told *hot[SITE_LANGUAGES_MAX];           /* NULL: not told yet */
    uint64_t hot_number[SITE_LANGUAGES_MAX]; /* one more with each other list */
    Time hot_seen;
    bool hot_old; /* a story of it may look another way now: made anew first */
    bool news;    /* was put into the row, and nobody was sent for it yet */
    bool failed;  /* said so */
};

/* ---- what is told ---- */

static uint64_t slug_hash(Str slug)
{
    return slug.len ? hash_table(slug) | 1 : 0;
}

/* One block: the Told, its tags, its text. */
static Told *told_new(const NewsEvent *event)
{
    size_t tags = event->tags.count * sizeof(uint64_t);
    Told *told = mem_alloc(sizeof *told + tags + event->text.len);
    char *text = (char *)(told + 1) + tags;

    *told = (Told){
        .refs = 1,
        .change = event->change,
        .language = event->language,
        .section = slug_hash(event->section),
        .tag_count = event->tags.count,
        .tags = (uint64_t *)(void *)(told + 1),
        .text = {text, event->text.len},
    };
    for (size_t i = 0; i < told->tag_count; i++)
        told->tags[i] = slug_hash(event->tags.items[i]);
    memcpy(text, event->text.ptr, event->text.len);
    return told;
}

static void told_unref(Told *told)
{
    if (told && --told->refs == 0) mem_free(told);
}

static Told **at(Live *live, uint64_t place)
{
    return &live->row[place % LIVE_KEPT];
}

static void drop_first(Live *live)
{
    told_unref(*at(live, live->first));
    *at(live, live->first++) = NULL;
}

static void forget_syncs(Live *live)
{
    for (size_t i = 0; i < SITE_LANGUAGES_MAX; i++) {
        told_unref(live->syncs[i]);
        live->syncs[i] = NULL;
    }
}

/* Begins anew where the press is, behind all places that a reader may be at,
 * and with room for what may be put in front. */
static void forget(Live *live)
{
    while (live->first < live->end)
        drop_first(live);
    forget_syncs(live);
    live->first = live->end += 2 * LIVE_KEPT;
    live->seen = press_seen(live->press);
    live->hot_old = true;
}

static void complain(Live *live, Err err)
{
    if (!live->failed)
        log_error("live: changes cannot be told: %s; they are tried on",
                  err_word(err));
    live->failed = true;
}

/* Of the same story, and of live coverage only what is of the same entry: how
 * the story looks says nothing of an entry, but that it is there or gone. */
static bool is_touched(const Change *old, const Change *now)
{
    bool entry = now->kind == CHANGE_ENTRY;

    if (old->story.number != now->story.number) return false;
    if (entry) return old->kind == CHANGE_ENTRY && old->version == now->version;
    return old->kind != CHANGE_ENTRY || now->kind == CHANGE_KILL ||
           now->kind == CHANGE_WITHDRAW || now->kind == CHANGE_RESTORE;
}

/* What was told before says now how it looks now. */
static Err tell_anew(Live *live, Arena *arena, const Change *change)
{
    for (uint64_t place = live->first; place < live->end; place++) {
        Told *old = *at(live, place);
        NewsEvent event;
        Err err;

        if (!is_touched(&old->change, change)) continue;
        err = press_event(live->press, arena, &old->change, &event);
        if (err) return err;
        *at(live, place) = told_new(&event);
        told_unref(old);
    }
    return ERR_OK;
}

static Err take(Live *live, Arena *arena)
{
    NewsEvents events;
    Err err = press_events(live->press, arena, live->seen, LIVE_KEPT, &events);

    for (size_t i = 0; !err && i < events.count; i++) {
        const NewsEvent *event = &events.items[i];

        if (event->change.story.number)
            err = tell_anew(live, arena, &event->change);
        if (err) break;
        if (event->change.kind != CHANGE_ENTRY) live->hot_old = true;
        if (live->end - live->first == LIVE_KEPT) drop_first(live);
        *at(live, live->end++) = told_new(event);
        live->seen = event->change.number;
    }
    return err;
}

static bool has_other_hot(const Live *live)
{
    return live->hot_old || live->hot_seen != press_hot_at(live->press);
}

/* Where another list stands now it is told; where the same does, nobody is. */
static Err take_hot(Live *live, Arena *arena)
{
    Err err = ERR_OK;

    for (size_t i = 0; !err && i < live->site->language_count; i++) {
        NewsEvent event = {0};

        err = press_hot_event(live->press, arena, i, &event.text);
        if (err || (live->hot[i] && str_eq(live->hot[i]->text, event.text)))
            continue;
        told_unref(live->hot[i]);
        live->hot[i] = told_new(&event);
        live->hot_number[i]++;
    }
    if (err) return err;
    live->hot_seen = press_hot_at(live->press);
    live->hot_old = false;
    return ERR_OK;
}

bool live_has_readers(const Live *live)
{
    return live->readers > 0;
}

static Err take_changes(Live *live, Arena *arena)
{
    int64_t seen = press_seen(live->press);

    if (live->seen == seen) return ERR_OK;
    if (seen < live->seen || seen - live->seen > LIVE_KEPT) {
        forget(live);
        return ERR_OK;
    }
    forget_syncs(live);
    return take(live, arena);
}

static void catch_up(Live *live)
{
    Arena arena;
    Err err;

    if (live->seen == press_seen(live->press) && !has_other_hot(live)) return;
    arena = arena_open();
    err = take_changes(live, &arena);
    if (!err && has_other_hot(live)) err = take_hot(live, &arena);
    arena_close(&arena);
    if (err)
        complain(live, err);
    else
        live->failed = false;
    live->news = true;
}

bool live_follow(Live *live)
{
    bool news;

    if (!live->readers) {
        if (live->seen != press_seen(live->press)) forget(live);
        return false;
    }
    catch_up(live);
    news = live->news;
    live->news = false;
    return news;
}

/* ---- one reader ---- */

static bool wants(const Reader *reader, const Told *told)
{
    bool tagged = !reader->tag;

    if (told->change.number <= reader->after ||
        told->language != reader->language)
        return false;
    if (reader->story && told->change.story.number != reader->story)
        return false;
    if (reader->section && told->section != reader->section) return false;
    for (size_t i = 0; !tagged && i < told->tag_count; i++)
        tagged = told->tags[i] == reader->tag;
    return tagged;
}

/* Where things stand, for a reader who has not heard how they came there. NULL:
 * it cannot be read now. */
static Told *sync_of(Live *live, size_t language)
{
    Arena arena;
    NewsEvent event = {0};
    Err err;

    if (live->syncs[language]) return live->syncs[language];
    arena = arena_open();
    err = press_sync(live->press, &arena, language, live->seen, &event.text);
    if (!err)
        live->syncs[language] = told_new(&event);
    else
        complain(live, err);
    arena_close(&arena);
    return live->syncs[language];
}

/* Whether something else is hot than it has heard; not of who has filters. */
static bool is_cold(const Reader *reader)
{
    const Live *live = reader->live;

    return !live->hot_old &&
           live->hot_number[reader->language] != reader->hot &&
           !reader->story && !reader->section && !reader->tag;
}

static Told *find_next(Reader *reader)
{
    Live *live = reader->live;

    if (reader->place < live->first) reader->lost = true;
    if (reader->lost) return sync_of(live, reader->language);
    for (; reader->place < live->end; reader->place++) {
        Told *told = *at(live, reader->place);

        if (wants(reader, told)) return told;
    }
    return is_cold(reader) ? live->hot[reader->language] : NULL;
}

/* What was offered before and did not begin to leave may have been told anew
 * since. */
static Str next_bytes(void *hold)
{
    Reader *reader = hold;

    if (reader->beat) return str_skip(BEAT, BEAT.len - reader->beat);
    if (!reader->sent) {
        Told *told = find_next(reader);

        if (told) told->refs++;
        told_unref(reader->now);
        reader->now = told;
    }
    if (!reader->now) return (Str){0};
    return str_skip(reader->now->text, reader->sent);
}

static void begun(Reader *reader)
{
    Live *live = reader->live;

    if (reader->lost) {
        reader->place = live->end;
        reader->after = live->seen;
    } else if (reader->place < live->end) {
        reader->place++;
    } else {
        reader->hot = live->hot_number[reader->language];
    }
    reader->lost = false;
}

static void bytes_sent(void *hold, size_t bytes)
{
    Reader *reader = hold;

    if (reader->beat) {
        reader->beat = (uint8_t)(reader->beat - bytes);
        return;
    }
    if (!reader->sent) begun(reader);
    reader->sent += (uint32_t)bytes;
    if (reader->sent < reader->now->text.len) return;
    told_unref(reader->now);
    reader->now = NULL;
    reader->sent = 0;
}

static void beat(void *hold)
{
    Reader *reader = hold;

    if (!reader->beat && !reader->sent) reader->beat = (uint8_t)BEAT.len;
}

static const HttpStay stay = {next_bytes, bytes_sent, beat};

static void release(void *hold)
{
    Reader *reader = hold;

    told_unref(reader->now);
    reader->live->readers--;
    mem_free(reader);
}

/* ---- who comes back ---- */

/* The first change in the row, or that would be there. */
static int64_t row_begins(Live *live)
{
    return live->first < live->end ? (*at(live, live->first))->change.number
                                   : live->seen + 1;
}

/* Puts the changes between after and the row in front of it, as far as there is
 * room: the newest of them. */
static Err reach_back(Live *live, int64_t after)
{
    Arena arena = arena_open();
    int64_t before = row_begins(live);
    NewsEvents events = {0};
    Err err = press_events(live->press, &arena, after, LIVE_KEPT, &events);

    while (!err && events.count &&
           events.items[events.count - 1].change.number >= before)
        events.count--;
    for (size_t i = events.count;
         !err && i-- > 0 && live->end - live->first < LIVE_KEPT;)
        *at(live, --live->first) = told_new(&events.items[i]);
    arena_close(&arena);
    return err;
}

/* The place from which a reader who has heard that change goes on; numbers have
 * no gaps. */
static void find_place(Live *live, Reader *reader)
{
    Err err = ERR_OK;

    reader->lost =
        reader->after > live->seen || live->seen - reader->after > LIVE_KEPT;
    if (!reader->lost && row_begins(live) > reader->after + 1)
        err = reach_back(live, reader->after);
    if (err) complain(live, err);
    if (err || row_begins(live) > reader->after + 1) reader->lost = true;
    reader->place = live->first;
}

/* ---- the request ---- */

static void refuse(Live *live, Arena *arena, HttpReply *reply, int status,
                   Str text)
{
    reply->status = status;
    reply->head = str_format(arena,
                             "Content-Type: text/plain; charset=utf-8\r\n"
                             "Cache-Control: no-store\r\n%s%.*s",
                             status == 503 ? "Retry-After: 30\r\n" : "",
                             STR_ARG(live->head));
    http_part(reply, text);
}

static Str language_names(const Live *live, Arena *arena)
{
    Buf buf = buf_open(arena, SITE_LANGUAGES_MAX * 40);

    for (size_t i = 0; i < live->site->language_count; i++)
        buf_printf(&buf, "%s%.*s", i ? ", " : "",
                   STR_ARG(live->site->languages[i].tag));
    return buf_str(&buf);
}

static bool read_number(Str text, int64_t *out)
{
    return text.len && text.len <= 18 && str_int(text, out) && *out >= 0;
}

/* Text that says what is wrong, empty when nothing is. */
static Str read_wishes(Live *live, const HttpRequest *request, Arena *arena,
                       Reader *out)
{
    Str text = {0};
    int language = -1;

    if (url_query(arena, request->query, "lang", &text))
        language = site_language(live->site, text);
    if (language < 0)
        return str_format(arena, "lang: expected one of %.*s\n",
                          STR_ARG(language_names(live, arena)));
    out->language = (size_t)language;
    if (url_query(arena, request->query, "section", &text)) {
        if (!text.len || text.len > SLUG_LONG)
            return S("section: expected the name in a section's address\n");
        out->section = slug_hash(text);
    }
    if (url_query(arena, request->query, "tag", &text)) {
        if (!text.len || text.len > SLUG_LONG)
            return S("tag: expected the name in a tag's address\n");
        out->tag = slug_hash(text);
    }
    if (url_query(arena, request->query, "story", &text) &&
        (!read_number(text, &out->story) || !out->story))
        return S("story: expected a story's number\n");
    text = http_header(request, S("last-event-id"));
    out->lost = !text.len && !url_query(arena, request->query, "last", &text);
    if (!out->lost && !read_number(text, &out->after))
        return S("Last-Event-ID: expected the number of a change, as the id of "
                 "an event says it\n");
    return (Str){0};
}

/* Which list of what is hot who asks knows: a page says by its mark what it
 * shows; other programs are told of the next one. */
static uint64_t hot_heard(const Live *live, const HttpRequest *request,
                          Arena *arena, size_t language)
{
    const Told *hot = live->hot[language];
    uint64_t number = live->hot_number[language];
    Str mark, words;

    if (!hot || !url_query(arena, request->query, "hot", &mark)) return number;
    words = str_format(arena, "data-hot=\\\"%.*s\\\"", STR_ARG(mark));
    return str_find(hot->text, words, 0) < 0 ? number - 1 : number;
}

/* Who comes may have heard more than this thread: another thread, or another
 * node, told it.  What was made while nobody listened nobody is to hear. */
static void meet(Live *live, const Reader *wishes, Time now)
{
    if (!live->readers || wishes->after > live->seen)
        press_reach(live->press, wishes->after, now);
    if (!live->readers && live->seen != press_seen(live->press)) forget(live);
    catch_up(live);
}

void live_answer(Live *live, const HttpRequest *request, Arena *arena,
                 HttpReply *reply)
{
    Reader wishes = {.live = live};
    Str wrong = read_wishes(live, request, arena, &wishes);
    Reader *reader;

    if (wrong.len) {
        refuse(live, arena, reply, 400, wrong);
        return;
    }
    if (!request->may_stay) {
        refuse(live, arena, reply, 503,
               S("Too many open pages; please try again later.\n"));
        return;
    }
    meet(live, &wishes, request->now);
    if (!wishes.lost) find_place(live, &wishes);
    reader = mem_alloc(sizeof *reader);
    *reader = wishes;
    reader->hot = hot_heard(live, request, arena, reader->language);
    live->readers++;
    reply->head = str_format(arena,
                             "Content-Type: text/event-stream\r\n"
                             "Cache-Control: no-store\r\n"
                             "X-Accel-Buffering: no\r\n%.*s",
                             STR_ARG(live->head));
    http_part(
        reply,
        str_format(arena, "retry: %d\n\n",
                   RETRY_MIN + (int)(hash_number((uint64_t)(uintptr_t)reader ^
                                                 (uint64_t)request->now) %
                                     RETRY_MORE)));
    reply->stay = &stay;
    reply->hold = reader;
    reply->release = release;
}

/* ---- open and close ---- */

Live *live_open(Press *press, const Site *site, Str head)
{
    Live *live = mem_zero(sizeof *live);

    live->press = press;
    live->site = site;
    live->head = head;
    live->first = live->end = (uint64_t)1 << 32;
    live->seen = press_seen(press);
    live->hot_old = true;
    return live;
}

void live_close(Live *live)
{
    assert(!live->readers);
    while (live->first < live->end)
        drop_first(live);
    forget_syncs(live);
    for (size_t i = 0; i < SITE_LANGUAGES_MAX; i++)
        told_unref(live->hot[i]);
    mem_free(live);
}
