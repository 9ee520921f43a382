/* records_test.c -- a stream is cut the same however it arrives. */
#include "format/records.h"

#include "read_cases.h"

static const struct {
    const char *why, *text, *cut; /* records joined by '|' */
} cases[] = {
    {"a line each", "{\"a\":1}\n{\"b\":2}\n", "{\"a\":1}|{\"b\":2}"},
    {"no line end at the end", "{\"a\":1}\n{}", "{\"a\":1}|{}"},
    {"empty lines and CR LF", "\n\n{}\r\n\r\n{}\r\n", "{}|{}"},
    {"a broken first line", "{\"a\n{}\n", "{\"a|{}"},
    {"a broken line in the middle", "{}\n{\"a\":[\n{}\n", "{}|{\"a\":[|{}"},
    {"one object over lines", "{\n \"a\": \"}\",\n \"b\": [1]\n}\n",
     "{\n \"a\": \"}\",\n \"b\": [1]\n}"},
    {"two objects over lines", "{\n\"a\":1}\n{\n\"b\":2}",
     "{\n\"a\":1}|{\n\"b\":2}"},
    {"two objects on a line", "{\"a\":\"{}\"}{\"b\":2} {\n}\n",
     "{\"a\":\"{}\"}|{\"b\":2}|{\n}"},
    {"two objects and no line end", "{}{}", "{}|{}"},
    {"an array", "[{\"a\":\"],\"},\n {} , {\"c\":[]}]\n",
     "{\"a\":\"],\"}|{}|{\"c\":[]}"},
    {"an array of others", "[1, \"a,b\", null]", "1|\"a,b\"|null"},
    {"an array that is not closed", "[{},{\"a\"", "{}|{\"a\""},
    {"an escaped quote", "[{\"a\":\"\\\"}\"}]", "{\"a\":\"\\\"}\"}"},
    {"something after an array", "[{}]\nmore\n", "{}|more"},
    {"nothing", " \n ", ""},
    {"no JSON at all", "a b\nc\n", "a b|c"},
};

/* The records when at most `step` bytes more arrive at a time. */
static Str cut(Arena *arena, Str text, size_t step)
{
    Records records = records_open();
    Buf buf = buf_open(arena, 4096);
    size_t have = step < text.len ? step : text.len;
    Record record;
    Err err;

    while ((err = records_next(&records,
                               str_slice(text, (size_t)records.taken, have),
                               have == text.len, &record)) != ERR_NOT_FOUND) {
        if (err == ERR_AGAIN) {
            assert_true(have < text.len);
            have = have + step < text.len ? have + step : text.len;
            continue;
        }
        assert_int_equal(err, ERR_OK);
        if (buf.len) buf_putc(&buf, '|');
        buf_puts(&buf, record.bytes);
        assert_memory_equal(text.ptr + record.byte, record.bytes.ptr, 1);
    }
    return buf_str(&buf);
}

static void streams_are_cut_as_listed(void **state)
{
    Bench *bench = *state;

    for (size_t i = 0; i < COUNT(cases); i++)
        for (size_t step = 1; step < 40; step++) {
            check_row(cases[i].why);
            assert_str(cut(&bench->arena, str_from(cases[i].text), step),
                       str_from(cases[i].cut));
        }
}

static void lines_are_counted_across_windows(void **state)
{
    Records records = records_open();
    Str text = S("{}\n\n{}\n{}");
    int64_t lines[] = {1, 3, 4};
    Record record;

    (void)state;
    for (size_t i = 0; i < COUNT(lines); i++) {
        assert_int_equal(records_next(&records,
                                      str_skip(text, (size_t)records.taken),
                                      true, &record),
                         ERR_OK);
        assert_int_equal(record.line, lines[i]);
    }
}

static void a_record_over_the_limit_is_cut_and_the_next_is_read(void **state)
{
    Bench *bench = *state;
    Buf buf = buf_open(&bench->arena, RECORD_MAX + 1000);
    Records records = records_open();
    Record record;
    Str text;

    buf_puts(&buf, S("{}\n{\""));
    while (buf.len < RECORD_MAX + 100)
        buf_putc(&buf, 'a');
    buf_puts(&buf, S("\"}\n{\"b\":1}\n"));
    text = buf_str(&buf);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(records_next(&records,
                                      str_skip(text, (size_t)records.taken),
                                      true, &record),
                         ERR_OK);
        assert_int_equal(record.cut, i == 1);
    }
    assert_str(record.bytes, S("{\"b\":1}"));
    assert_int_equal(record.line, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(streams_are_cut_as_listed),
        TEST(lines_are_counted_across_windows),
        TEST(a_record_over_the_limit_is_cut_and_the_next_is_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
