/* net/peers.h -- how many connections each address has, over all loops.
 *
 * An address is a number: an IPv4 address, or the first half of an IPv6 one
 * (who has one address of a /64 has them all).  0 is nobody's and not counted:
 * Unix sockets, and our own proxies, each of whose connections is somebody
 * else's.
 *
 * Threads: any.
 */
#ifndef NET_PEERS_H
#define NET_PEERS_H

#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>

#include "base/map.h"
#include "base/str.h"

typedef struct Peers {
    pthread_mutex_t lock;
    Map counts;
    unsigned max; /* 0: any number, and nothing is counted */
    struct in6_addr *proxies;
    size_t proxy_count;
} Peers;

/* proxies: their addresses as text. */
void peers_init(Peers *peers, unsigned max, StrList proxies);
void peers_close(Peers *peers);

/* Its number; text gets the address in writing (size >= 46). */
uint64_t peers_address(const struct sockaddr *from, char *text, size_t size);

/* The same, and 0 of a proxy. */
uint64_t peers_whose(const Peers *peers, const struct sockaddr *from,
                     char *text, size_t size);

/* One more, unless it has max already: then false. */
bool peers_enter(Peers *peers, uint64_t address);
void peers_leave(Peers *peers, uint64_t address);

#endif
