/* test/unit/net/reach_test.c -- no address of our own house is public. */
#include "check.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "net/reach.h"

typedef union Address {
    struct sockaddr any;
    struct sockaddr_in four;
    struct sockaddr_in6 six;
} Address;

static Address address_of(const char *text)
{
    Address out = {.four = {.sin_family = AF_INET}};

    if (inet_pton(AF_INET, text, &out.four.sin_addr) == 1) return out;
    out = (Address){.six = {.sin6_family = AF_INET6}};
    assert_int_equal(inet_pton(AF_INET6, text, &out.six.sin6_addr), 1);
    return out;
}

static bool is_public(const char *text)
{
    Address address = address_of(text);

    return reach_is_public(&address.any);
}

static void addresses_of_the_house_are_not_public(void **unused)
{
    static const char *const cases[] = {
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "10.255.255.255",
        "100.64.0.1",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.1",
        "192.0.0.8",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.1",
        "203.0.113.9",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::127.0.0.1",
        "64:ff9b::10.0.0.1",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "3fff:fff::1",
        "2002:7f00:1::",
        "2002:a00:1::",
        "fc00::1",
        "fd12::1",
        "fe80::1",
        "fec0::1",
        "ff02::1",
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        check_row(cases[i]);
        assert_false(is_public(cases[i]));
    }
}

static void others_are(void **unused)
{
    static const char *const cases[] = {
        "1.1.1.1",         "9.255.255.255",   "11.0.0.0",
        "100.63.255.255",  "100.128.0.0",     "126.255.255.255",
        "128.0.0.1",       "172.15.255.255",  "172.32.0.0",
        "192.167.255.1",   "192.169.0.1",     "198.17.255.255",
        "223.255.255.1",   "2606:4700::1111", "2a00:1450:4001::1",
        "2001:4860::8888", "::ffff:9.9.9.9",  "64:ff9b::9.9.9.9",
        "2002:909:909::",
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        check_row(cases[i]);
        assert_true(is_public(cases[i]));
    }
    assert_false(reach_is_public(&(struct sockaddr){.sa_family = AF_UNIX}));
}

static void networks_are_read_and_hold_what_begins_alike(void **unused)
{
    static const struct {
        const char *network, *in, *out;
    } cases[] = {
        {"10.1.0.0/16", "10.1.255.255", "10.2.0.0"},
        {"10.1.0.0/16", "::ffff:10.1.2.3", "::10.1.2.3"},
        {"127.0.0.1", "127.0.0.1", "127.0.0.2"},
        {"127.0.0.1/32", "::ffff:127.0.0.1", "127.0.0.0"},
        {"172.16.0.0/12", "172.31.0.1", "172.32.0.1"},
        {"0.0.0.0/0", "192.168.0.1", "::1"},
        {"fd00::/8", "fdff::1", "fc00::1"},
        {"::1", "::1", "::2"},
        {"::/0", "9.9.9.9", NULL},
        {"::ffff:10.0.0.0/104", "10.9.9.9", "11.0.0.0"},
    };
    Network network;

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        Address in = address_of(cases[i].in);

        check_row(cases[i].network);
        assert_true(reach_read_network(str_from(cases[i].network), &network));
        assert_true(reach_is_in(&in.any, &network));
        if (!cases[i].out) continue;
        in = address_of(cases[i].out);
        assert_false(reach_is_in(&in.any, &network));
    }
    assert_true(reach_read_network(S("::/0"), &network));
    assert_false(
        reach_is_in(&(struct sockaddr){.sa_family = AF_UNIX}, &network));
}

static void what_is_no_network_is_refused(void **unused)
{
    static const char *const cases[] = {"",
                                        "10",
                                        "10.1.0.0/",
                                        "10.1.0.0/33",
                                        "10.1.0.0/-1",
                                        "10.1.0.1/16",
                                        "10.1/16",
                                        "10.1.0.0/1x",
                                        "/8",
                                        "fd00::/129",
                                        "fd00::1/8",
                                        "localhost",
                                        "10.1.0.0 /16",
                                        "10.1.0.0/16/16"};
    Network network;

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        check_row(cases[i]);
        assert_false(reach_read_network(str_from(cases[i]), &network));
    }
}

static void addresses_are_told(void **unused)
{
    static const char *const cases[] = {"127.0.0.1", "fe80::1",
                                        "2001:db8::ffff"};
    char text[REACH_TEXT];

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        Address address = address_of(cases[i]);

        reach_text(&address.any, text);
        assert_string_equal(text, cases[i]);
    }
    reach_text(&(struct sockaddr){.sa_family = AF_UNIX}, text);
    assert_string_equal(text, "?");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(networks_are_read_and_hold_what_begins_alike),
        cmocka_unit_test(what_is_no_network_is_refused),
        cmocka_unit_test(addresses_are_told),
        cmocka_unit_test(addresses_of_the_house_are_not_public),
        cmocka_unit_test(others_are),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
