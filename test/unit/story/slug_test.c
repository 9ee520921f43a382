/* test/unit/story/slug_test.c -- addresses that a person can read. */
#include "check.h"

#include <stdlib.h>

#include <unicode/ustring.h>
#include <unicode/utrans.h>

#include "base/buf.h"
#include "base/file.h"
#include "story/slug.h"

static void headlines_become_slugs(void **unused)
{
    static const struct {
        const char *why;
        Str language;
        Str headline;
        Str slug;
    } cases[] = {
        {"English", S_INIT("en"),
         S_INIT("Blinken to meet NATO's Secretary-General"),
         S_INIT("blinken-to-meet-natos-secretary-general")},
        {"quotes and an ampersand", S_INIT("en"),
         S_INIT("\"Q&A\": what’s next?"), S_INIT("q-a-whats-next")},
        {"digits", S_INIT("en"), S_INIT("2,5 % in 2021"),
         S_INIT("2-5-in-2021")},
        {"Ukrainian by resolution 55", S_INIT("uk"),
         S_INIT("Згорів з'їзд у Єнакієвому: щит і Юрій"),
         S_INIT("zghoriv-zizd-u-yenakiievomu-shchyt-i-yurii")},
        {"a region does not matter", S_INIT("uk-UA"), S_INIT("Їжак"),
         S_INIT("yizhak")},
        {"the typographic apostrophe", S_INIT("uk"), S_INIT("Знам’янка, п’ять"),
         S_INIT("znamianka-piat")},
        {"a hyphen begins a word", S_INIT("uk"), S_INIT("Івано-Єрмаківка"),
         S_INIT("ivano-yermakivka")},
        {"the same letters in Russian", S_INIT("ru"),
         S_INIT("Съезд в Киеве: ещё один щит, подъём"),
         S_INIT("sieezd-v-kieve-eshche-odin-shchit-podieem")},
        {"Russian names as in passports", S_INIT("ru"),
         S_INIT("Юлия Яковлева, Хабаровск, Цой"),
         S_INIT("iuliia-iakovleva-khabarovsk-tsoi")},
        {"Cyrillic in an English headline", S_INIT("en"),
         S_INIT("The word мир"), S_INIT("the-word-mir")},
        {"letters with marks apart", S_INIT("uk"),
         S_INIT("и\xCC\x86 і\xCC\x88жак"), S_INIT("y-yizhak")},
        {"French", S_INIT("fr"), S_INIT("L'été à Œuvre-ça"),
         S_INIT("lete-a-oeuvre-ca")},
        {"German", S_INIT("de"), S_INIT("Straße über Öl"),
         S_INIT("strasse-uber-ol")},
        {"Polish", S_INIT("pl"), S_INIT("Łódź źle"), S_INIT("lodz-zle")},
        {"Vietnamese, by ICU", S_INIT("vi"), S_INIT("Việt Nam"),
         S_INIT("viet-nam")},
        {"Greek, by ICU", S_INIT("el"), S_INIT("Νέα φωτιά"),
         S_INIT("nea-photia")},
        {"Arabic, by ICU", S_INIT("ar"), S_INIT("أخبار اليوم"),
         S_INIT("akhbar-alywm")},
        {"Arabic digits", S_INIT("ar"), S_INIT("٢٠٢١"), S_INIT("2021")},
        {"Chinese, by ICU", S_INIT("zh"), S_INIT("新闻 2021"),
         S_INIT("xin-wen-2021")},
        {"a soft hyphen and dashes", S_INIT("en"),
         S_INIT("co\xC2\xADoperate — now"), S_INIT("cooperate-now")},
        {"nothing", S_INIT("en"), S_INIT(""), S_INIT("story")},
        {"only signs", S_INIT("en"), S_INIT("!!! — 🙂 …"),
         S_INIT("story")},
        {"only a soft sign", S_INIT("uk"), S_INIT("ь"), S_INIT("story")},
        {"a path is no path", S_INIT("en"), S_INIT("../../etc/passwd\n<b>"),
         S_INIT("etc-passwd-b")},
        {"cut between words", S_INIT("en"),
         S_INIT("aaaaaaaaa bbbbbbbbb ccccccccc ddddddddd eeeeeeeee fffffffff "
                "ggggggggg hhhhhhhhh iiiiiiiii"),
         S_INIT("aaaaaaaaa-bbbbbbbbb-ccccccccc-ddddddddd-eeeeeeeee-fffffffff-"
                "ggggggggg-hhhhhhhhh")},
        {"at 80 whole words stay", S_INIT("en"),
         S_INIT("aaaaaaaaa bbbbbbbbb ccccccccc ddddddddd eeeeeeeee fffffffff "
                "ggggggggg hhhhhhhhhh i"),
         S_INIT("aaaaaaaaa-bbbbbbbbb-ccccccccc-ddddddddd-eeeeeeeee-fffffffff-"
                "ggggggggg-hhhhhhhhhh")},
        {"one long word is cut inside", S_INIT("en"),
         S_INIT("aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff"
                "gggggggggghhhhhhhhhhi"),
         S_INIT("aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff"
                "gggggggggghhhhhhhhhh")},
    };
    Arena arena = arena_open();

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        check_row(cases[i].why);
        assert_str(slug_make(&arena, cases[i].headline, cases[i].language),
                   cases[i].slug);
    }
    arena_close(&arena);
}

