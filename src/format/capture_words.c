#include "format/capture_words.h"

#include <string.h>
#include <unicode/uchar.h>

#include "base/utf8.h"

typedef struct Word {
    LineKind kind;
    const char *language;
    Str text; /* folded */
} Word;

/* Whole lines. */
static const Word words[] = {
    {LINE_MORE, "en", S_INIT("more about")},
    {LINE_MORE, "en", S_INIT("more on this topic")},
    {LINE_MORE, "en", S_INIT("related")},
    {LINE_MORE, "en", S_INIT("related news")},
    {LINE_MORE, "en", S_INIT("related stories")},
    {LINE_MORE, "en", S_INIT("read also")},
    {LINE_MORE, "uk", S_INIT("більше про")},
    {LINE_MORE, "uk", S_INIT("більше про це")},
    {LINE_MORE, "uk", S_INIT("ще за темою")},
    {LINE_MORE, "uk", S_INIT("ще про")},
    {LINE_MORE, "uk", S_INIT("за темою")},
    {LINE_MORE, "uk", S_INIT("читайте також")},
    {LINE_MORE, "ru", S_INIT("ещё по теме")},
    {LINE_MORE, "ru", S_INIT("еще по теме")},
    {LINE_MORE, "ru", S_INIT("ещё о")},
    {LINE_MORE, "ru", S_INIT("еще о")},
    {LINE_MORE, "ru", S_INIT("больше о")},
    {LINE_MORE, "ru", S_INIT("по теме")},
    {LINE_MORE, "ru", S_INIT("читайте также")},
    {LINE_MORE, "de", S_INIT("mehr zum thema")},
    {LINE_MORE, "pl", S_INIT("więcej na ten temat")},
    {LINE_MORE, "fr", S_INIT("sur le même sujet")},
    {LINE_MORE, "ar", S_INIT("المزيد حول الموضوع")},
    {LINE_HOT, "en", S_INIT("hot news")},
    {LINE_HOT, "en", S_INIT("hot topics")},
    {LINE_HOT, "en", S_INIT("most read")},
    {LINE_HOT, "en", S_INIT("most popular")},
    {LINE_HOT, "uk", S_INIT("гарячі новини")},
    {LINE_HOT, "uk", S_INIT("популярні новини")},
    {LINE_HOT, "uk", S_INIT("популярне")},
    {LINE_HOT, "uk", S_INIT("найпопулярніше")},
    {LINE_HOT, "uk", S_INIT("найчитаніше")},
    {LINE_HOT, "uk", S_INIT("головні новини")},
    {LINE_HOT, "uk", S_INIT("головне")},
    {LINE_HOT, "ru", S_INIT("горячие новости")},
    {LINE_HOT, "ru", S_INIT("популярные новости")},
    {LINE_HOT, "ru", S_INIT("популярное")},
    {LINE_HOT, "ru", S_INIT("самое читаемое")},
    {LINE_HOT, "ru", S_INIT("главные новости")},
    {LINE_HOT, "ru", S_INIT("главное")},
    {LINE_HOT, "de", S_INIT("meistgelesen")},
    {LINE_HOT, "pl", S_INIT("najpopularniejsze")},
    {LINE_HOT, "fr", S_INIT("les plus lus")},
    {LINE_HOT, "ar", S_INIT("الأكثر قراءة")},
    {LINE_LATEST, "en", S_INIT("latest")},
    {LINE_LATEST, "en", S_INIT("latest news")},
    {LINE_LATEST, "en", S_INIT("last news")},
    {LINE_LATEST, "uk", S_INIT("останні")},
    {LINE_LATEST, "uk", S_INIT("останнє")},
    {LINE_LATEST, "uk", S_INIT("останні новини")},
    {LINE_LATEST, "uk", S_INIT("стрічка новин")},
    {LINE_LATEST, "ru", S_INIT("последние")},
    {LINE_LATEST, "ru", S_INIT("последнее")},
    {LINE_LATEST, "ru", S_INIT("последние новости")},
    {LINE_LATEST, "ru", S_INIT("лента новостей")},
    {LINE_LATEST, "de", S_INIT("neueste")},
    {LINE_LATEST, "de", S_INIT("neueste nachrichten")},
    {LINE_LATEST, "pl", S_INIT("najnowsze")},
    {LINE_LATEST, "fr", S_INIT("dernières nouvelles")},
    {LINE_LATEST, "fr", S_INIT("dernières infos")},
    {LINE_LATEST, "ar", S_INIT("آخر الأخبار")},
    {LINE_LOADING, "", S_INIT("loading")},
    {LINE_LOADING, "", S_INIT("завантаження")},
    {LINE_LOADING, "", S_INIT("загрузка")},
    {LINE_LOADING, "", S_INIT("wird geladen")},
    {LINE_LOADING, "", S_INIT("ładowanie")},
    {LINE_LOADING, "", S_INIT("chargement")},
    {LINE_LOADING, "", S_INIT("جار التحميل")},
    {LINE_AD, "", S_INIT("ad")},
    {LINE_AD, "", S_INIT("ads")},
    {LINE_AD, "", S_INIT("advertisement")},
    {LINE_AD, "", S_INIT("реклама")},
    {LINE_AD, "", S_INIT("anzeige")},
    {LINE_AD, "", S_INIT("reklama")},
    {LINE_AD, "", S_INIT("publicité")},
    {LINE_AD, "", S_INIT("إعلان")},
    {LINE_TAGS, "en", S_INIT("tags")},
    {LINE_TAGS, "", S_INIT("теги")},
    {LINE_TAGS, "uk", S_INIT("мітки")},
    {LINE_TAGS, "ru", S_INIT("метки")},
    {LINE_FOOT, "en", S_INIT("contacts")},
    {LINE_FOOT, "en", S_INIT("contact us")},
    {LINE_FOOT, "en", S_INIT("about us")},
    {LINE_FOOT, "en", S_INIT("about the agency")},
    {LINE_FOOT, "en", S_INIT("advertise with us")},
    {LINE_FOOT, "en", S_INIT("terms of use")},
    {LINE_FOOT, "en", S_INIT("terms of service")},
    {LINE_FOOT, "en", S_INIT("privacy policy")},
    {LINE_FOOT, "en", S_INIT("follow us")},
    {LINE_FOOT, "uk", S_INIT("контакти")},
    {LINE_FOOT, "uk", S_INIT("про нас")},
    {LINE_FOOT, "uk", S_INIT("про агентство")},
    {LINE_FOOT, "uk", S_INIT("реклама на сайті")},
    {LINE_FOOT, "uk", S_INIT("правила використання")},
    {LINE_FOOT, "uk", S_INIT("умови використання")},
    {LINE_FOOT, "uk", S_INIT("політика конфіденційності")},
    {LINE_FOOT, "ru", S_INIT("контакты")},
    {LINE_FOOT, "ru", S_INIT("о нас")},
    {LINE_FOOT, "ru", S_INIT("об агентстве")},
    {LINE_FOOT, "ru", S_INIT("реклама на сайте")},
    {LINE_FOOT, "ru", S_INIT("правила использования")},
    {LINE_FOOT, "ru", S_INIT("условия использования")},
    {LINE_FOOT, "ru", S_INIT("политика конфиденциальности")},
    {LINE_FOOT, "de", S_INIT("impressum")},
    {LINE_FOOT, "de", S_INIT("kontakt")},
    {LINE_FOOT, "de", S_INIT("datenschutz")},
    {LINE_FOOT, "fr", S_INIT("mentions légales")},
    {LINE_FOOT, "ar", S_INIT("اتصل بنا")},
    {LINE_BUTTON, "en", S_INIT("share")},
    {LINE_BUTTON, "en", S_INIT("print")},
    {LINE_BUTTON, "en", S_INIT("copy link")},
    {LINE_BUTTON, "en", S_INIT("read more")},
    {LINE_BUTTON, "en", S_INIT("load more")},
    {LINE_BUTTON, "en", S_INIT("show more")},
    {LINE_BUTTON, "en", S_INIT("more news")},
    {LINE_BUTTON, "en", S_INIT("all news")},
    {LINE_BUTTON, "uk", S_INIT("поділитися")},
    {LINE_BUTTON, "uk", S_INIT("поширити")},
    {LINE_BUTTON, "uk", S_INIT("друкувати")},
    {LINE_BUTTON, "uk", S_INIT("копіювати посилання")},
    {LINE_BUTTON, "uk", S_INIT("читати далі")},
    {LINE_BUTTON, "uk", S_INIT("більше новин")},
    {LINE_BUTTON, "uk", S_INIT("усі новини")},
    {LINE_BUTTON, "uk", S_INIT("всі новини")},
    {LINE_BUTTON, "ru", S_INIT("поделиться")},
    {LINE_BUTTON, "ru", S_INIT("печать")},
    {LINE_BUTTON, "ru", S_INIT("скопировать ссылку")},
    {LINE_BUTTON, "ru", S_INIT("читать далее")},
    {LINE_BUTTON, "ru", S_INIT("больше новостей")},
    {LINE_BUTTON, "ru", S_INIT("все новости")},
};

