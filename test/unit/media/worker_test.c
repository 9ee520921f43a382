/* test/unit/media/worker_test.c -- pictures are drawn by a process that can do
 * nothing else, and whatever becomes of it costs that picture only.
 *
 * The process is this program: some inputs, which are no pictures, make it
 * misbehave after it was shut in. */
#include "inside.h"
#include "sample.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "media/draw.h"
#include "media/jail.h"
#include "media/said.h"
#include "media/worker.h"

/* ---- what the process does ---- */

/* The number of what it could do, as a fault whose text says so. */
static _Noreturn void try_all(void)
{
    Fault fault = fault_none();

    if (jail_bound(&fault) || jail_shut(&fault)) _exit(3);
    tell_tries(opens("/etc/passwd", O_RDONLY));
}

static _Noreturn void eat_memory(void)
{
    Fault fault = fault_none();

    if (jail_bound(&fault) || jail_shut(&fault)) _exit(3);
    for (size_t i = 0; i < 100; i++) {
        char *bytes = mmap(NULL, 16 << 20, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

        if (bytes == MAP_FAILED) abort(); /* as GLib does */
    }
    _exit(0);
}

static _Noreturn void loop(void)
{
    Fault fault = fault_none();

    if (jail_bound(&fault) || jail_shut(&fault)) _exit(3);
    for (volatile int i = 0;; i++)
        ;
}

static _Noreturn void say_too_much(void)
{
    static char bytes[1 << 20];
    FrameHead head = {.kind = FRAME_SAID, .bytes = sizeof bytes};

    for (;;)
        if (frame_write(1, head, bytes)) _exit(0);
}

static void misbehave(void)
{
    char word[9] = {0};

    if (pread(0, word, 8, 0) != 8) return;
    if (!strcmp(word, "CRASH___")) {
        signal(SIGSEGV, SIG_DFL); /* the sanitizer's would tell of it */
        raise(SIGSEGV);
    }
    if (!strcmp(word, "LOOP____")) loop();
    if (!strcmp(word, "EAT_____")) eat_memory();
    if (!strcmp(word, "MUCH____")) say_too_much();
    if (!strcmp(word, "SILENT__")) _exit(0);
    if (!strcmp(word, "TRY_____")) try_all();
}

/* ---- the tests ---- */

static bool holds(Str bytes, const char *word)
{
    return str_find(bytes, str_from(word), 0) >= 0;
}

static void every_kind_is_drawn_in_every_size(void **unused)
{
    static const struct {
        const char *name;
        PictureSize size;
    } files[] = {
        {"plain.jpg", {800, 600}},
        {"said.jpg", {600, 800}}, /* EXIF says: turn it */
        {"small.png", {80, 60}},
        {"small.webp", {80, 60}},
        {"small.avif", {80, 60}},
        {"small.gif", {80, 60}},
        {"small.tif", {80, 60}},
    };
    Arena arena = arena_open();

    (void)unused;
    for (size_t i = 0; i < COUNT(files); i++) {
        Fault fault = fault_none();
        Drawn drawn = {0};
        PictureSize sizes[PICTURE_WIDTHS];
        Err err =
            worker_draw(&arena, sample(&arena, files[i].name), &drawn, &fault);

        check_row(files[i].name);
        assert_string_equal(fault.text, "");
        assert_int_equal(err, ERR_OK);
        assert_int_equal(drawn.size.width, files[i].size.width);
        assert_int_equal(drawn.size.height, files[i].size.height);
        assert_int_equal(
            drawn.count,
            3 * picture_sizes(drawn.size.width, drawn.size.height, sizes));
        /* its mean, 120, 119, 1: lossy formats and turning cost little */
        assert_in_range(drawn.color >> 16, 115, 124);
        assert_in_range(drawn.color >> 8 & 0xff, 115, 124);
        assert_in_range(drawn.color & 0xff, 0, 5);
    }
    arena_close(&arena);
}

static void nothing_is_in_them_but_the_picture(void **unused)
{
    static const char *const canaries[] = {
        "CANARY", "caption", "Person", "Photoshop", "Exif", "http:", "EXIF",
    };
    Arena arena = arena_open();
    Str bytes = sample(&arena, "said.jpg");
    Fault fault = fault_none();
    Drawn drawn = {0};

    (void)unused;
    assert_true(holds(bytes, "CANARYMODEL")); /* the test can fail */
    assert_int_equal(worker_draw(&arena, bytes, &drawn, &fault), ERR_OK);
    for (size_t i = 0; i < drawn.count; i++)
        for (size_t k = 0; k < COUNT(canaries); k++)
            /* AVIF names its one item Exif only where it has one */
            if (holds(drawn.made[i].bytes, canaries[k]))
                fail_msg("%s in %s of %d px", canaries[k],
                         picture_word(drawn.made[i].type),
                         drawn.made[i].size.width);
    arena_close(&arena);
}

static void what_is_wrong_with_one_is_said(void **unused)
{
    static const struct {
        const char *why;
        Str bytes;
        Err err;
        const char *says;
    } cases[] = {
        {"no picture", S_INIT("no picture at all"), ERR_UNSUPPORTED,
         "it is no picture"},
        {"a crash", S_INIT("CRASH___"), ERR_INVALID, "the decoder crashed"},
        {"no end", S_INIT("LOOP____"), ERR_TOO_BIG, "more time"},
        {"memory", S_INIT("EAT_____"), ERR_TOO_BIG, "more memory"},
        {"too much", S_INIT("MUCH____"), ERR_INVALID, "more than it may"},
        {"nothing said", S_INIT("SILENT__"), ERR_INVALID, "what it may not"},
        {"the walls", S_INIT("TRY_____"), ERR_FORBIDDEN,
         "read 0 write 0 home 0 net 0 fork 0 run 0 signal 0 see 0 code 0 "
         "grow 0 thread 1"},
        {"a bomb",
         S_INIT(
             "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\xc3\x50\0\0\xc3\x50\1\0\0\0\0"
             "\x63\xd4\0\x67"
             "\0\0\0\x0bIDATx\x9c\x63\x60\x80\1\0\0\x0a\0\1\x7f\x80\x74\x5e"
             "\0\0\0\0IEND\xae\x42\x60\x82"),
         ERR_TOO_BIG, "50000 x 50000 pixels"},
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        Arena arena = arena_open();
        Fault fault = fault_none();
        Drawn drawn = {0};
        Err err;

        check_row(cases[i].why);
#ifdef __SANITIZE_ADDRESS__
        if (!strcmp(cases[i].why, "memory")) continue; /* it is not bounded */
#endif
        err = worker_draw(&arena, cases[i].bytes, &drawn, &fault);
        if (!strstr(fault.text, cases[i].says))
            fail_msg("\"%s\" says not \"%s\"", fault.text, cases[i].says);
        assert_int_equal(err, cases[i].err);
        assert_int_equal(drawn.count, 0);
        arena_close(&arena);
    }
}

/* As one who may raise none of them: what it ends with says what went wrong. */
static _Noreturn void bound_within(int what, uint64_t hard)
{
    struct rlimit limit = {hard, hard};

    if (setrlimit((__rlimit_resource_t)what, &limit)) _exit(2);
    if (geteuid() == 0 && setresuid(65534, 65534, 65534)) _exit(3);
    if (jail_bound(NULL)) _exit(4);
    if (getrlimit((__rlimit_resource_t)what, &limit)) _exit(5);
    _exit(limit.rlim_cur == hard && limit.rlim_max == hard ? 0 : 6);
}

static void limits_that_are_as_low_already_are_kept(void **unused)
{
    static const struct {
        const char *why;
        int what;
        uint64_t hard;
    } cases[] = {
        {"no core", RLIMIT_CORE, 0},
        {"no file may grow", RLIMIT_FSIZE, 0},
        {"time", RLIMIT_CPU, JAIL_CPU_S - 1},
#ifndef __SANITIZE_ADDRESS__
        {"memory", RLIMIT_AS, JAIL_MEMORY / 2},
#endif
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        pid_t pid;
        int status;

        check_row(cases[i].why);
        pid = fork();
        if (pid == 0) bound_within(cases[i].what, cases[i].hard);
        assert_int_equal(waitpid(pid, &status, 0), pid);
        assert_int_equal(status, 0);
    }
}

/* A few hundred bytes changed in each: an answer, whatever it is. */
static void broken_ones_get_an_answer(void **unused)
{
    static const char *const files[] = {"said.jpg",   "small.png", "small.webp",
                                        "small.avif", "small.gif", "small.tif"};
    uint32_t chance = 7;

    (void)unused;
    for (size_t i = 0; i < COUNT(files); i++)
        for (size_t round = 0; round < 4; round++) {
            Arena arena = arena_open();
            Str bytes = sample(&arena, files[i]);
            char *at = arena_copy(&arena, bytes.ptr, bytes.len);
            Fault fault = fault_none();
            Drawn drawn = {0};
            Err err;

            for (size_t k = 0; k < 3 + bytes.len / 50; k++) {
                chance = chance * 1103515245 + 12345;
                at[16 + (chance >> 8) % (bytes.len - 16)] = (char)(chance >> 3);
            }
            err = worker_draw(&arena, (Str){at, bytes.len}, &drawn, &fault);
            assert_true(err == ERR_OK || fault.text[0]);
            arena_close(&arena);
        }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_is_drawn_in_every_size),
        cmocka_unit_test(nothing_is_in_them_but_the_picture),
        cmocka_unit_test(what_is_wrong_with_one_is_said),
        cmocka_unit_test(limits_that_are_as_low_already_are_kept),
        cmocka_unit_test(broken_ones_get_an_answer),
    };

    if (argc == 2 && !strcmp(argv[1], DRAW_COMMAND)) {
        misbehave();
        draw_main();
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
