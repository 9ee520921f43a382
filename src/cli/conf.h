/* cli/conf.h -- the settings of a site: DIR/dateline.conf.
 *
 * One "key = value" a line; "#" and ";" begin comments.  Every key has a
 * default, which `dateline init` writes with its meaning.  An unknown key or a
 * value that cannot be is an error with its line.
 *
 * Lifetime: the arena it was read into.  Threads: constant once read.
 */
#ifndef CLI_CONF_H
#define CLI_CONF_H

#include "base/err.h"
#include "net/reach.h"
#include "net/server.h"
#include "story/site.h"

/* key, default, meaning */
#define CONF_KEYS(X)                                                           \
    X(name, "News agency",                                                     \
      "name of the agency; name_uk, name_ru ... where "                        \
      "it differs in a language")                                              \
    X(languages, "en,uk,ru",                                                   \
      "languages of the site, the first is the default")                       \
    X(timezone, "Europe/Kyiv", "of the agency's clock, as IANA names it")      \
    X(url, "",                                                                 \
      "the public address, https://news.example; empty: the address "          \
      "listened on, or localhost")                                             \
    X(listen, "127.0.0.1:8080",                                                \
      "address and port of the site; port 0 takes "                            \
      "a free one")                                                            \
    X(operator, "",                                                            \
      "address and port for /healthz and /metrics; empty: only "               \
      "the control socket has them")                                           \
    X(store, "dateline.db",                                                    \
      "the data file, seen from this folder, or a PostgreSQL database, "       \
      "postgresql://user@host/name")                                           \
    X(store_read, "",                                                          \
      "a replica of that database, which pages are read from; empty: none")    \
    X(bucket, "",                                                              \
      "where all nodes keep their pictures, in a store that is "               \
      "S3-compatible: https://host/bucket/prefix; empty: in this folder")      \
    X(bucket_region, "us-east-1", "region that requests to it are signed for") \
    X(bucket_keys, "bucket.keys",                                              \
      "its access key and secret key, in a file of mode 0600 "                 \
      "(doc/pictures.md)")                                                     \
    X(section, "news", "section of stories that name none")                    \
    X(threads, "0", "serving threads; 0: one for each processor, at most 8")   \
    X(cache_mb, "128", "memory for made pages, all threads together")          \
    X(cdn_seconds, "5", "how long a shared cache in front may keep a page")    \
    X(purge, "",                                                               \
      "the cache in front, told which pages a change touched: varnish or "     \
      "fastly, a space and its address; empty: none (doc/cdn.md)")             \
    X(purge_token, "", "what Fastly asks for")                                 \
    X(hub, "", "WebSub hub that the feeds name; empty: none")                  \
    X(authority, "",                                                           \
      "host and year for tag URIs, news.example,2026; empty: "                 \
      "from url")                                                              \
    X(connections_per_address, "1024",                                         \
      "of one client address, not of proxies; 0: any number")                  \
    X(searches_per_address, "120",                                             \
      "of one client address in a minute; 0: any number, as behind a CDN")     \
    X(proxies, "",                                                             \
      "addresses of the proxies in front, whose X-Forwarded-For is believed")  \
    X(hot_half_life, "10800",                                                  \
      "seconds after which a read counts half for what is hot")                \
    X(push, "",                                                                \
      "where push services find the agency, mailto:desk@news.example; then "   \
      "readers may have flashes sent to their browser")                        \
    X(push_services,                                                           \
      "fcm.googleapis.com,updates.push.services.mozilla.com,push.apple.com,"   \
      "notify.windows.com",                                                    \
      "hosts of push services, each with those under it; readers' browsers "   \
      "name no others")                                                        \
    X(push_private, "no", "yes: push services may be on private addresses")    \
    X(picture_networks, "",                                                    \
      "addresses and networks besides the public internet that pictures may "  \
      "be fetched from, 10.1.0.0/16,fd00::/8; empty: none")                    \
    X(ads, "no", "yes: pages have places for ads (doc/ads.md)")                \
    X(no_ads_sections, "", "sections whose pages have none: disasters,obits")  \
    X(no_ads_tags, "", "tags of stories whose pages have none")                \
    X(open_ad_slots, "",                                                       \
      "places in which scripts of others may run, each in a frame of its own " \
      "origin: more-1")                                                        \
    X(ads_per_address, "200",                                                  \
      "ads with a cap that one client address gets in five minutes; 0: any "   \
      "number, as behind a CDN")                                               \
    X(access_log, "off", "off, combined or json")                              \
    X(access_log_file, "access.log", "in this folder")

typedef struct Conf {
    const char *dir;
    Site site; /* url empty when it is not set */
    Str listen, operator_listen;
    const char *store_path; /* or the address of a server */
    const char *replica;    /* of it; NULL when there is none */
    const char *theme_dir;  /* NULL when there is none */
    const char *media_dir;  /* of pictures' files */
    const char *bucket_url; /* of their bucket and prefix; NULL: none */
    const char *bucket_region;
    const char *bucket_keys; /* a file's path */
    const char *control_path;
    Str section;
    unsigned threads;
    size_t cache_bytes;
    int cdn_seconds;
    const char *purge_url; /* NULL: nobody is told */
    bool purge_fastly;     /* by Fastly's API, else as Varnish takes it */
    const char *purge_token;
    unsigned connections_per_address;
    unsigned searches_per_address;
    StrList proxies;
    unsigned ads_per_address;
    int64_t hot_half_life_s;
    Str push_subject; /* empty: nothing is pushed */
    StrList push_services;
    bool push_private;
    const Network *picture_networks;
    size_t picture_network_count;
    ServerLog access_log;
    const char *access_log_path;
} Conf;

/* ERR_NOT_FOUND: no site in dir; ERR_INVALID with file and line. */
MUST_USE Err conf_read(Arena *arena, const char *dir, Conf *out, Fault *fault);

/* What `init` asks for; empty ones take the default. */
typedef struct ConfNew {
    Str name, languages, timezone, store;
} ConfNew;

/* Writes dir/dateline.conf with all keys, checked. */
MUST_USE Err conf_write(Arena *arena, const char *dir, const ConfNew *wanted,
                        Fault *fault);

/* Makes where the store of the site, and changes nothing else of its settings.
 */
MUST_USE Err conf_set_store(Arena *arena, const char *dir, const char *where,
                            Fault *fault);

#endif
