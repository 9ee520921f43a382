/* capture_test.c -- what is found on a captured page, and what is not text. */
#include "format/capture.h"

#include "read_cases.h"

static const char page[] = "Facts\n\n"
                           "16:15 14.04.2021\n\n"
                           "Harbour reopens after the storm\n\n"
                           "2 min read\n"
                           "Harbour reopens after the storm\n\n"
                           "The harbour has opened again,\nthe port said.\n\n"
                           "AD\nDrink more tea\n\n"
                           "Loading...\n\n"
                           "Ships had waited for \"two days\".\n\n"
                           "Tags: #sea #port city\n"
                           "Завантаження...\n\n"
                           "MORE ABOUT\n\n"
                           "09:22 13.04.2021\n"
                           "Storm closes harbour\n\nStorm closes harbour\n\n"
                           "AD\n\nHOT NEWS\n\n"
                           "Bread grows dearer\n\n"
                           "Cheese is gone\n\n"
                           "Storm closes harbour\n\n"
                           "LATEST\n\n"
                           "15:00 Tea is short\n\n"
                           "Bread grows dearer\n\n"
                           "Harbour reopens after the storm\n\n"
                           "AD\nSome Agency\nAD\nЗавантаження...\nAD";

static Err read_bytes(Bench *bench, Str bytes)
{
    bench->out = (ReadOut){0};
    return capture_read(&bench->arena, bytes, &bench->ctx, &bench->out,
                        &bench->fault);
}

static Err read_page(Bench *bench, const char *text)
{
    return read_bytes(bench, str_from(text));
}

static void a_page_gives_its_story_and_those_of_its_lists(void **state)
{
    Bench *bench = *state;
    const Item *item;

    assert_int_equal(read_page(bench, page), ERR_OK);
    assert_int_equal(bench->out.count, 5);
    assert_int_equal(bench->out.bad, 0);

    item = item_at(bench, 0);
    assert_str(item->headline, S("Harbour reopens after the storm"));
    assert_str(item->section, S("facts"));
    assert_str(item->section_name, S("Facts"));
    assert_int_equal(item->at, at("2021-04-14T13:15:00Z"));
    assert_true(item->timed);
    assert_int_equal(item->version, 4);
    assert_str(item->body.markup,
               S("<p>The harbour has opened again, the port said.</p>"
                 "<p>Ships had waited for \"two days\".</p>"));
    assert_int_equal(item->tags.count, 2);
    assert_str(item->tags.items[1].name, S("port city"));

    item = item_at(bench, 1);
    assert_str(item->headline, S("Storm closes harbour"));
    assert_int_equal(item->at, at("2021-04-13T06:22:00Z"));
    assert_int_equal(item->version, 2);
    assert_int_equal(item->body.markup.len, 0);
}

static void untimed_stories_sort_behind_the_page_latest_first(void **state)
{
    static const struct {
        const char *headline;
        Time before; /* the page's moment, microseconds */
    } rows[] = {
        {"Bread grows dearer", 2}, /* second of LATEST, though HOT too */
        {"Cheese is gone", 3},
        {"Tea is short", 1},
    };
    Bench *bench = *state;
    Time moment = at("2021-04-14T13:15:00Z");

    assert_int_equal(read_page(bench, page), ERR_OK);
    for (size_t i = 0; i < COUNT(rows); i++) {
        const Item *item = item_at(bench, i + 2);

        check_row(rows[i].headline);
        assert_str(item->headline, str_from(rows[i].headline));
        assert_false(item->timed);
        assert_int_equal(item->version, 1);
        assert_int_equal(item->at, moment - rows[i].before);
        assert_int_equal(item->tags.count, 0);
    }
}

static void stories_of_more_about_have_the_tags_they_were_chosen_by(
    void **state)
{
    Bench *bench = *state;
    const Item *item;

    assert_int_equal(read_page(bench, page), ERR_OK);
    item = item_at(bench, 1);
    assert_str(item->headline, S("Storm closes harbour"));
    assert_int_equal(item->tags.count, 2);
    assert_str(item->tags.items[0].name, S("sea"));
}

