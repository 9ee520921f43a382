#include "net/fetch.h"

#include <pthread.h>

#include <curl/curl.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/map.h"
#include "base/mem.h"
#include "text/url.h"

#define CONNECT_S  10L
#define SLOWEST    1000L /* bytes a second, for ... */
#define SLOW_S     10L   /* ... so long: then it is given up */
#define HEADS_MAX  ((size_t)256 * 1024)
#define IDLE_MAX   8 /* handles with their open connections */
#define SILENT_MAX 10000

struct Fetcher {
    const FetchRules *rules;
    pthread_mutex_t lock;
    CURL *idle[IDLE_MAX];
    size_t idle_count;
    Map silent; /* host to how often in a row, as a pointer */
};

/* One call. */
typedef struct Fetch {
    const FetchRules *rules;
    Buf body;
    size_t heads;
    bool refused;
    char where[REACH_TEXT]; /* whereto, when it was refused */
    char why[CURL_ERROR_SIZE];
} Fetch;

/* ---- what curl asks and gives ---- */

static bool may_reach(const FetchRules *rules, const struct sockaddr *address)
{
    for (size_t i = 0; i < rules->allowed_count; i++)
        if (reach_is_in(address, &rules->allowed[i])) return true;
    return reach_is_public(address);
}

/* Asked when names are resolved and the address is known. */
static curl_socket_t open_socket(void *ctx, curlsocktype purpose,
                                 struct curl_sockaddr *to)
{
    Fetch *fetch = ctx;

    (void)purpose;
    if (may_reach(fetch->rules, &to->addr))
        return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
    fetch->refused = true;
    reach_text(&to->addr, fetch->where);
    return CURL_SOCKET_BAD;
}

static size_t take_body(char *bytes, size_t size, size_t count, void *ctx)
{
    Fetch *fetch = ctx;

    buf_puts(&fetch->body, (Str){bytes, size * count});
    return fetch->body.failed ? 0 : size * count;
}

static size_t count_heads(char *bytes, size_t size, size_t count, void *ctx)
{
    Fetch *fetch = ctx;

    (void)bytes;
    fetch->heads += size * count;
    return fetch->heads > HEADS_MAX ? 0 : size * count;
}

static void set_options(CURL *curl, Fetch *fetch, const char *address)
{
    curl_easy_setopt(curl, CURLOPT_URL, address);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(curl, CURLOPT_MAXREDIRS, (long)FETCH_HOPS);
    curl_easy_setopt(curl, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
    curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)FETCH_S);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, CONNECT_S);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, SLOWEST);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, SLOW_S);
    curl_easy_setopt(curl, CURLOPT_MAXFILESIZE_LARGE,
                     (curl_off_t)fetch->rules->max);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "dateline");
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, fetch);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, count_heads);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, fetch);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, fetch);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, fetch->why);
}

/* ---- what came of it ---- */

static Err no_answer(const Fetch *fetch, CURLcode code, Fault *fault)
{
    /* A name may have several addresses. */
    if (fetch->refused && code == CURLE_COULDNT_CONNECT)
        return fault_set(fault, ERR_FORBIDDEN,
                         "it leads to %s, which is no address of the public "
                         "internet",
                         fetch->where);
    return fault_set(fault, ERR_UNREACHABLE, "%s",
                     fetch->why[0] ? fetch->why : curl_easy_strerror(code));
}

static Err too_big(const Fetch *fetch, Fault *fault)
{
    return fault_set(fault, ERR_TOO_BIG, "it is larger than %zu bytes",
                     fetch->rules->max);
}

static Err told(const Fetch *fetch, CURLcode code, long status, Fault *fault)
{
    switch (code) {
    case CURLE_OK:
        if (status == 200) return ERR_OK;
        return fault_set(fault, ERR_NOT_FOUND,
                         "the answer is %ld, expected "
                         "200",
                         status);
    case CURLE_HTTP_RETURNED_ERROR:
        return fault_set(fault, ERR_NOT_FOUND,
                         "the answer is %ld, expected "
                         "200",
                         status);
    case CURLE_UNSUPPORTED_PROTOCOL:
        return fault_set(fault, ERR_FORBIDDEN,
                         "it leads to an address that is neither http nor "
                         "https");
    case CURLE_LOGIN_DENIED:
        return fault_set(fault, ERR_FORBIDDEN,
                         "it leads to an address with a user's name");
    case CURLE_TOO_MANY_REDIRECTS:
        return fault_set(fault, ERR_FORBIDDEN, "over %d redirections",
                         FETCH_HOPS);
    case CURLE_FILESIZE_EXCEEDED: return too_big(fetch, fault);
    case CURLE_WRITE_ERROR:
        if (fetch->body.failed) return too_big(fetch, fault);
        return fault_set(fault, ERR_TOO_BIG,
                         "its headers are larger than %zu "
                         "bytes",
                         HEADS_MAX);
    case CURLE_OPERATION_TIMEDOUT:
        return fault_set(fault, ERR_TIMEOUT,
                         "no whole answer in %d s, or none in %ld s", FETCH_S,
                         SLOW_S);
    default: return no_answer(fetch, code, fault);
    }
}

