/* press/press.c -- the way of a request through the press.
 *
 * That of one that is known: one hash of the address, a look at the writer's
 * number, a walk over the page's slots (is each filled, is each the one that
 * the answer was made of), and the answer is there.  Everything else happens
 * only when something has changed.
 */
#include "press/press.h"

#include <string.h>

#include "base/mem.h"
#include "press/room.h"

/* Each part of an answer costs the kernel a step: one that is asked for so
 * often is worth a copy in one piece. */
#define FRESHEN_ASKED TIME_MINUTE /* pages asked for since then */
#define FRESHEN_MAX   16          /* fragments: a few milliseconds */
#define JOIN_AFTER    16

static bool is_current(const Page *page, const Answer *answer)
{
    for (size_t i = 0; i < page->slot_count; i++)
        if (page->slots[i]->now != answer->fragments[i]) return false;
    return true;
}

/* Fills what is empty, in one snapshot. */
static Err fill(Press *press, Page *page)
{
    Err err;

    if (page_is_filled(page)) return ERR_OK;
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

    page_use(press, page);
    if (answer && is_current(page, answer) &&
        (!answer->tell_after || time_now() < answer->tell_after)) {
        if (++answer->asked == JOIN_AFTER) {
            answer_join(press, answer);
            pages_bound(press);
        }
        *out = answer;
        return ERR_OK;
    }
    err = fill(press, page);
    if (!err) {
        *out = answer_make(press, page, coding);
        pages_bound(press);
    } else if (err == ERR_UNREACHABLE && answer) {
        *out = answer; /* the last good one */
        err = ERR_OK;
    }
    arena_reset(&press->scratch);
    return err;
}

Answer *press_find(Press *press, Str address, Coding coding, Time now)
{
    Page *page;
    Answer *answer;

    if (press_follow(press, now)) return NULL;
    page = map_get(&press->pages, hash_table(address));
    if (!page || !str_eq(page->address, address)) return NULL;
    if (answer_with(press, page, coding, &answer)) {
        page_drop(press, page); /* press_make will say what is wrong */
        return NULL;
    }
    page->asked_at = now;
    press->counters.found++;
    return answer;
}

/* Only so many, of the pages used last: others wait for the thread. */
static Err fill_empty(Press *press, Time asked_since)
{
    int filled = 0;
    Err err = ERR_OK;

    for (Page *page = press->newest;
         !err && page && page->asked_at >= asked_since && filled < FRESHEN_MAX;
         page = page->older) {
        press->story = NULL;
        for (size_t i = 0; !err && i < page->slot_count; i++) {
            if (page->slots[i]->now) continue;
            err = slot_fill(press, page->slots[i]);
            filled++;
        }
    }
    press->story = NULL;
    return err;
}

/* A failure leaves a slot empty, for whoever asks for the page. */
void pages_freshen(Press *press, Time now)
{
    Err err;

    if (!press->newest || press->newest->asked_at < now - FRESHEN_ASKED) return;
    err = store_begin(press->store);
    if (err) return;
    err = fill_empty(press, now - FRESHEN_ASKED);
    (void)!store_end(press->store, err);
    arena_reset(&press->scratch);
}

/* ---- making a page that is not kept ---- */

static Page *page_new(Press *press, const PageKey *key, const Plan *plan)
{
    Page *page = mem_zero(sizeof *page + plan->address.len);
    char *at = (char *)(page + 1);

    page->holder.kind = HOLDER_PAGE;
    page->key = (PageKey){.kind = key->kind, .language = key->language};
    page->address = text_put(&at, plan->address);
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

    if (old) page_drop(press, old);
    if (plan->slot_count) page->key.language = plan->slots[0].key.language;
    map_put(&press->pages, page->hash, page);
    page_link(press, page);
    deps_set(&press->deps, &page->holder, plan->deps, plan->dep_count,
             time_now());
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
    if (err && page) page_drop(press, page);
    if (!err) *out = page;
    return err;
}

Err press_make(Press *press, Arena *arena, const PageKey *key, Coding coding,
               Time now, Answer **out, Str *moved, bool *lasting)
{
    Page *page;
    Err err = press_follow(press, now);

    if (!err) err = make_page(press, arena, key, &page, moved, lasting);
    if (err == ERR_UNREACHABLE && press->config.replica) {
        arena_reset(&press->scratch); /* it went away: from the store itself */
        err = make_page(press, arena, key, &page, moved, lasting);
    }
    arena_reset(&press->scratch);
    if (err) return err;
    press->counters.made++;
    err = answer_with(press, page, coding, out);
    if (err)
        page_drop(press, page);
    else
        page->asked_at = now;
    return err;
}

/* ---- a search ---- */

static void let_go(Press *press, Page *page)
{
    for (size_t i = 0; i < page->slot_count; i++)
        slot_release(press, page->slots[i]);
    mem_free(page);
}

/* What was found may have been taken back since: of the lines those that are
 * public in the snapshot that the page is made from. */
static Err only_public(Press *press, Arena *arena, SearchResult *result)
{
    SearchLine *lines = ARENA_ARRAY(arena, SearchLine, result->count);
    size_t kept = 0;

    for (size_t i = 0; i < result->count; i++) {
        SearchLine line = result->lines[i];
        Err err = public_item(press->store, arena, line.item.id, &line.item);

        if (err && err != ERR_NOT_FOUND) return err;
        if (!err) lines[kept++] = line;
    }
    result->lines = lines;
    result->count = kept;
    return ERR_OK;
}

Err press_search(Press *press, const PageKey *key, const SearchResult *result,
                 Coding coding, Time now, Answer **out)
{
    Arena *arena = &press->scratch;
    SearchResult shown = *result;
    Page *page = NULL;
    Plan plan;
    Err err = press_follow(press, now);

    if (!err) err = store_begin(press->store);
    if (err) return err;
    press->search = &shown;
    err = only_public(press, arena, &shown);
    if (!err) err = search_plan(press, arena, key, &plan);
    if (!err) {
        page = page_new(press, key, &plan);
        page->search = true;
        for (size_t i = 0; !err && i < page->slot_count; i++)
            if (!page->slots[i]->now) err = slot_fill(press, page->slots[i]);
    }
    press->search = NULL;
    err = store_end(press->store, err);
    if (!err) *out = answer_once(press, page, coding);
    if (page) let_go(press, page);
    arena_reset(arena);
    return err;
}

/* ---- open and close ---- */

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
    pictures_open(press);
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
    if (!err) store_watch(press->store, config->watch);
    if (!err && config->replica)
        store_read_from(press->store, config->replica, config->replica_watch);
    if (!err) err = store_begin(press->store);
    if (!err) {
        err = follow_from_last(press, &press->scratch);
        arena_reset(&press->scratch);
        if (!err) err = look_at_hot(press);
        for (size_t i = 0; !err && i < config->site->language_count; i++)
            err = menu_read(press, &press->languages[i]);
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
    pages_clear(press);
    for (size_t i = 0; i < press->config.site->language_count; i++) {
        words_close(press->languages[i].words);
        arena_close(&press->languages[i].arena);
    }
    deps_close(&press->deps);
    map_close(&press->slots);
    map_close(&press->pages);
    pictures_close(press);
    coder_close(press->coder);
    zone_close(press->zone);
    if (press->store) store_close(press->store);
    arena_close(&press->scratch);
    mem_free(press);
}

PressCounters press_counters(const Press *press)
{
    PressCounters counters = press->counters;

    counters.bytes = pages_bytes(press);
    counters.change = press->seen;
    return counters;
}