static const struct {
    const char *why, *text, *language;
} languages[] = {
    {"headings in Ukrainian",
     "Факти\n\n10:00 14.04.2021\n\nГавань відкрили\n\n1 хв "
     "читання\n\nТекст.\n\n"
     "Теги: #море\n\nГАРЯЧІ НОВИНИ\n\nХліб\n\nОСТАННІ НОВИНИ\n\nЧай\n",
     "uk"},
    {"headings in Russian",
     "Факты\n\n10:00 14.04.2021\n\nГавань открыта\n\nТекст.\n\nТеги: #море\n\n"
     "ЕЩЁ ПО ТЕМЕ\n\n09:00 13.04.2021\nХлеб\n\nПОСЛЕДНИЕ НОВОСТИ\n\nЧай\n",
     "ru"},
    {"English page whose script speaks Russian",
     "Facts\n\n10:00 14.04.2021\n\nHarbour\n\nText.\n\nTags: #sea\n"
     "Загрузка...\n\nHOT NEWS\n\nBread\n\nLATEST\n\nTea\n\nЗагрузка...\n",
     "en"},
    {"no word of an interface: the site's", "10:00 14.04.2021\nBread\nTea\n",
     "en"},
};

static void a_page_is_in_the_language_of_its_interface(void **state)
{
    Bench *bench = *state;

    for (size_t i = 0; i < COUNT(languages); i++) {
        check_row(languages[i].why);
        assert_int_equal(read_page(bench, languages[i].text), ERR_OK);
        assert_str(item_at(bench, 0)->language,
                   str_from(languages[i].language));
    }
}

static void a_headline_is_one_story_on_every_page(void **state)
{
    Bench *bench = *state;
    Str bare;
    Str timed;

    assert_int_equal(read_page(bench, "LATEST\n\nBread’s price\n"), ERR_OK);
    bare = item_at(bench, 0)->uri;
    assert_int_equal(item_at(bench, 0)->version, 1);
    assert_int_equal(item_at(bench, 0)->at, TIME_NONE);
    assert_int_equal(
        read_page(bench, "MORE ABOUT\n\n10:00 14.04.2021\nBread's Price\n"),
        ERR_OK);
    timed = item_at(bench, 0)->uri;
    assert_int_equal(item_at(bench, 0)->version, 2);
    assert_str(bare, timed);
    assert_int_equal(
        read_page(bench, "10:00 14.04.2021\nBread's price\n\nDearer.\n"),
        ERR_OK);
    assert_str(item_at(bench, 0)->uri, bare);
    assert_int_equal(item_at(bench, 0)->version, 4);
}

static void a_headline_over_the_limit_spoils_only_itself(void **state)
{
    Bench *bench = *state;
    Buf buf = buf_open(&bench->arena, 4096);
    Str text;

    buf_puts(&buf, S("LATEST\n\n"));
    for (int i = 0; i < 301; i++)
        buf_putc(&buf, 'a');
    buf_puts(&buf, S("\n\nBread\n"));
    assert_int_equal(buf_end(&buf, &text), ERR_OK);
    assert_int_equal(read_bytes(bench, text), ERR_OK);
    assert_int_equal(bench->out.count, 2);
    assert_int_equal(bench->out.bad, 1);
    assert_int_equal(bench->out.records[0].fault->err, ERR_TOO_BIG);
    assert_int_equal(bench->out.records[0].fault->line, 3);
    assert_str(item_at(bench, 1)->headline, S("Bread"));
}

static void text_that_is_no_page_is_refused(void **state)
{
    Bench *bench = *state;

    assert_int_equal(read_page(bench, "Some words.\n\nOthers.\n"), ERR_INVALID);
    assert_int_equal(read_page(bench, ""), ERR_INVALID);
    assert_false(capture_is(S("Some words.\nmore about it\n")));
    assert_false(capture_is(S("Log\n\n16:15 14.04.2021\n")));
    assert_true(capture_is(S("16:15 14.04.2021\nBread\n\nTags: #food\n")));
    assert_true(capture_is(S("HOT NEWS\n\nBread\n\nLATEST\n\nTea\n")));
    assert_true(capture_is(S("16:15 14.04.2021\nBread\n\n"
                             "It has grown dearer again today.\n")));
    assert_true(capture_is(S("16:15 14.04.2021\n港口\n\n"
                             "港口在两天风暴之后再次开放。\n")));
}

#define TOLD      "The port of Odesa has opened again, it said."
#define MORE_TOLD "Ships had waited there for two whole days."
#define BOTH      "<p>" TOLD "</p><p>" MORE_TOLD "</p>"