/* ---- hosts that are silent ---- */

static uintptr_t silence_of(Fetcher *fetcher, uint64_t host)
{
    uintptr_t times;

    pthread_mutex_lock(&fetcher->lock);
    times = (uintptr_t)map_get(&fetcher->silent, host);
    pthread_mutex_unlock(&fetcher->lock);
    return times;
}

static void note_silence(Fetcher *fetcher, uint64_t host, Err err)
{
    bool silent = err == ERR_TIMEOUT || err == ERR_UNREACHABLE;
    uintptr_t times;

    pthread_mutex_lock(&fetcher->lock);
    times = (uintptr_t)map_take(&fetcher->silent, host);
    if (silent && fetcher->silent.count < SILENT_MAX)
        map_put(&fetcher->silent, host, (void *)(times + 1));
    pthread_mutex_unlock(&fetcher->lock);
}

/* ---- handles ---- */

static CURL *handle_take(Fetcher *fetcher)
{
    CURL *curl = NULL;

    pthread_mutex_lock(&fetcher->lock);
    if (fetcher->idle_count) curl = fetcher->idle[--fetcher->idle_count];
    pthread_mutex_unlock(&fetcher->lock);
    if (!curl) curl = curl_easy_init();
    if (!curl) mem_exhausted();
    return curl;
}

/* Its connections stay open: each leads where it may. */
static void handle_back(Fetcher *fetcher, CURL *curl)
{
    curl_easy_reset(curl);
    pthread_mutex_lock(&fetcher->lock);
    if (fetcher->idle_count < IDLE_MAX) {
        fetcher->idle[fetcher->idle_count++] = curl;
        curl = NULL;
    }
    pthread_mutex_unlock(&fetcher->lock);
    if (curl) curl_easy_cleanup(curl);
}

static Err perform(Fetcher *fetcher, Fetch *fetch, const char *address,
                   Fault *fault)
{
    CURL *curl = handle_take(fetcher);
    struct curl_slist *heads = curl_slist_append(
        NULL,
        str_z(fetch->body.arena, str_format(fetch->body.arena, "Accept: %s",
                                            fetcher->rules->accept)));
    long status = 0;
    CURLcode code;

    set_options(curl, fetch, address);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, heads);
    code = curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    handle_back(fetcher, curl);
    curl_slist_free_all(heads);
    return told(fetch, code, status, fault);
}

static Err check(Arena *arena, Str address, Str *normal, Url *url, Fault *fault)
{
    if (url_normal(arena, address, normal) || url_parse(*normal, url))
        return fault_set(fault, ERR_INVALID,
                         "expected an address of http or https");
    if (url->user.len)
        return fault_set(fault, ERR_INVALID,
                         "expected an address without a user's name");
    return ERR_OK;
}

Err fetcher_get(Fetcher *fetcher, Arena *arena, Str address, Str *bytes,
                Fault *fault)
{
    Fetch fetch = {.rules = fetcher->rules,
                   .body = buf_open(arena, fetcher->rules->max)};
    Fault found = fault_none();
    uint64_t host;
    Url url;
    Err err = check(arena, address, &address, &url, fault);

    if (err) return err;
    host = hash_mix(hash_table(url.host), hash_table(url.port));
    if (silence_of(fetcher, host) >= FETCH_SILENT)
        return fault_set(fault, ERR_UNREACHABLE,
                         "its host was silent %d times in a row", FETCH_SILENT);
    err = perform(fetcher, &fetch, str_z(arena, address), &found);
    note_silence(fetcher, host, err);
    if (err) return fault_set(fault, err, "%s", found.text);
    return buf_end(&fetch.body, bytes);
}

/* ---- open and close ---- */

Fetcher *fetcher_open(const FetchRules *rules)
{
    Fetcher *fetcher = mem_zero(sizeof *fetcher);

    if (curl_global_init(CURL_GLOBAL_DEFAULT)) mem_exhausted();
    fetcher->rules = rules;
    pthread_mutex_init(&fetcher->lock, NULL);
    map_init(&fetcher->silent);
    return fetcher;
}

void fetcher_close(Fetcher *fetcher)
{
    if (!fetcher) return;
    while (fetcher->idle_count)
        curl_easy_cleanup(fetcher->idle[--fetcher->idle_count]);
    map_close(&fetcher->silent);
    pthread_mutex_destroy(&fetcher->lock);
    mem_free(fetcher);
    curl_global_cleanup();
}
