#include "web/client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "net/reach.h"

typedef struct in6_addr Address;

/* Some proxies give the port too: "192.0.2.1:4711", "[2001:db8::1]:4711". */
static bool read_address(Str text, Address *out)
{
    ptrdiff_t end;

    if (reach_read(text, out)) return true;
    if (str_starts(text, S("["))) {
        text = str_skip(text, 1);
        end = str_find(text, S("]"), 0);
    } else {
        end = str_find(text, S(":"), 0);
    }
    return end > 0 && reach_read(str_slice(text, 0, (size_t)end), out);
}

static bool is_among(StrList proxies, const Address *address)
{
    Address proxy;

    for (size_t i = 0; i < proxies.count; i++)
        if (reach_read(proxies.items[i], &proxy) &&
            !memcmp(&proxy, address, sizeof proxy))
            return true;
    return false;
}

static Str write_address(Arena *arena, Address address)
{
    char text[INET6_ADDRSTRLEN];

    if (IN6_IS_ADDR_V4MAPPED(&address)) {
        inet_ntop(AF_INET, address.s6_addr + 12, text, sizeof text);
    } else {
        memset(address.s6_addr + 8, 0, 8);
        inet_ntop(AF_INET6, &address, text, sizeof text);
    }
    return str_copy(arena, str_from(text));
}

/* What stands behind the last comma, which goes with it. */
static Str cut_last(Str *list)
{
    size_t at = list->len;
    Str last;

    while (at && list->ptr[at - 1] != ',')
        at--;
    last = str_trim(str_skip(*list, at));
    list->len = at ? at - 1 : 0;
    return last;
}

Str client_address(const HttpRequest *request, Arena *arena, StrList proxies)
{
    Str said = {0};
    Address address, before;

    if (!read_address(request->peer, &address)) return request->peer;
    if (is_among(proxies, &address))
        said = http_join(request, arena, S("x-forwarded-for"));
    while (said.len && is_among(proxies, &address)) {
        if (!read_address(cut_last(&said), &before)) break;
        address = before;
    }
    return write_address(arena, address);
}

bool client_is_page(const HttpRequest *request, Str url)
{
    Str site = http_header(request, S("sec-fetch-site"));
    Str origin = request->origin;
    ptrdiff_t slashes;

    if (site.ptr && !str_eq(site, S("same-origin"))) return false;
    if (!origin.ptr || str_eq(origin, url)) return true;
    slashes = str_find(origin, S("://"), 0);
    return slashes >= 0 &&
           str_eq(str_skip(origin, (size_t)slashes + 3), request->host);
}
