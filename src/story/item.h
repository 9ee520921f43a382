/* story/item.h -- a story as it comes from outside or goes there.
 *
 * Readers in format/ turn bytes into Items; ingest and desk turn an Item into
 * a Story and its Version.  Everything that a format may not say can be absent:
 * an empty Str, TIME_NONE, 0.
 *
 * An Item is bounded and clean when a reader returns it: UTF-8, markup
 * sanitised, no field over the limits of story/story.h.
 *
 * Threads: plain values in the arena of the reader's caller.
 */
#ifndef STORY_ITEM_H
#define STORY_ITEM_H

#include "story/story.h"

typedef enum ItemStatus {
    ITEM_USABLE,
    ITEM_WITHHELD, /* ninjs pubStatus withheld: not for the public (yet) */
    ITEM_CANCELED, /* ninjs pubStatus canceled: a kill */
} ItemStatus;

/* Where a story stands whose time nobody knows and that is no news: behind all
 * that have one. Some days from the first of all times, so that it is of year 1
 * in every time zone. */
#define ITEM_UNDATED (TIME_MIN + 3 * TIME_DAY)

/* The picture that leads it. mark: of one that the agency has; href: a file
 * beside the story's that is still to be brought in; address: where it is on
 * the net, when it is not beside it; all empty: it has none.  What is empty of
 * the texts the picture says itself. */
typedef struct ItemPicture {
    Str mark; /* story/picture.h */
    Str href;
    Str address;                 /* http or https */
    const struct Picture *drawn; /* of that mark, for whoever puts the item to
                                    add first; NULL: the store has it */
    bool offered; /* its source has it elsewhere, so it may not be had: then the
                     story comes without, and it is no part of what the source
                     says of the story */
    Str alt;
    Str caption;
    Str credit; /* these two are said of a picture that is new */
    Str rights;
} ItemPicture;

typedef struct Item {
    Str uri;         /* the source's identity: ninjs uri, guid, link; the
                        reader makes one from the content when it has none:
                        "sha256:..." stands for a text without identity */
    int64_t version; /* 0: not said */
    ItemStatus status;
    Str language; /* BCP 47 or empty: the site's first */
    Str group;    /* a key shared by translations of one another */
    Str follows;  /* uri of the earlier story that this one updates */
    Str headline;
    Str deck;
    Html body;
    Str byline;
    Str place;
    Str section;      /* slug or empty */
    Str section_name; /* as the source writes it, or empty */
    TagList tags;
    int32_t urgency; /* 0: not said */
    Time at;         /* first publication; TIME_NONE: not said */
    bool timed;      /* false: `at` only says where it sorts */
    Time said_at;   /* when its source made this version; TIME_NONE: not said */
    Time embargo;   /* not before; TIME_NONE: none */
    Str correction; /* note to readers, when this version corrects */
    Str source;
    Str source_url;
    ItemPicture picture;
    Str slug;      /* made by item_prepare; empty until then */
    int32_t words; /* of the body; counted by item_prepare, -1 until then */
    bool ready; /* item_prepare has been; who alters a text after that makes it
                   false */
    int64_t line; /* where it began in the input, from 1; 0 unknown */
    int64_t byte; /* offset there; -1 unknown */
} Item;

/* An Item with nothing said: times TIME_NONE, byte and words -1. */
Item item_none(void);

/* Checks what every reader must: headline present, not over its limit and
 * without U+FFFD, the body, deck, fields, tags, uri within theirs, UTF-8
 * everywhere, no reserved section, no control characters in one-line fields.
 * The fault names the field. ERR_INVALID, ERR_TOO_BIG */
MUST_USE Err item_check(const Item *item, Fault *fault);

/* One line of text as a headline wants it: white space folded to single
 * spaces, controls out, trimmed. */
Str item_line(Arena *arena, Str text);

/* Whether a section cannot have this slug: it stands in addresses of the site
 * itself, or is a year's. */
bool item_section_reserved(Str slug);

/* Makes slug and words where they are missing and says that the item is ready,
 * for one that item_check let through: desk_put then asks neither again, so
 * whoever has a thread to spare spares the writer's. language stands in when
 * the item says none. */
void item_prepare(Item *item, Arena *arena, Str language);

/* The words of a text: runs without ASCII white space, outside of tags, that
 * hold a letter or a digit. */
int32_t item_words(Html body);

/* Appends a tag whose slug is made by the caller; a second one with the same
 * slug is dropped, and so are those after TAGS_MAX + 1: that many are refused
 * by item_check. */
void item_tag(Item *item, Arena *arena, Str slug, Str name);

#endif
