/* archive.c -- an archive of any size, mixed from real stories.
 *
 *     archive [-b BYTES] [-l LANGUAGES] [-o OFFSET] COUNT FILE ... > ninjs
 * lines
 *
 *     -b BYTES      of a story's line, on average (1500)
 *     -l LANGUAGES  and their shares (uk:2,en:1,ru:1)
 *     -o OFFSET     numbers begin after it (0), so that archives add up
 *
 * FILEs are ninjs (.ninjs: one story a line) or Markdown with front matter
 * (.md).  A story's headline, paragraphs and tags are those of two or three
 * stories of its language with words exchanged, so that lengths, vocabulary and
 * the shape of tags are real and no two stories are equal.  Tags are drawn by
 * Zipf's law.  Stories come oldest first, evenly over 2006 to 2025; one in
 * five is a translation of the one before it.  The same arguments give the same
 * bytes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "format/markdown_item.h"
#include "format/ninjs.h"
#include "text/json.h"

#define LANGUAGES_MAX  8
#define SOURCE_MAX     ((size_t)1 << 30)
#define HEADLINE_BYTES 160 /* leaves room for longer words */
#define LINE_MAX_      ((size_t)256 * 1024)
#define FIRST_DAY      "2006-01-01T00:00:00Z"
#define LAST_DAY       "2025-12-31T00:00:00Z"

typedef struct Pool {
    Str language;
    size_t share;
    StrList headlines, paragraphs, words;
} Pool;

typedef struct Archive {
    Arena arena; /* of the sources */
    Pool pools[LANGUAGES_MAX];
    size_t pool_count, shares;
    StrList tags; /* names, by first appearance */
    StrList sections;
    size_t bytes;
    int64_t offset, count;
    Time first, last;
    uint64_t random;
} Archive;

_Noreturn static void fail(const char *where, const char *what)
{
    fprintf(stderr, "archive: %s: %s\n", where, what);
    exit(1);
}

/* ---- chance: xorshift, so that the same arguments give the same bytes ---- */

static uint64_t chance(Archive *archive, uint64_t below)
{
    archive->random ^= archive->random << 13;
    archive->random ^= archive->random >> 7;
    archive->random ^= archive->random << 17;
    return below ? (archive->random >> 11) % below : 0;
}

static Str any(Archive *archive, StrList list)
{
    return list.count ? list.items[chance(archive, list.count)] : (Str){0};
}

/* The n-th of the list about 1/n as often as the first: each doubling of the
 * place is as likely as the next (Zipf's law). */
static Str any_zipf(Archive *archive, StrList list)
{
    uint64_t levels = 1, first;

    while (list.count >> levels)
        levels++;
    first = (uint64_t)1 << chance(archive, levels);
    first += chance(archive, first) - 1;
    return list.items[first < list.count ? first : list.count - 1];
}

/* ---- sources ---- */

static Pool *pool_of(Archive *archive, Str language)
{
    for (size_t i = 0; i < archive->pool_count; i++)
        if (str_eq(archive->pools[i].language, language))
            return &archive->pools[i];
    return NULL;
}

static void add_once(Archive *archive, StrList *list, Str text)
{
    if (text.len && !strs_has(*list, text))
        strs_add(list, &archive->arena, text);
}

static bool plain(Str text)
{
    return text.len && str_find_char(text, '<', 0) < 0 &&
           str_find_char(text, '>', 0) < 0 && str_find_char(text, '&', 0) < 0;
}

static void add_words(Archive *archive, Pool *pool, Str line)
{
    while (line.len) {
        Str word = str_cut(&line, ' ');

        if (word.len > 3 && plain(word))
            strs_add(&pool->words, &archive->arena, word);
    }
}

/* Paragraphs as they stand in clean markup, those of plain text only. */
static void add_paragraphs(Archive *archive, Pool *pool, Str markup)
{
    size_t at = 0;

    for (;;) {
        ptrdiff_t open = str_find(markup, S("<p>"), at);
        ptrdiff_t close =
            open < 0 ? -1 : str_find(markup, S("</p>"), (size_t)open);
        Str text;

        if (close < 0) return;
        text = str_slice(markup, (size_t)open + 3, (size_t)close);
        at = (size_t)close + 4;
        if (text.len < 40 || text.len > 1200 || !plain(text)) continue;
        strs_add(&pool->paragraphs, &archive->arena, text);
        add_words(archive, pool, text);
    }
}