/* Pages of one story, "Harbour reopens", in the order of their faults. */
static const struct {
    const char *why, *text;
    size_t stories;
    const char *body; /* NULL: of no interest */
    size_t tags;
    const char *section;
} pages[] = {
    {"a menu has the words of a heading",
     "Home\nLatest news\nFacts\n\n16:15 14.04.2021\n\nHarbour reopens\n\n" TOLD
     "\n\n" MORE_TOLD "\n\nTags: #sea\n\nLATEST\n\nTea\n",
     2, BOTH, 1, "facts"},
    {"the menu's last word is a heading",
     "Facts\nLatest news\n16:15 14.04.2021\nHarbour reopens\n\n" TOLD
     "\n\n" MORE_TOLD "\n",
     1, BOTH, 0, NULL},
    {"key points in the text",
     "16:15 14.04.2021\n\nГавань відкрили\n\n" TOLD
     "\n\nГоловне:\n\nПерше\n\n" MORE_TOLD "\n\nТеги: #море #порт\n",
     1, "<p>" TOLD "</p><p>Головне:</p><p>Перше</p><p>" MORE_TOLD "</p>", 2,
     NULL},
    {"headlines of others in the text",
     "16:15 14.04.2021\n\nHarbour reopens\n\n" TOLD
     "\n\nЧитайте також\n\nХліб дорожчає\n\n" MORE_TOLD "\n\nTags: #sea\n",
     1, BOTH, 1, NULL},
    {"headlines of others in the text, no tags",
     "16:15 14.04.2021\n\nHarbour reopens\n\n" TOLD
     "\n\nRelated\nBread grows dearer\n\n" MORE_TOLD "\n",
     1, BOTH, 0, NULL},
    {"a headline of another on the line of its label",
     "16:15 14.04.2021\n\nHarbour reopens\n\n" TOLD
     "\n\nПо теме: Хлеб дорожает\n\n" MORE_TOLD "\n\nTags: #sea\n",
     1, BOTH, 1, NULL},
    {"a story of another with its time in the text",
     "16:15 14.04.2021\n\nHarbour reopens\n\n" TOLD
     "\n\nRead also\n\n10:00 13.04.2021\nBread\n\n" MORE_TOLD
     "\n\nTags: #sea\n",
     2, BOTH, 1, NULL},
    {"a time in the text",
     "16:15 14.04.2021\n\nHarbour reopens\n\n" TOLD
     "\n\n17:00 14.04.2021\n\n" MORE_TOLD "\n\nTags: #sea\n",
     1, "<p>" TOLD "</p><p>17:00 14.04.2021</p><p>" MORE_TOLD "</p>", 1, NULL},
    {"a foot below the newest",
     "16:15 14.04.2021\n\nHarbour reopens\n\n" TOLD "\n\n" MORE_TOLD
     "\n\nTags: #sea\n\nLATEST\n\nTea\n\nКонтакти\nРедакція\n"
     "© 2021 Агенція\nAll rights are reserved by the agency.\n",
     2, BOTH, 1, NULL},
    {"when it was altered, below the time",
     "16:15 14.04.2021\nОновлено 17:20 14.04.2021\nHarbour reopens\n\n" TOLD
     "\n\n" MORE_TOLD "\n",
     1, BOTH, 0, NULL},
    {"when it was altered, on the same line",
     "Published: 14 April 2021, 16:15 (updated 17:20)\nHarbour reopens\n\n" TOLD
     "\n\n" MORE_TOLD "\n",
     1, BOTH, 0, NULL},
    {"a word before the time",
     "Facts\n\nОпубліковано: 14 квітня 2021, 16:15\n\nHarbour reopens\n\n" TOLD
     "\n\n" MORE_TOLD "\n",
     1, BOTH, 0, "facts"},
    {"the headline above the time and again below it",
     "Facts\n\nHarbour reopens\n\n16:15 14.04.2021\n\nHarbour reopens\n\n" TOLD
     "\n\n" MORE_TOLD "\n",
     1, BOTH, 0, "facts"},
    {"the reading time as short as can be",
     "16:15 14.04.2021\n\nHarbour reopens\n\n2 хв\n\n" TOLD
     "\n\n2 мин\n\n" MORE_TOLD "\n",
     1, BOTH, 0, NULL},
    {"tags on lines of their own",
     "16:15 14.04.2021\n\nHarbour reopens\n\n" TOLD "\n\n" MORE_TOLD
     "\n\nТеги:\n#море\n#порт\n\nПідписка\n",
     1, BOTH, 2, NULL},
    {"tags without marks on lines of their own",
     "16:15 14.04.2021\n\nHarbour reopens\n\n" TOLD "\n\n" MORE_TOLD
     "\n\nTags\n\nsea\nport city\n\nSubscribe\n",
     1, BOTH, 2, NULL},
    {"a line of the text that begins like tags",
     "16:15 14.04.2021\n\nHarbour reopens\n\nKeywords: sea, port\n\n" TOLD
     "\n\nTags: #sea\n",
     1, "<p>Keywords: sea, port</p><p>" TOLD "</p>", 1, NULL},
    {"a sentence that begins like the time of a change",
     "16:15 14.04.2021\n\nHarbour reopens\n\n" TOLD
     "\n\nUpdated rules let 5 ships into the port.\n\n"
     "Updated on 14 April 2021 at 17:20.\n\nTags: #sea\n",
     1, "<p>" TOLD "</p><p>Updated rules let 5 ships into the port.</p>", 1,
     NULL},
    {"an AD right above the tags",
     "16:15 14.04.2021\n\nHarbour reopens\n\n" TOLD "\n\n" MORE_TOLD
     "\n\nAD\nDrink more tea\nTags:\n#sea\n#port\n",
     1, BOTH, 2, NULL},
    {"no empty lines",
     "Facts\n16:15 14.04.2021\nHarbour reopens\n" TOLD "\n" MORE_TOLD
     "\nTags: #sea\n",
     1, BOTH, 1, "facts"},
    {"an AD, and no empty lines",
     "Facts\n16:15 14.04.2021\nHarbour reopens\n" TOLD
     "\nAD\nDrink more tea\n" MORE_TOLD "\nTags: #sea\n",
     1, BOTH, 1, "facts"},
};

