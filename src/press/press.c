/* press/press.c -- following the log, keeping pages, putting them together.
 *
 * The path of a request that is known: one hash of the address, a look at the
 * writer's number, a walk over the page's slots (is each filled, is each the
 * one that the answer was made of), and the answer is there.  Everything else
 * happens only when something has changed.
 */
#include "press/press.h"

#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "press/room.h"

static const struct {
    const char *type;
    bool people;
} kinds[] = {
#define X(name, type, people) {type, people},
    PAGE_KINDS(X)
#undef X
};

/* ---- answers ---- */

void answer_ref(Answer *answer)
{
    answer->refs++;
}

void answer_unref(Answer *answer)
{
    if (!answer || --answer->refs > 0) return;
    for (size_t i = 0; i < answer->fragment_count; i++)
        fragment_unref(answer->fragments[i]);
    mem_free(answer);
}

/* ---- order of use ---- */

static void unlink_page(Press *press, Page *page)
{
    *(page->newer ? &page->newer->older : &press->newest) = page->older;
    *(page->older ? &page->older->newer : &press->oldest) = page->newer;
    page->newer = page->older = NULL;
}

static void link_newest(Press *press, Page *page)
{
    page->older = press->newest;
    if (press->newest) press->newest->newer = page;
    press->newest = page;
    if (!press->oldest) press->oldest = page;
}

static void use_page(Press *press, Page *page)
{
    if (press->newest == page) return;
    unlink_page(press, page);
    link_newest(press, page);
}

static void forget_answers(Press *press, Page *page)
{
    for (int i = 0; i < CODING_COUNT; i++) {
        if (!page->answers[i]) continue;
        press->bytes -= page->answers[i]->size;
        answer_unref(page->answers[i]);
        page->answers[i] = NULL;
    }
}

static void drop_page(Press *press, Page *page)
{
    deps_end(&press->deps, &page->holder);
    unlink_page(press, page);
    map_take(&press->pages, page->hash);
    forget_answers(press, page);
    for (size_t i = 0; i < page->slot_count; i++)
        slot_release(press, page->slots[i]);
    press->bytes -= page->bytes;
    press->counters.pages--;
    mem_free(page);
}

static void clear(Press *press)
{
    while (press->oldest)
        drop_page(press, press->oldest);
    press->counters.cleared++;
}

static size_t bytes_held(const Press *press)
{
    return press->bytes + press->fragment_bytes + press->deps.bytes;
}

/* The page in hand stays, whatever it weighs. */
static void keep_within_bounds(Press *press)
{
    while (bytes_held(press) > press->config.cache_bytes && press->oldest &&
           press->oldest != press->newest)
        drop_page(press, press->oldest);
}

/* ---- following the log ---- */

static void drop_touched(Press *press)
{
    Holder *holder;

    while ((holder = deps_take(&press->deps))) {
        if (holder->kind == HOLDER_PAGE)
            drop_page(press, (Page *)holder);
        else
            slot_drop(press, (Slot *)holder);
    }
}

static void touch(Press *press, uint64_t key, Time at)
{
    deps_touch(&press->deps, key, at);
}

/* A story may have come before the one that it follows: now it has one. */
static Err touch_followers(Press *press, Arena *arena, StoryId story)
{
    PublicList list;
    Err err = public_followers(press->store, arena, story, &list);

    for (size_t i = 0; !err && i < list.count; i++)
        touch(press, dep_followed(list.items[i].id.number), 0);
    return err;
}

static Err take_change(Press *press, Arena *arena, const Change *change)
{
    Placing placing;
    Err err;

    touch(press, dep_story(change->story.number), 0);
    err = public_placing(press->store, arena, change->story, &placing);
    if (err == ERR_NOT_FOUND) return ERR_OK;
    if (err && err != ERR_GONE) return err;
    touch(press, dep_group(placing.group.number), 0);
    if (placing.follows.number)
        touch(press, dep_followers(placing.follows.number), 0);
    err = touch_followers(press, arena, change->story);
    if (err) return err;
    touch(press, dep_list(placing.language, 'a', (Str){0}), placing.at);
    touch(press, dep_list(placing.language, 's', placing.section), placing.at);
    for (size_t i = 0; i < placing.tags.count; i++)
        touch(press, dep_list(placing.language, 't', placing.tags.items[i]),
              placing.at);
    return ERR_OK;
}

