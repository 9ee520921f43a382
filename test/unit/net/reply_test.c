/* test/unit/net/reply_test.c -- an answer that also stands in one run leaves as
 * the same bytes, however few of them the kernel takes at a time, and whoever
 * else uses the run meanwhile. */
#include <string.h>

#include "check.h"

#include "net/reply.h"

#define HEAD "X-Test: yes\r\n"
#define BODY "one two three"

typedef struct Form {
    const char *why;
    int status;
    OutputForm form;
} Form;

#define DATE S_INIT("Date: Wed, 14 Apr 2021 13:15:00 GMT\r\n")

static const Form forms[] = {
    {"an ordinary one", 200, {false, 1, true, DATE}},
    {"to HEAD", 200, {true, 1, true, DATE}},
    {"the connection's last", 200, {false, 1, false, DATE}},
    {"to HTTP/1.0", 200, {false, 0, true, DATE}},
    {"of another status", 404, {false, 1, true, DATE}},
    {"the longest lines", 431, {false, 0, true, DATE}},
    {"not modified", 304, {false, 1, true, DATE}},
};

static char run[HTTP_ROOM + sizeof HEAD + sizeof BODY];

static void begin(Output *output, const Form *form, bool in_one_run)
{
    OutputForm copy = form->form;
    int64_t body;

    memset(output, 0, sizeof *output);
    output->arena = arena_open();
    output->stream = arena_open();
    reply_init(&output->reply);
    output->reply.status = form->status;
    output->reply.head = S(HEAD);
    http_part(&output->reply, S(BODY));
    if (in_one_run) output->reply.whole = run;
    output_begin(output, &copy, &body);
    assert_int_equal(body, form->status == 304 || copy.head_only
                               ? 0
                               : (int64_t)strlen(BODY));
}

/* Takes step bytes at a time; in between another one writes into the room. */
static size_t send_all(Output *output, size_t step, char *out, size_t *calls)
{
    size_t len = 0;

    for (*calls = 0;; ++*calls) {
        struct iovec *pieces;
        size_t count, sent = 0;

        assert_int_equal(output_pieces(output, &pieces, &count), ERR_OK);
        if (!count) break;
        for (size_t i = 0; i < count && sent < step; i++) {
            size_t n = pieces[i].iov_len;

            if (n > step - sent) n = step - sent;
            memcpy(out + len, pieces[i].iov_base, n);
            len += n;
            sent += n;
        }
        output_sent(output, sent);
        memset(run, '#', HTTP_ROOM);
    }
    output_end(output);
    arena_close(&output->arena);
    return len;
}

static void one_run_is_the_same_bytes(void **unused)
{
    static Output output;
    char plain[512], whole[512];
    size_t calls;

    (void)unused;
    memcpy(run + HTTP_ROOM, HEAD "\r\n" BODY, strlen(HEAD "\r\n" BODY));
    for (size_t i = 0; i < COUNT(forms); i++) {
        size_t len;

        check_row(forms[i].why);
        begin(&output, &forms[i], false);
        len = send_all(&output, SIZE_MAX, plain, &calls);
        for (size_t step = 1; step <= len; step++) {
            begin(&output, &forms[i], true);
            assert_int_equal(send_all(&output, step, whole, &calls), len);
            assert_memory_equal(whole, plain, len);
        }
        assert_int_equal(calls, 1);
    }
}

/* A kernel that takes nothing at first: what was laid out is laid out anew. */
static void nothing_taken_is_laid_out_anew(void **unused)
{
    static Output output;
    struct iovec *pieces;
    char plain[512], whole[512];
    size_t count, calls, len;

    (void)unused;
    begin(&output, &forms[0], false);
    len = send_all(&output, SIZE_MAX, plain, &calls);
    begin(&output, &forms[0], true);
    assert_int_equal(output_pieces(&output, &pieces, &count), ERR_OK);
    assert_int_equal(count, 1);
    memset(run, '#', HTTP_ROOM);
    output_sent(&output, 0);
    assert_int_equal(send_all(&output, SIZE_MAX, whole, &calls), len);
    assert_memory_equal(whole, plain, len);
    assert_int_equal(calls, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_run_is_the_same_bytes),
        cmocka_unit_test(nothing_taken_is_laid_out_anew),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
