/* base/err.h -- what can go wrong, in one list, and what to tell a person.
 *
 * Every function that can fail returns an Err and is marked MUST_USE.  An Err
 * is for programs: it maps to a word and to one HTTP status.  What a person
 * should read goes into a Fault, which parsers, settings and acts fill.
 *
 * Threads: pure data, no shared state.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stddef.h>
#include <stdint.h>

#define MUST_USE     __attribute__((warn_unused_result))
#define PRINTF(f, a) __attribute__((format(printf, f, a)))
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* name, word, HTTP status, meaning */
#define ERRORS(X)                                                              \
    X(OK, "ok", 200, "done")                                                   \
    X(NOT_FOUND, "not found", 404, "there is no such thing")                   \
    X(GONE, "gone", 410, "it was public and is no longer")                     \
    X(FORBIDDEN, "forbidden", 403, "this role may not do that")                \
    X(CONFLICT, "conflict", 409, "the thing has changed or stands otherwise")  \
    X(INVALID, "invalid", 400, "the input is not what was expected")           \
    X(TOO_BIG, "too big", 413, "the input is over a stated limit")             \
    X(UNSUPPORTED, "unsupported", 415, "a format or feature not known here")   \
    X(BUSY, "busy", 503, "someone else holds it; try later")                   \
    X(AGAIN, "again", 503, "more input is needed, or call once more")          \
    X(TIMEOUT, "timeout", 408, "it took longer than allowed")                  \
    X(IO, "input/output", 500, "the operating system refused")                 \
    X(STORE, "store", 500, "the database failed")                              \
    X(FULL, "full", 507, "no room is left to write")                           \
    X(CLOSED, "closed", 503, "it has been shut down")                          \
    X(UNREACHABLE, "unreachable", 503, "the database is not there; try later") \
    X(UNCERTAIN, "uncertain", 504, "whether it was done nobody could tell")

typedef enum Err {
#define X(name, word, status, meaning) ERR_##name,
    ERRORS(X)
#undef X
        ERR_COUNT
} Err;

/* The word of err, for logs and messages: "not found". */
const char *err_word(Err err);

/* The HTTP status by which err is answered: 404. */
int err_status(Err err);

/* What a person should read about a failure.  All of it is bounded, so that a
 * Fault can stand on the stack and be copied by value.
 *   where   file, field or address; empty when it has none
 *   line    1, 2, ...; 0 when unknown
 *   column  1, 2, ... in bytes; 0 when unknown
 *   byte    offset from 0; -1 when unknown
 *   text    one sentence: what is wrong and what was expected            */
typedef struct Fault {
    Err err;
    char where[160];
    int64_t line;
    int64_t column;
    int64_t byte;
    char text[320];
} Fault;

/* Fills *fault (which may be NULL) and returns err, so that a caller can write
 * `return fault_set(...)`.  Place and field are kept if they were set before.
 */
Err fault_set(Fault *fault, Err err, const char *format, ...) PRINTF(3, 4);

/* Sets where (file or field) if it is empty yet; else puts "where: " before. */
void fault_where(Fault *fault, const char *format, ...) PRINTF(2, 3);

/* Sets line and column, both from 1. */
void fault_at(Fault *fault, int64_t line, int64_t column);

/* An empty Fault: no error, no place. */
Fault fault_none(void);

/* One line, "where:line:column: text", into out (always ended by NUL). */
void fault_line(const Fault *fault, char *out, size_t size);

#endif
