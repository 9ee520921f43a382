/* format/read.h -- what all readers of the world's formats share.
 *
 * A reader turns bytes into Items.  A record that cannot be used is handed
 * back with its reason, and the others are read on; only when the
 * whole input makes no sense does the reader itself fail.
 *
 * Readers are pure: the same bytes and context give the same answer, no clock,
 * no file, no socket.  What they return has passed item_check and lives in the
 * arena; it may point into the bytes, which must live as long.
 *
 * Threads: any, each with its arena and its context (a Zone belongs to one).
 */
#ifndef FORMAT_READ_H
#define FORMAT_READ_H

#include "base/zone.h"
#include "story/item.h"

/* Bytes of one record or one document, unpacked. */
#define RECORD_MAX   ((size_t)8 * 1024 * 1024)
#define DOCUMENT_MAX ((size_t)16 * 1024 * 1024)

typedef struct ReadContext {
    Str language; /* of the site; for what names none and shows none */
    Zone *zone;   /* for times written without one */
    Str base;     /* address the document came from, or empty */
} ReadContext;

/* One record: an item that has passed item_check, or why there is none. */
typedef struct ReadRecord {
    Item item;
    const Fault *fault; /* NULL: the item is good */
    const Fault *lost;  /* why it comes without the picture it names; no reader
                           says that, but who brings pictures in */
    Str raw;            /* as it came, or as much of it as stood alone */
} ReadRecord;

typedef struct ReadOut {
    ReadRecord *records; /* in the order of the input */
    size_t count;
    size_t bad; /* those with a fault */
} ReadOut;

void read_reject(ReadOut *out, Arena *arena, const Fault *fault, Str raw);

/* item_check, then the item, or its fault with the item's place. */
void read_add(ReadOut *out, Arena *arena, const Item *item, Str raw);

/* A moment as the net's formats write it: RFC 3339, ISO 8601 with less, RFC
 * 5322, what feeds make of them, seconds since 1970, and what pages show (see
 * format/page_time.h); without a zone it is the context's. A date alone is
 * noon of that day.  *out is untouched on
 *   ERR_INVALID    it is no time
 *   ERR_NOT_FOUND  it stands for none: year 1, the first second of 1970 */
MUST_USE Err read_time(const ReadContext *ctx, Str text, Time *out);

/* The moment at which the wall shows c, which is valid, in the context's zone;
 * in UTC without one.  *out is untouched on
 *   ERR_NOT_FOUND  it is of year 1, which stands for none
 *   ERR_INVALID    it is after TIME_MAX */
MUST_USE Err read_wall(const ReadContext *ctx, Civil c, Time *out);

/* "sha256:" and the digest of the texts, for what has no identity of its own.
 * A text and its neighbour never run together. */
Str read_identity(Arena *arena, const char *prefix, const Str *texts,
                  size_t count);

/* HTML as one line of text, markup out and references resolved. */
Str read_line_of_html(Arena *arena, Str html);

/* One line of at most max code points; a longer one is cut at a word and ends
 * in an ellipsis.  For what may be shortened: a deck, not a headline. */
Str read_line_cut(Arena *arena, Str text, size_t max);

/* Whether an empty line parts the text. */
bool read_has_empty_line(Str text);

/* Plain text as paragraphs: where it has no empty lines, each line is one. */
Html read_plain(Arena *arena, Str text);

/* A tag by its slug, if that is one ([a-z0-9-]), and its name, '#' in front
 * left out; without a slug it is made from the name.  What has neither letters
 * nor digits is passed over. */
void read_tag(Item *item, Arena *arena, Str slug, Str name);

/* The section, likewise. A name whose slug is reserved gets "-news" behind it.
 */
void read_section(Item *item, Arena *arena, Str slug, Str name);

/* An http or https address, else empty. */
Str read_address(Arena *arena, Str text);

/* The language of a tag; Ukrainian is often called by its country, "ua".
 * False when it is not well formed: *out untouched. */
bool read_language_said(Arena *arena, Str tag, Str *out);

/* The language if it is well formed, else the site's. */
Str read_language(Arena *arena, const ReadContext *ctx, Str tag);

/* Text that names no encoding as UTF-8 without a byte order mark: by the mark,
 * else by charset_guess; of damaged UTF-8 bad bytes become U+FFFD.
 *   ERR_UNSUPPORTED  in no encoding that can be told */
MUST_USE Err read_decoded(Arena *arena, Str bytes, Str *out, Fault *fault);

#endif