/* Beginnings of a line, before ':'. */
static const Word labels[] = {
    {LINE_TAGS, "en", S_INIT("tags")},
    {LINE_TAGS, "en", S_INIT("tag")},
    {LINE_TAGS, "en", S_INIT("keywords")},
    {LINE_TAGS, "", S_INIT("теги")}, /* Ukrainian and Russian */
    {LINE_TAGS, "", S_INIT("тег")},
    {LINE_TAGS, "uk", S_INIT("мітки")},
    {LINE_TAGS, "ru", S_INIT("метки")},
    {LINE_TAGS, "de", S_INIT("schlagwörter")},
    {LINE_TAGS, "pl", S_INIT("tagi")},
    {LINE_TAGS, "fr", S_INIT("mots-clés")},
    {LINE_TAGS, "ar", S_INIT("الوسوم")},
    {LINE_READING, "en", S_INIT("reading time")},
    {LINE_READING, "uk", S_INIT("час читання")},
    {LINE_READING, "ru", S_INIT("время чтения")},
};

/* Beginnings of a line, before a time. */
static const Word stamps[] = {
    {LINE_TIME, "en", S_INIT("published")},
    {LINE_TIME, "en", S_INIT("posted")},
    {LINE_TIME, "uk", S_INIT("опубліковано")},
    {LINE_TIME, "ru", S_INIT("опубликовано")},
    {LINE_TIME, "de", S_INIT("veröffentlicht")},
    {LINE_TIME, "pl", S_INIT("opublikowano")},
    {LINE_TIME, "fr", S_INIT("publié")},
    {LINE_TIME, "ar", S_INIT("نشر")},
    {LINE_UPDATED, "en", S_INIT("updated")},
    {LINE_UPDATED, "en", S_INIT("last updated")},
    {LINE_UPDATED, "uk", S_INIT("оновлено")},
    {LINE_UPDATED, "uk", S_INIT("змінено")},
    {LINE_UPDATED, "ru", S_INIT("обновлено")},
    {LINE_UPDATED, "ru", S_INIT("изменено")},
    {LINE_UPDATED, "de", S_INIT("aktualisiert")},
    {LINE_UPDATED, "pl", S_INIT("zaktualizowano")},
    {LINE_UPDATED, "pl", S_INIT("aktualizacja")},
    {LINE_UPDATED, "fr", S_INIT("mis à jour")},
    {LINE_UPDATED, "ar", S_INIT("تحديث")},
};

