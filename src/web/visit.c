#include "web/visit.h"

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
