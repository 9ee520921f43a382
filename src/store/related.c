#include "store/related.h"

#include "base/buf.h"
#include "store/inside.h"

#define NUMBERS_BYTES (RELATED_KEPT * (size_t)21)

/* "12 7 3" */
static Str numbers_text(Arena *arena, const Related *related)
{
    Buf buf = buf_open(arena, NUMBERS_BYTES);

    for (size_t i = 0; i < related->count; i++)
        buf_printf(&buf, "%s%lld", i ? " " : "",
                   (long long)related->items[i].number);
    return buf_str(&buf);
}

static Err read_numbers(Str text, Related *out)
{
    *out = (Related){0};
    while (text.len) {
        Str word = str_cut(&text, ' ');
        int64_t number;

        if (out->count == RELATED_KEPT || !str_int(word, &number))
            return ERR_STORE;
        out->items[out->count++] = (StoryId){number};
    }
    return ERR_OK;
}

Err related_get(Store *store, Arena *arena, StoryId story, Related *out)
{
    Rows rows =
        db_query(store->db, QUERY_PUBLIC_RELATED, ARGS(v_int(story.number)));
    Err err = db_first(&rows);
    Err end;

    if (!err) err = read_numbers(db_text(&rows, arena, 0), out);
    end = db_done(&rows);
    return err ? err : end;
}

Err related_version(Store *store, StoryId story, int32_t *out)
{
    int64_t version;
    Err err = db_number(store->db, QUERY_RELATED_VERSION,
                        ARGS(v_int(story.number)), &version);

    if (!err) *out = (int32_t)version;
    return err;
}

Err related_put(Store *store, Arena *arena, StoryId story, int32_t version,
                const Related *related)
{
    return db_run(store->db, QUERY_RELATED_PUT,
                  ARGS(v_int(story.number), v_int(version),
                       v_text(numbers_text(arena, related))));
}

Err related_drop(Store *store, StoryId story)
{
    return db_run(store->db, QUERY_RELATED_DROP, ARGS(v_int(story.number)));
}
