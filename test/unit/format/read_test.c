/* read_test.c -- times, lines, tags and identities as all readers take them. */
#include "read_cases.h"

static const struct {
    const char *why, *text, *utc; /* utc NULL: refused */
} times[] = {
    {"RFC 3339", "2021-04-14T16:15:00+03:00", "2021-04-14T13:15:00Z"},
    {"no zone: the site's", "2021-04-14T16:15:00", "2021-04-14T13:15:00Z"},
    {"no zone in winter", "2021-01-14 16:15", "2021-01-14T14:15:00Z"},
    {"RSS", "Wed, 14 Apr 2021 13:15:00 GMT", "2021-04-14T13:15:00Z"},
    {"RSS with an offset", "14 Apr 2021 16:15 +0300", "2021-04-14T13:15:00Z"},
    {"a day alone is its noon", "2021-04-14", "2021-04-14T09:00:00Z"},
    {"a month alone", "2021-04", "2021-04-01T09:00:00Z"},
    {"digits alone", "20210414", "2021-04-14T09:00:00Z"},
    {"RSS without a zone: the site's", "Wed, 14 Apr 2021 16:15:00",
     "2021-04-14T13:15:00Z"},
    {"a C program's, without a zone", "Wed Apr 14 16:15:00 2021",
     "2021-04-14T13:15:00Z"},
    {"seconds since 1970", "1618406100", "2021-04-14T13:15:00Z"},
    {"milliseconds since 1970", "1618406100000", "2021-04-14T13:15:00Z"},
    {"as pages have it", "14.04.2021 16:15", "2021-04-14T13:15:00Z"},
    {"as pages have it, no clock", "14.04.2021", "2021-04-14T09:00:00Z"},
    {"in words", "14 квітня 2021, 16:15", "2021-04-14T13:15:00Z"},
    {"space around", "  2021-04-14T13:15:00Z\n", "2021-04-14T13:15:00Z"},
    {"no such day", "2021-02-30T00:00:00Z", NULL},
    {"no such month", "20211314", NULL},
    {"words", "yesterday", NULL},
    {"nothing", "", NULL},
};

static void times_are_read_as_listed(void **state)
{
    Bench *bench = *state;

    for (size_t i = 0; i < COUNT(times); i++) {
        Time t = 7;
        Err err = read_time(&bench->ctx, str_from(times[i].text), &t);

        check_row(times[i].why);
        assert_int_equal(err, times[i].utc ? ERR_OK : ERR_INVALID);
        assert_int_equal(t, times[i].utc ? at(times[i].utc) : 7);
    }
}

static void times_that_stand_for_none_are_none(void **state)
{
    static const char *const nones[] = {"0001-01-01T00:00:00Z",
                                        "0001-01-01T00:00:00",
                                        "1970-01-01T00:00:00Z",
                                        "1970-01-01 00:00:00",
                                        "Thu, 01 Jan 1970 00:00:00 GMT",
                                        "0000-00-00 00:00:00",
                                        "0"};
    Bench *bench = *state;
    Time t = 7;

    for (size_t i = 0; i < COUNT(nones); i++) {
        check_row(nones[i]);
        assert_int_equal(read_time(&bench->ctx, str_from(nones[i]), &t),
                         ERR_NOT_FOUND);
    }
    assert_int_equal(t, 7);
    assert_int_equal(read_time(&bench->ctx, S("1970-01-01"), &t), ERR_OK);
}

static void ukrainian_is_known_by_its_country_too(void **state)
{
    static const struct {
        const char *tag, *language;
    } rows[] = {{"ua", "uk"},       {"UA", "uk"},         {"ua_UA", "uk-UA"},
                {"ua-UA", "uk-UA"}, {"uk", "uk"},         {"uae", "uae"},
                {"", "en"},         {"no language", "en"}};
    Bench *bench = *state;

    for (size_t i = 0; i < COUNT(rows); i++) {
        check_row(rows[i].tag);
        assert_str(
            read_language(&bench->arena, &bench->ctx, str_from(rows[i].tag)),
            str_from(rows[i].language));
    }
}