static bool same_menu(const SectionList *a, const SectionList *b)
{
    if (a->count != b->count) return false;
    for (size_t i = 0; i < a->count; i++)
        if (!str_eq(a->items[i].slug, b->items[i].slug) ||
            !str_eq(a->items[i].name, b->items[i].name))
            return false;
    return true;
}

/* The sections that have stories may have become more or fewer. */
static Err read_menu(Press *press, PressLanguage *language)
{
    Arena arena = arena_open();
    SectionList menu;
    Err err = public_sections(press->store, &arena, language->tag, &menu);

    if (err || same_menu(&menu, &language->menu)) {
        arena_close(&arena);
        return err;
    }
    drop_touched(press); /* nothing may point into the old one */
    touch(press, dep_menu(language->tag), 0);
    drop_touched(press);
    arena_close(&language->arena);
    language->arena = arena;
    language->menu = menu;
    return ERR_OK;
}

static Err take_changes(Press *press, Arena *arena)
{
    ChangeList changes;
    Err err;

    err =
        changes_after(press->store, arena, press->seen, CHANGES_MAX, &changes);
    if (err) return err;
    for (size_t i = 0; !err && i < changes.count; i++) {
        /* what concerns everything (names of sections) names no story */
        if (!changes.items[i].story.number) clear(press);
        err = take_change(press, arena, &changes.items[i]);
    }
    drop_touched(press);
    for (size_t i = 0; !err && i < press->config.site->language_count; i++)
        err = read_menu(press, &press->languages[i]);
    if (err || !changes.count) return err;
    if (changes.count == CHANGES_MAX) {
        /* an import: cheaper to begin again than to follow each step */
        clear(press);
        err = changes_last(press->store, &press->seen);
    } else {
        press->seen = changes.items[changes.count - 1].number;
    }
    press->seen_at = changes.items[changes.count - 1].at;
    return err;
}

/* In one snapshot, so that number and rows agree. A failure leaves the number
 * where it was: nothing is answered from the cache until it is taken. */
static Err follow(Press *press)
{
    Arena arena = arena_open();
    Err err = store_begin(press->store);

    if (!err) {
        err = take_changes(press, &arena);
        err = store_end(press->store, err);
    }
    arena_close(&arena);
    if (err) clear(press);
    return err;
}

static Err look_for_news(Press *press)
{
    const PressConfig *config = &press->config;
    Time now = time_monotonic();
    Err err;

    if (config->committed && config->committed(config->ctx) > press->seen) {
        err = follow(press);
        if (err) return err;
        press->looked_at = now;
        return ERR_OK;
    }
    if (now - press->looked_at < PRESS_LOOK_EVERY) return ERR_OK;
    if (store_has_news(press->store)) {
        err = follow(press);
        if (err) return err;
    }
    press->looked_at = now;
    return ERR_OK;
}

/* ---- putting a page together ---- */

static bool is_current(const Page *page, const Answer *answer)
{
    for (size_t i = 0; i < page->slot_count; i++)
        if (page->slots[i]->now != answer->fragments[i]) return false;
    return true;
}

static bool is_filled(const Page *page)
{
    for (size_t i = 0; i < page->slot_count; i++)
        if (!page->slots[i]->now) return false;
    return true;
}

static void put_surrogates(Buf *buf, const Page *page)
{
    buf_puts(buf, S("Surrogate-Key:"));
    for (size_t i = 0; i < page->slot_count; i++) {
        buf_putc(buf, ' ');
        buf_puts(buf, page->slots[i]->name);
    }
    buf_puts(buf, S("\r\n"));
}

