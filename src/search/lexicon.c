#include "search/lexicon.h"

#include <hunspell/hunspell.h>
#include <pthread.h>
#include <stdio.h>
#include <unicode/ustring.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/mem.h"

#define WORD_BYTES 200
#define DIC_MAX    ((size_t)64 * 1024 * 1024)

typedef struct Dictionary {
    const char *language;
    const char *affixes, *words; /* files */
    Hunhandle *hunspell;         /* NULL until the first word, under lock */
    bool missing;                /* looked for in vain, under lock */
} Dictionary;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static Dictionary dictionaries[] = {
    {"uk", "/usr/share/hunspell/uk_UA.aff", "/usr/share/hunspell/uk_UA.dic",
     NULL, false},
};

static Dictionary *find(Str language)
{
    for (size_t i = 0; i < COUNT(dictionaries); i++)
        if (str_eq(language, str_from(dictionaries[i].language)))
            return &dictionaries[i];
    return NULL;
}

bool lexicon_has(Str language)
{
    Dictionary *dictionary = find(language);

    return dictionary && file_exists(dictionary->affixes) &&
           file_exists(dictionary->words);
}

/* Hunspell says nothing of a file that is not there, so that is asked. */
static Hunhandle *open_dictionary(Dictionary *dictionary)
{
    if (dictionary->hunspell || dictionary->missing)
        return dictionary->hunspell;
    dictionary->missing =
        !file_exists(dictionary->affixes) || !file_exists(dictionary->words);
    if (!dictionary->missing)
        dictionary->hunspell =
            Hunspell_create(dictionary->affixes, dictionary->words);
    return dictionary->hunspell;
}

static void ask(Hunhandle *hunspell, Arena *arena, const char *word, Str *stems,
                size_t *count)
{
    char **found;
    int n = Hunspell_stem(hunspell, &found, word);

    for (int i = 0; i < n; i++) {
        Str stem = str_from(found[i]);
        bool known = !stem.len;

        for (size_t k = 0; k < *count; k++)
            known = known || str_eq(stems[k], stem);
        if (!known && *count < LEXICON_STEMS)
            stems[(*count)++] = str_copy(arena, stem);
    }
    Hunspell_free_list(hunspell, &found, n);
}

/* The word as names are written: with a capital. */
static bool with_capital(const char *word, char *out, int32_t size)
{
    UChar wide[WORD_BYTES];
    UChar titled[WORD_BYTES];
    UErrorCode status = U_ZERO_ERROR;
    int32_t len;

    u_strFromUTF8(wide, WORD_BYTES, &len, word, -1, &status);
    if (U_FAILURE(status) || !len) return false;
    len = u_strToTitle(titled, WORD_BYTES, wide, len, NULL, "", &status);
    u_strToUTF8(out, size, NULL, titled, len, &status);
    return U_SUCCESS(status) && status != U_STRING_NOT_TERMINATED_WARNING;
}

void lexicon_stems(Arena *arena, Str language, Str word, Str *stems,
                   size_t *count)
{
    Dictionary *dictionary = find(language);
    char plain[WORD_BYTES];
    char titled[WORD_BYTES];
    Hunhandle *hunspell;

    *count = 0;
    if (!dictionary || word.len >= sizeof plain) return;
    snprintf(plain, sizeof plain, "%.*s", STR_ARG(word));
    pthread_mutex_lock(&lock);
    hunspell = open_dictionary(dictionary);
    if (hunspell) {
        ask(hunspell, arena, plain, stems, count);
        if (with_capital(plain, titled, sizeof titled))
            ask(hunspell, arena, titled, stems, count);
    }
    pthread_mutex_unlock(&lock);
}

Str lexicon_identity(Arena *arena, Str language)
{
    const Dictionary *dictionary = find(language);
    Str affixes;
    Str words;
    uint64_t sum;

    if (!dictionary ||
        file_read(arena, dictionary->affixes, DIC_MAX, &affixes, NULL) ||
        file_read(arena, dictionary->words, DIC_MAX, &words, NULL))
        return (Str){0};
    sum = hash_mix(hash_content(affixes).low, hash_content(words).low);
    return str_format(arena, "%016llx", (unsigned long long)sum);
}