static void a_tag_has_the_slug_given_or_made(void **state)
{
    Bench *bench = *state;
    Item item = item_none();

    item.language = S("uk");
    read_tag(&item, &bench->arena, (Str){0}, S("#nato"));
    read_tag(&item, &bench->arena, S("kyiv-city"), S("місто Київ"));
    read_tag(&item, &bench->arena, S("Not a slug"), S("Київ"));
    read_tag(&item, &bench->arena, (Str){0}, S("  "));
    read_tag(&item, &bench->arena, (Str){0}, S("!?"));
    read_tag(&item, &bench->arena, (Str){0}, S("NATO"));
    assert_int_equal(item.tags.count, 3);
    assert_str(item.tags.items[0].name, S("nato"));
    assert_str(item.tags.items[1].slug, S("kyiv-city"));
    assert_str(item.tags.items[2].slug, S("kyiv"));
}

static void tags_that_differ_by_a_mark_are_two(void **state)
{
    Bench *bench = *state;
    Item item = item_none();

    read_tag(&item, &bench->arena, (Str){0}, S("C#"));
    read_tag(&item, &bench->arena, (Str){0}, S("C++"));
    read_tag(&item, &bench->arena, (Str){0}, S("C"));
    assert_int_equal(item.tags.count, 3);
    assert_str(item.tags.items[0].slug, S("c-sharp"));
    assert_str(item.tags.items[1].slug, S("c-plus-plus"));
    assert_str(item.tags.items[2].slug, S("c"));
}

static void a_section_takes_no_address_of_the_site(void **state)
{
    static const struct {
        const char *slug, *name, *section;
        Err err;
    } rows[] = {{"", "Media", "media-news", ERR_OK},
                {"", "Latest", "latest-news", ERR_OK},
                {"", "2021", "2021-news", ERR_OK},
                {"", "Covid 19", "covid-19", ERR_OK},
                {"search", "Search", "search", ERR_INVALID},
                {"2021", "", "2021", ERR_INVALID},
                {"sport", "", "sport", ERR_OK}};
    Bench *bench = *state;

    for (size_t i = 0; i < COUNT(rows); i++) {
        Item item = item_none();

        check_row(rows[i].section);
        item.headline = S("T");
        read_section(&item, &bench->arena, str_from(rows[i].slug),
                     str_from(rows[i].name));
        assert_str(item.section, str_from(rows[i].section));
        assert_int_equal(item_check(&item, NULL), rows[i].err);
    }
}

static void tags_are_counted_no_further_than_one_too_many(void **state)
{
    Bench *bench = *state;
    Item item = item_none();

    for (int i = 0; i < 1000; i++)
        read_tag(&item, &bench->arena, (Str){0},
                 str_format(&bench->arena, "tag %d", i));
    assert_int_equal(item.tags.count, TAGS_MAX + 1);
    item.headline = S("T");
    assert_int_equal(item_check(&item, NULL), ERR_TOO_BIG);
}

static void a_long_line_is_cut_at_a_word(void **state)
{
    Bench *bench = *state;

    assert_str(read_line_cut(&bench->arena, S("one  two\nthree"), 13),
               S("one two three"));
    assert_str(read_line_cut(&bench->arena, S("one two three"), 10),
               S("one two…"));
    assert_str(read_line_cut(&bench->arena, S("абвгдежзик"), 4), S("абв…"));
}

static void identities_differ_where_texts_do(void **state)
{
    Bench *bench = *state;
    Str joined[] = {S("ab"), S("c")};
    Str parted[] = {S("a"), S("bc")};
    Str one = read_identity(&bench->arena, "x:", joined, 2);

    assert_int_equal(one.len, 66);
    assert_false(str_eq(one, read_identity(&bench->arena, "x:", parted, 2)));
    assert_str(one, read_identity(&bench->arena, "x:", joined, 2));
}

static void only_web_addresses_are_addresses(void **state)
{
    Bench *bench = *state;

    assert_str(read_address(&bench->arena, S(" HTTPS://Example.org/a ")),
               S("https://example.org/a"));
    assert_int_equal(read_address(&bench->arena, S("javascript:1")).len, 0);
    assert_int_equal(read_address(&bench->arena, S("httpx://a/")).len, 0);
    assert_int_equal(read_address(&bench->arena, S("urn:a:b")).len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(times_are_read_as_listed),
        TEST(times_that_stand_for_none_are_none),
        TEST(ukrainian_is_known_by_its_country_too),
        TEST(a_tag_has_the_slug_given_or_made),
        TEST(tags_that_differ_by_a_mark_are_two),
        TEST(a_section_takes_no_address_of_the_site),
        TEST(tags_are_counted_no_further_than_one_too_many),
        TEST(a_long_line_is_cut_at_a_word),
        TEST(identities_differ_where_texts_do),
        TEST(only_web_addresses_are_addresses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
