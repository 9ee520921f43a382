/* test/unit/search/analysis_test.c -- which words are the same one, in each
 * language as its readers see it. */
#include "check.h"

#include <ctype.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "search/analysis.h"

static Analyst *analyst;

static int open_analyst(void **state)
{
    (void)state;
    analyst = analyst_open(ANALYST_FEW);
    return 0;
}

static int close_analyst(void **state)
{
    (void)state;
    analyst_close(analyst);
    return 0;
}

/* The words of a text as "word=term,term word=...". */
static Str words_of(Arena *arena, const char *language, const char *text)
{
    Str all = {0};
    Word word;

    analyst_begin(analyst, str_from(language), str_from(text));
    while (analyst_next(analyst, &word)) {
        all = str_format(arena, "%.*s%s%.*s=", STR_ARG(all), all.len ? " " : "",
                         (int)word.len, text + word.at);
        for (size_t i = 0; i < word.term_count; i++)
            all = str_format(arena, "%.*s%s%.*s", STR_ARG(all), i ? "," : "",
                             STR_ARG(word.terms[i]));
    }
    return all;
}

/* Does a query for one find the other? */
static bool meet(const char *language, const char *a, const char *b)
{
    Word words[2];
    char terms[2][WORD_TERMS][TERM_BYTES + 8];
    const char *texts[] = {a, b};

    for (int i = 0; i < 2; i++) {
        analyst_begin(analyst, str_from(language), str_from(texts[i]));
        if (!analyst_next(analyst, &words[i])) return false;
        for (size_t k = 0; k < words[i].term_count; k++)
            snprintf(terms[i][k], sizeof terms[i][k], "%.*s",
                     STR_ARG(words[i].terms[k]));
    }
    for (size_t i = 0; i < words[0].term_count; i++)
        for (size_t k = 0; k < words[1].term_count; k++)
            if (!strcmp(terms[0][i], terms[1][k])) return true;
    return false;
}

static void forms_of_a_word_meet_and_other_words_do_not(void **unused)
{
    static const struct {
        const char *why, *language, *a, *b;
        bool meet;
    } cases[] = {
        {"case", "en", "NATO", "nato", true},
        {"plural", "en", "elections", "Election", true},
        {"possessive, whatever apostrophe", "en", "Ireland’s", "ireland", true},
        {"another apostrophe", "en", "Ireland's", "Ireland‘s", true},
        {"accents of a word from elsewhere", "en", "résumé", "resume", true},
        {"a letter with a stroke", "en", "Wałęsa", "Walesa", true},
        {"an abbreviation", "en", "U.S.", "US", true},
        {"other words", "en", "general", "generous", false},
        {"full width", "en", "ＮＡＴＯ", "nato", true},
        {"a soft hyphen", "en", "govern\xC2\xADment", "government", true},
        {"French elision", "fr", "l'homme", "hommes", true},
        {"French accents", "fr", "français", "francais", true},
        {"German umlauts", "de", "Häuser", "Hauser", true},
        {"German ß", "de", "Straße", "strasse", true},
        {"Swedish å is a letter", "sv", "å", "a", false},
        {"Spanish ñ is a letter", "es", "ano", "año", false},
        {"Spanish accents", "es", "nación", "nacion", true},
        {"Turkish i", "tr", "İstanbul", "istanbul", true},
        {"Turkish ı is another", "tr", "ISPARTA", "isparta", false},
        {"Russian ё", "ru", "ёлка", "елки", true},
        {"Russian й is a letter", "ru", "район", "раион", false},
        {"Russian cases", "ru", "министрами", "министр", true},
        {"Ukrainian cases", "uk", "президентові", "президент", true},
        {"Ukrainian aspect of one verb", "uk", "очікує", "очікувати", true},
        {"reflexive", "uk", "очікується", "очікувати", true},
        {"a vowel that alternates", "uk", "Києва", "київ", true},
        {"a consonant that alternates", "uk", "нозі", "нога", true},
        {"a name that no dictionary has", "uk", "Бірнбаума", "бірнбаум", true},
        {"apostrophes", "uk", "м'яч", "мʼяча", true},
        {"the typographer's too", "uk", "м’ячем", "м'яч", true},
        {"ґ is a letter", "uk", "ґрати", "грати", false},
        {"ї is a letter", "uk", "їсти", "істи", false},
        {"Arabic vowel marks", "ar", "كِتَاب", "كتاب", true},
        {"Arabic hamza", "ar", "أخبار", "اخبار", true},
        {"Greek accents", "el", "Αθήνα", "αθηνα", true},
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        check_row(cases[i].why);
        assert_int_equal(meet(cases[i].language, cases[i].a, cases[i].b),
                         cases[i].meet);
        assert_int_equal(meet(cases[i].language, cases[i].b, cases[i].a),
                         cases[i].meet);
    }
}

