/* test/unit/text/url_test.c -- addresses apart, resolved, in one form. */
#include "check.h"

#include <stdlib.h>

#include "base/file.h"
#include "text/json.h"
#include "text/url.h"

static void an_address_is_taken_apart(void **unused)
{
    Url url;

    (void)unused;
    assert_int_equal(
        url_parse(S(" https://me:pw@Host.org:8443/a/b?c=d?e#f#g\n"), &url),
        ERR_OK);
    assert_str(url.scheme, S("https"));
    assert_str(url.user, S("me:pw"));
    assert_str(url.host, S("Host.org"));
    assert_str(url.port, S("8443"));
    assert_str(url.path, S("/a/b"));
    assert_str(url.query, S("c=d?e"));
    assert_str(url.fragment, S("f#g"));
    assert_int_equal(url_parse(S("a:b/c"), &url), ERR_OK);
    assert_str(url.scheme, S("a"));
    assert_false(url.has_host);
    assert_int_equal(url_parse(S("a/b:c"), &url), ERR_OK);
    assert_str(url.scheme, S(""));
    assert_int_equal(url_parse(S("http://a:99999/"), &url), ERR_INVALID);
    assert_int_equal(url_parse(S("http://[::1/"), &url), ERR_INVALID);
    assert_int_equal(url_parse(S("http://a b/"), &url), ERR_INVALID);
}

static void there_is_one_form_of_an_address(void **unused)
{
    static const struct {
        const char *why;
        Str text, out;
        Err err;
    } cases[] = {
        {"case of scheme and host", S_INIT("HTTP://EXAMPLE.org/A"),
         S_INIT("http://example.org/A"), ERR_OK},
        {"a default port", S_INIT("https://a.org:443"),
         S_INIT("https://a.org/"), ERR_OK},
        {"another port", S_INIT("http://a.org:0443/"),
         S_INIT("http://a.org:443/"), ERR_OK},
        {"dots", S_INIT("http://a.org/b/./c/../../d/.."),
         S_INIT("http://a.org/"), ERR_OK},
        {"dots beyond the root", S_INIT("http://a.org/../../b"),
         S_INIT("http://a.org/b"), ERR_OK},
        {"dots in escapes", S_INIT("http://a.org/b/%2e%2E/c"),
         S_INIT("http://a.org/c"), ERR_OK},
        {"empty segments stay", S_INIT("http://a.org//b//"),
         S_INIT("http://a.org//b//"), ERR_OK},
        {"escapes", S_INIT("http://a.org/%7euser/%2f%d0%bf"),
         S_INIT("http://a.org/~user/%2F%D0%BF"), ERR_OK},
        {"Cyrillic and space", S_INIT("http://a.org/п я?q=ї"),
         S_INIT("http://a.org/%D0%BF%20%D1%8F?q=%D1%97"), ERR_OK},
        {"a lone percent sign", S_INIT("http://a.org/100%"),
         S_INIT("http://a.org/100%25"), ERR_OK},
        {"a name beyond ASCII", S_INIT("http://ПРИКЛАД.укр/"),
         S_INIT("http://xn--80aikifvh.xn--j1amh/"), ERR_OK},
        {"its encoded form", S_INIT("http://xn--80aikifvh.XN--j1amh/"),
         S_INIT("http://xn--80aikifvh.xn--j1amh/"), ERR_OK},
        {"IPv6", S_INIT("http://[0:0::1]:80/"), S_INIT("http://[::1]/"),
         ERR_OK},
        {"line breaks inside", S_INIT("http://a.\norg/\tb"),
         S_INIT("http://a.org/b"), ERR_OK},
        {"backslashes", S_INIT("http:\\\\a.org\\b?c\\d"),
         S_INIT("http://a.org/b?c%5Cd"), ERR_OK},
        {"an empty query stays", S_INIT("http://a.org?#"),
         S_INIT("http://a.org/?#"), ERR_OK},
        {"relative", S_INIT("/a"), S_INIT(""), ERR_INVALID},
        {"no host", S_INIT("http:///a"), S_INIT(""), ERR_INVALID},
        {"another scheme", S_INIT("ftp://a.org/"), S_INIT(""), ERR_UNSUPPORTED},
        {"script", S_INIT("javascript:alert(1)"), S_INIT(""), ERR_UNSUPPORTED},
        {"a host with a NUL", S_INIT("http://a%00b/"), S_INIT(""), ERR_INVALID},
        {"a host with a slash in an escape", S_INIT("http://a%2Fb/"),
         S_INIT(""), ERR_INVALID},
        {"IPv6 that is none", S_INIT("http://[1::2::3]/"), S_INIT(""),
         ERR_INVALID},
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        Arena arena = arena_open();
        Str out = {0};

        check_row(cases[i].why);
        assert_int_equal(url_normal(&arena, cases[i].text, &out), cases[i].err);
        assert_str(out, cases[i].out);
        arena_close(&arena);
    }
}

