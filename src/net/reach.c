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

static bool has_bits_after(const struct in6_addr *address, int bits)
{
    for (int i = bits; i < 128; i++)
        if (address->s6_addr[i / 8] >> (7 - i % 8) & 1) return true;
    return false;
}

bool reach_read_network(Str text, Network *out)
{
    Str bits = text;
    Str address = str_cut(&bits, '/');
    bool four = str_find_char(address, ':', 0) < 0;
    int64_t count = four ? 32 : 128;
    struct in6_addr first;

    if (!reach_read(address, &first)) return false;
    if (address.len != text.len &&
        (!str_int(bits, &count) || count < 0 || count > (four ? 32 : 128)))
        return false;
    if (four) count += 96;
    if (has_bits_after(&first, (int)count)) return false;
    *out = (Network){first, (int)count};
    return true;
}

/* As IPv6 has it. */
static bool as_six(const struct sockaddr *address, struct in6_addr *out)
{
    if (address->sa_family == AF_INET6) {
        *out = ((const struct sockaddr_in6 *)(const void *)address)->sin6_addr;
        return true;
    }
    if (address->sa_family != AF_INET) return false;
    *out = (struct in6_addr){.s6_addr = {[10] = 0xFF, [11] = 0xFF}};
    memcpy(out->s6_addr + 12,
           &((const struct sockaddr_in *)(const void *)address)->sin_addr, 4);
    return true;
}

bool reach_is_in(const struct sockaddr *address, const Network *network)
{
    struct in6_addr six;

    if (!as_six(address, &six)) return false;
    for (int i = 0; i < network->bits; i++)
        if ((six.s6_addr[i / 8] ^ network->first.s6_addr[i / 8]) >>
                (7 - i % 8) &
            1)
            return false;
    return true;
}

void reach_text(const struct sockaddr *address, char out[REACH_TEXT])
{
    const void *bytes = NULL;

    if (address->sa_family == AF_INET)
        bytes = &((const struct sockaddr_in *)(const void *)address)->sin_addr;
    if (address->sa_family == AF_INET6)
        bytes =
            &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr;
    if (!bytes || !inet_ntop(address->sa_family, bytes, out, REACH_TEXT))
        memcpy(out, "?", 2);
}