static Str make_etag(Arena *arena, const Page *page, Coding coding)
{
    Buf buf = buf_open(arena, PAGE_SLOTS_MAX * sizeof(Digest) + 512);
    Digest digest;

    buf_puts(&buf, page->address);
    for (size_t i = 0; i < page->slot_count; i++)
        buf_puts(&buf, (Str){(const char *)&page->slots[i]->now->digest,
                             sizeof(Digest)});
    digest = hash_content(buf_str(&buf));
    return str_format(arena, "\"%016llx%s%.*s\"",
                      (unsigned long long)(digest.high ^ digest.low),
                      coding == CODING_IDENTITY ? "" : "-",
                      STR_ARG(coding_name(coding)));
}

/* A time of change is only told when its second is over: what is made within
 * one second could otherwise not be told apart (RFC 9110 8.8.2.2). */
static Time modified_of(const Page *page, Time now, Time *tell_after)
{
    Time newest = 0;

    for (size_t i = 0; i < page->slot_count; i++)
        if (page->slots[i]->now->modified > newest)
            newest = page->slots[i]->now->modified;
    newest -= newest % TIME_SECOND;
    *tell_after = newest + TIME_SECOND;
    if (now < *tell_after) return TIME_NONE;
    *tell_after = 0;
    return newest;
}

static Str make_head(Press *press, Arena *arena, const Page *page,
                     Coding coding, Str etag, Time modified, bool body)
{
    Buf buf = buf_open(arena, 16 * 1024);

    if (body) {
        buf_printf(&buf, "Content-Type: %s\r\n", kinds[page->key.kind].type);
        buf_printf(&buf, "Content-Language: %.*s\r\n",
                   STR_ARG(press->languages[page->key.language].tag));
        if (coding != CODING_IDENTITY)
            buf_printf(&buf, "Content-Encoding: %.*s\r\n",
                       STR_ARG(coding_name(coding)));
    }
    buf_puts(&buf, S("Vary: Accept-Encoding\r\n"));
    if (page->status == 200 || page->status == 404 || page->status == 410)
        buf_printf(&buf,
                   "Cache-Control: public, max-age=0, s-maxage=%d, "
                   "stale-while-revalidate=%d\r\n",
                   press->config.shared_s, press->config.shared_s * 2);
    else
        buf_puts(&buf, S("Cache-Control: no-store\r\n"));
    if (page->status == 200) buf_printf(&buf, "ETag: %.*s\r\n", STR_ARG(etag));
    if (page->status == 200 && modified != TIME_NONE)
        buf_printf(&buf, "Last-Modified: %.*s\r\n",
                   STR_ARG(time_http(arena, modified)));
    put_surrogates(&buf, page);
    buf_puts(&buf, press->config.head);
    return buf_str(&buf);
}

static Str put_str(char **at, Str text)
{
    Str copy = {*at, text.len};

    if (text.len) memcpy(*at, text.ptr, text.len);
    *at += text.len;
    return copy;
}

/* The answer, its arrays and texts in one piece of memory. */
static Answer *answer_new(size_t slots, Str head, Str head_304, Str etag)
{
    size_t arrays = slots * sizeof(Fragment *) + (slots + 2) * sizeof(Str);
    size_t size = sizeof(Answer) + arrays + head.len + head_304.len + etag.len +
                  GZIP_TRAILER_SIZE;
    Answer *answer = mem_zero(size);
    char *at = (char *)(answer + 1);

    answer->refs = 1;
    answer->size = size;
    answer->fragments = (Fragment **)(void *)at;
    at += slots * sizeof(Fragment *);
    answer->parts = (Str *)(void *)at;
    at += (slots + 2) * sizeof(Str);
    answer->head = put_str(&at, head);
    answer->head_304 = put_str(&at, head_304);
    answer->etag = put_str(&at, etag);
    return answer;
}

static void add_part(Answer *answer, Str part)
{
    if (part.len) answer->parts[answer->part_count++] = part;
}

