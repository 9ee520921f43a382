#include "audience/ticket.h"

#include <sodium.h>

#define SIGNATURE 16 /* bytes */
#define LETTERS   22 /* of it */

typedef struct Letters {
    char text[LETTERS + 1];
} Letters;

static Letters sign(const unsigned char key[AD_KEY], Str text)
{
    unsigned char bytes[SIGNATURE];
    Letters letters;

    (void)crypto_generichash(bytes, SIGNATURE, (const unsigned char *)text.ptr,
                             text.len, key, AD_KEY);
    sodium_bin2base64(letters.text, sizeof letters.text, bytes, SIGNATURE,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return letters;
}

Str ad_ticket_write(Arena *arena, const unsigned char key[AD_KEY],
                    const AdTicket *ticket)
{
    Str said =
        str_format(arena, "%lld.%lld.%lld.%llu.%lld.%.*s.%.*s",
                   (long long)ticket->campaign, (long long)ticket->creative,
                   (long long)ticket->node, (unsigned long long)ticket->loan,
                   (long long)ticket->second, STR_ARG(ticket->slot),
                   STR_ARG(ticket->language));

    return str_format(arena, "%.*s.%s", STR_ARG(said), sign(key, said).text);
}

static bool read_numbers(Str *text, int64_t *out, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!str_int(str_cut(text, '.'), &out[i]) || out[i] < 0) return false;
    return true;
}

static bool is_signed(const unsigned char key[AD_KEY], Str said, Str letters)
{
    Letters wanted = sign(key, said);

    return letters.len == LETTERS &&
           sodium_memcmp(letters.ptr, wanted.text, LETTERS) == 0;
}

Err ad_ticket_read(const unsigned char key[AD_KEY], Str text, AdTicket *out)
{
    int64_t numbers[5];
    Str said, rest;

    if (text.len > AD_TICKET_MAX || text.len < LETTERS + 1) return ERR_INVALID;
    said = str_slice(text, 0, text.len - LETTERS - 1);
    if (text.ptr[said.len] != '.' ||
        !is_signed(key, said, str_skip(text, said.len + 1)))
        return ERR_INVALID;
    rest = said;
    if (!read_numbers(&rest, numbers, 5)) return ERR_INVALID;
    *out = (AdTicket){.campaign = numbers[0],
                      .creative = numbers[1],
                      .node = numbers[2],
                      .loan = (uint64_t)numbers[3],
                      .second = numbers[4]};
    out->slot = str_cut(&rest, '.');
    out->language = rest;
    return ERR_OK;
}
