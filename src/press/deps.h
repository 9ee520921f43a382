/* press/deps.h -- what was made from what.
 *
 * Everything that the press keeps (a fragment's slot, a page) is a Holder of
 * dependencies.  A dependency is a key (a story, a list, a group) and the
 * stretch of time of that list which was shown: a change of a story at time t
 * touches those whose stretch holds t.  So the tenth page of an archive does
 * not care for today's news, and today's front not for a find of 2006.
 *
 * Those that end before "now" (older pages of lists, what is related while none
 * of it is kept) stand apart from the others: a publish, which comes after all
 * of them, does not walk over them, however many there are.  The others are
 * those that end never, and today's or what a reader made up of the future.
 *
 * Threads: belongs to one.
 */
#ifndef PRESS_DEPS_H
#define PRESS_DEPS_H

#include "base/map.h"
#include "base/str.h"
#include "base/time.h"

typedef struct DepNode DepNode;

typedef struct Holder {
    DepNode *deps;
    size_t count;
    int kind;    /* the owner's own mark */
    bool marked; /* found by deps_touch, not yet handled */
} Holder;

typedef struct DepSpec {
    uint64_t key;
    Time since, until; /* both inclusive */
} DepSpec;

typedef struct Deps {
    Map heads;
    Holder **found;
    size_t found_count, found_room;
    size_t bytes;  /* memory held */
    size_t looked; /* dependencies that touches have looked at, ever */
} Deps;

void deps_init(Deps *deps);
void deps_close(Deps *deps);

/* Replaces what holder depends on. now: of the calendar, as the stretches. */
void deps_set(Deps *deps, Holder *holder, const DepSpec *specs, size_t count,
              Time now);
void deps_clear(Deps *deps, Holder *holder);

/* As clear, for a holder that is about to be freed: also unmarks it. */
void deps_end(Deps *deps, Holder *holder);

/* Marks the holders that depend on key at that time, and adds them to found.
 * A holder is found once however often it is touched. */
void deps_touch(Deps *deps, uint64_t key, Time at);

/* Takes one of the found ones, its mark removed; NULL when there are none. */
Holder *deps_take(Deps *deps);

/* What holder depends on, at most max keys; how many there are. */
size_t deps_keys(const Holder *holder, uint64_t *out, size_t max);

/* Keys: four bits of kind, then a number or a hash; equal on all nodes. */
uint64_t dep_story(int64_t number);
uint64_t dep_group(int64_t number);
uint64_t dep_followers(int64_t number); /* what follows that story */
uint64_t dep_followed(int64_t number);  /* what that story follows */
uint64_t dep_entries(int64_t number);   /* of that story's live coverage */
uint64_t dep_list(Str language, char kind, Str slug); /* 'a', 's', 't' */
uint64_t dep_menu(Str language);
uint64_t dep_index(void);   /* what the full-text index does not know yet */
uint64_t dep_related(void); /* ... and what is related and not kept yet */
uint64_t dep_hot(void); /* which stories are hot; no change of the log says */

bool dep_is_story(uint64_t key);
bool dep_is_all(uint64_t key); /* list 'a': a language's stories */

/* The key as a word of Surrogate-Key: "s12" is story 12. */
#define DEP_WORD 24
void dep_word(uint64_t key, char out[DEP_WORD]);

#endif
