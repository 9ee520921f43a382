/* net/http.h -- HTTP/1.1 requests: bytes in, a message out.
 *
 * Pure: no sockets, no clock, no memory.  The parser is stricter than most:
 * whatever two parsers could read in two ways is refused, so that a proxy in
 * front and this server always count the same requests (RFC 9112, 11.2).
 *
 *   lines    end by CR LF; a lone CR or LF is refused; no folded lines
 *   names    tokens, nothing between name and colon
 *   values   no control characters but TAB; bytes from 0x80 are kept as sent
 *   Host     exactly one in HTTP/1.1, a name or an address with a port
 *   length   one Content-Length of plain digits, or "chunked" and nothing
 *            else; both together are refused
 *
 * A Str of a request points into the bytes that were parsed and lives as long
 * as they do.  What is absent is {NULL, 0}; what is there and empty has a
 * pointer.
 *
 * Limits: HTTP_HEAD_MAX bytes from the first of the request line to the empty
 * line, HTTP_TARGET_MAX of target, HTTP_VALUE_MAX of one header's value,
 * HTTP_HEADERS_MAX header lines.
 *
 * Threads: pure.
 */
#ifndef NET_HTTP_H
#define NET_HTTP_H

#include "base/err.h"
#include "base/str.h"
#include "base/time.h"
#include "net/negotiate.h"

#define HTTP_HEAD_MAX    ((size_t)16 * 1024) /* else 431 */
#define HTTP_TARGET_MAX  ((size_t)8 * 1024)  /* else 414 */
#define HTTP_VALUE_MAX   ((size_t)8000)      /* of one header; else 431 */
#define HTTP_HEADERS_MAX 100                 /* else 431 */
#define HTTP_LENGTH_MAX  ((uint64_t)512 << 20)
/* A Content-Length over HTTP_LENGTH_MAX is nothing that is sent here: 400. */

typedef enum HttpMethod {
    HTTP_GET,
    HTTP_HEAD,
    HTTP_POST,
    HTTP_PUT,
    HTTP_PATCH,
    HTTP_DELETE,
    HTTP_OPTIONS,
    HTTP_OTHER /* a token, perhaps in lower case; answer 405 or 501 */
} HttpMethod;

typedef struct HttpHeader {
    Str name;  /* as sent */
    Str value; /* without the space around it */
} HttpHeader;

/* The headers that answers ask for, picked out while parsing: field, name,
 * how many lines of it a request may have.  Of MANY the first is taken, and
 * http_list has them all; a second of ONE is refused. */
#define HTTP_PICKED(X)                                                         \
    X(host, "host", ONE)                                                       \
    X(accept_encoding, "accept-encoding", MANY)                                \
    X(accept_language, "accept-language", MANY)                                \
    X(if_none_match, "if-none-match", MANY)                                    \
    X(if_match, "if-match", MANY)                                              \
    X(if_modified_since, "if-modified-since", ONE)                             \
    X(if_unmodified_since, "if-unmodified-since", ONE)                         \
    X(if_range, "if-range", ONE)                                               \
    X(range, "range", ONE)                                                     \
    X(cookie, "cookie", MANY)                                                  \
    X(authorization, "authorization", ONE)                                     \
    X(content_type, "content-type", ONE)                                       \
    X(origin, "origin", ONE)                                                   \
    X(user_agent, "user-agent", MANY)                                          \
    X(referer, "referer", MANY)

typedef struct HttpRequest {
    HttpMethod method;
    Str method_text;
    Str target; /* as sent: "/a?b", "http://h/a?b" or "*" */
    Str path;   /* raw, begins with '/' (or is "*"); see http_path_decode */
    Str query;  /* raw, after the '?'; {NULL, 0} without one */
    int minor;  /* 0 or 1 */
    bool keep_alive;
    bool chunked;
    bool repeats;            /* a header of MANY has several lines */
    bool expects_continue;   /* "Expect: 100-continue", HTTP/1.1 */
    uint64_t content_length; /* 0 when absent; meaningless when chunked */
    Str body;                /* filled by the server once it is whole */
    Str peer; /* filled by the server: "192.0.2.1", "2001:db8::1", "local" */
    Time now; /* filled by the server: monotonic, when its round began */
    bool may_stay; /* filled by the server: there is room for an answer that
                      stays */

#define X(field, name, lines) Str field;
    HTTP_PICKED(X)
#undef X

    size_t header_count;
    HttpHeader headers[HTTP_HEADERS_MAX]; /* in the order sent */
} HttpRequest;

