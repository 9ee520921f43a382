/* test/unit/net/accesslog_test.c -- what stands in the file is whole lines,
 * and says what came. */
#include "bed.h"

#include <fcntl.h>
#include <unistd.h>

#include "net/accesslog.h"

#define LINES 100

static void add_line(AccessLog *log)
{
    AccessLine line = {.peer = S("192.0.2.1"),
                       .method = S("GET"),
                       .target = S("/a-path-of-some-length"),
                       .agent = S("somebody"),
                       .minor = 1,
                       .status = 200};

    accesslog_add(log, &line);
}

/* All that is in the pipe. */
static size_t drain(int fd, char *text, size_t room)
{
    size_t len = 0;
    ssize_t n;

    while ((n = read(fd, text + len, room - len)) > 0)
        len += (size_t)n;
    return len;
}

/* A pipe that is full is a disk that is: the rest of a line comes later. */
static void a_line_cut_short_is_finished(void **unused)
{
    static char text[LINES * 200];
    AccessLog log = {.format = SERVER_LOG_COMBINED};
    int ends[2];
    size_t len;
    size_t lines = 0;
    Str rest, line;

    (void)unused;
    assert_int_equal(pipe2(ends, O_NONBLOCK | O_CLOEXEC), 0);
    assert_true(fcntl(ends[1], F_SETPIPE_SZ, 4096) >= 4096);
    log.fd = ends[1];
    for (int i = 0; i < LINES; i++)
        add_line(&log);
    accesslog_flush(&log);
    assert_int_equal(log.lost, 1);
    len = drain(ends[0], text, sizeof text);
    assert_true(len > 0 && text[len - 1] != '\n'); /* or it proves nothing */
    add_line(&log);
    accesslog_flush(&log);
    assert_int_equal(log.len, 0);
    len += drain(ends[0], text + len, sizeof text - len);
    assert_int_equal(text[len - 1], '\n');
    for (rest = (Str){text, len}; str_line(&rest, &line); lines++) {
        assert_true(str_starts(line, S("192.0.2.1 - - [")));
        assert_true(str_find(line, S("192.0.2.1"), 1) < 0);
        assert_true(str_ends(line, S(" \"-\" \"somebody\"")));
    }
    assert_true(lines > 2 && lines < LINES);
    accesslog_close(&log);
    close(ends[0]);
    close(ends[1]);
}

static Str logged(ServerLog format, const char *in)
{
    AccessLog *log = &bed->host.log;

    log->format = format;
    log->len = 0;
    feed(str_from(in), 4096);
    output();
    return (Str){log->lines, log->len};
}

static void the_log_cannot_be_forged(void **unused)
{
    (void)unused;
    bed->host.log.fd = -1; /* nothing is flushed before the end of the test */
    assert_str(logged(SERVER_LOG_COMBINED,
                      "GET /a?\"x\" HTTP/1.1\r\nHost: a\r\n"
                      "User-Agent: a\\\"b\xC3\xA9\tc\r\n\r\n"),
               S("192.0.2.1 - - [14/Apr/2021:13:15:00 +0000] "
                 "\"GET /a?\\x22x\\x22 HTTP/1.1\" 200 12 \"-\" "
                 "\"a\\x5C\\x22b\\xC3\\xA9\\x09c\"\n"));
    assert_str(logged(SERVER_LOG_JSON,
                      "GET /a?\"x\" HTTP/1.1\r\nHost: a\r\n"
                      "User-Agent: a\\\"b\xC3\xA9\tc\xFF\r\n\r\n"),
               S("{\"time\":\"2021-04-14T13:15:00Z\",\"peer\":\"192.0.2.1\","
                 "\"method\":\"GET\",\"target\":\"/a?\\\"x\\\"\","
                 "\"status\":200,\"bytes\":12,\"referer\":\"\","
                 "\"agent\":\"a\\\\\\\"bé\\u0009c\xEF\xBF\xBD\"}\n"));
    assert_true(has(logged(SERVER_LOG_COMBINED, GET("/stream")), "200 - "));
    logged(SERVER_LOG_COMBINED, GET("/later"));
    complete(bed->ticket, S("12345"));
    assert_true(has((Str){bed->host.log.lines, bed->host.log.len},
                    "\"GET /later HTTP/1.1\" 200 5 "));
    assert_true(
        has(logged(SERVER_LOG_COMBINED, "\x16\x03 TLS\r\n"), "\"-\" 400 "));
    bed->host.log.len = 0;
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_cut_short_is_finished),
        TEST(the_log_cannot_be_forged),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
