#include "press/deps.h"

#include <stdio.h>

#include "base/hash.h"
#include "base/mem.h"

typedef struct DepHead {
    uint64_t key;
    DepNode *open;    /* that ended after "now", or never */
    DepNode *bounded; /* the others */
    Time bounded_max; /* never after the "now" of any of them */
} DepHead;

struct DepNode {
    Holder *holder;
    DepHead *head;
    DepNode *next;
    DepNode **link; /* what points at this node */
    Time since, until;
};

void deps_init(Deps *deps)
{
    *deps = (Deps){0};
    map_init(&deps->heads);
}

void deps_close(Deps *deps)
{
    size_t at = 0;
    DepHead *head;

    while ((head = map_next(&deps->heads, &at)))
        mem_free(head);
    map_close(&deps->heads);
    mem_free(deps->found);
    deps_init(deps);
}

static DepHead *head_of(Deps *deps, uint64_t key)
{
    DepHead *head = map_get(&deps->heads, key);

    if (head) return head;
    head = mem_zero(sizeof *head);
    head->key = key;
    head->bounded_max = INT64_MIN;
    map_put(&deps->heads, key, head);
    deps->bytes += sizeof *head + sizeof(MapSlot) * 2;
    return head;
}

static void link_node(DepNode *node, Time now)
{
    DepHead *head = node->head;
    bool open = node->until >= now;
    DepNode **list = open ? &head->open : &head->bounded;

    if (!open && node->until > head->bounded_max)
        head->bounded_max = node->until;
    node->next = *list;
    node->link = list;
    if (node->next) node->next->link = &node->next;
    *list = node;
}

static void unlink_node(Deps *deps, DepNode *node)
{
    DepHead *head = node->head;

    *node->link = node->next;
    if (node->next) node->next->link = node->link;
    if (head->open || head->bounded) return;
    map_take(&deps->heads, head->key);
    deps->bytes -= sizeof *head + sizeof(MapSlot) * 2;
    mem_free(head);
}

void deps_clear(Deps *deps, Holder *holder)
{
    for (size_t i = 0; i < holder->count; i++)
        unlink_node(deps, &holder->deps[i]);
    deps->bytes -= holder->count * sizeof(DepNode);
    mem_free(holder->deps);
    holder->deps = NULL;
    holder->count = 0;
}

void deps_end(Deps *deps, Holder *holder)
{
    deps_clear(deps, holder);
    for (size_t i = 0; holder->marked && i < deps->found_count; i++) {
        if (deps->found[i] != holder) continue;
        deps->found[i] = deps->found[--deps->found_count];
        holder->marked = false;
    }
}

void deps_set(Deps *deps, Holder *holder, const DepSpec *specs, size_t count,
              Time now)
{
    deps_clear(deps, holder);
    if (!count) return;
    holder->deps = mem_alloc(count * sizeof(DepNode));
    holder->count = count;
    deps->bytes += count * sizeof(DepNode);
    for (size_t i = 0; i < count; i++) {
        holder->deps[i] = (DepNode){
            .holder = holder,
            .head = head_of(deps, specs[i].key),
            .since = specs[i].since,
            .until = specs[i].until,
        };
        link_node(&holder->deps[i], now);
    }
}

static void found(Deps *deps, Holder *holder)
{
    if (holder->marked) return;
    holder->marked = true;
    if (deps->found_count == deps->found_room) {
        deps->found_room = deps->found_room ? deps->found_room * 2 : 64;
        deps->found =
            mem_resize(deps->found, deps->found_room * sizeof *deps->found);
    }
    deps->found[deps->found_count++] = holder;
}

static void touch_list(Deps *deps, const DepNode *node, Time at)
{
    for (; node; node = node->next, deps->looked++)
        if (at >= node->since && at <= node->until) found(deps, node->holder);
}

void deps_touch(Deps *deps, uint64_t key, Time at)
{
    const DepHead *head = map_get(&deps->heads, key);

    if (!head) return;
    touch_list(deps, head->open, at);
    if (at <= head->bounded_max) touch_list(deps, head->bounded, at);
}

Holder *deps_take(Deps *deps)
{
    Holder *holder;

    if (!deps->found_count) return NULL;
    holder = deps->found[--deps->found_count];
    holder->marked = false;
    return holder;
}

size_t deps_keys(const Holder *holder, uint64_t *out, size_t max)
{
    for (size_t i = 0; i < holder->count && i < max; i++)
        out[i] = holder->deps[i].head->key;
    return holder->count;
}

/* ---- keys ---- */

enum {
    STORY = 1,
    GROUP,
    FOLLOWERS,
    FOLLOWED,
    ENTRIES,
    ALL, /* from here on the rest is a hash */
    LIST,
    MENU,
    INDEX,
    HOT
};

#define KIND_SHIFT 60

static uint64_t key_of(uint64_t kind, uint64_t rest)
{
    return kind << KIND_SHIFT | (rest & ((UINT64_C(1) << KIND_SHIFT) - 1));
}

uint64_t dep_story(int64_t number)
{
    return key_of(STORY, (uint64_t)number);
}

uint64_t dep_group(int64_t number)
{
    return key_of(GROUP, (uint64_t)number);
}

uint64_t dep_followers(int64_t number)
{
    return key_of(FOLLOWERS, (uint64_t)number);
}

uint64_t dep_followed(int64_t number)
{
    return key_of(FOLLOWED, (uint64_t)number);
}

uint64_t dep_entries(int64_t number)
{
    return key_of(ENTRIES, (uint64_t)number);
}

uint64_t dep_list(Str language, char kind, Str slug)
{
    uint64_t parts[3] = {hash_content(language).low, hash_content(slug).low,
                         (uint64_t)(unsigned char)kind};
    Str bytes = {(const char *)parts, sizeof parts};

    return key_of(kind == 'a' ? ALL : LIST, hash_content(bytes).low);
}

uint64_t dep_menu(Str language)
{
    return key_of(MENU, hash_content(language).low);
}

uint64_t dep_index(void)
{
    return key_of(INDEX, 0);
}

uint64_t dep_related(void)
{
    return key_of(INDEX, 1);
}

uint64_t dep_hot(void)
{
    return key_of(HOT, 0);
}

bool dep_is_story(uint64_t key)
{
    return key >> KIND_SHIFT == STORY;
}

bool dep_is_all(uint64_t key)
{
    return key >> KIND_SHIFT == ALL;
}

void dep_word(uint64_t key, char out[DEP_WORD])
{
    static const char letters[] = "?sgfpealmxh";
    uint64_t kind = key >> KIND_SHIFT;
    unsigned long long rest = key & ((UINT64_C(1) << KIND_SHIFT) - 1);

    snprintf(out, DEP_WORD, kind >= ALL ? "%c%llx" : "%c%llu", letters[kind],
             rest);
}
