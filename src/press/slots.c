#include <string.h>

#include "base/mem.h"
#include "press/room.h"

typedef Err (*Render)(Making *making);

static const Render renderers[SLOT_KIND_COUNT] = {
#define X(kind, render) [SLOT_##kind] = render,
    SLOT_KINDS(X)
#undef X
};

Str text_put(char **at, Str text)
{
    Str copy = {*at, text.len};

    if (text.len) memcpy(*at, text.ptr, text.len);
    *at += text.len;
    return copy;
}

/* The slot and its texts in one piece of memory. */
static Slot *slot_new(SlotKind kind, const PageKey *key, Str name)
{
    size_t texts = name.len + key->section.len + key->tag.len + key->slug.len;
    Slot *slot = mem_zero(sizeof *slot + texts);
    char *at = (char *)(slot + 1);

    slot->holder.kind = HOLDER_SLOT;
    slot->kind = kind;
    slot->key = *key;
    slot->name = text_put(&at, name);
    slot->key.section = text_put(&at, key->section);
    slot->key.tag = text_put(&at, key->tag);
    slot->key.slug = text_put(&at, key->slug);
    slot->hash = hash_table(name);
    slot->bytes = sizeof *slot + texts;
    return slot;
}

Slot *slot_get(Press *press, SlotKind kind, const PageKey *key, Str name)
{
    Slot *slot = map_get(&press->slots, hash_table(name));

    if (slot && str_eq(slot->name, name)) return slot;
    if (slot) return NULL; /* two names with one hash */
    slot = slot_new(kind, key, name);
    map_put(&press->slots, slot->hash, slot);
    press->bytes += slot->bytes;
    return slot;
}

void slot_drop(Press *press, Slot *slot)
{
    deps_clear(&press->deps, &slot->holder);
    if (!slot->now) return;
    press->counters.dropped++;
    fragment_unref(slot->now);
    slot->now = NULL;
}

void slot_release(Press *press, Slot *slot)
{
    if (--slot->pages > 0) return;
    slot_drop(press, slot);
    deps_end(&press->deps, &slot->holder);
    map_take(&press->slots, slot->hash);
    press->bytes -= slot->bytes;
    mem_free(slot);
}

Err slot_fill(Press *press, Slot *slot)
{
    Making making = {
        .press = press,
        .arena = &press->scratch,
        .key = &slot->key,
        .language = &press->languages[slot->key.language],
        .out = buf_open(&press->scratch, FRAGMENT_MAX),
    };
    Str bytes;
    Err err = renderers[slot->kind](&making);

    if (!err) err = buf_end(&making.out, &bytes);
    if (err) return err;
    slot->now =
        fragment_new(bytes,
                     slot->kind == SLOT_HOT && press->hot_at > press->seen_at
                         ? press->hot_at
                         : press->seen_at,
                     &press->fragment_bytes);
    deps_set(&press->deps, &slot->holder, making.deps, making.dep_count,
             time_now());
    press->counters.fragments++;
    return ERR_OK;
}