static void add_parts(Press *press, Page *page, Coding coding, Answer *answer)
{
    char *trailer = (char *)(uintptr_t)answer->etag.ptr + answer->etag.len;
    size_t size;

    add_part(answer, coding_header(coding));
    for (size_t i = 0; i < page->slot_count; i++) {
        Fragment *fragment = fragment_ref(page->slots[i]->now);

        answer->fragments[answer->fragment_count++] = fragment;
        add_part(answer, fragment_bytes(fragment, press->coder, coding));
    }
    size = coding_trailer(coding, answer->fragments, answer->fragment_count,
                          trailer);
    add_part(answer, (Str){trailer, size});
}

static Answer *compose(Press *press, Page *page, Coding coding)
{
    Arena *arena = &press->scratch;
    Time tell_after;
    Time modified = modified_of(page, time_now(), &tell_after);
    Str etag = make_etag(arena, page, coding);
    Answer *answer = answer_new(
        page->slot_count,
        make_head(press, arena, page, coding, etag, modified, true),
        make_head(press, arena, page, coding, etag, modified, false), etag);

    answer->status = page->status;
    answer->modified = modified;
    answer->tell_after = tell_after;
    add_parts(press, page, coding, answer);
    if (page->answers[coding]) {
        press->bytes -= page->answers[coding]->size;
        answer_unref(page->answers[coding]);
    }
    page->answers[coding] = answer;
    press->bytes += answer->size;
    return answer;
}

/* Fills what is empty, in one snapshot. */
static Err fill(Press *press, Page *page)
{
    Err err;

    if (is_filled(page)) return ERR_OK;
    press->story = NULL;
    err = store_begin(press->store);
    if (err) return err;
    for (size_t i = 0; !err && i < page->slot_count; i++)
        if (!page->slots[i]->now) err = slot_fill(press, page->slots[i]);
    press->story = NULL;
    return store_end(press->store, err);
}

static Err answer_with(Press *press, Page *page, Coding coding, Answer **out)
{
    Answer *answer = page->answers[coding];
    Err err;

    use_page(press, page);
    if (answer && is_current(page, answer) &&
        (!answer->tell_after || time_now() < answer->tell_after)) {
        *out = answer;
        return ERR_OK;
    }
    err = fill(press, page);
    if (!err) {
        *out = compose(press, page, coding);
        keep_within_bounds(press);
    }
    arena_reset(&press->scratch);
    return err;
}

Answer *press_find(Press *press, Str address, Coding coding)
{
    Page *page;
    Answer *answer;

    if (look_for_news(press)) return NULL;
    page = map_get(&press->pages, hash_table(address));
    if (!page || !str_eq(page->address, address)) return NULL;
    if (answer_with(press, page, coding, &answer)) {
        drop_page(press, page); /* press_make will say what is wrong */
        return NULL;
    }
    press->counters.found++;
    return answer;
}

/* ---- making a page that is not kept ---- */

static Page *page_new(Press *press, const PageKey *key, const Plan *plan)
{
    Page *page = mem_zero(sizeof *page + plan->address.len);
    char *at = (char *)(page + 1);

    page->holder.kind = HOLDER_PAGE;
    page->key = (PageKey){.kind = key->kind, .language = key->language};
    page->address = put_str(&at, plan->address);
    page->hash = hash_table(page->address);
    page->status = plan->status;
    page->bytes = sizeof *page + plan->address.len;
    for (size_t i = 0; i < plan->slot_count; i++) {
        Slot *slot = slot_get(press, plan->slots[i].kind, &plan->slots[i].key,
                              plan->slots[i].name);

        if (!slot) continue; /* cannot be: two names with one 64-bit hash */
        slot->pages++;
        page->slots[page->slot_count++] = slot;
    }
    return page;
}

static Page *keep_page(Press *press, const PageKey *key, const Plan *plan)
{
    Page *old = map_get(&press->pages, hash_table(plan->address));
    Page *page = page_new(press, key, plan);

    if (old) drop_page(press, old);
    if (plan->slot_count) page->key.language = plan->slots[0].key.language;
    map_put(&press->pages, page->hash, page);
    link_newest(press, page);
    deps_set(&press->deps, &page->holder, plan->deps, plan->dep_count);
    press->bytes += page->bytes;
    press->counters.pages++;
    return page;
}