static void references_are_resolved_as_rfc_3986_says(void **unused)
{
    /* RFC 3986 5.4, as far as it is about http. */
    static const struct {
        Str ref, out;
    } cases[] = {
        {S_INIT("g"), S_INIT("http://a/b/c/g")},
        {S_INIT("./g"), S_INIT("http://a/b/c/g")},
        {S_INIT("g/"), S_INIT("http://a/b/c/g/")},
        {S_INIT("/g"), S_INIT("http://a/g")},
        {S_INIT("//g"), S_INIT("http://g/")},
        {S_INIT("?y"), S_INIT("http://a/b/c/d;p?y")},
        {S_INIT("g?y"), S_INIT("http://a/b/c/g?y")},
        {S_INIT("#s"), S_INIT("http://a/b/c/d;p?q#s")},
        {S_INIT("g#s"), S_INIT("http://a/b/c/g#s")},
        {S_INIT(";x"), S_INIT("http://a/b/c/;x")},
        {S_INIT(""), S_INIT("http://a/b/c/d;p?q")},
        {S_INIT("."), S_INIT("http://a/b/c/")},
        {S_INIT(".."), S_INIT("http://a/b/")},
        {S_INIT("../.."), S_INIT("http://a/")},
        {S_INIT("../../../g"), S_INIT("http://a/g")},
        {S_INIT("/./g"), S_INIT("http://a/g")},
        {S_INIT("g."), S_INIT("http://a/b/c/g.")},
        {S_INIT("..g"), S_INIT("http://a/b/c/..g")},
        {S_INIT("./g/."), S_INIT("http://a/b/c/g/")},
        {S_INIT("g;x=1/../y"), S_INIT("http://a/b/c/y")},
        {S_INIT("g?y/../x"), S_INIT("http://a/b/c/g?y/../x")},
        {S_INIT("https://h/"), S_INIT("https://h/")},
    };
    Arena arena = arena_open();
    Str out;

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        check_row(cases[i].ref.ptr);
        out = (Str){0};
        assert_int_equal(
            url_resolve(&arena, S("http://a/b/c/d;p?q"), cases[i].ref, &out),
            ERR_OK);
        assert_str(out, cases[i].out);
    }
    assert_int_equal(url_resolve(&arena, S("http://a/"), S("mailto:x@y"), &out),
                     ERR_UNSUPPORTED);
    assert_int_equal(url_resolve(&arena, S("/b"), S("c"), &out), ERR_INVALID);
    arena_close(&arena);
}

static void only_harmless_links_are_safe(void **unused)
{
    static const struct {
        const char *why;
        Str text;
        bool safe;
    } cases[] = {
        {"http", S_INIT("http://a.org/b"), true},
        {"https in capitals", S_INIT("HTTPS://a.org"), true},
        {"mail", S_INIT("mailto:desk@a.org"), true},
        {"a path", S_INIT("/en/facts/"), true},
        {"a relative path", S_INIT("b/c:d"), true},
        {"another host, same scheme", S_INIT("//a.org/b"), true},
        {"script", S_INIT("javascript:alert(1)"), false},
        {"script in capitals", S_INIT("JaVaScRiPt:alert(1)"), false},
        {"a tab inside", S_INIT("java\tscript:alert(1)"), false},
        {"a control character before", S_INIT("\x01javascript:x"), false},
        {"space before", S_INIT(" javascript:x"), false},
        {"data", S_INIT("data:text/html,x"), false},
        {"vbscript", S_INIT("vbscript:x"), false},
        {"no host", S_INIT("http:javascript:x"), false},
        {"an empty host", S_INIT("https:///a"), false},
        {"two slashes and nothing", S_INIT("//"), false},
        {"backslashes as slashes", S_INIT("/\\evil.org"), false},
        {"a user name that looks like a host", S_INIT("http://a.org@b.org/"),
         false},
        {"nothing", S_INIT(""), false},
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        check_row(cases[i].why);
        assert_int_equal(url_is_safe_link(cases[i].text), cases[i].safe);
    }
}

