#include "net/reach.h"

#include <arpa/inet.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/err.h"

typedef struct Range4 {
    uint32_t first;
    int bits;
} Range4;

static const Range4 special4[] = {
    {0x00000000, 8},  {0x0A000000, 8},  {0x64400000, 10}, {0x7F000000, 8},
    {0xA9FE0000, 16}, {0xAC100000, 12}, {0xC0000000, 24}, {0xC0000200, 24},
    {0xC0586300, 24}, {0xC0A80000, 16}, {0xC6120000, 15}, {0xC6336400, 24},
    {0xCB007100, 24}, {0xE0000000, 4},  {0xF0000000, 4},
};

static bool is_public4(uint32_t address)
{
    for (size_t i = 0; i < COUNT(special4); i++)
        if (address >> (32 - special4[i].bits) ==
            special4[i].first >> (32 - special4[i].bits))
            return false;
    return true;
}

static uint32_t read4(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 |
           (uint32_t)bytes[2] << 8 | bytes[3];
}

static bool is_public6(const uint8_t *bytes)
{
    static const uint8_t mapped[12] = {[10] = 0xFF, [11] = 0xFF};
    static const uint8_t nat64[12] = {0x00, 0x64, 0xFF, 0x9B};

    if (!memcmp(bytes, mapped, sizeof mapped) ||
        !memcmp(bytes, nat64, sizeof nat64))
        return is_public4(read4(bytes + 12));
    if (bytes[0] == 0x20 && bytes[1] == 0x02)
        return is_public4(read4(bytes + 2)); /* 6to4 */
    if (bytes[0] == 0x20 && bytes[1] == 0x01 && bytes[2] < 0x02)
        return false; /* 2001::/23: Teredo and others */
    if (bytes[0] == 0x20 && bytes[1] == 0x01 && bytes[2] == 0x0D &&
        bytes[3] == 0xB8)
        return false; /* documentation, and ... */
    if (bytes[0] == 0x3F && bytes[1] == 0xFF && bytes[2] < 0x10)
        return false;                 /* ... 3fff::/20 (RFC 9637) */
    return (bytes[0] & 0xE0) == 0x20; /* 2000::/3: what is given out */
}

bool reach_is_public(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET)
        return is_public4(
            ntohl(((const struct sockaddr_in *)(const void *)address)
                      ->sin_addr.s_addr));
    if (address->sa_family == AF_INET6)
        return is_public6(((const struct sockaddr_in6 *)(const void *)address)
                              ->sin6_addr.s6_addr);
    return false;
}

bool reach_read(Str text, struct in6_addr *out)
{
    char copy[INET6_ADDRSTRLEN];
    struct in_addr four;

    if (!text.len || text.len >= sizeof copy) return false;
    memcpy(copy, text.ptr, text.len);
    copy[text.len] = 0;
    if (inet_pton(AF_INET6, copy, out) == 1) return true;
    if (inet_pton(AF_INET, copy, &four) != 1) return false;
    *out = (struct in6_addr){.s6_addr = {[10] = 0xFF, [11] = 0xFF}};
    memcpy(out->s6_addr + 12, &four, sizeof four);
    return true;
}