/* Plan and fragments come from one snapshot. */
static Err make_page(Press *press, Arena *arena, const PageKey *key, Page **out,
                     Str *moved, bool *lasting)
{
    Plan plan;
    Page *page = NULL;
    Err err = store_begin(press->store);

    if (err) return err;
    press->story = NULL;
    err = page_plan(press, arena, key, &plan, moved, lasting);
    if (!err) {
        page = map_get(&press->pages, hash_table(plan.address));
        if (!page || !str_eq(page->address, plan.address))
            page = keep_page(press, key, &plan);
        for (size_t i = 0; !err && i < page->slot_count; i++)
            if (!page->slots[i]->now) err = slot_fill(press, page->slots[i]);
    }
    press->story = NULL;
    err = store_end(press->store, err);
    if (err && page) drop_page(press, page);
    if (!err) *out = page;
    return err;
}

Err press_make(Press *press, Arena *arena, const PageKey *key, Coding coding,
               Answer **out, Str *moved, bool *lasting)
{
    Page *page;
    Err err = look_for_news(press);

    if (!err) err = make_page(press, arena, key, &page, moved, lasting);
    arena_reset(&press->scratch);
    if (err) return err;
    press->counters.made++;
    err = answer_with(press, page, coding, out);
    if (err) drop_page(press, page);
    return err;
}

/* ---- open and close ---- */

/* Where the log stands, and when that was. */
static Err read_last(Press *press)
{
    Arena arena = arena_open();
    ChangeList last;
    Err err = changes_last(press->store, &press->seen);

    if (!err && press->seen) {
        err = changes_after(press->store, &arena, press->seen - 1, 1, &last);
        if (!err && last.count) press->seen_at = last.items[0].at;
    }
    arena_close(&arena);
    return err;
}

static void open_language(Press *press, size_t at)
{
    const Site *site = press->config.site;
    PressLanguage *language = &press->languages[at];

    language->tag = site->languages[at].tag;
    language->site_name = site->languages[at].name;
    language->catalog = theme_words(press->config.theme, at);
    language->words = words_open(language->catalog);
    language->arena = arena_open();
}

Err press_open(const PressConfig *config, Press **out, Fault *fault)
{
    Press *press = mem_zero(sizeof *press);
    char zone[64];
    Err err;

    press->config = *config;
    press->scratch = arena_open();
    press->coder = coder_open();
    deps_init(&press->deps);
    map_init(&press->slots);
    map_init(&press->pages);
    for (size_t i = 0; i < config->site->language_count; i++)
        open_language(press, i);
    if (config->site->zone.len < sizeof zone)
        memcpy(zone, config->site->zone.ptr, config->site->zone.len);
    zone[config->site->zone.len < sizeof zone ? config->site->zone.len : 0] = 0;
    err = zone_open(zone, &press->zone);
    if (err)
        fault_set(fault, err, "timezone: \"%.*s\" is not a known zone",
                  STR_ARG(config->site->zone));
    if (!err)
        err = store_open(config->where, STORE_PUBLIC, &press->store, fault);
    if (!err) err = store_begin(press->store);
    if (!err) {
        err = read_last(press);
        for (size_t i = 0; !err && i < config->site->language_count; i++)
            err = read_menu(press, &press->languages[i]);
        err = store_end(press->store, err);
    }
    if (err) {
        press_close(press);
        return err;
    }
    *out = press;
    return ERR_OK;
}

void press_close(Press *press)
{
    if (!press) return;
    clear(press);
    for (size_t i = 0; i < press->config.site->language_count; i++) {
        words_close(press->languages[i].words);
        arena_close(&press->languages[i].arena);
    }
    deps_close(&press->deps);
    map_close(&press->slots);
    map_close(&press->pages);
    coder_close(press->coder);
    zone_close(press->zone);
    if (press->store) store_close(press->store);
    arena_close(&press->scratch);
    mem_free(press);
}

PressCounters press_counters(const Press *press)
{
    PressCounters counters = press->counters;

    counters.bytes = bytes_held(press);
    counters.change = press->seen;
    return counters;
}
