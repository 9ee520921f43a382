/* test/unit/media/sniff_test.c -- pictures are known by their content, and what
 * only looks like one is refused. */
#include "sample.h"

#include "base/buf.h"
#include "media/intake.h"
#include "media/sniff.h"

static const struct {
    const char *name;
    PictureType type;
} files[] = {
    {"plain.jpg", PICTURE_JPEG},  {"said.jpg", PICTURE_JPEG},
    {"small.png", PICTURE_PNG},   {"small.webp", PICTURE_WEBP},
    {"small.avif", PICTURE_AVIF}, {"small.gif", PICTURE_GIF},
    {"small.tif", PICTURE_TIFF},
};

static void each_kind_is_known(void **unused)
{
    Arena arena = arena_open();

    (void)unused;
    for (size_t i = 0; i < COUNT(files); i++) {
        PictureType type = PICTURE_TYPE_COUNT;
        Fault fault = fault_none();

        check_row(files[i].name);
        assert_int_equal(
            sniff_picture(sample(&arena, files[i].name), &type, &fault),
            ERR_OK);
        assert_int_equal(type, files[i].type);
    }
    arena_close(&arena);
}

/* But for TIFF, whose parts lie anywhere: its decoder tells. */
static void one_that_is_cut_short_is_refused(void **unused)
{
    Arena arena = arena_open();

    (void)unused;
    for (size_t i = 0; i + 1 < COUNT(files); i++) {
        Str bytes = sample(&arena, files[i].name);

        check_row(files[i].name);
        for (size_t len = 0; len < bytes.len; len += 1 + bytes.len / 300) {
            Fault fault = fault_none();
            PictureType type;
            Str part = {arena_copy(&arena, bytes.ptr, len), len};
            Err err = sniff_picture(part, &type, &fault);

            assert_true(err == ERR_INVALID || err == ERR_UNSUPPORTED);
            assert_true(fault.text[0]);
        }
    }
    arena_close(&arena);
}

static void what_is_no_picture_is_named(void **unused)
{
    static const struct {
        const char *why;
        Str bytes;
        const char *says;
    } cases[] = {
        {"nothing", S_INIT(""), "it is empty"},
        {"text", S_INIT("A ship is in. It came at nine."), "it is no picture"},
        {"SVG", S_INIT("<?xml version='1.0'?>\n<svg onload='alert(1)'/>"),
         "it is SVG"},
        {"SVG in capitals", S_INIT("\xEF\xBB\xBF<!-- x --><SVG>"), "it is SVG"},
        {"HTML", S_INIT("<!DOCTYPE html><title>a</title>"), "it is HTML"},
        {"PDF", S_INIT("%PDF-1.7\n1 0 obj"), "it is PDF"},
        {"ZIP", S_INIT("PK\3\4aaaaaaaaaaaaaaaaaaaa"), "it is a ZIP"},
        {"gzip", S_INIT("\x1f\x8b\x08 aaaaaaaaaaaaa"), "compressed by gzip"},
        {"HEIC",
         S_INIT("\0\0\0\x18"
                "ftypheic\0\0\0\0mif1heic"),
         "HEIC"},
        {"a film",
         S_INIT("\0\0\0\x18"
                "ftypisom\0\0\0\0isommp41"),
         "a film"},
        {"sound", S_INIT("RIFF\x10\0\0\0WAVEfmt aaaa"), "sound"},
        {"a bitmap", S_INIT("BM\x10\0\0\0aaaaaaaaaaaaaa"), "Windows bitmap"},
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        Fault fault = fault_none();
        PictureType type;
        Err err = sniff_picture(cases[i].bytes, &type, &fault);

        check_row(cases[i].why);
        assert_int_equal(err,
                         cases[i].bytes.len ? ERR_UNSUPPORTED : ERR_INVALID);
        assert_non_null(strstr(fault.text, cases[i].says));
        assert_non_null(strstr(fault.text, "JPEG, PNG, WebP"));
    }
}

/* A ZIP's list of one file, and the end record behind it. */
#define ZIP_LIST "PK\1\2aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define ZIP_END  "PK\5\6\0\0\0\0\1\0\1\0\x2e\0\0\0\0\0\0\0"

/* At most 2,000 bytes that some other program takes for its own. */
static void what_is_more_than_a_picture_is_refused(void **unused)
{
    static const struct {
        const char *why;
        Str more;
        const char *says;
    } cases[] = {
        {"script", S_INIT("<script>alert(1)</script>"), "HTML or script"},
        {"script with a source", S_INIT("<sCrIpT src=x>"), "HTML or script"},
        {"HTML", S_INIT("\n<html><body>"), "HTML or script"},
        {"a document type", S_INIT("<!doctype html>"), "HTML or script"},
        {"a frame", S_INIT("<iframe\tsrcdoc=x>"), "HTML or script"},
        {"PHP", S_INIT("<?php system($_GET[1]); ?>"), "HTML or script"},
        {"a ZIP", S_INIT(ZIP_LIST ZIP_END "\0\0"), "a ZIP"},
        {"a ZIP with a comment", S_INIT(ZIP_LIST ZIP_END "\4\0more"), "a ZIP"},
        {"a comment cut short", S_INIT(ZIP_LIST ZIP_END "\xff\xffmore"),
         "a ZIP"},
        {"a ZIP and more", S_INIT(ZIP_LIST ZIP_END "\0\0more"), "a ZIP"},
        {"ZIP64",
         S_INIT("PK\6\7aaaaaaaaaaaaaaaaPK\5\6\0\0\0\0\xff\xff\xff\xff"
                "\xff\xff\xff\xff\xff\xff\xff\xff\0\0"),
         "a ZIP"},
    };
    Arena arena = arena_open();

    (void)unused;
    for (size_t k = 0; k < COUNT(files); k++)
        for (size_t i = 0; i < COUNT(cases); i++) {
            Str bytes = sample(&arena, files[k].name);
            Str both = str_format(&arena, "%*s", (int)(bytes.len + 100), "");
            Fault fault = fault_none();
            PictureType type;
            char *at = (char *)(uintptr_t)both.ptr;

            check_row(cases[i].why);
            memcpy(at, bytes.ptr, bytes.len);
            memcpy(at + bytes.len, cases[i].more.ptr, cases[i].more.len);
            both.len = bytes.len + cases[i].more.len;
            assert_int_equal(sniff_picture(both, &type, &fault), ERR_INVALID);
            assert_non_null(strstr(fault.text, cases[i].says));
        }
    arena_close(&arena);
}

