/* test/unit/web/routes_test.c -- which address is answered by what. */
#include "check.h"

#include "press/press.h"
#include "web/routes.h"

static void paths_find_their_routes(void **unused)
{
    static const struct {
        const char *why;
        Str path;
        Str pattern; /* empty: no route */
        Str param, value;
    } cases[] = {
        {"root", S_INIT("/"), S_INIT("/"), S_INIT(""), S_INIT("")},
        {"front", S_INIT("/en/"), S_INIT("/{language}/"), S_INIT("language"),
         S_INIT("en")},
        {"front without its slash", S_INIT("/en"), S_INIT(""), S_INIT(""),
         S_INIT("")},
        {"latest before section", S_INIT("/en/latest/"),
         S_INIT("/{language}/latest/"), S_INIT("language"), S_INIT("en")},
        {"section", S_INIT("/uk/facts/"), S_INIT("/{language}/{section}/"),
         S_INIT("section"), S_INIT("facts")},
        {"story", S_INIT("/en/facts/737184-blinken"),
         S_INIT("/{language}/{section}/{story}"), S_INIT("story"),
         S_INIT("737184-blinken")},
        {"a section's feed before a story", S_INIT("/en/facts/rss.xml"),
         S_INIT("/{language}/{section}/rss.xml"), S_INIT("section"),
         S_INIT("facts")},
        {"a tag's feed", S_INIT("/en/tag/nato/feed.json"),
         S_INIT("/{language}/tag/{tag}/feed.json"), S_INIT("tag"),
         S_INIT("nato")},
        {"day", S_INIT("/en/2021/04/14/"),
         S_INIT("/{language}/{year}/{month}/{day}/"), S_INIT("month"),
         S_INIT("04")},
        {"a sitemap's file", S_INIT("/sitemap-12.xml"),
         S_INIT("/sitemap-{file}.xml"), S_INIT("file"), S_INIT("12")},
        {"the news sitemap before it", S_INIT("/sitemap-news.xml"),
         S_INIT("/sitemap-news.xml"), S_INIT(""), S_INIT("")},
        {"an empty segment", S_INIT("//"), S_INIT(""), S_INIT(""), S_INIT("")},
        {"too deep", S_INIT("/en/a/b/c"), S_INIT(""), S_INIT(""), S_INIT("")},
        {"the operator's are not the site's", S_INIT("/healthz"), S_INIT(""),
         S_INIT(""), S_INIT("")},
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        RouteMatch match;
        bool found = route_match(cases[i].path, HOST_SITE, &match);

        check_row(cases[i].why);
        assert_int_equal(found, cases[i].pattern.len > 0);
        if (!found) continue;
        assert_str(match.route->pattern, cases[i].pattern);
        assert_str(route_param(&match, cases[i].param), cases[i].value);
    }
}

/* What only an operator may do is never on the public listener. */
static void the_public_site_only_reads(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < route_count; i++) {
        if (routes[i].host != HOST_SITE) continue;
        assert_int_equal(routes[i].methods,
                         routes[i].target == ROUTE_READ ||
                                 routes[i].target == ROUTE_AD_SEEN ||
                                 routes[i].target == ROUTE_SUBSCRIBE ||
                                 routes[i].target == ROUTE_UNSUBSCRIBE
                             ? METHOD_POST
                             : METHOD_GET);
        assert_int_equal(routes[i].role, ROLE_NOBODY);
        assert_int_not_equal(routes[i].surface, SURFACE_CONTROL);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_find_their_routes),
        cmocka_unit_test(the_public_site_only_reads),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
