#include "story/card.h"

#include "base/buf.h"
#include "base/hash.h"

#define LOOK  "1" /* of how cards are drawn: another look is another card */
#define WORDS ((size_t)16 * 1024)

Str card_mark(Arena *arena, const Card *card)
{
    const Str words[] = {S(LOOK), card->headline, card->section, card->agency,
                         card->language};
    Buf buf = buf_open(arena, WORDS);

    for (size_t i = 0; i < COUNT(words); i++) {
        buf_puts(&buf, words[i]);
        buf_putc(&buf, 0);
    }
    return str_format(arena, "%016llx",
                      (unsigned long long)hash_content(buf_str(&buf)).low);
}

Str card_name(Arena *arena, StoryId story, Str mark)
{
    return str_format(arena, "%lld-%.*s.jpg", (long long)story.number,
                      STR_ARG(mark));
}

bool card_named(Str name, StoryId *story, Str *mark)
{
    Str number = str_cut(&name, '-');

    if (!number.len || number.ptr[0] < '1' || number.ptr[0] > '9' ||
        !str_int(number, &story->number))
        return false;
    if (!str_ends(name, S(".jpg")) || name.len != CARD_MARK + 4) return false;
    *mark = str_slice(name, 0, CARD_MARK);
    for (size_t i = 0; i < CARD_MARK; i++) {
        char c = mark->ptr[i];

        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) return false;
    }
    return true;
}
