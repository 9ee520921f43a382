/* test/unit/cli/ads_report_test.c -- a report opened as a table of sums holds
 * nothing that is reckoned. */
#include "../store/newsroom.h"

#include <fcntl.h>

#include "base/file.h"
#include "cli/ads_report.h"
#include "store/adcounts.h"

/* A campaign that was seen once. */
static CampaignKept seen_once(Newsroom *room)
{
    CampaignKept kept = {.campaign = {.name = S("N"), .from = T0, .weight = 1}};
    Creative creative = {.html = S("x")};
    CreativeList list = {&creative, 1};
    AdCount count = {
        .creative = 1, .slot = S("story-1"), .language = S("en"), .seen = 1};
    size_t missing;

    kept.campaign.to = TIME_NONE;
    assert_int_equal(store_begin(room->desk), ERR_OK);
    assert_int_equal(campaigns_put(room->desk, &room->arena, &kept.campaign,
                                   &list, T0, &missing),
                     ERR_OK);
    count.campaign = kept.campaign.number;
    assert_int_equal(ad_count_add(room->desk, 18731, 9, &count), ERR_OK);
    assert_int_equal(store_end(room->desk, ERR_OK), ERR_OK);
    return kept;
}

/* What is printed. */
static Str report(Newsroom *room, const CampaignKept *kept)
{
    char *path = file_join(&room->arena, room->folder, "report.csv");
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    int before;
    Str text;
    Err err;

    fflush(stdout);
    before = dup(STDOUT_FILENO);
    assert_true(file >= 0 && before >= 0);
    dup2(file, STDOUT_FILENO);
    err = ads_report(room->desk, &room->arena, kept, ADS_CSV);
    fflush(stdout);
    dup2(before, STDOUT_FILENO);
    close(before);
    close(file);
    assert_int_equal(err, ERR_OK);
    assert_int_equal(file_read(&room->arena, path, 10000, &text, NULL), ERR_OK);
    return text;
}

static void a_name_is_no_formula(void **state)
{
    static const struct {
        Str name, cell;
    } cases[] = {
        {S_INIT("Sea lines"), S_INIT("\"Sea lines\",")},
        {S_INIT("A = \"B\""), S_INIT("\"A = \"\"B\"\"\",")},
        {S_INIT("=HYPERLINK(\"http://a.example\")"),
         S_INIT("\"'=HYPERLINK(\"\"http://a.example\"\")\",")},
        {S_INIT("+1"), S_INIT("\"'+1\",")},
        {S_INIT("-1"), S_INIT("\"'-1\",")},
        {S_INIT("@SUM(A1)"), S_INIT("\"'@SUM(A1)\",")},
        {S_INIT("\t=1"), S_INIT("\"'\t=1\",")},
        {S_INIT("\r=1"), S_INIT("\"'\r=1\",")},
    };
    Newsroom *room = *state;
    CampaignKept kept = seen_once(room);

    for (size_t i = 0; i < COUNT(cases); i++) {
        Str text, head;

        check_row(cases[i].name.ptr);
        kept.campaign.name = cases[i].name;
        text = report(room, &kept);
        head = str_cut(&text, '\n');
        assert_str(head, S("campaign,day,hour,creative,place,language,seen,"
                           "clicks\r"));
        assert_true(str_starts(text, cases[i].cell));
        assert_str(str_skip(text, cases[i].cell.len),
                   S("2021-04-14,9,1,story-1,en,1,0\r\n"));
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        newsroom_test(a_name_is_no_formula),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
