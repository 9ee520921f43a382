/* charset_test.c -- which encoding text is in that does not say it. */
#include "text/charset.h"

#include "base/buf.h"
#include "check.h"

#include <unicode/ucnv.h>

#define UKRAINIAN "Гавань Одеси знову відкрили, повідомив порт."
#define RUSSIAN   "Гавань открыта"
#define FRENCH    "La police a été appelée près de la gare, a déclaré le préfet"
#define POLISH    "Minister powiedział, że dzięki nowym środkom będzie łatwiej"
#define ARABIC    "مرحبا بكم في هذا الموقع الإخباري اليوم"

/* text as another encoding has it. */
static Str encoded(Arena *arena, const char *text, const char *charset)
{
    UErrorCode code = U_ZERO_ERROR;
    UConverter *to = ucnv_open(charset, &code);
    char *bytes = arena_alloc(arena, 1000);
    int32_t len = ucnv_fromAlgorithmic(to, UCNV_UTF8, bytes, 1000, text,
                                       (int32_t)strlen(text), &code);

    ucnv_close(to);
    assert_true(U_SUCCESS(code));
    return (Str){bytes, (size_t)len};
}

static void text_without_a_word_is_read_by_its_letters(void **state)
{
    static const struct {
        const char *text, *charset;
    } rows[] = {
        {UKRAINIAN, "utf-8"},     {UKRAINIAN, "windows-1251"},
        {UKRAINIAN, "koi8-u"},    {RUSSIAN, "windows-1251"},
        {RUSSIAN, "koi8-r"},      {RUSSIAN, "ibm866"},
        {RUSSIAN, "iso-8859-5"},  {FRENCH, "windows-1252"},
        {POLISH, "windows-1250"}, {POLISH, "iso-8859-2"},
        {ARABIC, "windows-1256"}, {"No letter beyond ASCII", "us-ascii"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        Arena arena = arena_open();
        Str bytes = encoded(&arena, rows[i].text, rows[i].charset);
        Str guess = charset_guess(bytes);
        Str back;

        check_row(rows[i].charset);
        assert_int_equal(charset_decode(&arena, bytes, guess, &back, NULL),
                         ERR_OK);
        assert_str(back, str_from(rows[i].text));
        arena_close(&arena);
    }
}

static void damaged_utf8_stays_utf8(void **state)
{
    (void)state;
    assert_str(charset_guess(S(UKRAINIAN "\xD0 \xFF")), S("utf-8"));
    assert_str(charset_guess(S("")), S("utf-8"));
}

/* A saved page may begin with more script than is looked at. */
static void letters_may_come_late(void **state)
{
    Arena arena = arena_open();
    Str letters = encoded(&arena, UKRAINIAN, "windows-1251");
    Buf buf = buf_open(&arena, 1024 * 1024);

    (void)state;
    for (int i = 0; i < 30000; i++)
        buf_puts(&buf, S("let a = b;\n"));
    buf_puts(&buf, letters);
    assert_str(charset_guess(buf_str(&buf)), S("windows-1251"));
    arena_close(&arena);
}

static void noise_is_in_no_encoding(void **state)
{
    (void)state;
    assert_int_equal(charset_guess(S("\x81 \x8D \x8F \x90 \x9D")).len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_without_a_word_is_read_by_its_letters),
        cmocka_unit_test(damaged_utf8_stays_utf8),
        cmocka_unit_test(letters_may_come_late),
        cmocka_unit_test(noise_is_in_no_encoding),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
