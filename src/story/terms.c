#include "story/terms.h"

#include <unicode/uchar.h>

#include "base/hash.h"
#include "base/utf8.h"

#define WORD_MAX 120 /* bytes that tell words apart */

typedef struct Word {
    char bytes[WORD_MAX];
    size_t len;
    size_t letters;
} Word;

typedef struct Ranked {
    uint32_t term;
    size_t letters;
} Ranked;

static void add_char(Word *word, uint32_t c)
{
    char bytes[4];
    size_t len = 0;

    if (c < 0x80) {
        bytes[len++] = (char)c;
    } else if (c < 0x800) {
        bytes[len++] = (char)(0xC0 | c >> 6);
        bytes[len++] = (char)(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        bytes[len++] = (char)(0xE0 | c >> 12);
        bytes[len++] = (char)(0x80 | (c >> 6 & 0x3F));
        bytes[len++] = (char)(0x80 | (c & 0x3F));
    } else {
        bytes[len++] = (char)(0xF0 | c >> 18);
        bytes[len++] = (char)(0x80 | (c >> 12 & 0x3F));
        bytes[len++] = (char)(0x80 | (c >> 6 & 0x3F));
        bytes[len++] = (char)(0x80 | (c & 0x3F));
    }
    if (word->len + len > WORD_MAX) return;
    for (size_t i = 0; i < len; i++)
        word->bytes[word->len++] = bytes[i];
}

#define WORD_CHARS (U_GC_L_MASK | U_GC_M_MASK | U_GC_ND_MASK)

/* The next word of *text; false at its end. */
static bool take_word(Str *text, Word *word)
{
    word->len = word->letters = 0;
    while (text->len) {
        uint32_t c = utf8_take(text);
        uint32_t kind = U_MASK(u_charType((UChar32)c));

        if (!(kind & WORD_CHARS)) {
            if (word->len) return true;
            continue;
        }
        if (kind & U_GC_L_MASK) word->letters++;
        if (kind & (U_GC_LU_MASK | U_GC_LT_MASK))
            c = (uint32_t)u_tolower((UChar32)c);
        add_char(word, c);
    }
    return word->len > 0;
}

/* Keeps ranked in falling order of letters; what falls off the end is lost. */
static size_t rank(Ranked *ranked, size_t count, Ranked new)
{
    size_t at = count;

    for (size_t i = 0; i < count; i++)
        if (ranked[i].term == new.term) return count;
    while (at > 0 && ranked[at - 1].letters < new.letters) {
        if (at < TERMS_MAX) ranked[at] = ranked[at - 1];
        at--;
    }
    if (at < TERMS_MAX) ranked[at] = new;
    return count < TERMS_MAX ? count + 1 : count;
}

TermList terms_of(Str headline)
{
    Ranked ranked[TERMS_MAX];
    TermList list = {.count = 0};
    Word word;

    while (take_word(&headline, &word)) {
        Digest digest;

        if (word.letters < TERM_LETTERS) continue;
        digest = hash_content((Str){word.bytes, word.len});
        list.count = rank(ranked, list.count,
                          (Ranked){(uint32_t)digest.low, word.letters});
    }
    for (size_t i = 0; i < list.count; i++)
        list.items[i] = ranked[i].term;
    return list;
}
