/* net/reach.h -- whether an address is one of the public internet.
 *
 * Where an address comes from outside (a push service's), whoever connects asks
 * here with the address itself, after names were resolved: so no name leads
 * into our own network, whatever it resolves to the next time.
 *
 * Not public: this host, private, link-local, shared, documentation, benchmark,
 * multicast and reserved ranges (IANA special-purpose registries, RFC 6890),
 * and IPv6 addresses that stand for such IPv4 ones (mapped, NAT64, 6to4).
 *
 * Threads: pure.
 */
#ifndef NET_REACH_H
#define NET_REACH_H

#include <netinet/in.h>
#include <sys/socket.h>

#include "base/str.h"

bool reach_is_public(const struct sockaddr *address);

/* An address as text, as IPv6 has it; of IPv4 the mapped one (RFC 4291,
 * 2.5.5.2). False when it is none. */
bool reach_read(Str text, struct in6_addr *out);

/* The addresses that begin with the same bits. */
typedef struct Network {
    struct in6_addr first; /* as reach_read gives it */
    int bits;              /* of the 128 */
} Network;

/* "10.1.0.0/16", "fd00::/8", or one address. False when it is none, or has bits
 * beyond those it counts. */
bool reach_read_network(Str text, Network *out);
bool reach_is_in(const struct sockaddr *address, const Network *network);

/* As text, for people. */
#define REACH_TEXT 46 /* bytes, with the NUL */
void reach_text(const struct sockaddr *address, char out[REACH_TEXT]);

#endif