/* Why a request is refused. The connection is closed after the answer. */
typedef struct HttpRefusal {
    int status;       /* 400, 413, 414, 417, 431, 501, 505 */
    size_t byte;      /* where in the input it was seen */
    const char *text; /* one sentence, static */
} HttpRefusal;

/* Reads one request's head from the beginning of in.
 *   ERR_OK       *out is filled, *used bytes of in belong to the head
 *   ERR_AGAIN    so far it is right; call again with more bytes after it
 *   ERR_INVALID  refused; *refusal says how
 * On ERR_AGAIN and ERR_INVALID *out holds nothing of use. Up to four empty
 * lines before the request line are passed over. */
MUST_USE Err http_parse(Str in, HttpRequest *out, size_t *used,
                        HttpRefusal *refusal);

/* Whether c may stand in a method or in a header's name (RFC 9110, 5.6.2). */
bool http_is_token(char c);

/* The value of the first header of that name (any case), or {NULL, 0}. */
Str http_header(const HttpRequest *request, Str name);

/* All lines of one header as one list (RFC 9110, 5.3), in arena. */
Str http_join(const HttpRequest *request, Arena *arena, Str name);

/* The same of a header of MANY; picked is its field of the request, which is
 * all of it when there is one line. */
static inline Str http_list(const HttpRequest *request, Arena *arena, Str name,
                            Str picked)
{
    return request->repeats && picked.ptr ? http_join(request, arena, name)
                                          : picked;
}

/* The statuses that have a reason phrase here (RFC 9110, 15). */
#define HTTP_REASONS(X)                                                        \
    X(100, "Continue")                                                         \
    X(200, "OK")                                                               \
    X(201, "Created")                                                          \
    X(202, "Accepted")                                                         \
    X(204, "No Content")                                                       \
    X(206, "Partial Content")                                                  \
    X(301, "Moved Permanently")                                                \
    X(302, "Found")                                                            \
    X(303, "See Other")                                                        \
    X(304, "Not Modified")                                                     \
    X(307, "Temporary Redirect")                                               \
    X(308, "Permanent Redirect")                                               \
    X(400, "Bad Request")                                                      \
    X(401, "Unauthorized")                                                     \
    X(403, "Forbidden")                                                        \
    X(404, "Not Found")                                                        \
    X(405, "Method Not Allowed")                                               \
    X(406, "Not Acceptable")                                                   \
    X(408, "Request Timeout")                                                  \
    X(409, "Conflict")                                                         \
    X(410, "Gone")                                                             \
    X(412, "Precondition Failed")                                              \
    X(413, "Content Too Large")                                                \
    X(414, "URI Too Long")                                                     \
    X(415, "Unsupported Media Type")                                           \
    X(416, "Range Not Satisfiable")                                            \
    X(417, "Expectation Failed")                                               \
    X(421, "Misdirected Request")                                              \
    X(422, "Unprocessable Content")                                            \
    X(426, "Upgrade Required")                                                 \
    X(428, "Precondition Required")                                            \
    X(429, "Too Many Requests")                                                \
    X(431, "Request Header Fields Too Large")                                  \
    X(500, "Internal Server Error")                                            \
    X(501, "Not Implemented")                                                  \
    X(502, "Bad Gateway")                                                      \
    X(503, "Service Unavailable")                                              \
    X(504, "Gateway Timeout")                                                  \
    X(505, "HTTP Version Not Supported")                                       \
    X(507, "Insufficient Storage")

/* "Not Found" for 404; "Status" for one that is not known. */
Str http_reason(int status);

/* A path with its percent-escapes decoded, in arena, valid UTF-8.  Slashes
 * stay what they are: %2F is refused, as are %00 and other control
 * characters, and escapes that are not two hexadecimal digits.
 *   ERR_INVALID  *out is left as it was */
MUST_USE Err http_path_decode(Arena *arena, Str path, Str *out);

#endif
