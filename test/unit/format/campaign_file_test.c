/* campaign_file_test.c -- a campaign in a file. */
#include "format/campaign_file.h"

#include "read_cases.h"

static Err read_text(Bench *bench, const char *text, Campaign *out,
                     CreativeList *creatives)
{
    bench->fault = fault_none();
    return campaign_file_read(&bench->arena, str_from(text), &bench->ctx, out,
                              creatives, &bench->fault);
}

static void every_field_is_taken(void **state)
{
    Bench *bench = *state;
    Campaign campaign;
    CreativeList creatives;

    assert_int_equal(
        read_text(bench,
                  "---\nname: Harbour festival\npicture: [wide.jpg, tall.png]\n"
                  "picture_alt: The harbour by night\n"
                  "link: HTTPS://Festival.example\nfrom: 2026-12-01\n"
                  "to: 2026-12-24T20:00:00+02:00\nweight: 3\ncap: 100000\n"
                  "cap_a_day: 5000\nlanguages: en, uk\nsections: [world]\n"
                  "tags: [sea, coast]\nslots: story-1\nhouse: yes\n---\n"
                  "<script>document.title</script>\n",
                  &campaign, &creatives),
        ERR_OK);
    assert_str(campaign.name, S("Harbour festival"));
    assert_str(campaign.alt, S("The harbour by night"));
    assert_str(campaign.link, S("https://festival.example/"));
    assert_int_equal(campaign.from, at("2026-12-01T10:00:00Z"));
    assert_int_equal(campaign.to, at("2026-12-24T18:00:00Z"));
    assert_int_equal(campaign.weight, 3);
    assert_int_equal(campaign.cap, 100000);
    assert_int_equal(campaign.day_cap, 5000);
    assert_int_equal(campaign.languages.count, 2);
    assert_str(campaign.languages.items[1], S("uk"));
    assert_str(campaign.sections.items[0], S("world"));
    assert_str(campaign.tags.items[1], S("coast"));
    assert_str(campaign.slots.items[0], S("story-1"));
    assert_true(campaign.house);
    assert_int_equal(creatives.count, 3);
    assert_str(creatives.items[1].picture, S("tall.png"));
    assert_str(creatives.items[2].html, S("<script>document.title</script>"));
}

static void what_is_unsaid_is_open(void **state)
{
    Bench *bench = *state;
    Campaign campaign;
    CreativeList creatives;

    assert_int_equal(read_text(bench, "---\nname: N\n---\n<p>Ad</p>\n",
                               &campaign, &creatives),
                     ERR_OK);
    assert_int_equal(campaign.weight, 1);
    assert_int_equal(campaign.cap, 0);
    assert_int_equal(campaign.from, TIME_NONE);
    assert_int_equal(campaign.languages.count, 0);
    assert_false(campaign.house);
    assert_int_equal(campaign.link.len, 0);
}

#define PICTURE "name: N\npicture: a.jpg\npicture_alt: A\n"

static const struct {
    const char *why, *text, *says;
    int64_t line;
} faults[] = {
    {"no name", "---\nweight: 1\n---\nA\n", "name", 0},
    {"nothing to show", "---\nname: N\n---\n", "picture", 0},
    {"no link", "---\n" PICTURE "---\n", "link: expected", 0},
    {"no alternative text",
     "---\nname: N\npicture: a\nlink: http://a.example\n---\n", "picture_alt",
     0},
    {"a script", "---\n" PICTURE "link: \"javascript:alert(1)\"\n---\n",
     "https://", 5},
    {"a mail", "---\n" PICTURE "link: mailto:a@a.example\n---\n", "https://",
     5},
    {"a weight of 0", "---\nname: N\nweight: 0\n---\nA\n", "1 to 1000", 3},
    {"too heavy", "---\nname: N\nweight: 1001\n---\nA\n", "1 to 1000", 3},
    {"less than none", "---\nname: N\ncap: -1\n---\nA\n", "from 1 to", 3},
    {"no number", "---\nname: N\ncap_a_day: many\n---\nA\n", "from 1 to", 3},
    {"no time", "---\nname: N\nfrom: soon\n---\nA\n", "date", 3},
    {"the end first",
     "---\nname: N\nfrom: 2026-12-02\nto: 2026-12-01\n---\nA\n",
     "later than from", 4},
    {"a house that may be", "---\nname: N\nhouse: maybe\n---\nA\n", "yes or no",
     3},
    {"a tag that is none", "---\nname: N\ntags: [Sea]\n---\nA\n", "tags", 3},
    {"a slip of the pen", "---\nname: N\nwieght: 1\n---\nA\n",
     "a campaign has no field", 3},
    {"a map", "---\nname: N\ntags: {a: b}\n---\nA\n", "tags", 0},
    {"bytes that are no text", "---\nname: \xFF\n---\nA\n", "UTF-8", 0},
};

