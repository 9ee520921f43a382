/* cli/errand.h -- what a command wants done to the store.
 *
 * A running server does it (so that its acknowledgement means that its readers
 * see it); where none runs, this process does it itself.
 *
 * Threads: one.
 */
#ifndef CLI_ERRAND_H
#define CLI_ERRAND_H

#include "cli/conf.h"
#include "text/json.h"
#include "web/control.h"

#define ERRAND_ANSWER_MAX ((size_t)1024 * 1024)

typedef struct Errand {
    const char *command; /* for faults: "story" */
    const Conf *conf;
    Arena *arena;
    ControlRequest request;
    const char *file; /* that it is about, for faults; NULL: none */
    bool json;        /* print the answer as it is */
} Errand;

/* *answer: JSON, in the errand's arena, also of what was refused; *status: 200,
 * or why not, as HTTP has it. An error: it is not known to have been done. */
MUST_USE Err errand_do(const Errand *errand, Str *answer, long *status,
                       Fault *fault);

/* Prints what the answer says is wrong; returns EXIT_FAILED. */
int errand_refused(const Errand *errand, const JsonNode *answer);

#endif
