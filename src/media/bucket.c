/* libcurl signs.  That of Debian 12 signs the hash of the body that a header
 * tells it and nothing else, signs every header it is given, even one that says
 * not to send it, and leaves the path as it is: so each request has the hash,
 * no header is taken away, and no part of an address needs encoding. */
#include "media/bucket.h"

#include <stdio.h>
#include <string.h>

#include <curl/curl.h>
#include <sodium.h>

#include "base/buf.h"
#include "base/mem.h"
#include "media/frames.h"
#include "media/intake.h"

#define CONNECT_MS 5000L
#define PUT_MS     300000L /* of 64 MiB: 2 Mbit a second */
#define STILL_S    20L     /* without a byte */
#define HAS_MS     20000L
#define SAID_MAX   ((size_t)64 * 1024) /* bytes of an answer that is no file */
#define CODE_MAX   40                  /* letters of an S3 error */

#define HASH_HEADER "x-amz-content-sha256: "

struct Bucket {
    BucketConfig config;
    char scope[100]; /* for the signature */
    CURL *curl;      /* with a connection that may still stand */
};

/* One request and what becomes of it. */
typedef struct Call {
    Bucket *bucket;
    Arena *arena;
    Str name;
    Str body;         /* of a PUT */
    const char *type; /* of that; NULL: it is no PUT */
    bool head;
    long patience_ms;
    size_t max; /* bytes of an answer */
    struct curl_slist *headers;
    Buf answer;
    long status;
    curl_off_t told; /* its length as the head says, or -1 */
    char why[CURL_ERROR_SIZE];
} Call;

Bucket *bucket_open(const BucketConfig *config)
{
    Bucket *bucket = mem_zero(sizeof *bucket);

    bucket->config = *config;
    snprintf(bucket->scope, sizeof bucket->scope, "aws:amz:%s:s3",
             config->region);
    bucket->curl = curl_easy_init();
    if (!bucket->curl) mem_exhausted();
    return bucket;
}

void bucket_close(Bucket *bucket)
{
    if (!bucket) return;
    curl_easy_cleanup(bucket->curl);
    mem_free(bucket);
}

/* ---- a request ---- */

static size_t take_answer(char *bytes, size_t size, size_t count, void *ctx)
{
    Call *call = ctx;

    buf_puts(&call->answer, (Str){bytes, size * count});
    return call->answer.failed ? 0 : size * count;
}

static int look_up(void *ctx, curl_off_t down, curl_off_t got, curl_off_t up,
                   curl_off_t sent)
{
    const BucketConfig *config = &((const Bucket *)ctx)->config;

    (void)down, (void)got, (void)up, (void)sent;
    return config->stopping && config->stopping(config->ctx);
}

static void add_header(Call *call, const char *name, const char *value)
{
    char line[200];
    struct curl_slist *more;

    snprintf(line, sizeof line, "%s%s", name, value);
    more = curl_slist_append(call->headers, line);
    if (!more) mem_exhausted();
    call->headers = more;
}

static void add_hash(Call *call)
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    char hex[2 * sizeof hash + 1];

    crypto_hash_sha256(hash, (const unsigned char *)call->body.ptr,
                       call->body.len);
    sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
    add_header(call, HASH_HEADER, hex);
}

static void set_patience(const Call *call)
{
    CURL *curl = call->bucket->curl;

    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_MS);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, call->patience_ms);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, STILL_S);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, look_up);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, call->bucket);
}

static void set_body(const Call *call)
{
    CURL *curl = call->bucket->curl;

    if (call->head) curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
    if (!call->type) return;
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, "PUT");
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE,
                     (curl_off_t)call->body.len);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, call->body.ptr);
}

static void set_options(Call *call)
{
    const BucketConfig *config = &call->bucket->config;
    CURL *curl = call->bucket->curl;
    Str url =
        str_format(call->arena, "%s/%.*s", config->url, STR_ARG(call->name));

    curl_easy_reset(curl); /* connections stay */
    curl_easy_setopt(curl, CURLOPT_URL, str_z(call->arena, url));
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(curl, CURLOPT_AWS_SIGV4, call->bucket->scope);
    curl_easy_setopt(curl, CURLOPT_USERNAME, config->key);
    curl_easy_setopt(curl, CURLOPT_PASSWORD, config->secret);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, call->headers);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, call->why);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_answer);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, call);
    set_patience(call);
    set_body(call);
}

/* ---- what went wrong ---- */

static Err fail(const Call *call, Fault *fault, Err err, const char *why)
{
    fault_where(fault, "%s", call->bucket->config.url);
    return fault_set(fault, err, "%.*s: %s", STR_ARG(call->name), why);
}

static Err not_answered(const Call *call, CURLcode code, Fault *fault)
{
    Err err = ERR_IO;

    if (call->answer.failed)
        return fail(call, fault, ERR_TOO_BIG,
                    "it answers with more bytes than such a file can have");
    if (code == CURLE_COULDNT_CONNECT || code == CURLE_COULDNT_RESOLVE_HOST)
        err = ERR_UNREACHABLE;
    else if (code == CURLE_OPERATION_TIMEDOUT)
        err = ERR_TIMEOUT;
    else if (code == CURLE_ABORTED_BY_CALLBACK)
        err = ERR_CLOSED;
    return fail(call, fault, err,
                call->why[0] ? call->why : curl_easy_strerror(code));
}