/* Beginnings of a line of the foot. */
static const Word feet[] = {
    {LINE_FOOT, "", S_INIT("©")},
    {LINE_FOOT, "", S_INIT("(c) ")},
    {LINE_FOOT, "en", S_INIT("copyright ")},
    {LINE_FOOT, "en", S_INIT("all rights reserved")},
    {LINE_FOOT, "uk", S_INIT("усі права захищен")},
    {LINE_FOOT, "uk", S_INIT("всі права захищен")},
    {LINE_FOOT, "ru", S_INIT("все права защищен")},
};

/* What follows the number of minutes. */
static const Word readings[] = {
    {LINE_READING, "en", S_INIT("min")},
    {LINE_READING, "en", S_INIT("min read")},
    {LINE_READING, "en", S_INIT("mins read")},
    {LINE_READING, "en", S_INIT("minute read")},
    {LINE_READING, "en", S_INIT("minutes read")},
    {LINE_READING, "uk", S_INIT("хв")},
    {LINE_READING, "uk", S_INIT("хв читання")},
    {LINE_READING, "uk", S_INIT("хв. читання")},
    {LINE_READING, "uk", S_INIT("хв на читання")},
    {LINE_READING, "uk", S_INIT("хвилина читання")},
    {LINE_READING, "uk", S_INIT("хвилини читання")},
    {LINE_READING, "uk", S_INIT("хвилин читання")},
    {LINE_READING, "uk", S_INIT("хвилина")},
    {LINE_READING, "uk", S_INIT("хвилини")},
    {LINE_READING, "uk", S_INIT("хвилин")},
    {LINE_READING, "ru", S_INIT("мин")},
    {LINE_READING, "ru", S_INIT("мин чтения")},
    {LINE_READING, "ru", S_INIT("мин. чтения")},
    {LINE_READING, "ru", S_INIT("мин на чтение")},
    {LINE_READING, "ru", S_INIT("минута чтения")},
    {LINE_READING, "ru", S_INIT("минуты чтения")},
    {LINE_READING, "ru", S_INIT("минут чтения")},
    {LINE_READING, "ru", S_INIT("минута")},
    {LINE_READING, "ru", S_INIT("минуты")},
    {LINE_READING, "ru", S_INIT("минут")},
    {LINE_READING, "de", S_INIT("min lesezeit")},
    {LINE_READING, "pl", S_INIT("min czytania")},
    {LINE_READING, "fr", S_INIT("min de lecture")},
};

