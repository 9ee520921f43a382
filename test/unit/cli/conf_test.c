/* test/unit/cli/conf_test.c -- settings that cannot be are refused, with the
 * line and what was expected. */
#include "check.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "cli/conf.h"

typedef struct Folder {
    char dir[64], path[96];
    Arena arena;
} Folder;

static int open_folder(void **state)
{
    Folder *folder = calloc(1, sizeof *folder);

    snprintf(folder->dir, sizeof folder->dir, "/tmp/dateline-conf-XXXXXX");
    assert_non_null(mkdtemp(folder->dir));
    snprintf(folder->path, sizeof folder->path, "%s/dateline.conf",
             folder->dir);
    folder->arena = arena_open();
    *state = folder;
    return 0;
}

static int close_folder(void **state)
{
    Folder *folder = *state;

    unlink(folder->path);
    rmdir(folder->dir);
    arena_close(&folder->arena);
    free(folder);
    return 0;
}

static Err read_bytes(Folder *folder, Str text, Conf *conf, Fault *fault)
{
    assert_int_equal(file_write(folder->path, text, NULL), ERR_OK);
    *fault = fault_none();
    return conf_read(&folder->arena, folder->dir, conf, fault);
}

static Err read_text(Folder *folder, const char *text, Conf *conf, Fault *fault)
{
    return read_bytes(folder, str_from(text), conf, fault);
}

static void settings_are_read_or_refused(void **state)
{
    static const struct {
        const char *why, *text;
        int line;         /* of the fault; 0: it is read */
        const char *says; /* in its text */
    } rows[] = {
        {"nothing set", "", 0, NULL},
        {"comments", "# one\n; two\n\nthreads = 2\n", 0, NULL},
        {"a whole address", "url = https://news.example/\n", 0, NULL},
        {"with a port", "url = http://127.0.0.1:8080\n", 0, NULL},
        {"an unknown key", "\nthread = 2\n", 2, "there is no such setting"},
        {"a key twice", "threads = 1\nthreads = 2\n", 1, "it is set twice"},
        {"no key", "threads\n", 1, "key = value"},
        {"an indented line would lengthen the one before",
         "access_log_file = a.log\n  threads = 2\n", 2, "beginning"},
        {"a long line would be cut",
         "threads = 1\nname = "
         "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
         "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
         "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
         "\n",
         2, "longer than"},
        {"not a number", "threads = two\n", 1, "0 to 64"},
        {"too many", "threads = 65\n", 1, "0 to 64"},
        {"below nothing", "cache_mb = -1\n", 1, "0 to"},
        {"a section with a space", "section = Top news\n", 1, "small letters"},
        {"a section that leads upwards", "section = ../x\n", 1,
         "small letters"},
        {"no section", "section =\n", 1, "small letters"},
        {"a section that is an address", "section = latest\n", 1, "site's own"},
        {"a section that is a year", "section = 2026\n", 1, "site's own"},
        {"a script for an address", "url = javascript:alert(1)\n", 1,
         "absolute http"},
        {"an address below a path", "url = https://news.example/en\n", 1,
         "no more than the host"},
        {"an address with a query", "url = https://news.example?x\n", 1,
         "host"},
        {"an address with a name", "url = https://me@news.example\n", 1,
         "host"},
        {"a hub that is none", "hub = x y\n", 1, "absolute http"},
        {"an authority that is none", "authority = foo bar\n", 1, "year"},
        {"an authority without a year", "authority = news.example\n", 1,
         "year"},
        {"a zone that is none", "timezone = Mars/Olympus\n", 1, "IANA"},
        {"a language twice", "languages = en,en\n", 1, "once"},
        {"a language that is none", "languages = en,,uk\n", 1, "tags"},
        {"a push service of one's own", "push_services = push.example\n", 0,
         NULL},
        {"no push service", "push_services =\n", 1, "hosts such as"},
        {"an address for one", "push_services = https://push.example\n", 1,
         "hosts such as"},
        {"one with a port", "push_services = a.example,push.example:1\n", 1,
         "hosts such as"},
        {"one as no browser spells it", "push_services = Push.example\n", 1,
         "hosts such as"},
        {"networks", "picture_networks = 10.1.0.0/16, ::1,127.0.0.1\n", 0,
         NULL},
        {"a network that is none", "picture_networks = 10.1.0.0/16,intra\n", 1,
         "addresses and networks such as"},
        {"a network with more than it counts",
         "picture_networks = 10.1.0.1/16\n", 1, "addresses and networks"},
        {"a bucket", "bucket = https://s3.example/pictures\n", 0, NULL},
        {"one with a prefix, a port and a slash",
         "bucket = http://127.0.0.1:9000/pictures/of/News-1.2_3/\n", 0, NULL},
        {"a store without a bucket", "bucket = https://s3.example/\n", 1,
         "with the bucket in it"},
        {"a bucket without a store", "bucket = pictures\n", 1, "http or https"},
        {"another scheme", "bucket = s3://pictures\n", 1, "http or https"},
        {"what would have to be encoded",
         "bucket = https://s3.example/b/%C3%A9\n", 1, "of letters, digits"},
        {"keys in an address", "bucket = https://key:secret@s3.example/b\n", 1,
         "http or https"},
        {"a query", "bucket = https://s3.example/b?x=1\n", 1, "http or https"},
        {"nothing between slashes", "bucket = https://s3.example/b//c\n", 1,
         "http or https"},
        {"a region with a colon", "bucket_region = eu:west\n", 1,
         "such as us-east-1"},
        {"no region", "bucket_region =\n", 1, "such as us-east-1"},
        {"a log that is none", "access_log = xml\n", 1, "combined"},
        {"Latin-1", "threads = 1\nname = Caf\xE9\n", 2, "not in UTF-8"},
        {"half a character", "name = \xD0\n", 1, "not in UTF-8"},
        {"no text in a comment", "# \xFF\n", 1, "not in UTF-8"},
        {"a name in a language", "name_uk = Бюро\n", 0, NULL},
        {"a name in no language of the site",
         "languages = en,uk\nname_ru = Бюро\n", 2, "not in this language"},
        {"a name in a misspelt one", "name_UK = Бюро\n", 1, "not in this"},
        {"a name in none", "name_ = Бюро\n", 1, "not in this language"},
        {"a name twice", "name_uk = A\nname_uk = B\n", 1, "it is set twice"},
        {"a group", "[x]\nthreads = 1\n", 1, "sections"},
    };
    Folder *folder = *state;

    for (size_t i = 0; i < COUNT(rows); i++) {
        Conf conf;
        Fault fault;
        Err err = read_text(folder, rows[i].text, &conf, &fault);

        check_row(rows[i].why);
        assert_int_equal(err, rows[i].says ? ERR_INVALID : ERR_OK);
        if (!err) continue;
        assert_string_equal(fault.where, folder->path);
        if (!strstr(fault.text, rows[i].says)) fail_msg("%s", fault.text);
        if (rows[i].text[0] != '[') assert_int_equal(fault.line, rows[i].line);
    }
}

