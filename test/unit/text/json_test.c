/* test/unit/text/json_test.c -- JSON in, strictly, and out, safely. */
#include "check.h"

#include <dirent.h>
#include <stdlib.h>

#include "base/file.h"
#include "text/json.h"

#define MAX (1024 * 1024)

static void what_is_json_is_read_and_nothing_else(void **unused)
{
    static const struct {
        const char *why;
        Str text;
        Err err;
        int64_t line, column; /* of the fault */
    } cases[] = {
        {"a number alone", S_INIT("7"), ERR_OK, 0, 0},
        {"space around", S_INIT(" \t\r\n[ ] \n"), ERR_OK, 0, 0},
        {"a byte order mark", S_INIT("\xEF\xBB\xBF{}"), ERR_OK, 0, 0},
        {"nothing", S_INIT(""), ERR_INVALID, 1, 1},
        {"a leading zero", S_INIT("[01]"), ERR_INVALID, 1, 3},
        {"no digit after the point", S_INIT("[1.]"), ERR_INVALID, 1, 4},
        {"a plus", S_INIT("+1"), ERR_INVALID, 1, 1},
        {"a comma too many", S_INIT("[1,\n]"), ERR_INVALID, 2, 1},
        {"no comma", S_INIT("{\"a\":1\n \"b\":2}"), ERR_INVALID, 2, 2},
        {"a key without quotes", S_INIT("{a:1}"), ERR_INVALID, 1, 2},
        {"single quotes", S_INIT("['a']"), ERR_INVALID, 1, 2},
        {"a line break in a string", S_INIT("\"a\nb\""), ERR_INVALID, 1, 3},
        {"an escape that is none", S_INIT("\"\\x41\""), ERR_INVALID, 1, 3},
        {"not UTF-8", S_INIT("{\n\"a\": \"\xFF\"}"), ERR_INVALID, 2, 7},
        {"something after it", S_INIT("{} x"), ERR_INVALID, 1, 4},
        {"a word cut short", S_INIT("[tru]"), ERR_INVALID, 1, 2},
        {"another space", S_INIT("[\f]"), ERR_INVALID, 1, 2},
        {"no end", S_INIT("{\"a\":[1"), ERR_INVALID, 1, 8},
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        Arena arena = arena_open();
        JsonNode *node = NULL;
        Fault fault = fault_none();

        check_row(cases[i].why);
        assert_int_equal(json_read(&arena, cases[i].text, MAX, &node, &fault),
                         cases[i].err);
        assert_int_equal(node != NULL, cases[i].err == ERR_OK);
        assert_int_equal(fault.line, cases[i].line);
        assert_int_equal(fault.column, cases[i].column);
        assert_int_equal(fault.text[0] != 0, cases[i].err != ERR_OK);
        arena_close(&arena);
    }
}

static Str nested(Arena *arena, size_t depth)
{
    char *bytes = arena_alloc(arena, depth * 2);

    memset(bytes, '[', depth);
    memset(bytes + depth, ']', depth);
    return (Str){bytes, depth * 2};
}

static void size_depth_and_number_of_values_are_bounded(void **unused)
{
    Arena arena = arena_open();
    size_t many = JSON_VALUES + 2;
    char *zeros = arena_alloc(&arena, many * 2 + 2);
    JsonNode *node = NULL;

    (void)unused;
    assert_int_equal(json_read(&arena, nested(&arena, 64), MAX, &node, NULL),
                     ERR_OK);
    assert_int_equal(json_read(&arena, nested(&arena, 65), MAX, &node, NULL),
                     ERR_TOO_BIG);
    assert_int_equal(
        json_read(&arena, nested(&arena, 100000), MAX, &node, NULL),
        ERR_TOO_BIG);
    assert_int_equal(json_read(&arena, S("[1, 2]"), 5, &node, NULL),
                     ERR_TOO_BIG);
    for (size_t i = 0; i < many; i++)
        memcpy(zeros + 1 + i * 2, "0,", 2);
    zeros[0] = '[';
    zeros[many * 2] = ']';
    assert_int_equal(
        json_read(&arena, (Str){zeros, many * 2 + 1}, MAX, &node, NULL),
        ERR_TOO_BIG);
    arena_close(&arena);
}