/* <Code>NoSuchKey</Code> of the answer, or nothing: letters alone. */
static Str error_code(const Call *call)
{
    Str said = buf_str(&call->answer);
    ptrdiff_t from = str_find(said, S("<Code>"), 0);
    size_t len = 0;

    if (from < 0) return (Str){0};
    said = str_skip(said, (size_t)from + 6);
    while (len < said.len && len < CODE_MAX &&
           ((said.ptr[len] >= 'a' && said.ptr[len] <= 'z') ||
            (said.ptr[len] >= 'A' && said.ptr[len] <= 'Z')))
        len++;
    return str_slice(said, 0, len);
}

static Err refused(const Call *call, Fault *fault)
{
    Str code = error_code(call);
    char why[160];
    Err err = ERR_IO;

    /* No answer to HEAD tells a bucket that is not there from a file. */
    if (call->status == 404 && !str_eq(code, S("NoSuchBucket")))
        return fail(call, fault, ERR_NOT_FOUND, "it is not in the bucket");
    if (call->status == 403 || call->status == 401) err = ERR_FORBIDDEN;
    snprintf(why, sizeof why, "the store answers %ld%s%.*s%s", call->status,
             code.len ? " " : "", STR_ARG(code),
             err == ERR_FORBIDDEN
                 ? ": it refuses the access key or the signature, or the key "
                   "may not do that"
                 : "");
    return fail(call, fault, err, why);
}

static Err call_it(Call *call, Fault *fault)
{
    CURL *curl = call->bucket->curl;
    CURLcode code;

    call->answer = buf_open(call->arena, call->max);
    add_hash(call);
    if (call->type) add_header(call, "Content-Type: ", call->type);
    set_options(call);
    code = curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &call->status);
    curl_easy_getinfo(curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &call->told);
    curl_easy_reset(curl); /* nothing of the call stays */
    curl_slist_free_all(call->headers);
    if (code != CURLE_OK) return not_answered(call, code, fault);
    return call->status == 200 ? ERR_OK : refused(call, fault);
}

/* ---- the three ---- */

static Err check_name(Str name, ShelfName *out, Fault *fault)
{
    if (shelf_named(name, out)) return ERR_OK;
    return fault_set(fault, ERR_INVALID, "\"%.*s\" is no picture's name",
                     STR_ARG(str_slice(name, 0, 60)));
}

Err bucket_put(Bucket *bucket, Str name, Str bytes, Fault *fault)
{
    ShelfName said;
    Arena arena;
    Call call;
    Err err = check_name(name, &said, fault);

    if (err) return err;
    arena = arena_open();
    call = (Call){.bucket = bucket,
                  .arena = &arena,
                  .name = name,
                  .body = bytes,
                  .type = picture_media_type(said.type),
                  .patience_ms = PUT_MS,
                  .max = SAID_MAX};
    err = call_it(&call, fault);
    if (err == ERR_NOT_FOUND)
        err = fail(&call, fault, ERR_IO, "there is no such bucket");
    if (err == ERR_TOO_BIG)
        err = fail(&call, fault, ERR_IO, "it answers as no bucket does");
    arena_close(&arena);
    return err;
}

static Err take(const Call *call, const Shelf *shelf, Fault *fault)
{
    Str bytes = buf_str(&call->answer);
    Err err;

    if (call->told < 0 || (size_t)call->told != bytes.len)
        return fail(call, fault, ERR_INVALID,
                    "the store does not say how long it is");
    err = picture_fits(call->name, bytes, fault);
    if (err) {
        fault_where(fault, "%.*s", STR_ARG(call->name));
        fault_where(fault, "%s", call->bucket->config.url);
        return err;
    }
    return shelf_put(shelf, call->name, bytes, fault);
}

Err bucket_fetch(Bucket *bucket, const Shelf *shelf, Str name, Time patience,
                 Fault *fault)
{
    ShelfName said;
    Arena arena;
    Call call;
    Err err = check_name(name, &said, fault);

    if (err) return err;
    if (patience < TIME_MS) return ERR_TIMEOUT;
    arena = arena_open();
    call = (Call){.bucket = bucket,
                  .arena = &arena,
                  .name = name,
                  .patience_ms = (long)(patience / TIME_MS),
                  .max = said.width ? RENDITION_MAX : PICTURE_BYTES};
    err = call_it(&call, fault);
    if (!err) err = take(&call, shelf, fault);
    arena_close(&arena);
    return err;
}

Err bucket_has(Bucket *bucket, Str name, Fault *fault)
{
    ShelfName said;
    Arena arena;
    Call call;
    Err err = check_name(name, &said, fault);

    if (err) return err;
    arena = arena_open();
    call = (Call){.bucket = bucket,
                  .arena = &arena,
                  .name = name,
                  .head = true,
                  .patience_ms = HAS_MS,
                  .max = SAID_MAX};
    err = call_it(&call, fault);
    arena_close(&arena);
    return err;
}