static void a_text_is_parted_into_words(void **unused)
{
    static const struct {
        const char *why, *language, *text, *words;
    } cases[] = {
        {"nothing", "en", " -- ... \n", ""},
        {"hyphens part", "en", "France-Presse",
         "France=en:franc Presse=en:press"},
        {"a point between letters parts", "en", "example.com",
         "example=en:exampl com=en:com"},
        {"in a number it does not", "en", "3.5 4.40.1",
         "3.5=en:3.5 4.40.1=en:4.40.1"},
        {"a line parts", "en", "a_b", "a=en:a b=en:b"},
        {"... numbers too", "en", "2.2_2.2.13", "2.2=en:2.2 2.2.13=en:2.2.13"},
        {"so does a semicolon", "en", "1;2", "1=en:1 2=en:2"},
        {"Japanese by its dictionary", "ja", "東京都知事",
         "東京=ja:東京 都知事=ja:都知事"},
        {"Chinese too", "zh", "中国经济", "中国=zh:中国 经济=zh:经济"},
        {"a language of no stemmer", "xx", "Words stay",
         "Words=xx:words stay=xx:stay"},
        {"the tag in lower case", "pt-BR", "notícias", "notícias=pt-br:notic"},
    };
    Arena arena = arena_open();

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        check_row(cases[i].why);
        assert_str(words_of(&arena, cases[i].language, cases[i].text),
                   str_from(cases[i].words));
    }
    arena_close(&arena);
}

/* Of a word's term: nothing of ASCII at which a database would part it. */
static bool is_whole(Str term)
{
    for (size_t i = 0; i < term.len; i++) {
        char c = term.ptr[i];

        if (!(c & 0x80) && !isalnum((unsigned char)c) && !strchr(".,:'-", c))
            return false;
    }
    return true;
}

/* Between letters, between digits, and by itself. */
static void no_character_makes_two_terms_of_one(void **unused)
{
    static const char *const languages[] = {"en", "uk", "xx"};
    Arena arena = arena_open();
    size_t seen = 0;

    (void)unused;
    for (uint32_t c = ' '; c < 0x30000; c++) {
        Buf buf = buf_open(&arena, 64);
        Word word;

        if (c >= 0xD800 && c < 0xE000) continue;
        for (int i = 0; i < 3; i++) {
            buf_puts(&buf, i == 0 ? S("ab") : i == 1 ? S(" 12") : S(" "));
            buf_utf8(&buf, c);
            buf_puts(&buf, i == 0 ? S("cd") : i == 1 ? S("34") : S(" "));
        }
        analyst_begin(analyst, str_from(languages[c % COUNT(languages)]),
                      buf_str(&buf));
        while (analyst_next(analyst, &word))
            for (size_t i = 0; i < word.term_count; i++, seen++)
                if (!is_whole(word.terms[i]))
                    fail_msg("U+%04X: %.*s", c, STR_ARG(word.terms[i]));
        arena_reset(&arena);
    }
    assert_true(seen > 500000);
    arena_close(&arena);
}

