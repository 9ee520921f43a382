/* press/events.h -- what an open page is told of a change: a server-sent event.
 *
 *     id: 1201
 *     event: corrected
 *     data: {"story":737184,"version":2,...}
 *
 * An event says what a change was and how its story looks now, never how it
 * looked before: an old event read late shows nothing that was taken back.
 * doc/live.md has the fields.
 *
 * Threads: the Press's.
 */
#ifndef PRESS_EVENTS_H
#define PRESS_EVENTS_H

#include "press/press.h"
#include "store/changes.h"

/* An entry of live coverage is told as it is now, or that it is gone:
 * {"story":737184,"entry":3,"html":"<li id=\"entry-3\" ..."}; entry 0 is the
 * whole, which has ended or goes on again. */

/* What an event is about, for whoever wants only some of them. */
typedef struct NewsEvent {
    Change change;
    size_t language; /* index in the site; language_count: nobody is told */
    Str section;     /* slug */
    StrList tags;    /* slugs */
    Str text;        /* as it is sent; "id" alone when there is nothing left to
                        tell */
} NewsEvent;

typedef struct NewsEvents {
    NewsEvent *items;
    size_t count;
} NewsEvents;

/* Events of at most max (1..CHANGES_MAX) changes with number > after, up to the
 * last that this press has taken, oldest first. In arena. */
MUST_USE Err press_events(Press *press, Arena *arena, int64_t after, size_t max,
                          NewsEvents *out);

/* What that change is to be told as now. */
MUST_USE Err press_event(Press *press, Arena *arena, const Change *change,
                         NewsEvent *out);

/* The first line of who has missed too much or comes anew: which stories LATEST
 * of that language shows, as the page itself says it (data-mark), and of the
 * stories of the last SYNC_CHANGES changes which version is public
 * (data-version; 0: none) and which entries (data-entries).  number: of the
 * last change that it knows. */
#define SYNC_CHANGES 32
MUST_USE Err press_sync(Press *press, Arena *arena, size_t language,
                        int64_t number, Str *out);

/* What is hot in that language now, as an event without a number.  The section
 * says its mark as data-hot="...", hidden where nothing is. */
MUST_USE Err press_hot_event(Press *press, Arena *arena, size_t language,
                             Str *out);

/* The number of the last change taken, and when what is hot changed last. */
int64_t press_seen(const Press *press);
Time press_hot_at(const Press *press);

#endif
