/* store/inside.h -- what the files of this room share.  Private to the room.
 *
 * Inside a transaction the Store holds back what would be written once per
 * story and is wanted once per commit: the numbers of `head` and the counts of
 * tags.  store_flush writes them; begin and end of a part and the end of the
 * transaction call it.  Whatever is rolled back takes them with it, and the
 * ids known by heart too, since some may never have been.
 *
 * Threads: as the Store.
 */
#ifndef STORE_INSIDE_H
#define STORE_INSIDE_H

#include "base/map.h"
#include "store/changes.h"
#include "store/db.h"

#define KNOWN_MAX 100000 /* ids known by heart before all are forgotten */

/* An id by its text: of a language, section or tag. */
typedef struct Known {
    Str text;
    int64_t id;
    uint64_t named; /* bit of each language (id < 64) that names it */
} Known;

/* What this transaction knows of stories that are about to come. */
typedef struct Expected {
    Arena arena;
    Map absent;   /* of Str: uris of no story */
    Map groups;   /* of Group */
    bool waiting; /* for the answer about: */
    Rows answer;
    Map asked; /* of Str: uris */
    StrList keys;
} Expected;

typedef struct Group {
    Str key;
    int64_t peers;   /* 0: nobody has it yet */
    int64_t members; /* at least; 0: they were not counted */
} Group;

typedef struct Knowledge {
    Arena arena;
    Map languages, sections, tags; /* of Known */
    Arena count_arena;
    Map counts; /* of TagCount; emptied by each flush */
    Expected expected;
} Knowledge;

typedef struct TagCount {
    int64_t language, tag, stories;
} TagCount;

struct Store {
    Db *db;       /* the one that is asked now */
    Db *own;      /* the store itself */
    Db *replica;  /* for reading, where it knows enough; or NULL */
    int64_t need; /* the change that a replica must know */
    StoreSide side;
    bool begun;
    int parts; /* open, one in another */
    bool broken;
    bool closed_too; /* it writes although the store is closed */
    bool head_known, head_changed;
    int64_t story, change; /* last numbers given, while head_known */
    int64_t gone;          /* see changes_gone */
    int pending_follows;   /* -1: not asked in this transaction */
    bool names_noted;      /* NAMES stands in this transaction's changes */
    Knowledge known;
};

/* "{1,2,3}", for a server's bigint[]. */
Str numbers_array(Arena *arena, const int64_t *numbers, size_t count);
Str stories_array(Arena *arena, const StoryId *stories, size_t count);

/* Writes what was held back. */
MUST_USE Err store_flush(Store *store);

/* The next number, from the locked row. */
MUST_USE Err next_story(Store *store, int64_t *number);
MUST_USE Err next_change(Store *store, int64_t *number);

/* Ids, made when they are not there. */
MUST_USE Err language_id(Store *store, Str code, int64_t *id);
MUST_USE Err section_id(Store *store, Str slug, Known **section);
MUST_USE Err tag_id(Store *store, Str slug, Known **tag);

/* Gives a name in a language to what has none there. */
MUST_USE Err section_name_keep(Store *store, Known *section, int64_t language,
                               Str name, Time now);
MUST_USE Err tag_name_keep(Store *store, Known *tag, int64_t language, Str name,
                           Time now);

/* stories more (or fewer) have the tag; tag 0 is all of the language. */
void tag_count_add(Store *store, int64_t language, int64_t tag,
                   int64_t stories);
void tag_counts_clear(Store *store);

void expected_open(Expected *expected);
void expected_close(Expected *expected);
void expected_clear(Expected *expected);
bool is_absent(const Store *store, Str uri);
void now_present(Store *store, Str uri);
Group *group_known(const Store *store, Str key); /* NULL: must be asked for */
Group *group_now_known(Store *store, Str key, int64_t peers);

void knowledge_open(Knowledge *known);
void knowledge_close(Knowledge *known);

/* The public side of a story whose row is written: lists, names, notice.
 * version: the one made public, or NULL to read it.  *shown says whether
 * readers see any difference: nothing of a story that never was public. */
MUST_USE Err listing_update(Store *store, Arena *arena, const Story *story,
                            const Version *version, ChangeKind kind, Time now,
                            bool *shown);

/* Puts a public story on the lists it is not on yet. */
MUST_USE Err listing_add(Store *store, const Story *story,
                         const Version *version, bool corrected, Time now);

/* Opens it although it may be closed to all who write, for who fills or moves
 * it: its transactions are not refused. */
MUST_USE Err store_open_closed(const char *where, StoreSide side, Store **out,
                               Fault *fault);

/* A fact about it; empty when it is not said. */
MUST_USE Err store_fact(Store *store, Arena *arena, Str name, Str *out);

/* Why it is closed to all who write; empty: it is not. */
MUST_USE Err store_closed(Store *store, Arena *arena, Str *out);

/* The columns of the view public_item, in its order, the first of them at from.
 */
PublicItem public_item_of(const Rows *rows, Arena *arena, int from);

/* version.tags as a list: lines of slug, tab and name; a name that is missing
 * is empty. */
TagList tags_split(Arena *arena, Str lines);
Str tags_join(Arena *arena, TagList tags);

/* What the column digest of a row is: of its other columns, in the order of
 * story_add, version_add, change_add, entry_add and version_picture_add; NULL
 * counts as 0. */
#define STORY_COLUMNS   17
#define VERSION_COLUMNS 24
#define CHANGE_COLUMNS  6
#define ENTRY_COLUMNS   12
#define PICTURE_COLUMNS 4
int64_t row_digest(const Value *columns, size_t count);

/* Columns of a story, a version, an entry and what was read of one that are
 * asked for by place, as store/carry.h hands them out. */
enum {
    OF_STORY_NUMBER = 0,
    OF_STORY_LANGUAGE = 2,
    OF_STORY_FOLLOWS = 4,
    OF_STORY_STATE = 5,
    OF_STORY_PUBLIC_VERSION = 7,
    OF_STORY_AT = 10,
    OF_STORY_TIMED = 11,
    OF_STORY_CHANGED_AT = 12,
    OF_STORY_CORRECTED = 18,
    OF_VERSION_STORY = 1,
    OF_VERSION_NUMBER = 2,
    OF_VERSION_SECTION = 4,
    OF_VERSION_URGENCY = 5,
    OF_VERSION_SLUG = 11,
    OF_VERSION_HEADLINE = 12,
    OF_VERSION_DECK = 13,
    OF_VERSION_TAGS = 16,
    OF_READ_HOUR_STORY = 1,
    OF_HEAT_STORY = 2,
    OF_CREATIVE_CAMPAIGN = 1,
    OF_CREATIVE_PICTURE = 2,
    OF_ENTRY_STORY = 0,
    OF_ENTRY_NUMBER = 1,
    OF_ENTRY_VERSION = 2,
};

MUST_USE Err change_add(Store *store, const Change *change);

/* The key of a version in its table. */
static inline int64_t version_key(StoryId id, int32_t version)
{
    return id.number * 65536 + version;
}

#endif