static void add_item(Archive *archive, const Item *item)
{
    Pool *pool = pool_of(archive, item->language);

    if (!pool) return;
    if (item->headline.len <= HEADLINE_BYTES)
        strs_add(&pool->headlines, &archive->arena, item->headline);
    add_words(archive, pool, item->headline);
    add_paragraphs(archive, pool, item->body.markup);
    add_once(archive, &archive->sections, item->section);
    for (size_t i = 0; i < item->tags.count; i++)
        add_once(archive, &archive->tags, item->tags.items[i].name);
}

static void read_source(Archive *archive, const char *path)
{
    ReadContext context = {.language = S("en")};
    Fault fault = fault_none();
    bool markdown = str_ends(str_from(path), S(".md"));
    Str text, line;
    int64_t number = 0;
    Item item;

    if (zone_open("Europe/Kyiv", &context.zone)) fail("Europe/Kyiv", "no zone");
    if (file_read(&archive->arena, path, SOURCE_MAX, &text, &fault))
        fail(path, fault.text);
    if (markdown) {
        if (markdown_item_read(&archive->arena, text, &context, &item, &fault))
            fail(path, fault.text);
        add_item(archive, &item);
    }
    /* what a reader refuses is no source; an archive needs not every one */
    while (!markdown && str_line(&text, &line))
        if (!ninjs_read_one(&archive->arena, line, ++number, 0, &context, &item,
                            NULL))
            add_item(archive, &item);
    zone_close(context.zone);
}

static void check_sources(const Archive *archive)
{
    for (size_t i = 0; i < archive->pool_count; i++)
        if (archive->pools[i].headlines.count < 10 ||
            archive->pools[i].paragraphs.count < 10)
            fail("too few stories to mix from in a language",
                 archive->pools[i].language.ptr);
    if (!archive->tags.count || !archive->sections.count)
        fail("the sources", "have no tags or no sections");
}

/* ---- stories ---- */

/* One word in `every` is another one of the language. */
static void mix_words(Archive *archive, const Pool *pool, Str text,
                      uint64_t every, Buf *out)
{
    bool first = true;

    while (text.len) {
        Str word = str_cut(&text, ' ');

        if (!first) buf_putc(out, ' ');
        if (!first && !chance(archive, every)) word = any(archive, pool->words);
        buf_puts(out, word);
        first = false;
    }
}

static Str mixed_headline(Archive *archive, const Pool *pool, Arena *arena)
{
    Buf buf = buf_open(arena, LINE_MAX_);

    mix_words(archive, pool, any(archive, pool->headlines), 4, &buf);
    return str_trim(buf_str(&buf));
}

static Str mixed_body(Archive *archive, const Pool *pool, Arena *arena)
{
    /* what stands around the body takes about 700 bytes of a line, and the
     * last paragraph goes over by half of itself */
    size_t mean = archive->bytes > 1200 ? archive->bytes - 960 : 240;
    size_t size = mean * 2 / 5 + chance(archive, mean);
    Buf buf = buf_open(arena, LINE_MAX_);

    while (buf_str(&buf).len < size) {
        buf_puts(&buf, S("<p>"));
        mix_words(archive, pool, any(archive, pool->paragraphs), 9, &buf);
        buf_puts(&buf, S("</p>\n"));
    }
    return buf_str(&buf);
}

static void put_text(JsonOut *out, const char *key, const char *type, Str value)
{
    json_put_key(out, key);
    json_put_array(out);
    json_put_object(out);
    json_pair_str(out, "role", S("main"));
    json_pair_str(out, "contentType", str_from(type));
    json_pair_str(out, "value", value);
    json_put_end(out);
    json_put_end(out);
}

static void put_subject(JsonOut *out, const char *rel, Str name)
{
    json_put_object(out);
    json_pair_str(out, "rel", str_from(rel));
    json_pair_str(out, "name", name);
    json_put_end(out);
}

static void put_subjects(Archive *archive, JsonOut *out)
{
    uint64_t tags = 2 + chance(archive, 4);

    json_put_key(out, "subjects");
    json_put_array(out);
    put_subject(out, "section", any_zipf(archive, archive->sections));
    for (uint64_t i = 0; i < tags; i++)
        put_subject(out, "tag", any_zipf(archive, archive->tags));
    json_put_end(out);
}

static const Pool *any_pool(Archive *archive)
{
    uint64_t share = chance(archive, archive->shares);
    size_t at = 0;

    while (share >= archive->pools[at].share)
        share -= archive->pools[at++].share;
    return &archive->pools[at];
}

static Time time_of(const Archive *archive, int64_t index)
{
    double part = (double)index / (double)archive->count;
    Time span = (Time)(part * (double)(archive->last - archive->first));

    return archive->first + span - span % TIME_SECOND;
}