/* Bounds first and terms later, or both at once: the same words. */
static void in_two_steps_the_words_are_the_same(void **unused)
{
    static const char *const languages[] = {"en", "uk", "zh"};
    Str text = S("U.S. a_b;c @ \u3164 mail@example.com, Agence-France-Presse "
                 "П’ять 3.5 中文新聞 \u3164\u3164 the end");
    Analyst *other = analyst_open(ANALYST_FEW);

    (void)unused;
    for (size_t i = 0; i < COUNT(languages); i++) {
        size_t without = 0;
        Word at_once;
        Word word;

        analyst_begin(analyst, str_from(languages[i]), text);
        analyst_begin(other, str_from(languages[i]), text);
        while (analyst_next_bounds(analyst, &word)) {
            assert_int_equal(word.term_count, 0);
            analyst_terms(analyst, &word);
            if (!word.term_count) {
                without++;
                continue;
            }
            assert_true(analyst_next(other, &at_once));
            assert_int_equal(word.at, at_once.at);
            assert_int_equal(word.len, at_once.len);
            assert_int_equal(word.term_count, at_once.term_count);
            for (size_t t = 0; t < word.term_count; t++)
                assert_str(word.terms[t], at_once.terms[t]);
        }
        assert_false(analyst_next(other, &at_once));
        assert_int_equal(without, 2); /* the two of U+3164 */
    }
    analyst_close(other);
}

/* Whatever stands in a text, a term is short and without white space. */
static void any_text_gives_terms_that_fit(void **unused)
{
    static const char *const pieces[] = {"ａｂｃ",
                                         "\xC2\xA0",
                                         "\xE2\x80\x8B",
                                         "'",
                                         "’’",
                                         "....",
                                         "1,000,000.00",
                                         "מִלָּה",
                                         "ภาษาไทย",
                                         "한국어",
                                         "\xF0\x9F\x87\xBA\xF0\x9F\x87\xA6",
                                         "\"",
                                         "\\",
                                         "\xEF\xB7\xBA",
                                         "\xC4\xB0\xCC\x87",
                                         "a\xCC\x81\xCC\x81\xCC\x81"};
    char text[4000];
    uint32_t seed = 7;
    size_t seen = 0;

    (void)unused;
    for (int round = 0; round < 300; round++) {
        size_t len = 0;
        Word word;

        while (len < 1500) {
            seed = seed * 1103515245 + 12345;
            len += (size_t)snprintf(text + len, sizeof text - len, "%s%s",
                                    pieces[(seed >> 16) % COUNT(pieces)],
                                    seed >> 28 ? "" : " ");
        }
        analyst_begin(analyst, S("uk"), str_from(text));
        while (analyst_next(analyst, &word)) {
            assert_true(word.len && word.at + word.len <= len);
            assert_in_range(word.term_count, 1, WORD_TERMS);
            for (size_t i = 0; i < word.term_count; i++) {
                Str term = word.terms[i];

                seen++;
                assert_true(term.len > 3 && term.len <= TERM_BYTES + 8);
                for (size_t k = 0; k < term.len; k++)
                    assert_true((uint8_t)term.ptr[k] > ' ');
            }
        }
    }
    assert_true(seen > 1000);
}

static void a_long_word_is_cut_and_still_found(void **unused)
{
    char text[5000];
    Word word;

    (void)unused;
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = 0;
    analyst_begin(analyst, S("en"), str_from(text));
    assert_true(analyst_next(analyst, &word));
    assert_int_equal(word.len, sizeof text - 1);
    assert_true(word.terms[0].len <= TERM_BYTES + 8);
}

/* What was learnt is forgotten when it is too much, and learnt again. */
static void who_remembers_few_words_says_the_same(void **unused)
{
    Analyst *few = analyst_open(2);
    static const char *const texts[] = {"one two three", "two four",
                                        "one five"};

    (void)unused;
    for (int round = 0; round < 3; round++)
        for (size_t i = 0; i < COUNT(texts); i++) {
            Word a;
            Word b;

            analyst_begin(few, S("en"), str_from(texts[i]));
            analyst_begin(analyst, S("en"), str_from(texts[i]));
            while (analyst_next(analyst, &a)) {
                assert_true(analyst_next(few, &b));
                assert_str(a.terms[0], b.terms[0]);
            }
            assert_false(analyst_next(few, &b));
        }
    analyst_close(few);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(forms_of_a_word_meet_and_other_words_do_not),
        cmocka_unit_test(a_text_is_parted_into_words),
        cmocka_unit_test(no_character_makes_two_terms_of_one),
        cmocka_unit_test(in_two_steps_the_words_are_the_same),
        cmocka_unit_test(any_text_gives_terms_that_fit),
        cmocka_unit_test(a_long_word_is_cut_and_still_found),
        cmocka_unit_test(who_remembers_few_words_says_the_same),
    };

    return cmocka_run_group_tests(tests, open_analyst, close_analyst);
}
