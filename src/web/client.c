#include "web/client.h"

#define ADDRESS_LONG 45

static bool is_among(StrList list, Str text)
{
    for (size_t i = 0; i < list.count; i++)
        if (str_eq(list.items[i], text)) return true;
    return false;
}

static bool is_address(Str text)
{
    if (!text.len || text.len > ADDRESS_LONG) return false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];

        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') ||
              (c >= 'A' && c <= 'F') || c == '.' || c == ':'))
            return false;
    }
    return true;
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
    Str address = request->peer;
    Str said = {0};

    if (!proxies.count || !is_among(proxies, address)) return address;
    said = http_join(request, arena, S("x-forwarded-for"));
    while (said.len && is_among(proxies, address)) {
        Str before = cut_last(&said);

        if (!is_address(before)) break;
        address = before;
    }
    return address;
}

Str client_budget(Str address)
{
    size_t colons = 0;

    for (size_t i = 0; i < address.len; i++)
        if (address.ptr[i] == ':' && ++colons == 4)
            return str_slice(address, 0, i);
    return address;
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