/* group: the number of the story whose translation this one is, or its own. */
static void put_story(Archive *archive, Arena *arena, int64_t index,
                      const Pool *pool, int64_t group)
{
    Buf buf = buf_open(arena, LINE_MAX_);
    JsonOut out = json_out(&buf);
    long long number = (long long)(archive->offset + index + 1);
    Str at = time_rfc3339(arena, time_of(archive, index));

    json_put_object(&out);
    json_pair_str(&out, "uri", str_format(arena, "urn:bench:%lld", number));
    json_put_key(&out, "standard");
    json_put_object(&out);
    json_pair_str(&out, "name", S("ninjs"));
    json_pair_str(&out, "version", S("3.0"));
    json_put_end(&out);
    json_pair_str(&out, "type", S("text"));
    json_pair_str(&out, "language", pool->language);
    json_pair_str(&out, "version", S("1"));
    json_pair_str(&out, "pubStatus", S("usable"));
    json_pair_str(&out, "firstCreated", at);
    json_pair_str(&out, "versionCreated", at);
    put_text(&out, "headlines", "text/plain",
             mixed_headline(archive, pool, arena));
    put_text(&out, "bodies", "text/html", mixed_body(archive, pool, arena));
    put_subjects(archive, &out);
    json_put_key(&out, "altIds");
    json_put_array(&out);
    json_put_object(&out);
    json_pair_str(&out, "role", S("translationGroup"));
    json_pair_str(&out, "value",
                  str_format(arena, "bench-%lld", (long long)group));
    json_put_end(&out);
    json_put_end(&out);
    json_put_end(&out);
    buf_putc(&buf, '\n');
    if (buf.failed) fail("a story", "is too long");
    fwrite(buf_str(&buf).ptr, 1, buf_str(&buf).len, stdout);
}

static void put_all(Archive *archive)
{
    Arena arena = arena_open();
    const Pool *before = NULL;
    int64_t group = 0;

    for (int64_t i = 0; i < archive->count; i++) {
        const Pool *pool = any_pool(archive);

        if (!before || pool == before || chance(archive, 5))
            group = archive->offset + i + 1;
        put_story(archive, &arena, i, pool, group);
        before = group == archive->offset + i + 1 ? pool : NULL;
        arena_reset(&arena);
    }
    arena_close(&arena);
    if (fflush(stdout) || ferror(stdout)) fail("standard output", "is full");
}

/* ---- the command line ---- */

/* "uk:2,en:1" */
static void read_languages(Archive *archive, Str list)
{
    while (list.len) {
        Str share = str_cut(&list, ',');
        Str language = str_cut(&share, ':');
        int64_t weight = 1;

        if (!language.len || archive->pool_count == LANGUAGES_MAX ||
            (share.len && (!str_int(share, &weight) || weight < 1)))
            fail("-l", "expected languages such as uk:2,en:1");
        archive->pools[archive->pool_count++] = (Pool){
            .language = str_from(str_z(&archive->arena, language)),
            .share = (size_t)weight,
        };
        archive->shares += (size_t)weight;
    }
}

static int64_t number(const char *text)
{
    int64_t value;

    if (!str_int(str_from(text), &value) || value < 0)
        fail(text, "expected a number");
    return value;
}

int main(int argc, char **argv)
{
    Archive archive = {.bytes = 1500, .random = 88172645463325252u};
    const char *languages = "uk:2,en:1,ru:1";
    int option;
    bool zoned;

    archive.arena = arena_open();
    while ((option = getopt(argc, argv, "b:l:o:")) != -1) {
        switch (option) {
        case 'b': archive.bytes = (size_t)number(optarg); break;
        case 'l': languages = optarg; break;
        case 'o': archive.offset = number(optarg); break;
        default: fail("usage", "archive [-b N] [-l LIST] [-o N] COUNT FILE..");
        }
    }
    if (argc - optind < 2) fail("usage", "archive [OPTIONS] COUNT FILE ...");
    archive.count = number(argv[optind++]);
    archive.random += (uint64_t)archive.offset;
    if (time_read_iso(S(FIRST_DAY), &archive.first, &zoned) ||
        time_read_iso(S(LAST_DAY), &archive.last, &zoned))
        fail("the years", "cannot be read");
    read_languages(&archive, str_from(languages));
    while (optind < argc)
        read_source(&archive, argv[optind++]);
    check_sources(&archive);
    put_all(&archive);
    arena_close(&archive.arena);
    return 0;
}
