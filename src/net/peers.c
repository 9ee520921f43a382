#include "net/peers.h"

#include <arpa/inet.h>
#include <endian.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "net/reach.h"

void peers_init(Peers *peers, unsigned max, StrList proxies)
{
    pthread_mutex_init(&peers->lock, NULL);
    map_init(&peers->counts);
    peers->max = max;
    peers->proxies = mem_alloc((proxies.count + 1) * sizeof *peers->proxies);
    peers->proxy_count = 0;
    for (size_t i = 0; i < proxies.count; i++)
        if (reach_read(proxies.items[i], &peers->proxies[peers->proxy_count]))
            peers->proxy_count++;
}

void peers_close(Peers *peers)
{
    mem_free(peers->proxies);
    map_close(&peers->counts);
    pthread_mutex_destroy(&peers->lock);
}

static uint64_t ipv4_number(uint32_t address)
{
    return (uint64_t)1 << 32 | address; /* as if in 0:1::/32, nobody's prefix */
}

static uint64_t ipv6_number(const struct in6_addr *address)
{
    uint64_t prefix;
    uint32_t last;

    if (IN6_IS_ADDR_V4MAPPED(address)) {
        memcpy(&last, address->s6_addr + 12, sizeof last);
        return ipv4_number(ntohl(last));
    }
    memcpy(&prefix, address->s6_addr, sizeof prefix);
    prefix = be64toh(prefix);
    return prefix ? prefix : 1; /* ::1 and such */
}

uint64_t peers_address(const struct sockaddr *from, char *text, size_t size)
{
    const void *any = from;

    if (from->sa_family == AF_INET) {
        const struct sockaddr_in *in = any;

        inet_ntop(AF_INET, &in->sin_addr, text, (socklen_t)size);
        return ipv4_number(ntohl(in->sin_addr.s_addr));
    }
    if (from->sa_family == AF_INET6) {
        const struct sockaddr_in6 *in = any;

        inet_ntop(AF_INET6, &in->sin6_addr, text, (socklen_t)size);
        if (strncmp(text, "::ffff:", 7) == 0 && strchr(text, '.'))
            memmove(text, text + 7, strlen(text + 7) + 1);
        return ipv6_number(&in->sin6_addr);
    }
    snprintf(text, size, "local");
    return 0;
}

uint64_t peers_whose(const Peers *peers, const struct sockaddr *from,
                     char *text, size_t size)
{
    uint64_t number = peers_address(from, text, size);
    struct in6_addr address;

    if (!peers->proxy_count || !reach_read(str_from(text), &address))
        return number;
    for (size_t i = 0; i < peers->proxy_count; i++)
        if (!memcmp(&peers->proxies[i], &address, sizeof address)) return 0;
    return number;
}

/* The map keeps counts in the place of pointers. */
bool peers_enter(Peers *peers, uint64_t address)
{
    uint64_t key = hash_number(address);
    uintptr_t count;

    if (!peers->max || !address) return true;
    pthread_mutex_lock(&peers->lock);
    count = (uintptr_t)map_get(&peers->counts, key);
    if (count < peers->max) map_put(&peers->counts, key, (void *)(count + 1));
    pthread_mutex_unlock(&peers->lock);
    return count < peers->max;
}

void peers_leave(Peers *peers, uint64_t address)
{
    uint64_t key = hash_number(address);
    uintptr_t count;

    if (!peers->max || !address) return;
    pthread_mutex_lock(&peers->lock);
    count = (uintptr_t)map_get(&peers->counts, key);
    if (count > 1)
        map_put(&peers->counts, key, (void *)(count - 1));
    else
        map_take(&peers->counts, key);
    pthread_mutex_unlock(&peers->lock);
}
