/* test/unit/web/coding_test.c -- in which coding an answer comes, as its reader
 * asks. */
#include "house.h"

static void codings_are_chosen_and_named(void **state)
{
    static const struct {
        const char *why, *path, *accept, *coding;
    } rows[] = {
        {"none", "/en/", "identity", ""},
        {"gzip", "/en/", "gzip", "gzip"},
        {"zstd before gzip", "/en/", "gzip, zstd", "zstd"},
        {"as browsers ask", "/en/", "gzip, deflate, br, zstd", "zstd"},
        {"not that one", "/en/", "gzip;q=0", ""},
        {"any", "/en/", "*", "zstd"},
        {"a weight that is none", "/en/", "gzip;q=x", ""},
        {"unknown", "/en/", "compress", ""},
        {"brotli for files", "/icon.svg", "br", "br"},
        {"brotli for files only", "/en/", "br", ""},
        {"feeds too", "/en/rss.xml", "gzip", "gzip"},
        {"notices too", "/en/none/", "gzip", "gzip"},
    };
    House *house = *state;

    fill(house);
    for (size_t i = 0; i < COUNT(rows); i++) {
        Got got = ask_with(house, rows[i].path, "Accept-Encoding",
                           str_from(rows[i].accept));

        check_row(rows[i].why);
        assert_str(header(&got, "Content-Encoding"), str_from(rows[i].coding));
        assert_true(says(header(&got, "Vary"), "Accept-Encoding"));
        check_head(&got);
    }
}

/* A list may come in several lines (RFC 9110, 5.3). */
static void lines_of_one_name_are_one_list(void **state)
{
    House *house = *state;
    Got got;
    Str tag;

    fill(house);
    got = ask(house, "GET /en/" V "\r\nAccept-Encoding: br\r\n"
                     "Accept: */*\r\nAccept-Encoding: gzip;q=0, zstd");
    assert_str(header(&got, "Content-Encoding"), S("zstd"));
    got = ask(house, "GET /icon.svg" V "\r\nAccept-Encoding: gzip\r\n"
                     "accept-encoding: br");
    assert_str(header(&got, "Content-Encoding"), S("br"));
    got = ask(house, "GET /" V "\r\nAccept-Language: de\r\n"
                     "Accept-Language: uk");
    assert_str(header(&got, "Location"), S("/uk/"));
    got = ask(house, "GET /en/" V);
    tag = header(&got, "ETag");
    got = ask_with(house, "/en/", "If-None-Match: \"x\"\r\nIf-None-Match", tag);
    assert_int_equal(got.status, 304);
}

/* An entity tag of one coding is none of another. */
static void each_coding_has_its_own_tag(void **state)
{
    static const char *const codings[] = {"identity", "gzip", "zstd"};
    House *house = *state;
    Str tags[COUNT(codings)];

    fill(house);
    for (size_t i = 0; i < COUNT(codings); i++) {
        Got got =
            ask_with(house, "/en/", "Accept-Encoding", str_from(codings[i]));

        tags[i] = header(&got, "ETag");
        for (size_t k = 0; k < i; k++)
            assert_false(str_eq(tags[i], tags[k]));
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        site_test(codings_are_chosen_and_named),
        site_test(lines_of_one_name_are_one_list),
        site_test(each_coding_has_its_own_tag),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
