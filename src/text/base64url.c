#include "text/base64url.h"

#include <sodium.h>

#define VARIANT sodium_base64_VARIANT_URLSAFE_NO_PADDING

Str base64url_write(Arena *arena, Str bytes)
{
    size_t size = sodium_base64_encoded_len(bytes.len, VARIANT);
    char *text = arena_alloc(arena, size);

    sodium_bin2base64(text, size, (const unsigned char *)bytes.ptr, bytes.len,
                      VARIANT);
    return (Str){text, size - 1};
}

Err base64url_read(Arena *arena, Str text, Str *out)
{
    size_t room = text.len / 4 * 3 + 3;
    unsigned char *bytes = arena_alloc(arena, room);
    size_t len;

    if (sodium_base642bin(bytes, room, text.ptr, text.len, NULL, &len, NULL,
                          VARIANT))
        return ERR_INVALID;
    *out = (Str){(const char *)bytes, len};
    return ERR_OK;
}