static void parts_are_written_and_read_back(void **unused)
{
    Arena arena = arena_open();
    Buf buf = buf_open(&arena, 100);
    Str out = S("untouched");

    (void)unused;
    url_put_segment(&buf, S("a/b ї%.~"));
    assert_str(buf_str(&buf), S("a%2Fb%20%D1%97%25.~"));
    assert_true(url_decode(&arena, buf_str(&buf), false, &out));
    assert_str(out, S("a/b ї%.~"));
    assert_true(url_query(&arena, S("q=a+b%26c&p=2&q=3"), "q", &out));
    assert_str(out, S("a b&c"));
    assert_true(url_query(&arena, S("x&p"), "p", &out));
    assert_str(out, S(""));
    out = S("untouched");
    assert_false(url_query(&arena, S("q=%00"), "q", &out));
    assert_false(url_query(&arena, S("q=%C0%AF"), "q", &out));
    assert_false(url_decode(&arena, S("%4"), false, &out));
    assert_false(url_decode(&arena, S("%zz"), false, &out));
    assert_str(out, S("untouched"));
    assert_str(url_clean(&arena, S(" a\nb c\"<>\\d?e\\ ")),
               S("ab%20c%22%3C%3E/d?e%5C"));
    arena_close(&arena);
}

/* What a browser makes of an address, for http and https. Ours differs where
 * this header says so: escapes have one form here, a host must stand after two
 * slashes, IPv4 in odd spellings stays as it is. What must hold whatever the
 * difference: the host is the one a browser would go to. */
static Str host_of(Str text)
{
    Url url;

    return url_parse(text, &url) ? (Str){0} : url.host;
}

static bool is_number_host(Str host)
{
    return host.len && host.ptr[0] >= '0' && host.ptr[0] <= '9';
}

static void a_browser_goes_to_the_same_host(void **unused)
{
    const char *shared = getenv("SHARED");
    Arena arena = arena_open();
    char *path = file_join(&arena, shared ? shared : "",
                           "data/text/url-wpt/tests/wpt/urltestdata.json");
    int same = 0;
    int all = 0;
    JsonNode *cases;
    Str bytes;

    (void)unused;
    if (file_read(&arena, path, 1 << 22, &bytes, NULL)) {
        print_message("skipped: there is no %s\n", path);
        arena_close(&arena);
        skip();
    }
    assert_int_equal(json_read(&arena, bytes, 1 << 22, &cases, NULL), ERR_OK);
    for (const JsonNode *c = cases->first; c; c = c->next) {
        Str href = json_str(c, "href");
        Str base = json_str(c, "base");
        Str out;
        Err err;

        if (c->kind != JSON_OBJECT || !str_starts(href, S("http"))) continue;
        if (base.len && !str_starts(base, S("http"))) continue;
        all++;
        err = base.len ? url_resolve(&arena, base, json_str(c, "input"), &out)
                       : url_normal(&arena, json_str(c, "input"), &out);
        if (err) continue;
        same += str_eq(out, href);
        if (!str_eq(host_of(out), host_of(href)) &&
            !is_number_host(host_of(href)) &&
            !str_starts(host_of(href), S("[")))
            fail_msg("%.*s: %.*s is not %.*s", STR_ARG(json_str(c, "input")),
                     STR_ARG(out), STR_ARG(href));
    }
    print_message("         %d of %d written the same\n", same, all);
    assert_true(all > 200 && same * 10 >= all * 6);
    arena_close(&arena);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_is_taken_apart),
        cmocka_unit_test(there_is_one_form_of_an_address),
        cmocka_unit_test(references_are_resolved_as_rfc_3986_says),
        cmocka_unit_test(only_harmless_links_are_safe),
        cmocka_unit_test(parts_are_written_and_read_back),
        cmocka_unit_test(a_browser_goes_to_the_same_host),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
