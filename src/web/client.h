/* web/client.h -- whose request it is, behind the proxies of the house.
 *
 * Threads: pure.
 */
#ifndef WEB_CLIENT_H
#define WEB_CLIENT_H

#include "net/http.h"

/* The client's address as text, of IPv6 the /64, since who has one address of
 * that has them all: of the peer, or, where the peer is one of our own proxies,
 * what these say in X-Forwarded-For: the last address that is not a proxy's.
 * What stands before that anybody may have written.  In arena or the request.
 */
Str client_address(const HttpRequest *request, Arena *arena, StrList proxies);

/* Whether a page of this very site sends it, as far as browsers say
 * (Sec-Fetch-Site, Origin); url: the site's own. */
bool client_is_page(const HttpRequest *request, Str url);

#endif
