/* test/unit/text/words_test.c -- numbers, days and lists, worded. */
#include "check.h"

#include <stdlib.h>

#include <cjson/cJSON.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/zone.h"
#include "text/embedded.h"
#include "text/words.h"

#define HEADER                                                                 \
    "msgid \"\"\nmsgstr \"Content-Type: text/plain; charset=UTF-8\\n\"\n"

static const Catalog *site_words(Arena *arena, const char *language)
{
    const Catalog *catalog;
    char file[40];
    Str bytes;

    snprintf(file, sizeof file, "words/%s.po", language);
    assert_true(embedded_get(str_from(file), &bytes));
    assert_int_equal(catalog_load(arena, str_from(language), file, bytes, NULL,
                                  &catalog, NULL),
                     ERR_OK);
    return catalog;
}

static void reading_times_have_the_language_s_plural(void **unused)
{
    static const struct {
        const char *language;
        int64_t n;
        const char *form; /* of site/words, read from there */
    } cases[] = {
        {"en", 1, "one"},   {"en", 2, "other"}, {"en", 0, "other"},
        {"uk", 1, "one"},   {"uk", 2, "few"},   {"uk", 5, "many"},
        {"uk", 11, "many"}, {"uk", 21, "one"},  {"uk", 111, "many"},
        {"ru", 1, "one"},   {"ru", 22, "few"},  {"ru", 1000, "many"},
        {"ar", 0, "zero"},  {"ar", 1, "one"},   {"ar", 2, "two"},
        {"ar", 3, "few"},   {"ar", 11, "many"}, {"ar", 100, "other"},
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        Arena arena = arena_open();
        const Catalog *catalog = site_words(&arena, cases[i].language);
        Str pattern = catalog_get(catalog, S("min_read"));
        Words *words = words_open(catalog);
        Str form = str_format(&arena, " %s {", cases[i].form);
        ptrdiff_t at = str_find(pattern, form, 0);
        Buf expected = buf_open(&arena, 1000);
        Str out;

        check_row(cases[i].language);
        assert_true(at > 0);
        form = str_skip(pattern, (size_t)at + form.len);
        form = str_cut(&form, '}');
        for (size_t k = 0; k < form.len; k++) {
            if (form.ptr[k] != '#')
                buf_putc(&expected, form.ptr[k]);
            else if (cases[i].n == 1000) /* Russian groups digits */
                buf_puts(&expected, S("1\xC2\xA0"
                                      "000"));
            else
                buf_int(&expected, cases[i].n);
        }
        for (int again = 0; again < 2; again++) {
            assert_int_equal(
                words_number(words, &arena, S("min_read"), cases[i].n, &out),
                ERR_OK);
            assert_str(out, buf_str(&expected));
        }
        words_close(words);
        arena_close(&arena);
    }
}

/* A catalog whose one entry answers with the name of the plural's form. */
static Words *form_words(Arena *arena, const char *language, Str forms)
{
    Buf bytes = buf_open(arena, 4000);
    const Catalog *catalog;

    buf_puts(&bytes, S(HEADER "\nmsgctxt \"n\"\nmsgid \"x\"\n"
                              "msgstr \"{0, plural,"));
    while (forms.len) {
        Str form = str_cut(&forms, ' ');

        buf_printf(&bytes, " %.*s {%.*s}", STR_ARG(form), STR_ARG(form));
    }
    buf_puts(&bytes, S("}\"\n"));
    assert_int_equal(catalog_load(arena, str_from(language), "a.po",
                                  buf_str(&bytes), NULL, &catalog, NULL),
                     ERR_OK);
    return words_open(catalog);
}

static void plurals_are_those_of_cldr(void **unused)
{
    const char *shared = getenv("SHARED");
    Arena arena = arena_open();
    char *path = file_join(&arena, shared ? shared : "../shared",
                           "data/text/icu-intl-fixtures/plurals.json");
    Words *words = NULL;
    char language[16] = "";
    cJSON *rows;
    cJSON *row;
    Str text;
    int count = 0;

    (void)unused;
    if (!file_exists(path)) {
        print_message("%s is not here: skipped\n", path);
        skip();
    }
    assert_int_equal(file_read(&arena, path, 1 << 22, &text, NULL), ERR_OK);
    rows = cJSON_ParseWithLength(text.ptr, text.len);
    assert_non_null(rows);
    cJSON_ArrayForEach(row, rows)
    {
        const char *tag = cJSON_GetArrayItem(row, 0)->valuestring;
        const char *kind = cJSON_GetArrayItem(row, 1)->valuestring;
        const char *form = cJSON_GetArrayItem(row, 3)->valuestring;
        int64_t n;
        Str out;

        if (strcmp(kind, "cardinal")) continue; /* no ordinals are worded */
        if (!str_int(str_from(cJSON_GetArrayItem(row, 2)->valuestring), &n))
            continue; /* nor fractions */
        if (strcmp(language, tag)) {
            words_close(words);
            snprintf(language, sizeof language, "%s", tag);
            words = form_words(&arena, tag, S("zero one two few many other"));
        }
        assert_int_equal(words_number(words, &arena, S("n"), n, &out), ERR_OK);
        if (!str_eq(out, str_from(form)))
            fail_msg("%s %lld: %.*s is not %s", tag, (long long)n, STR_ARG(out),
                     form);
        count++;
    }
    print_message("%d numbers\n", count);
    assert_true(count > 1000);
    words_close(words);
    cJSON_Delete(rows);
    arena_close(&arena);
}