static void a_story_is_found_on_pages_as_they_are(void **state)
{
    Bench *bench = *state;

    for (size_t i = 0; i < COUNT(pages); i++) {
        const Item *item;

        check_row(pages[i].why);
        assert_int_equal(read_page(bench, pages[i].text), ERR_OK);
        item = item_at(bench, 0);
        assert_int_equal(bench->out.count, pages[i].stories);
        assert_int_equal(bench->out.bad, 0);
        assert_true(str_eq(item->headline, S("Harbour reopens")) ||
                    str_eq(item->headline, S("Гавань відкрили")));
        assert_int_equal(item->at, at("2021-04-14T13:15:00Z"));
        if (pages[i].body)
            assert_str(item->body.markup, str_from(pages[i].body));
        assert_int_equal(item->tags.count, pages[i].tags);
        if (pages[i].section)
            assert_str(item->section, str_from(pages[i].section));
    }
}

static void a_headline_may_stand_above_the_time(void **state)
{
    Bench *bench = *state;

    assert_int_equal(
        read_page(bench, "Facts\n\nHarbour reopens after the storm\n\n"
                         "14 April 2021 16:15\n\n" TOLD "\n\n" MORE_TOLD "\n"),
        ERR_OK);
    assert_str(item_at(bench, 0)->headline,
               S("Harbour reopens after the storm"));
    assert_str(item_at(bench, 0)->section, S("facts"));
    assert_str(item_at(bench, 0)->body.markup, S(BOTH));
}

static void a_story_whose_time_is_not_read_is_missed_aloud(void **state)
{
    static const char untimed[] = "Facts\n\nHarbour reopens\n\n"
                                  "Mittwoch der 14te, 16:15\n\n" TOLD
                                  "\n\n" MORE_TOLD "\n\nTags: #sea\n\n";
    Bench *bench = *state;
    char page_of_lists[600];

    assert_int_equal(read_page(bench, untimed), ERR_INVALID);
    assert_true(strstr(bench->fault.text, "der 14te, 16:15"));
    snprintf(page_of_lists, sizeof page_of_lists,
             "%sMORE ABOUT\n\n10:00 13.04.2021\nBread\n\nLATEST\n\nTea\n",
             untimed);
    assert_int_equal(read_page(bench, page_of_lists), ERR_OK);
    assert_int_equal(bench->out.count, 3);
    assert_int_equal(bench->out.bad, 1);
    assert_str(item_at(bench, 1)->headline, S("Bread"));
    assert_str(item_at(bench, 2)->headline, S("Tea"));
}

/* Each time once looked through all that followed it. */
static void times_without_end_are_looked_at_once(void **state)
{
    Bench *bench = *state;
    Buf buf = buf_open(&bench->arena, CAPTURE_MAX);
    Time began = time_monotonic();

    for (int i = 0; i < 90000; i++)
        buf_puts(&buf, S("16:15 14.04.2021\n"));
    assert_int_equal(read_bytes(bench, buf_str(&buf)), ERR_INVALID);
    assert_true(time_monotonic() - began < 8 * TIME_SECOND);
}