static void any_bytes_give_an_address(void **unused)
{
    uint32_t random = 1;

    (void)unused;
    for (int i = 0; i < 20000; i++) {
        Arena arena = arena_open();
        Buf text = buf_open(&arena, 400);
        Str slug;

        for (int k = 0; k < 40; k++) {
            random = random * 1664525 + 1013904223;
            buf_utf8(&text, (random >> 8) % (k % 2 ? 0x300 : 0xD000));
        }
        slug = slug_make(&arena, buf_str(&text), i % 2 ? S("uk") : S("xx"));
        assert_in_range(slug.len, 1, SLUG_MAX);
        for (size_t k = 0; k < slug.len; k++)
            assert_non_null(
                strchr("abcdefghijklmnopqrstuvwxyz0123456789-", slug.ptr[k]));
        assert_true(slug.ptr[0] != '-' && slug.ptr[slug.len - 1] != '-');
        assert_true(str_find(slug, S("--"), 0) < 0);
        arena_close(&arena);
    }
}

static void capitals_are_kept_in_names(void **unused)
{
    static const struct {
        const char *why;
        Str uk, ru;
        Str text;
    } cases[] = {
        {"a name", S_INIT("Shcherbukhy"), S_INIT("Shcherbukhi"),
         S_INIT("Щербухи")},
        {"all capitals", S_INIT("SHCHO"), S_INIT("SHCHO"), S_INIT("ЩО")},
        {"a capital alone", S_INIT("Ya i ty"), S_INIT("Ia i ti"),
         S_INIT("Я і ти")},
        {"the last capital", S_INIT("NATSIIA"), S_INIT("NATSIIA"),
         S_INIT("НАЦІЯ")},
        {"everything else stays", S_INIT("It's «A» — 5 %"),
         S_INIT("It's «A» — 5 %"), S_INIT("It's «А» — 5 %")},
    };
    Arena arena = arena_open();

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        check_row(cases[i].why);
        assert_str(translit_uk(&arena, cases[i].text), cases[i].uk);
        assert_str(translit_ru(&arena, cases[i].text), cases[i].ru);
    }
    arena_close(&arena);
}

static void check_table(const char *name, int least)
{
    Arena arena = arena_open();
    const char *shared = getenv("SHARED");
    char *path = file_join(&arena, shared ? shared : "../shared", name);
    Str text;
    Str line;
    int count = 0;

    if (!file_exists(path)) {
        print_message("%s is not here: skipped\n", path);
        skip();
    }
    assert_int_equal(file_read(&arena, path, 1 << 20, &text, NULL), ERR_OK);
    while (str_line(&text, &line)) {
        Str cyrillic = str_cut(&line, '\t');

        if (!line.len) continue;
        assert_str(translit_uk(&arena, cyrillic), line);
        count++;
    }
    print_message("%s: %d names\n", name, count);
    assert_true(count >= least);
    arena_close(&arena);
}

static void the_resolution_s_own_examples_pass(void **unused)
{
    (void)unused;
    check_table("data/translit/kmu55-annex.tsv", 70);
}

static void real_names_pass(void **unused)
{
    (void)unused;
    check_table("data/translit/names.dev.tsv", 900);
}

static void letters_with_marks_are_as_icu_has_them(void **unused)
{
    UErrorCode code = U_ZERO_ERROR;
    UTransliterator *icu = utrans_openU(u"Latin-ASCII; Lower", -1,
                                        UTRANS_FORWARD, NULL, 0, NULL, &code);
    Arena arena = arena_open();

    (void)unused;
    assert_true(U_SUCCESS(code));
    for (uint32_t c = 0xC0; c < 0x180; c++) {
        UChar wide[16] = {(UChar)c};
        Buf text = buf_open(&arena, 16);
        int32_t len = 1;
        int32_t limit = 1;
        char ascii[17] = "";

        if (c == 0xD7 || c == 0xF7 || c == 0x149) continue; /* × ÷ ŉ */
        utrans_transUChars(icu, wide, &len, 16, 0, &limit, &code);
        u_strToUTF8(ascii, 16, NULL, wide, len, &code);
        buf_utf8(&text, c);
        assert_str(slug_make(&arena, buf_str(&text), S("en")), str_from(ascii));
    }
    utrans_close(icu);
    arena_close(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headlines_become_slugs),
        cmocka_unit_test(any_bytes_give_an_address),
        cmocka_unit_test(capitals_are_kept_in_names),
        cmocka_unit_test(the_resolution_s_own_examples_pass),
        cmocka_unit_test(real_names_pass),
        cmocka_unit_test(letters_with_marks_are_as_icu_has_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
