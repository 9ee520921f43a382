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

static Err read_page(Bench *bench, const char *text)
{
    bench->out = (ReadOut){0};
    return capture_read(&bench->arena, str_from(text), &bench->ctx, &bench->out,
                        &bench->fault);
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
    assert_int_equal(capture_read(&bench->arena, text, &bench->ctx, &bench->out,
                                  &bench->fault),
                     ERR_OK);
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
    assert_true(capture_is(S("Facts\n\n16:15 14.04.2021\n")));
}

static void the_seed_page_is_read_whole(void **state)
{
    Bench *bench = *state;
    size_t timed = 0;
    Str bytes;

    if (!shared_file(bench, "seed/page.txt", &bytes)) return;
    assert_int_equal(capture_read(&bench->arena, bytes, &bench->ctx,
                                  &bench->out, &bench->fault),
                     ERR_OK);
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
        TEST(the_seed_page_is_read_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
