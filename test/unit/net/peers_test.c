/* test/unit/net/peers_test.c -- whose connections are counted together. */
#include "check.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "net/peers.h"

static uint64_t number_of(const char *text)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
    char back[46];

    if (inet_pton(AF_INET, text, &v4.sin_addr) == 1)
        return peers_address((void *)&v4, back, sizeof back);
    assert_int_equal(inet_pton(AF_INET6, text, &v6.sin6_addr), 1);
    return peers_address((void *)&v6, back, sizeof back);
}

static void addresses_are_one_or_two(void **unused)
{
    static const struct {
        const char *why, *a, *b;
        bool same;
    } rows[] = {
        {"one", "192.0.2.1", "192.0.2.1", true},
        {"two", "192.0.2.1", "192.0.2.2", false},
        {"mapped", "192.0.2.1", "::ffff:192.0.2.1", true},
        {"one /64", "2001:db8:1:2::1", "2001:db8:1:2:3:4:5:6", true},
        {"two /64", "2001:db8:1:2::1", "2001:db8:1:3::1", false},
        {"bytes of a prefix, read backwards", "2001:db8:100::1", "184.13.1.32",
         false},
        {"loopbacks", "::1", "127.0.0.1", false},
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(rows); i++) {
        check_row(rows[i].why);
        assert_true(number_of(rows[i].a) != 0);
        assert_int_equal(number_of(rows[i].a) == number_of(rows[i].b),
                         rows[i].same);
    }
}

static void an_address_has_its_maximum(void **unused)
{
    Peers peers;

    (void)unused;
    peers_init(&peers, 2, (StrList){0});
    assert_true(peers_enter(&peers, 7));
    assert_true(peers_enter(&peers, 7));
    assert_false(peers_enter(&peers, 7));
    assert_true(peers_enter(&peers, 8));
    peers_leave(&peers, 7);
    assert_true(peers_enter(&peers, 7));
    for (int i = 0; i < 9; i++)
        assert_true(peers_enter(&peers, 0)); /* nobody's are not counted */
    peers_close(&peers);
}

static void a_proxy_is_nobody(void **unused)
{
    static const struct {
        const char *address;
        bool counted;
    } rows[] = {
        {"192.0.2.1", false},       {"::ffff:192.0.2.1", false},
        {"192.0.2.2", true},        {"2001:db8::1", false},
        {"2001:db8:0:0::1", false}, {"2001:db8::2", true},
    };
    Str texts[] = {S("192.0.2.1"), S("no address"), S("2001:db8:0::1")};
    Peers peers;

    (void)unused;
    peers_init(&peers, 2, (StrList){texts, COUNT(texts)});
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct sockaddr_in v4 = {.sin_family = AF_INET};
        struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
        char text[46];
        bool four = inet_pton(AF_INET, rows[i].address, &v4.sin_addr) == 1;
        uint64_t number;

        check_row(rows[i].address);
        if (!four) inet_pton(AF_INET6, rows[i].address, &v6.sin6_addr);
        number = peers_whose(&peers, four ? (void *)&v4 : (void *)&v6, text,
                             sizeof text);
        assert_int_equal(number != 0, rows[i].counted);
    }
    peers_close(&peers);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_are_one_or_two),
        cmocka_unit_test(an_address_has_its_maximum),
        cmocka_unit_test(a_proxy_is_nobody),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
