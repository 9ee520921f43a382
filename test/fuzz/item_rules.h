/* item_rules.h -- what holds of every record that a reader gives. */
#ifndef ITEM_RULES_H
#define ITEM_RULES_H

#include "format/read.h"
#include "must.h"
#include "text/sanitize.h"

/* One context for a whole run: opening a zone takes 10 ms. */
static inline const ReadContext *item_context(void)
{
    static ReadContext ctx = {.language = S_INIT("en")};

    if (!ctx.zone) MUST(!zone_open("Europe/Kyiv", &ctx.zone));
    return &ctx;
}

static inline void check_item(Arena *arena, const Item *item)
{
    Html again;

    MUST(!item_check(item, NULL));
    MUST(item->uri.len > 0);
    MUST(item->version >= 0);
    MUST(!item->timed || item->at != TIME_NONE);
    MUST(!sanitize(arena, item->body.markup, NULL, 2 * SANITIZE_MAX, &again,
                   NULL));
    MUST(str_eq(again.markup, item->body.markup));
}

static inline void check_records(Arena *arena, const ReadOut *out)
{
    size_t bad = 0;

    for (size_t i = 0; i < out->count; i++) {
        if (out->records[i].fault) {
            MUST(out->records[i].fault->text[0]);
            bad++;
        } else {
            check_item(arena, &out->records[i].item);
        }
    }
    MUST(bad == out->bad);
}

#endif