static void a_picture_s_noise_is_no_program(void **unused)
{
    static const Str noise[] = {
        S_INIT("<svG(x"),
        S_INIT("<html\x80"),
        S_INIT("<scripts"),
        S_INIT("PK\5\6 and no more"),
        S_INIT(ZIP_END "\0\0"),
        S_INIT(ZIP_LIST "PK\5\6 and no more"),
        S_INIT("%PDF-1.7 far behind"),
    };
    Arena arena = arena_open();
    Str bytes = sample(&arena, "plain.jpg");

    (void)unused;
    for (size_t i = 0; i < COUNT(noise); i++) {
        Str both = {arena_copy(&arena, bytes.ptr, bytes.len), bytes.len};
        PictureType type;
        Fault fault = fault_none();

        check_row(noise[i].ptr);
        memcpy((char *)(uintptr_t)both.ptr + 5000, noise[i].ptr, noise[i].len);
        assert_int_equal(sniff_picture(both, &type, &fault), ERR_OK);
    }
    arena_close(&arena);
}

/* Its readers that look there first do not mind what is before the end. */
static void a_zip_that_counts_from_the_beginning_is_refused(void **unused)
{
    static const Str zip =
        S_INIT(ZIP_LIST "no part of the list" ZIP_END "\0\0");
    Arena arena = arena_open();
    Str bytes = sample(&arena, "small.gif");
    Buf buf = buf_open(&arena, bytes.len + zip.len);
    Fault fault = fault_none();
    PictureType type;
    char *from;

    (void)unused;
    buf_puts(&buf, bytes);
    buf_puts(&buf, zip);
    from = buf.ptr + buf.len - 6;
    from[0] = (char)(bytes.len & 0xff);
    from[1] = (char)(bytes.len >> 8);
    assert_int_equal(sniff_picture(buf_str(&buf), &type, &fault), ERR_INVALID);
    assert_non_null(strstr(fault.text, "a ZIP"));
    arena_close(&arena);
}

/* By chance one picture in some 14,000 has one that ends as a ZIP. */
static void a_rendition_is_held_to_its_format_alone(void **unused)
{
    static const struct {
        const char *why;
        Str name, more;
        size_t len; /* of the picture's */
        Err err;
    } cases[] = {
        {"as it is", S_INIT("AAAAAAAAAAAAAAAAAAAAAAAA-320.jpg"), S_INIT(""),
         SIZE_MAX, ERR_OK},
        {"a ZIP", S_INIT("AAAAAAAAAAAAAAAAAAAAAAAA-320.jpg"),
         S_INIT(ZIP_LIST ZIP_END "\0\0"), SIZE_MAX, ERR_OK},
        {"a tag", S_INIT("AAAAAAAAAAAAAAAAAAAAAAAA-320.jpg"), S_INIT("<html>"),
         SIZE_MAX, ERR_OK},
        {"another format", S_INIT("AAAAAAAAAAAAAAAAAAAAAAAA-320.webp"),
         S_INIT(""), SIZE_MAX, ERR_INVALID},
        {"cut short", S_INIT("AAAAAAAAAAAAAAAAAAAAAAAA-320.jpg"), S_INIT(""),
         2000, ERR_INVALID},
        {"no picture", S_INIT("AAAAAAAAAAAAAAAAAAAAAAAA-320.jpg"),
         S_INIT("<html>"), 0, ERR_INVALID},
    };
    Arena arena = arena_open();

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        Str bytes = str_slice(sample(&arena, "plain.jpg"), 0, cases[i].len);
        Buf buf = buf_open(&arena, bytes.len + 100);

        check_row(cases[i].why);
        buf_puts(&buf, bytes);
        buf_puts(&buf, cases[i].more);
        assert_int_equal(picture_fits(cases[i].name, buf_str(&buf), NULL),
                         cases[i].err);
    }
    arena_close(&arena);
}

static void a_pdf_at_the_beginning_is_refused(void **unused)
{
    Arena arena = arena_open();
    Str bytes = sample(&arena, "small.gif");
    Str both = {arena_copy(&arena, bytes.ptr, bytes.len), bytes.len};
    Fault fault = fault_none();
    PictureType type;

    (void)unused;
    memcpy((char *)(uintptr_t)both.ptr + 20, "%PDF-1.4", 8);
    assert_int_equal(sniff_picture(both, &type, &fault), ERR_INVALID);
    assert_non_null(strstr(fault.text, "PDF at once"));
    arena_close(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_is_known),
        cmocka_unit_test(one_that_is_cut_short_is_refused),
        cmocka_unit_test(what_is_no_picture_is_named),
        cmocka_unit_test(what_is_more_than_a_picture_is_refused),
        cmocka_unit_test(a_picture_s_noise_is_no_program),
        cmocka_unit_test(a_zip_that_counts_from_the_beginning_is_refused),
        cmocka_unit_test(a_rendition_is_held_to_its_format_alone),
        cmocka_unit_test(a_pdf_at_the_beginning_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
