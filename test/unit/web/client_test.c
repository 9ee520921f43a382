/* test/unit/web/client_test.c -- whose request it is, also behind proxies. */
#include "check.h"

#include <stdlib.h>

#include "web/client.h"

typedef struct Case {
    const char *peer;
    const char *lines; /* of X-Forwarded-For, with their ends */
    const char *client;
} Case;

static Str proxies[] = {S_INIT("10.0.0.1"), S_INIT("2001:DB8:ffff::1")};

static void expect(const Case *cases, size_t count, StrList of)
{
    HttpRequest *request = calloc(1, sizeof *request);

    assert_non_null(request);
    for (size_t i = 0; i < count; i++) {
        Arena arena = arena_open();
        HttpRefusal refusal;
        size_t used;
        Str head = str_format(&arena, "GET / HTTP/1.1\r\nHost: a\r\n%s\r\n",
                              cases[i].lines);

        check_row(cases[i].lines);
        assert_int_equal(http_parse(head, request, &used, &refusal), ERR_OK);
        request->peer = str_from(cases[i].peer);
        assert_str(client_address(request, &arena, of),
                   str_from(cases[i].client));
        arena_close(&arena);
    }
    free(request);
}

static void who_connects_is_the_client(void **unused)
{
    static const Case cases[] = {
        {"192.0.2.1", "", "192.0.2.1"},
        {"192.0.2.1", "X-Forwarded-For: 198.51.100.7\r\n", "192.0.2.1"},
        {"local", "X-Forwarded-For: 198.51.100.7\r\n", "local"},
        {"2001:db8::1", "", "2001:db8::"},
        {"2001:db8::a:b:c:d", "", "2001:db8::"},
        {"2001:db8:1:2:a:b:c:d", "", "2001:db8:1:2::"},
        {"2001:db8:1:3:a:b:c:d", "", "2001:db8:1:3::"},
    };

    (void)unused;
    expect(cases, COUNT(cases), (StrList){0});
    expect(cases, COUNT(cases), (StrList){proxies, COUNT(proxies)});
}

static void a_proxy_says_who_it_is(void **unused)
{
    static const Case cases[] = {
        {"10.0.0.1", "", "10.0.0.1"},
        {"10.0.0.1", "X-Forwarded-For: 198.51.100.7\r\n", "198.51.100.7"},
        {"10.0.0.1", "X-Forwarded-For: 198.51.100.7:4711\r\n", "198.51.100.7"},
        {"10.0.0.1", "X-Forwarded-For: 2001:db8:5::9\r\n", "2001:db8:5::"},
        {"10.0.0.1", "X-Forwarded-For: [2001:db8:5::9]:80\r\n", "2001:db8:5::"},
        {"10.0.0.1", "X-Forwarded-For: ::ffff:198.51.100.7\r\n",
         "198.51.100.7"},
        /* a proxy behind a proxy, in whatever spelling */
        {"2001:db8:ffff::1",
         "X-Forwarded-For: 198.51.100.7, 2001:DB8:FFFF:0::1,10.0.0.1\r\n",
         "198.51.100.7"},
        {"10.0.0.1",
         "X-Forwarded-For: 198.51.100.7\r\nX-Forwarded-For: 10.0.0.1\r\n",
         "198.51.100.7"},
    };

    (void)unused;
    expect(cases, COUNT(cases), (StrList){proxies, COUNT(proxies)});
}

static void what_anybody_may_have_written_is_not_believed(void **unused)
{
    static const Case cases[] = {
        {"10.0.0.1", "X-Forwarded-For: 203.0.113.1, 198.51.100.7\r\n",
         "198.51.100.7"},
        {"10.0.0.1", "X-Forwarded-For: 10.0.0.1, 198.51.100.7\r\n",
         "198.51.100.7"},
        {"10.0.0.1", "X-Forwarded-For: unknown\r\n", "10.0.0.1"},
        {"10.0.0.1", "X-Forwarded-For: 198.51.100.7, <b>\r\n", "10.0.0.1"},
        {"10.0.0.1", "X-Forwarded-For: ,,,\r\n", "10.0.0.1"},
        {"10.0.0.1", "X-Forwarded-For: :80\r\n", "10.0.0.1"},
        {"10.0.0.1", "X-Forwarded-For: [\r\n", "10.0.0.1"},
        {"10.0.0.1", "X-Forwarded-For: []\r\n", "10.0.0.1"},
        {"10.0.0.1", "X-Forwarded-For: 2001\r\n", "10.0.0.1"},
        {"10.0.0.1", "X-Forwarded-For: 1.2.3.4.5\r\n", "10.0.0.1"},
        {"10.0.0.1",
         "X-Forwarded-For: 1111:2222:3333:4444:5555:6666:7777:8888:9999:0000:"
         "1111\r\n",
         "10.0.0.1"},
    };

    (void)unused;
    expect(cases, COUNT(cases), (StrList){proxies, COUNT(proxies)});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_connects_is_the_client),
        cmocka_unit_test(a_proxy_says_who_it_is),
        cmocka_unit_test(what_anybody_may_have_written_is_not_believed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
