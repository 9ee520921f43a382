/* test/unit/net/accesslog_test.c -- what stands in the file is whole lines. */
#include "check.h"

#include <fcntl.h>
#include <stdlib.h>
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

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_cut_short_is_finished),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