/* Whatever stands behind it would not be read. */
static void a_nul_is_refused(void **state)
{
    Conf conf;
    Fault fault;

    assert_int_equal(
        read_bytes(*state, S("threads = 1\nname = A\0B\n"), &conf, &fault),
        ERR_INVALID);
    assert_int_equal(fault.line, 2);
    assert_non_null(strstr(fault.text, "NUL"));
}

static void what_init_writes_is_read_back(void **state)
{
    Folder *folder = *state;
    ConfNew wanted = {S("Бюро \"Сім\"; новини"), S("uk,en"), S("Asia/Tokyo"),
                      S("")};
    Fault fault = fault_none();
    Conf conf;

    /* what begins a comment cannot be written: it is said, not cut off */
    wanted.name = S("A # B");
    assert_int_equal(conf_write(&folder->arena, folder->dir, &wanted, &fault),
                     ERR_INVALID);
    /* nor what is longer than all settings may be */
    wanted.name =
        (Str){memset(arena_alloc(&folder->arena, 70000), 'x', 70000), 70000};
    assert_int_equal(conf_write(&folder->arena, folder->dir, &wanted, &fault),
                     ERR_TOO_BIG);
    wanted.name = S("Бюро \"Сім\" та новини");
    assert_int_equal(conf_write(&folder->arena, folder->dir, &wanted, &fault),
                     ERR_OK);
    assert_int_equal(conf_read(&folder->arena, folder->dir, &conf, &fault),
                     ERR_OK);
    assert_int_equal(conf.site.language_count, 2);
    assert_str(conf.site.languages[0].tag, S("uk"));
    assert_str(conf.site.languages[1].name, wanted.name);
    assert_str(conf.site.zone, S("Asia/Tokyo"));
}

static void a_folder_without_settings_is_no_site(void **state)
{
    Folder *folder = *state;
    Fault fault = fault_none();
    Conf conf;

    assert_int_equal(conf_read(&folder->arena, folder->dir, &conf, &fault),
                     ERR_NOT_FOUND);
    assert_non_null(strstr(fault.text, "there is no site here"));
}

#define folder_test(name)                                                      \
    cmocka_unit_test_setup_teardown(name, open_folder, close_folder)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        folder_test(settings_are_read_or_refused),
        folder_test(a_nul_is_refused),
        folder_test(what_init_writes_is_read_back),
        folder_test(a_folder_without_settings_is_no_site),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
