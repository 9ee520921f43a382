#include "format/capture_words.h"

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

/* What follows the number of minutes. */
static const Word readings[] = {
    {LINE_READING, "en", S_INIT("min read")},
    {LINE_READING, "en", S_INIT("mins read")},
    {LINE_READING, "en", S_INIT("minute read")},
    {LINE_READING, "en", S_INIT("minutes read")},
    {LINE_READING, "uk", S_INIT("хв читання")},
    {LINE_READING, "uk", S_INIT("хв. читання")},
    {LINE_READING, "uk", S_INIT("хв на читання")},
    {LINE_READING, "uk", S_INIT("хвилина читання")},
    {LINE_READING, "uk", S_INIT("хвилини читання")},
    {LINE_READING, "uk", S_INIT("хвилин читання")},
    {LINE_READING, "uk", S_INIT("хвилина")},
    {LINE_READING, "uk", S_INIT("хвилини")},
    {LINE_READING, "uk", S_INIT("хвилин")},
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

#define WORD_LEN 80 /* bytes; a longer line is no word of an interface */

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

/* Whether the folded text of line is word, no memory needed. */
static bool folds_to(Str line, Str word)
{
    while (line.len && word.len)
        if (straight(utf8_take(&line)) != utf8_take(&word)) return false;
    return !line.len && !word.len;
}

static LineKind look_up(const Word *table, size_t count, Str line,
                        Str *language)
{
    for (size_t i = 0; i < count; i++)
        if (folds_to(line, table[i].text)) {
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

static LineKind label_of(Str line, Str *language, Str *rest)
{
    Str after = line;
    Str word = str_trim(str_cut(&after, ':'));
    LineKind kind;

    if (word.len == line.len || word.len > WORD_LEN) return LINE_TEXT;
    kind = look_up(labels, COUNT(labels), word, language);
    *rest = str_trim(after);
    return kind;
}

static LineKind reading_of(Str line, Str *language)
{
    size_t n = 0;

    while (n < line.len && line.ptr[n] >= '0' && line.ptr[n] <= '9')
        n++;
    if (!n || n > 3) return LINE_TEXT;
    return look_up(readings, COUNT(readings), str_trim(str_skip(line, n)),
                   language);
}

LineKind capture_line(Str line, Str *language, Str *rest)
{
    LineKind kind;

    line = str_trim(line);
    *language = (Str){0};
    *rest = (Str){0};
    if (!line.len) return LINE_BLANK;
    kind = label_of(line, language, rest);
    if (kind != LINE_TEXT || line.len > WORD_LEN) return kind;
    kind = reading_of(line, language);
    if (kind != LINE_TEXT) return kind;
    return look_up(words, COUNT(words), bare(line), language);
}