#define WORD_LEN  80  /* bytes; a longer line is no word of an interface */
#define STAMP_LEN 200 /* nor a line of times */
#define FOOT_LEN  400 /* nor one of the foot */

static uint32_t straight(uint32_t c)
{
    switch (c) {
    case 0x2018:
    case 0x2019:
    case 0x02BC: return '\'';
    case 0x201C:
    case 0x201D:
    case 0x201E:
    case 0xAB:
    case 0xBB: return '"';
    default: return (uint32_t)u_tolower((UChar32)c);
    }
}

Str capture_fold(Arena *arena, Str text)
{
    Buf buf = buf_open(arena, text.len * 4 + 1);

    while (text.len)
        buf_utf8(&buf, straight(utf8_take(&text)));
    return buf_str(&buf);
}

/* What follows word at the beginning of line, whose folded text is compared
 * and needs no memory; false when it begins with another. */
static bool after_word(Str line, Str word, Str *rest)
{
    while (line.len && word.len)
        if (straight(utf8_take(&line)) != utf8_take(&word)) return false;
    *rest = line;
    return !word.len;
}

static LineKind look_up(const Word *table, size_t count, Str line,
                        Str *language)
{
    Str rest;

    for (size_t i = 0; i < count; i++)
        if (after_word(line, table[i].text, &rest) && !rest.len) {
            *language = str_from(table[i].language);
            return table[i].kind;
        }
    return LINE_TEXT;
}

/* "Loading...", "LATEST:", "Loading…" without what is after the word. */
static Str bare(Str line)
{
    for (;;) {
        if (str_ends(line, S("…")))
            line.len -= 3;
        else if (str_ends(line, S(".")) || str_ends(line, S(":")) ||
                 str_ends(line, S(" ")))
            line.len--;
        else
            return line;
    }
}

static bool ends_a_sentence(Str text)
{
    return str_ends(text, S(".")) && !str_ends(text, S("..."));
}

