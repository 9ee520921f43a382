/* web/serve.h -- the running server: writer, serving threads, signals.
 *
 * Threads: serve_run belongs to main; it starts and ends all others.
 */
#ifndef WEB_SERVE_H
#define WEB_SERVE_H

#include "base/err.h"
#include "story/site.h"

typedef struct ServeConfig {
    Site site; /* url empty: that of the first listener */
    Str listen;
    Str operator_listen; /* empty: none */
    const char *store_path;
    const char *theme_dir; /* NULL: none */
    const char *control_path;
    const char *lock_path;
    Str section;
    unsigned threads;
    size_t cache_bytes;
    int cdn_seconds;
    unsigned connections_per_address;
    int log_format; /* enum ServerLog */
    const char *log_path;
} ServeConfig;

typedef enum ServeEnd {
    SERVE_STOPPED, /* SIGTERM, SIGINT */
    SERVE_AGAIN,   /* SIGHUP: the caller starts the program anew in place; the
                      listening sockets are in the environment */
} ServeEnd;

/* Serves until a signal comes. ready is called once, when requests are
 * answered, with the address of the site. */
MUST_USE Err serve_run(const ServeConfig *config, void (*ready)(Str address),
                       ServeEnd *end, Fault *fault);

#endif
