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

#include <stdbool.h>
#include <sys/socket.h>

bool reach_is_public(const struct sockaddr *address);

#endif