static void a_text_over_the_limit_spoils_only_its_story(void **state)
{
    Bench *bench = *state;
    Buf buf = buf_open(&bench->arena, CAPTURE_MAX);

    buf_puts(&buf, S("16:15 14.04.2021\n\nHarbour reopens\n\n"));
    for (size_t i = 0; i <= BODY_MAX / sizeof TOLD; i++)
        buf_puts(&buf, S(TOLD "\n\n"));
    buf_puts(&buf, S("Tags: #sea\n\nLATEST\n\nTea\n"));
    assert_int_equal(read_bytes(bench, buf_str(&buf)), ERR_OK);
    assert_int_equal(bench->out.count, 2);
    assert_int_equal(bench->out.bad, 1);
    assert_int_equal(bench->out.records[0].fault->err, ERR_TOO_BIG);
    assert_str(item_at(bench, 1)->headline, S("Tea"));
}

/* A page of 2005, saved as it was then: windows-1251. */
static const char old_page[] =
    "\xD4\xE0\xEA\xF2\xE8\n"
    "\n"
    "16:15 14.04.2021\n"
    "\n"
    "\xC3\xE0\xE2\xE0\xED\xFC \xE2\xB3\xE4\xEA\xF0\xE8\xEB\xE8\n"
    "\n"
    "\xCE\xE4\xE5\xF1\xFC\xEA\xE8\xE9 \xEF\xEE\xF0\xF2 \xE7\xED\xEE\xE2\xF3 "
    "\xEF\xF0\xE8\xE9\xEC\xE0\xBA \xF1\xF3\xE4\xED\xE0, "
    "\xF1\xEA\xE0\xE7\xE0\xEB\xE8 \xF2\xE0\xEC.\n"
    "\n"
    "\xD2\xE5\xE3\xE8: #\xEC\xEE\xF0\xE5\n";

static void an_old_encoding_is_told_by_its_letters(void **state)
{
    Bench *bench = *state;

    assert_true(capture_is(str_from(old_page)));
    assert_int_equal(read_page(bench, old_page), ERR_OK);
    assert_str(item_at(bench, 0)->headline, S("Гавань відкрили"));
    assert_str(item_at(bench, 0)->language, S("en"));
    assert_int_equal(item_at(bench, 0)->tags.count, 1);
    assert_int_equal(read_page(bench, "16:15 14.04.2021\n\x81 \x8D\n\n\x90"),
                     ERR_UNSUPPORTED);
}

static void the_seed_page_is_read_whole(void **state)
{
    Bench *bench = *state;
    size_t timed = 0;
    Str bytes;

    if (!shared_file(bench, "seed/page.txt", &bytes)) return;
    assert_int_equal(read_bytes(bench, bytes), ERR_OK);
    /* One headline of the fifteen stands in both lists without times. */
    assert_int_equal(bench->out.count, 1 + 10 + 5 + 10 - 1);
    assert_int_equal(bench->out.bad, 0);
    for (size_t i = 0; i < bench->out.count; i++) {
        const Item *item = item_at(bench, i);

        if (item->timed) timed++;
        assert_str(item->language, S("en"));
        assert_int_equal(str_find(item->headline, S("Interfax"), 0), -1);
        assert_int_equal(str_find(item->body.markup, S("агрузка"), 0), -1);
    }
    assert_int_equal(timed, 11);
    assert_int_equal(item_at(bench, 0)->at, at("2021-04-14T13:15:00Z"));
    assert_int_equal(item_at(bench, 0)->tags.count, 2);
    assert_int_equal(item_at(bench, 10)->at, at("2021-04-12T10:58:00Z"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_page_gives_its_story_and_those_of_its_lists),
        TEST(untimed_stories_sort_behind_the_page_latest_first),
        TEST(stories_of_more_about_have_the_tags_they_were_chosen_by),
        TEST(a_page_is_in_the_language_of_its_interface),
        TEST(a_headline_is_one_story_on_every_page),
        TEST(a_headline_over_the_limit_spoils_only_itself),
        TEST(text_that_is_no_page_is_refused),
        TEST(a_story_is_found_on_pages_as_they_are),
        TEST(a_headline_may_stand_above_the_time),
        TEST(a_story_whose_time_is_not_read_is_missed_aloud),
        TEST(times_without_end_are_looked_at_once),
        TEST(a_text_over_the_limit_spoils_only_its_story),
        TEST(an_old_encoding_is_told_by_its_letters),
        TEST(the_seed_page_is_read_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
