/* test/unit/press/deps_test.c -- a change finds what was made of it, and
 * nothing else. */
#include "check.h"

#include "press/deps.h"

#define FOREVER INT64_MAX
#define ALWAYS  INT64_MIN

static size_t count_found(Deps *deps)
{
    size_t count = 0;

    while (deps_take(deps))
        count++;
    return count;
}

static void a_change_finds_the_stretches_it_falls_into(void **unused)
{
    static const struct {
        const char *why;
        Time since, until, at;
        bool found;
    } cases[] = {
        {"a first page, a newer story", 100, FOREVER, 150, true},
        {"a first page, at its last item", 100, FOREVER, 100, true},
        {"a first page, one that is too old", 100, FOREVER, 99, false},
        {"an older page, a newer story", 50, 99, 150, false},
        {"an older page, one between", 50, 99, 70, true},
        {"the last page, the oldest of all", ALWAYS, 99, -5, true},
        {"a stretch into the future, in it", 50, 2000, 1500, true},
        {"a stretch into the future, after it", 50, 2000, 2001, false},
        {"a whole list", ALWAYS, FOREVER, 0, true},
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        Deps deps;
        Holder holder = {0};
        DepSpec spec = {dep_list(S("en"), 'a', S("")), cases[i].since,
                        cases[i].until};

        check_row(cases[i].why);
        deps_init(&deps);
        deps_set(&deps, &holder, &spec, 1, 1000);
        deps_touch(&deps, dep_list(S("uk"), 'a', S("")), cases[i].at);
        assert_int_equal(count_found(&deps), 0);
        deps_touch(&deps, spec.key, cases[i].at);
        assert_int_equal(count_found(&deps), cases[i].found);
        deps_end(&deps, &holder);
        assert_int_equal(deps.bytes, 0);
        deps_close(&deps);
    }
}

/* A publish comes after all that is past: it looks at none of that, even while
 * somebody keeps the page of a day far ahead. */
static void a_publish_does_not_walk_over_the_past(void **unused)
{
    enum { PAST = 100 };
    Deps deps;
    Holder past[PAST] = {{0}}, ahead = {0};
    uint64_t key = dep_list(S("en"), 'a', S(""));

    (void)unused;
    deps_init(&deps);
    for (int i = 0; i < PAST; i++)
        deps_set(&deps, &past[i], &(DepSpec){key, i, i + 1}, 1, 1000);
    deps_set(&deps, &ahead, &(DepSpec){key, 500, 5000}, 1, 1000);
    deps_touch(&deps, key, 1001);
    assert_ptr_equal(deps_take(&deps), &ahead);
    assert_null(deps_take(&deps));
    assert_int_equal(deps.looked, 1);
    deps_touch(&deps, key, 7);
    assert_int_equal(count_found(&deps), 2);
    for (int i = 0; i < PAST; i++)
        deps_end(&deps, &past[i]);
    deps_end(&deps, &ahead);
    deps_close(&deps);
}

static void what_is_found_twice_is_handled_once(void **unused)
{
    Deps deps;
    Holder a = {0}, b = {0};
    DepSpec both[] = {{dep_story(1), ALWAYS, FOREVER},
                      {dep_story(2), ALWAYS, FOREVER}};

    (void)unused;
    deps_init(&deps);
    deps_set(&deps, &a, both, 2, 1000);
    deps_set(&deps, &b, both + 1, 1, 1000);
    deps_touch(&deps, dep_story(1), 0);
    deps_touch(&deps, dep_story(2), 0);
    deps_end(&deps, &b); /* freed while it waits */
    assert_ptr_equal(deps_take(&deps), &a);
    assert_null(deps_take(&deps));
    deps_set(&deps, &a, both, 1, 1000); /* made anew, of less */
    deps_touch(&deps, dep_story(2), 0);
    assert_null(deps_take(&deps));
    deps_end(&deps, &a);
    deps_close(&deps);
}

static void keys_of_different_things_differ(void **unused)
{
    uint64_t keys[] = {
        dep_story(1),
        dep_group(1),
        dep_followers(1),
        dep_entries(1),
        dep_story(2),
        dep_list(S("en"), 'a', S("")),
        dep_list(S("en"), 's', S("facts")),
        dep_list(S("en"), 't', S("facts")),
        dep_list(S("uk"), 's', S("facts")),
        dep_menu(S("en")),
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(keys); i++)
        for (size_t k = 0; k < i; k++)
            assert_true(keys[i] != keys[k]);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_change_finds_the_stretches_it_falls_into),
        cmocka_unit_test(a_publish_does_not_walk_over_the_past),
        cmocka_unit_test(what_is_found_twice_is_handled_once),
        cmocka_unit_test(keys_of_different_things_differ),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