static void days_are_worded(void **unused)
{
    static const struct {
        const char *why;
        const char *language;
        Civil day;
        Err err;
        Str text;
    } cases[] = {
        {"English has the day first",
         "en",
         {2021, 4, 14, 0, 0, 0},
         ERR_OK,
         S_INIT("14 April 2021")},
        {"Ukrainian",
         "uk",
         {2021, 4, 14, 23, 59, 59},
         ERR_OK,
         S_INIT("14 квітня 2021\xE2\x80\xAFр.")},
        {"Russian",
         "ru",
         {2021, 4, 14, 0, 0, 0},
         ERR_OK,
         S_INIT("14 апреля 2021\xE2\x80\xAFг.")},
        {"Arabic, Latin digits",
         "ar",
         {2021, 4, 14, 0, 0, 0},
         ERR_OK,
         S_INIT("14 أبريل 2021")},
        {"a leap day",
         "en",
         {2024, 2, 29, 0, 0, 0},
         ERR_OK,
         S_INIT("29 February 2024")},
        {"the day that was not",
         "en",
         {2023, 2, 29, 0, 0, 0},
         ERR_INVALID,
         S_INIT("")},
        {"before 1970",
         "en",
         {1945, 5, 8, 0, 0, 0},
         ERR_OK,
         S_INIT("8 May 1945")},
    };
    Arena arena = arena_open();

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        Words *words = words_open(site_words(&arena, cases[i].language));
        Str out = {0};

        check_row(cases[i].why);
        assert_int_equal(words_day(words, &arena, cases[i].day, &out),
                         cases[i].err);
        assert_str(out, cases[i].text);
        words_close(words);
    }
    arena_close(&arena);
}

static void a_zone_is_called_after_its_city(void **unused)
{
    static const struct {
        const char *language;
        Str zone, city;
    } cases[] = {
        {"en", S_INIT("Europe/Kyiv"), S_INIT("Kyiv")},
        {"uk", S_INIT("Europe/Kyiv"), S_INIT("Київ")},
        {"ru", S_INIT("Europe/Kyiv"), S_INIT("Киев")},
        {"en", S_INIT("America/Argentina/Buenos_Aires"),
         S_INIT("Buenos Aires")},
        {"uk", S_INIT("Etc/UTC"), S_INIT("UTC")},
        {"uk", S_INIT("UTC"), S_INIT("UTC")},
    };
    Arena arena = arena_open();

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        Words *words = words_open(site_words(&arena, cases[i].language));

        check_row(cases[i].zone.ptr);
        assert_str(words_city(words, &arena, cases[i].zone), cases[i].city);
        words_close(words);
    }
    arena_close(&arena);
}

static void the_stamp_is_the_same_in_every_language(void **unused)
{
    Arena arena = arena_open();
    Civil c = {2021, 4, 4, 6, 5, 59};

    (void)unused;
    assert_str(words_stamp(&arena, c), S("06:05 04.04.2021"));
    assert_str(words_clock(&arena, c), S("06:05"));
    arena_close(&arena);
}

static void texts_are_put_around_arguments(void **unused)
{
    Arena arena = arena_open();
    const Catalog *catalog = site_words(&arena, "en");

    (void)unused;
    assert_str(words_text(catalog, &arena, S("source"), S("<AFP>")),
               S("Source: <AFP>"));
    arena_close(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reading_times_have_the_language_s_plural),
        cmocka_unit_test(plurals_are_those_of_cldr),
        cmocka_unit_test(days_are_worded),
        cmocka_unit_test(a_zone_is_called_after_its_city),
        cmocka_unit_test(the_stamp_is_the_same_in_every_language),
        cmocka_unit_test(texts_are_put_around_arguments),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
