/* test/unit/web/control_test.c -- the operator's side: what is told of an act
 * is true, and every answer has its head. */
#include "house.h"

#include "web/control.h"

static void a_failed_commit_is_told_as_far_as_it_is_known(void **unused)
{
    static const struct {
        const char *why;
        Err err;
        bool broken;
        const char *says;
    } rows[] = {
        {"a failed sync: it may be on the disk", ERR_IO, true, "nobody knows"},
        {"a failed database", ERR_STORE, true, "nobody knows"},
        {"a full disk", ERR_FULL, false, "nothing was changed"},
        {"held by another", ERR_BUSY, false, "nothing was changed"},
        {"held by another, after a failure", ERR_BUSY, true,
         "nothing was changed"},
        {"closed already: not even tried", ERR_CLOSED, true,
         "nothing was changed"},
        {"undone, and the commit went well", ERR_STORE, false,
         "nothing was changed"},
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(rows); i++) {
        Fault fault = fault_none();

        check_row(rows[i].why);
        control_uncommitted(rows[i].err, rows[i].broken, "locked", &fault);
        assert_int_equal(fault.err, rows[i].err);
        assert_non_null(strstr(fault.text, rows[i].says));
        assert_non_null(strstr(fault.text, ": locked"));
    }
}

static void no_metrics(void *ctx, Buf *buf)
{
    (void)ctx;
    buf_puts(buf, S("none 0\n"));
}

static void the_operator_s_answers_have_the_head_too(void **state)
{
    static const struct {
        const char *why, *lines;
        bool may_write;
        int status;
        const char *says;
    } rows[] = {
        {"health", "GET /healthz" V, false, 200, "\"ok\""},
        {"metrics", "GET /metrics" V, false, 200, "none 0"},
        {"nothing there", "GET /en/" V, true, 404, "not found"},
        {"acts are for the socket", "POST /control/act" V, false, 404,
         "not found"},
        {"health is read", "POST /healthz" V, false, 405, "another method"},
        {"acts are posted", "GET /control/act" V, true, 405, "another method"},
    };
    House *house = *state;
    Control control = {.head = house->shared.head, .metrics = no_metrics};
    Fault fault = fault_none();

    if (writer_start(house->path, NULL, (WriterClock){0}, &control.writer,
                     &fault))
        fail_msg("%s", fault.text);
    for (size_t i = 0; i < COUNT(rows); i++) {
        HttpRequest *request = calloc(1, sizeof *request);
        HttpReply *reply = calloc(1, sizeof *reply);
        Got got;

        check_row(rows[i].why);
        read_request(house, rows[i].lines, request);
        reply->status = 200;
        control.may_write = rows[i].may_write;
        control_handle(&control, request, &house->arena, reply);
        got = (Got){reply->status, reply->head, body_of(house, reply, false)};
        assert_int_equal(got.status, rows[i].status);
        assert_true(says(got.body, rows[i].says));
        assert_str(header(&got, "Cache-Control"), S("no-store"));
        if (got.status == 405) assert_true(header(&got, "Allow").len > 0);
        check_head(&got);
        free(request);
        free(reply);
    }
    writer_stop(control.writer);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_failed_commit_is_told_as_far_as_it_is_known),
        site_test(the_operator_s_answers_have_the_head_too),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
