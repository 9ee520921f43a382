/* web/serve.h -- the running server: writer, serving threads, signals.
 *
 * Threads: serve_run belongs to main; it starts and ends all others.
 */
#ifndef WEB_SERVE_H
#define WEB_SERVE_H

#include "base/err.h"
#include "media/bucket.h"
#include "net/server.h"
#include "story/site.h"

typedef struct ServeConfig {
    Site site; /* url empty: that of the first listener */
    Str listen;
    Str operator_listen; /* empty: none */
    const char *store_path;
    const char *replica;   /* of the store, to read from; or NULL */
    const char *purge_url; /* of the cache in front; NULL: nobody is told */
    const char *purge_token;
    bool purge_fastly;     /* by Fastly's API, else as Varnish takes it */
    const char *theme_dir; /* NULL: none */
    const char *media_dir; /* of pictures' files */
    BucketConfig bucket;   /* of the same; url NULL: none */
    const char *cards_dir; /* of cards that were drawn */
    const char *control_path;
    const char *lock_path;
    Str section;
    unsigned threads;
    size_t cache_bytes;
    int cdn_seconds;
    unsigned connections_per_address;
    unsigned searches_per_address; /* a minute; 0: any number */
    unsigned ads_per_address;      /* in five minutes; 0: any number */
    int64_t hot_half_life_s;       /* audience/heat.h */
    StrList proxies;               /* addresses of our own */
    Str push_subject;              /* of push messages; empty: there are none */
    StrList push_services;         /* hosts, each with those under it */
    bool push_private;             /* push services on private addresses too */
    ServerLog log_format;
    const char *log_path;
} ServeConfig;

typedef enum ServeEnd {
    SERVE_STOPPED, /* SIGTERM, SIGINT */
    SERVE_AGAIN,   /* SIGHUP: the caller starts the program anew in place; the
                      listening sockets are in the environment */
} ServeEnd;

/* What the caller is asked and told, on its own thread. */
typedef struct ServeCalls {
    /* Once, when requests are answered; address is that of the site. */
    void (*ready)(void *ctx, Str address);
    /* At SIGHUP: may this end, to start anew? False: it serves on. */
    bool (*may_leave)(void *ctx);
    void *ctx;
} ServeCalls;

/* Serves until a signal ends it. */
MUST_USE Err serve_run(const ServeConfig *config, const ServeCalls *calls,
                       ServeEnd *end, Fault *fault);

/* Whether serve_run could begin with that, as far as can be seen beside a
 * server that runs: the theme, the files, the addresses.  The fault is what
 * serve_run's would be.  An address in use is taken for that server's own. */
MUST_USE Err serve_check(const ServeConfig *config, Fault *fault);

#endif
