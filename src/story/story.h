/* story/story.h -- the nouns of the house: a story, its versions, its tags.
 *
 * A Story is a number and what holds for all its versions: where it came from,
 * its language, its peers in other languages, its state, and which version is
 * public.  A Version is what somebody wrote; once saved it is never edited,
 * only followed by another.  A newer draft does not disturb the public one.
 *
 *   number     1, 2, 3 ...; given once, in the store; stands in the address
 *   version    1, 2, 3 ... within a story
 *   urgency    IPTC urgency: 1 flash, 2 urgent, 3..6 normal (4 when unsaid)
 *   at         the time of publication, which orders every list; microseconds
 *   timed      false when the source did not say when: then `at` only orders
 *
 * Threads: plain values.
 */
#ifndef STORY_STORY_H
#define STORY_STORY_H

#include "base/time.h"
#include "story/state.h"

/* Limits; whoever brings more is told ERR_TOO_BIG and which. */
#define BODY_MAX     ((size_t)1024 * 1024) /* bytes of sanitised markup */
#define HEADLINE_MAX 300                   /* code points */
#define DECK_MAX     2000                  /* code points */
#define FIELD_MAX    300                   /* code points: byline, place ... */
#define NOTE_MAX     1000                  /* code points */
#define TAGS_MAX     64
#define URI_MAX      1000 /* bytes */

#define URGENCY_FLASH  1
#define URGENCY_URGENT 2
#define URGENCY_NORMAL 4

typedef struct StoryId {
    int64_t number; /* 0: none */
} StoryId;

/* slug: lower-case [a-z0-9-], the identity; name: as readers of one language
 * see it, the slug when nobody named it. */
typedef struct Tag {
    Str slug;
    Str name;
} Tag;

typedef struct TagList {
    Tag *items;
    size_t count;
} TagList;

typedef struct Story {
    StoryId id;
    Str uri;         /* identity at the source; unique; never empty */
    Str language;    /* BCP 47: "en", "uk" */
    StoryId group;   /* the first of its translations; itself when alone */
    StoryId follows; /* the earlier story that this one updates, or 0 */
    StoryState state;
    int32_t latest;         /* the newest version */
    int32_t public_version; /* 0: none is public; withdrawn: the one that was */
    int64_t source_version; /* version number of the source; 0 unsaid */
    Time created_at;
    Time at; /* publication; TIME_NONE before the first */
    bool timed;
    Time changed_at;     /* last change of what the public sees */
    Time due_at;         /* state scheduled: when; else TIME_NONE */
    int32_t due_version; /* what replaces the public version at due_at; 0: none
                            waits */
    bool embargo; /* not public before due_at, by embargo: then due_at stays
                     in the other states too, until it is public */
    Str note;     /* of the last kill, withdrawal or correction */
} Story;

/* The picture that leads a version, and what is said of it there: what is empty
 * the picture says itself. */
typedef struct VersionPicture {
    int64_t number; /* 0: none */
    Str mark;       /* story/picture.h; set by who reads it */
    Str alt;
    Str caption;
} VersionPicture;

typedef struct Version {
    StoryId story;
    int32_t version;
    Time saved_at;
    Time said_at; /* when its source made it, at most saved_at; TIME_NONE: not
                     said */
    Str headline; /* 1..HEADLINE_MAX */
    Str deck;
    Html body; /* may be empty: a flash */
    Str byline;
    Str place;
    Str section;      /* slug; never empty */
    Str section_name; /* as its source calls it; or empty */
    TagList tags;
    Str slug; /* of the address; made from the headline */
    int32_t urgency;
    int32_t words;  /* of the body, for the reading time */
    Time embargo;   /* it may not be public before; TIME_NONE: no such order */
    bool withheld;  /* its source holds it back */
    int64_t said;   /* digest of all that its source said; 0: it has none */
    Str group;      /* key shared by its translations, or empty */
    Str follows;    /* uri of the story that it updates, or empty */
    Str correction; /* what this version corrects, for readers; or empty */
    Str source;     /* credit: "Reuters"; or empty */
    Str source_url; /* http(s) or empty */
    VersionPicture picture;
} Version;

/* Minutes to read so many words: at least 1; 200 words a minute. */
int32_t story_minutes(int32_t words);

/* True in the states whose public version readers see. */
bool story_is_public(StoryState state);

#endif