static void bad_files_are_refused_as_listed(void **state)
{
    Bench *bench = *state;

    for (size_t i = 0; i < COUNT(faults); i++) {
        Campaign campaign;
        CreativeList creatives;

        check_row(faults[i].why);
        assert_int_equal(
            read_text(bench, faults[i].text, &campaign, &creatives),
            ERR_INVALID);
        assert_non_null(strstr(bench->fault.text, faults[i].says));
        assert_int_equal(bench->fault.line, faults[i].line);
    }
}

static void too_much_is_refused(void **state)
{
    Bench *bench = *state;
    Buf buf = buf_open(&bench->arena, CREATIVE_HTML * 2);
    Campaign campaign;
    CreativeList creatives;

    buf_puts(&buf, S("---\nname: N\n---\n"));
    for (size_t i = 0; i <= CREATIVE_HTML; i++)
        buf_putc(&buf, 'a');
    assert_int_equal(campaign_file_read(&bench->arena, buf_str(&buf),
                                        &bench->ctx, &campaign, &creatives,
                                        &bench->fault),
                     ERR_TOO_BIG);
    assert_non_null(strstr(bench->fault.text, "at most 131072"));
}

static void as_many_ads_as_stated_are_taken(void **state)
{
    static const struct {
        const char *why, *html;
        size_t pictures;
        Err err;
    } cases[] = {
        {"16 pictures", "", 16, ERR_OK},
        {"17 pictures", "", 17, ERR_TOO_BIG},
        {"15 pictures and HTML", "<p>Ad</p>\n", 15, ERR_OK},
        {"16 pictures and HTML", "<p>Ad</p>\n", 16, ERR_TOO_BIG},
    };
    Bench *bench = *state;

    for (size_t i = 0; i < COUNT(cases); i++) {
        Buf buf = buf_open(&bench->arena, 1000);
        Campaign campaign;
        CreativeList creatives = {0};

        check_row(cases[i].why);
        buf_puts(&buf, S("---\nname: N\npicture_alt: A\n"
                         "link: http://a.example\npicture: [a.jpg"));
        for (size_t k = 1; k < cases[i].pictures; k++)
            buf_puts(&buf, S(", a.jpg"));
        buf_printf(&buf, "]\n---\n%s", cases[i].html);
        bench->fault = fault_none();
        assert_int_equal(campaign_file_read(&bench->arena, buf_str(&buf),
                                            &bench->ctx, &campaign, &creatives,
                                            &bench->fault),
                         cases[i].err);
        assert_int_equal(creatives.count, cases[i].err ? 0 : CREATIVES_MAX);
        if (cases[i].err)
            assert_non_null(
                strstr(bench->fault.text, "a list of 16 at most, HTML"));
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_field_is_taken, bench_open,
                                        bench_close),
        cmocka_unit_test_setup_teardown(what_is_unsaid_is_open, bench_open,
                                        bench_close),
        cmocka_unit_test_setup_teardown(bad_files_are_refused_as_listed,
                                        bench_open, bench_close),
        cmocka_unit_test_setup_teardown(too_much_is_refused, bench_open,
                                        bench_close),
        cmocka_unit_test_setup_teardown(as_many_ads_as_stated_are_taken,
                                        bench_open, bench_close),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