static LineKind label_of(Str line, Str *language, Str *rest)
{
    Str after = line;
    Str word = str_trim(str_cut(&after, ':'));
    LineKind kind;

    if (word.len == line.len || word.len > WORD_LEN) return LINE_TEXT;
    after = str_trim(after);
    kind = look_up(labels, COUNT(labels), word, language);
    if (kind != LINE_TEXT) {
        *rest = after;
        return kind;
    }
    /* "Read also: Headline": another story's. */
    if (after.len && !ends_a_sentence(after) &&
        look_up(words, COUNT(words), word, language) == LINE_MORE)
        return LINE_INSET;
    *language = (Str){0};
    return LINE_TEXT;
}

/* "1 min read", "~ 2 хв." */
static LineKind reading_of(Str line, Str *language)
{
    size_t n = 0;

    if (str_starts(line, S("~"))) line = str_trim(str_skip(line, 1));
    while (n < line.len && line.ptr[n] >= '0' && line.ptr[n] <= '9')
        n++;
    if (!n || n > 3) return LINE_TEXT;
    return look_up(readings, COUNT(readings), bare(str_trim(str_skip(line, n))),
                   language);
}

static LineKind foot_of(Str line, Str *language)
{
    Str rest;

    for (size_t i = 0; i < COUNT(feet); i++)
        if (after_word(line, feet[i].text, &rest)) {
            *language = str_from(feet[i].language);
            return LINE_FOOT;
        }
    return LINE_TEXT;
}

/* The word that line begins with, when no letter follows it. */
static const Word *stamp_of(Str line, Str *rest)
{
    for (size_t i = 0; i < COUNT(stamps); i++) {
        Str after;
        Str peek;

        if (!after_word(line, stamps[i].text, &after)) continue;
        peek = after;
        if (peek.len && u_isalpha((UChar32)utf8_take(&peek))) continue;
        *rest = after;
        return &stamps[i];
    }
    return NULL;
}

static bool has_digit(Str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] >= '0' && text.ptr[i] <= '9') return true;
    return false;
}

static Str without_marks(Str text)
{
    while (text.len && (text.ptr[0] == ':' || text.ptr[0] == ' '))
        text = str_skip(text, 1);
    return text;
}

Str capture_published(Str line, bool *labelled)
{
    Str rest = {0};
    const Word *stamp = stamp_of(line, &rest);

    *labelled = stamp && stamp->kind == LINE_TIME;
    if (*labelled) line = without_marks(rest);
    if (line.len > STAMP_LEN || !has_digit(line)) return line;
    for (size_t i = 1; i < line.len; i++) {
        if (!strchr(" (|,", line.ptr[i - 1]) || !line.ptr[i - 1]) continue;
        stamp = stamp_of(str_skip(line, i), &rest);
        if (!stamp || stamp->kind != LINE_UPDATED) continue;
        line = str_slice(line, 0, i);
        while (line.len &&
               (line.ptr[line.len - 1] == ' ' || line.ptr[line.len - 1] == '('))
            line.len--;
        break;
    }
    return line;
}

static LineKind updated_of(Str line, Str *language, Str *rest)
{
    Str after = {0};
    const Word *stamp = stamp_of(line, &after);

    if (!stamp || stamp->kind != LINE_UPDATED) return LINE_TEXT;
    if (after.len && !has_digit(after)) return LINE_TEXT;
    *rest = without_marks(after);
    *language = str_from(stamp->language);
    return LINE_UPDATED;
}

LineKind capture_line(Str line, Str *language, Str *rest)
{
    LineKind kind;

    line = str_trim(line);
    *language = (Str){0};
    *rest = (Str){0};
    if (!line.len) return LINE_BLANK;
    kind = label_of(line, language, rest);
    if (kind == LINE_TEXT && line.len <= FOOT_LEN)
        kind = foot_of(line, language);
    if (kind != LINE_TEXT || line.len > WORD_LEN) return kind;
    kind = reading_of(line, language);
    if (kind == LINE_TEXT) kind = updated_of(line, language, rest);
    if (kind != LINE_TEXT) return kind;
    return look_up(words, COUNT(words), bare(line), language);
}
