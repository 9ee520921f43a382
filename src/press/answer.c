/* press/answer.c -- a page's header lines and parts in one coding. */
#include <stdlib.h>

#include "base/mem.h"
#include "press/room.h"
#include "press/touch.h"

/* Not larger than this part of the cache: what is copied to be sent faster. */
#define JOIN_SHARE 64

#define END_OF_HEAD S("\r\n")

#define KEYS_MAX 512 /* of a page */

static const struct {
    const char *type;
    bool people;
} kinds[] = {
#define X(name, type, people) {type, people},
    PAGE_KINDS(X)
#undef X
};

void answer_ref(Answer *answer)
{
    answer->refs++;
}

void answer_unref(Answer *answer)
{
    if (!answer || --answer->refs > 0) return;
    for (size_t i = 0; i < answer->fragment_count; i++)
        fragment_unref(answer->fragments[i]);
    mem_free(answer->whole);
    mem_free(answer);
}

static int in_order(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

/* A change of a story touches the list of all in its language, too: who shows
 * that needs no key for each of its stories. More than KEYS_MAX: too many. */
static size_t add_keys(const Holder *holder, uint64_t *keys, size_t count)
{
    size_t more = deps_keys(holder, keys + count, KEYS_MAX - count);
    bool all = false;
    size_t kept = count;

    if (more > KEYS_MAX - count) return KEYS_MAX + 1;
    for (size_t i = count; i < count + more; i++)
        all = all || dep_is_all(keys[i]);
    for (size_t i = count; i < count + more; i++)
        if (!all || !dep_is_story(keys[i])) keys[kept++] = keys[i];
    return kept;
}

/* Of a page with too many: whatever changes in its language, and the entries,
 * which are in no list. */
static size_t few_keys(const Page *page, Str language, uint64_t *keys)
{
    size_t count = 0;

    keys[count++] = dep_list(language, 'a', (Str){0});
    for (size_t i = 0; i < page->slot_count; i++) {
        const Slot *slot = page->slots[i];

        if (slot->kind == SLOT_COVERAGE || slot->kind == SLOT_COVERAGE_FEED)
            keys[count++] = dep_entries(slot->key.story.number);
    }
    return count;
}

/* What the page was made from, for a cache in front that is told what changed
 * (web/purge.h). */
static void put_surrogates(Buf *buf, const Page *page, Str language)
{
    uint64_t keys[KEYS_MAX];
    size_t count = add_keys(&page->holder, keys, 0);
    char word[DEP_WORD];

    for (size_t i = 0; count <= KEYS_MAX && i < page->slot_count; i++)
        count = add_keys(&page->slots[i]->holder, keys, count);
    if (count > KEYS_MAX) count = few_keys(page, language, keys);
    qsort(keys, count, sizeof *keys, in_order);
    buf_puts(buf, S("Surrogate-Key: " KEY_OF_ALL));
    for (size_t i = 0; i < count; i++) {
        if (i && keys[i] == keys[i - 1]) continue;
        dep_word(keys[i], word);
        buf_printf(buf, " %s", word);
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

/* A change carries the time at which it was made, and is seen when it is
 * committed: a little later, on a slow disk more.  What is told too early could
 * be the time of the next change too (RFC 9110, 8.8.2.2), which then would
 * never be sent to whoever asks by time. */
#define TELL_AFTER (5 * TIME_SECOND)

static Time modified_of(const Press *press, const Page *page, Time now,
                        Time *tell_after)
{
    Time newest = press->config.begun_at;

    for (size_t i = 0; i < page->slot_count; i++)
        if (page->slots[i]->now->modified > newest)
            newest = page->slots[i]->now->modified;
    newest -= newest % TIME_SECOND;
    *tell_after = newest + TELL_AFTER;
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
    if (page->search)
        buf_puts(&buf, S("Cache-Control: private, no-cache\r\n"));
    else if (page->status == 200 || page->status == 404 || page->status == 410)
        buf_printf(&buf,
                   "Cache-Control: public, max-age=0, s-maxage=%d, "
                   "stale-while-revalidate=%d\r\n",
                   press->config.shared_s, press->config.shared_s * 2);
    else
        buf_puts(&buf, S("Cache-Control: no-store\r\n"));
    if (page->status == 200) buf_printf(&buf, "ETag: %.*s\r\n", STR_ARG(etag));
    if (page->status == 200 && modified != TIME_NONE && !page->search)
        buf_printf(&buf, "Last-Modified: %.*s\r\n",
                   STR_ARG(time_http(arena, modified)));
    if (!page->search)
        put_surrogates(&buf, page, press->languages[page->key.language].tag);
    buf_puts(&buf, press->config.head);
    return buf_str(&buf);
}

/* The answer, its arrays and texts in one piece of memory. */
static Answer *answer_new(size_t slots, size_t room, Str head, Str head_304,
                          Str etag)
{
    size_t arrays = slots * sizeof(Fragment *) + (slots + 2) * sizeof(Str);
    size_t size = sizeof(Answer) + arrays + head.len + room + head_304.len +
                  END_OF_HEAD.len + etag.len + GZIP_TRAILER_SIZE;
    Answer *answer = mem_zero(size);
    char *at = (char *)(answer + 1);

    answer->refs = 1;
    answer->size = size;
    answer->fragments = (Fragment **)(void *)at;
    at += slots * sizeof(Fragment *);
    answer->parts = (Str *)(void *)at;
    at += (slots + 2) * sizeof(Str);
    answer->head = text_put(&at, head);
    answer->whole_304 = at;
    at += room;
    answer->head_304 = text_put(&at, head_304);
    text_put(&at, END_OF_HEAD);
    answer->etag = text_put(&at, etag);
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

Answer *answer_once(Press *press, Page *page, Coding coding)
{
    Arena *arena = &press->scratch;
    Time tell_after;
    Time modified = modified_of(press, page, time_now(), &tell_after);
    Str etag = make_etag(arena, page, coding);
    Answer *answer = answer_new(
        page->slot_count, press->config.room,
        make_head(press, arena, page, coding, etag, modified, true),
        make_head(press, arena, page, coding, etag, modified, false), etag);

    answer->status = page->status;
    answer->modified = modified;
    answer->tell_after = tell_after;
    add_parts(press, page, coding, answer);
    return answer;
}

Answer *answer_make(Press *press, Page *page, Coding coding)
{
    Answer *answer = answer_once(press, page, coding);

    if (page->answers[coding]) {
        press->bytes -= page->answers[coding]->size;
        answer_unref(page->answers[coding]);
    }
    page->answers[coding] = answer;
    press->bytes += answer->size;
    return answer;
}

/* Whoever is sending the parts now goes on with the fragments' own bytes. */
void answer_join(Press *press, Answer *answer)
{
    size_t front = press->config.room + answer->head.len + END_OF_HEAD.len;
    size_t size = 0;
    char *at;

    for (size_t i = 0; i < answer->part_count; i++)
        size += answer->parts[i].len;
    if (!size || front + size > press->config.cache_bytes / JOIN_SHARE) return;
    answer->whole = mem_alloc(front + size);
    at = answer->whole + press->config.room;
    text_put(&at, answer->head);
    text_put(&at, END_OF_HEAD);
    for (size_t i = 0; i < answer->part_count; i++)
        text_put(&at, answer->parts[i]);
    answer->parts[0] = (Str){answer->whole + front, size};
    answer->part_count = 1;
    answer->size += front + size;
    press->bytes += front + size;
}