static void values_are_found_and_told_by_kind(void **unused)
{
    Arena arena = arena_open();
    JsonNode *node;
    int64_t whole = 0;

    (void)unused;
    assert_int_equal(
        json_read(&arena,
                  S("{\"s\":\"\\u0442\\ud83d\\ude00\\n\\/\",\"nul\":"
                    "\"a\\u0000b\",\"lone\":\"\\ud800\",\"n\":-12,\"big\":"
                    "123456789012345678901234567890,\"r\":2.5e3,\"t\":true,"
                    "\"twice\":1,\"twice\":\"last\",\n"
                    "  \"list\":[{\"k\":\"first\"},{\"k\":\"second\"}]}"),
                  MAX, &node, NULL),
        ERR_OK);
    assert_str(json_str(node, "s"), S("т\xF0\x9F\x98\x80\n/"));
    assert_str(json_str(node, "nul"), S("a\xEF\xBF\xBD"
                                        "b"));
    assert_str(json_str(node, "lone"), S("\xEF\xBF\xBD"));
    assert_str(json_str(node, "twice"), S("last"));
    assert_str(json_str(json_get(node, "list")->first->next, "k"), S("second"));
    assert_null(json_get(json_get(node, "s"), "0"));
    assert_null(json_get(json_get(node, "none"), "x"));
    assert_true(json_int(json_get(node, "n"), &whole));
    assert_int_equal(whole, -12);
    assert_false(json_int(json_get(node, "big"), &whole));
    assert_false(json_int(json_get(node, "r"), &whole));
    assert_false(json_int(json_get(node, "s"), &whole));
    assert_true(json_bool(node, "t", false));
    assert_true(json_bool(node, "none", true));
    assert_int_equal(json_get(node, "list")->count, 2);
    assert_int_equal(json_get(node, "list")->line, 2);
    assert_int_equal(json_get(node, "list")->column, 10);
    assert_string_equal(json_kind(json_get(node, "list")), "an array");
    assert_string_equal(json_kind(NULL), "missing");
    arena_close(&arena);
}

static void a_fault_names_the_field_and_its_place(void **unused)
{
    Arena arena = arena_open();
    Fault fault = fault_none();
    char line[256];
    JsonNode *node;

    (void)unused;
    assert_int_equal(
        json_read(&arena, S("{\n \"headline\": 7}"), MAX, &node, NULL), ERR_OK);
    node = node->first;
    assert_int_equal(json_fault(&fault, node, "headline", ERR_INVALID,
                                "is %s; a string was expected",
                                json_kind(node)),
                     ERR_INVALID);
    fault_line(&fault, line, sizeof line);
    assert_string_equal(line,
                        "headline:2:14: is a number; a string was expected");
    arena_close(&arena);
}

static void output_may_stand_in_a_script_element(void **unused)
{
    Arena arena = arena_open();
    Buf buf = buf_open(&arena, 1000);
    JsonOut out = json_out(&buf);

    (void)unused;
    json_put_object(&out);
    json_pair_str(&out, "a", S("</script><!--&\xE2\x80\xA8\"\\\n\x01\x7f"));
    json_pair_some(&out, "empty", (Str){0});
    json_pair_int(&out, "n", INT64_MIN);
    json_put_key(&out, "list");
    json_put_array(&out);
    json_put_null(&out);
    json_put_bool(&out, true);
    json_put_double(&out, 0.5);
    json_put_object(&out);
    json_put_end(&out);
    json_put_end(&out);
    json_pair_str(&out, "bad",
                  S("a\xFF"
                    "b"));
    json_put_end(&out);
    assert_str(buf_str(&buf),
               S("{\"a\":\"\\u003c/script\\u003e\\u003c!--\\u0026\\u2028\\\"\\"
                 "\\\\n\\u0001\\u007f\",\"n\":-9223372036854775808,\"list\":["
                 "null,true,0.5,{}],\"bad\":\"a\xEF\xBF\xBD"
                 "b\"}"));
    arena_close(&arena);
}

/* The parsing suite: y_ must be read, n_ must be refused, i_ may be either. */
static void the_parsing_suite_is_passed(void **unused)
{
    const char *shared = getenv("SHARED");
    Arena arena = arena_open();
    char *folder = file_join(&arena, shared ? shared : "",
                             "data/text/json-testsuite/test_parsing");
    DIR *dir = opendir(folder);
    int count = 0;

    (void)unused;
    if (!dir) {
        print_message("skipped: there is no %s\n", folder);
        arena_close(&arena);
        skip();
    }
    for (struct dirent *entry; (entry = readdir(dir));) {
        JsonNode *node;
        Str bytes;
        Err err;

        if (!str_ends(str_from(entry->d_name), S(".json"))) continue;
        assert_int_equal(file_read(&arena,
                                   file_join(&arena, folder, entry->d_name),
                                   MAX, &bytes, NULL),
                         ERR_OK);
        err = json_read(&arena, bytes, MAX, &node, NULL);
        if (entry->d_name[0] == 'y' && err) fail_msg("%s", entry->d_name);
        if (entry->d_name[0] == 'n' && !err) fail_msg("%s", entry->d_name);
        count++;
    }
    closedir(dir);
    print_message("         %d files\n", count);
    assert_true(count > 100);
    arena_close(&arena);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_json_is_read_and_nothing_else),
        cmocka_unit_test(size_depth_and_number_of_values_are_bounded),
        cmocka_unit_test(values_are_found_and_told_by_kind),
        cmocka_unit_test(a_fault_names_the_field_and_its_place),
        cmocka_unit_test(output_may_stand_in_a_script_element),
        cmocka_unit_test(the_parsing_suite_is_passed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
