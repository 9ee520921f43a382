#include "web/visit.h"

Str visit_max_age(const Visit *visit, int64_t age_s)
{
    const SiteShared *shared = visit->thread->shared;
    Str age = str_format(visit->arena, "max-age=%lld", (long long)age_s);

    if (shared->purges || age_s <= shared->shared_s) return age;
    return str_format(visit->arena, "%.*s, s-maxage=%d", STR_ARG(age),
                      shared->shared_s);
}

void visit_plain(Visit *visit, int status, const char *text)
{
    visit->reply->status = status;
    visit->reply->head =
        str_format(visit->arena,
                   "Content-Type: text/plain; charset=utf-8\r\n"
                   "Cache-Control: no-store\r\n%.*s",
                   STR_ARG(visit->thread->shared->head));
    http_part(visit->reply, str_from(text));
}

void visit_plain_again(Visit *visit, int status, const char *text, int after_s)
{
    visit_plain(visit, status, text);
    visit->reply->head = str_format(visit->arena, "Retry-After: %d\r\n%.*s",
                                    after_s, STR_ARG(visit->reply->head));
}
