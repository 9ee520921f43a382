/* test/unit/net/http_test.c -- which bytes are a request, and which are not. */
#include "check.h"

#include "net/chunked.h"
#include "net/http.h"

#define HOST "Host: a\r\n"
#define END  "\r\n"

/* status 0: it is read; 1: more is needed; else refused with it. */
#define MORE 1

static int outcome(Str in, HttpRequest *request, size_t *used)
{
    HttpRefusal refusal = {0};
    Err err = http_parse(in, request, used, &refusal);

    if (!err) return 0;
    if (err == ERR_AGAIN) return MORE;
    assert_int_equal(err, ERR_INVALID);
    assert_true(refusal.byte <= in.len);
    assert_non_null(refusal.text);
    return refusal.status;
}

typedef struct Case {
    const char *why;
    Str in;
    int status;
} Case;

static void check_cases(const Case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        HttpRequest request;
        size_t used = 0;

        check_row(cases[i].why);
        assert_int_equal(outcome(cases[i].in, &request, &used),
                         cases[i].status);
        if (!cases[i].status) assert_int_equal(used, cases[i].in.len);
    }
}

static void request_lines_are_read_strictly(void **unused)
{
    static const Case cases[] = {
        {"the least there is", S_INIT("GET / HTTP/1.1\r\n" HOST END), 0},
        {"HTTP/1.0 needs no host", S_INIT("GET / HTTP/1.0\r\n" END), 0},
        {"a later minor version is taken for 1.1",
         S_INIT("GET / HTTP/1.2\r\n" HOST END), 0},
        {"empty lines before it", S_INIT("\r\n\r\nGET / HTTP/1.1\r\n" HOST END),
         0},
        {"too many of them",
         S_INIT("\r\n\r\n\r\n\r\n\r\nGET / HTTP/1.1\r\n" HOST END), 400},
        {"a bare LF before it", S_INIT("\nGET / HTTP/1.1\r\n" HOST END), 400},
        {"a bare LF after it", S_INIT("GET / HTTP/1.1\n" HOST END), 400},
        {"a lone CR after it", S_INIT("GET / HTTP/1.1\r" HOST END), 400},
        {"a method unknown here is for the handler",
         S_INIT("brew / HTTP/1.1\r\n" HOST END), 0},
        {"a method that is no token", S_INIT("G(T / HTTP/1.1\r\n" HOST END),
         400},
        {"an endless method",
         S_INIT("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), 501},
        {"two spaces", S_INIT("GET  / HTTP/1.1\r\n" HOST END), 400},
        {"a TAB for a space", S_INIT("GET\t/ HTTP/1.1\r\n" HOST END), 400},
        {"a space in the target", S_INIT("GET /a b HTTP/1.1\r\n" HOST END),
         400},
        {"bytes over 0x7F in the target",
         S_INIT("GET /caf\xC3\xA9 HTTP/1.1\r\n" HOST END), 400},
        {"NUL in the target", S_INIT("GET /\0 HTTP/1.1\r\n" HOST END), 400},
        {"a fragment", S_INIT("GET /a#b HTTP/1.1\r\n" HOST END), 400},
        {"no leading slash", S_INIT("GET a HTTP/1.1\r\n" HOST END), 400},
        {"HTTP/0.9", S_INIT("GET /\r\n"), 400},
        {"HTTP/2's preface", S_INIT("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), 505},
        {"no minor version", S_INIT("GET / HTTP/1\r\n" HOST END), 400},
        {"zeros before", S_INIT("GET / HTTP/01.1\r\n" HOST END), 400},
        {"digits behind", S_INIT("GET / HTTP/1.10\r\n" HOST END), 400},
        {"lower case", S_INIT("GET / http/1.1\r\n" HOST END), 400},
        {"a space at the end", S_INIT("GET / HTTP/1.1 \r\n" HOST END), 400},
        {"* without OPTIONS", S_INIT("GET * HTTP/1.1\r\n" HOST END), 400},
        {"* with it", S_INIT("OPTIONS * HTTP/1.1\r\n" HOST END), 0},
        {"CONNECT", S_INIT("CONNECT a:443 HTTP/1.1\r\n" HOST END), 501},
        {"an address with user and password",
         S_INIT("GET http://u:p@a/ HTTP/1.1\r\n" HOST END), 400},
        {"another scheme", S_INIT("GET ftp://a/ HTTP/1.1\r\n" HOST END), 400},
        {"TLS on the plain port", S_INIT("\x16\x03\x01\x02"), 400},
    };

    (void)unused;
    check_cases(cases, COUNT(cases));
}

static void headers_are_read_strictly(void **unused)
{
#define WITH(lines) S_INIT("GET / HTTP/1.1\r\n" HOST lines END)
#define BARE(lines) S_INIT("GET / HTTP/1.1\r\n" lines END)
    static const Case cases[] = {
        {"a header", WITH("X: y\r\n"), 0},
        {"no space after the colon", WITH("X:y\r\n"), 0},
        {"an empty value", WITH("X:\r\n"), 0},
        {"bytes over 0x7F in a value", WITH("X: caf\xC3\xA9\r\n"), 0},
        {"TAB in a value", WITH("X: a\tb and then some more\r\n"), 0},
        {"a space before the colon", WITH("X : y\r\n"), 400},
        {"no colon", WITH("X\r\n"), 400},
        {"no name", WITH(": y\r\n"), 400},
        {"a name that is no token", WITH("X[1]: y\r\n"), 400},
        {"bytes over 0x7F in a name", WITH("X\xC3\xA9: y\r\n"), 400},
        {"a folded line", WITH("X: y\r\n z\r\n"), 400},
        {"a first line that is folded", BARE(" X: y\r\n" HOST), 400},
        {"NUL in a value", WITH("X: a\0b\r\n"), 400},
        {"DEL in a long value", WITH("X: abcdefghijkl\x7Fmnop\r\n"), 400},
        {"a control character in a long value",
         WITH("X: abcdefghijkl\x01mnop\r\n"), 400},
        {"a lone CR in a value", WITH("X: a\rb\r\n"), 400},
        {"a bare LF ends no line", WITH("X: a\nY: b\r\n"), 400},
        {"no host", BARE("X: y\r\n"), 400},
        {"two hosts", WITH("Host: b\r\n"), 400},
        {"an empty host", BARE("Host:\r\n"), 400},
        {"a host with a path", BARE("Host: a/b\r\n"), 400},
        {"a host with a user", BARE("Host: u@a\r\n"), 400},
        {"two hosts in one", BARE("Host: a, b\r\n"), 400},
        {"a host and its port", BARE("Host: a.example:8080\r\n"), 0},
        {"a port of letters", BARE("Host: a:b\r\n"), 400},
        {"an IPv6 host", BARE("Host: [2001:db8::1]:80\r\n"), 0},
        {"half a bracket", BARE("Host: [::1\r\n"), 400},
        {"two Authorizations", WITH("Authorization: a\r\nauthorization: b\r\n"),
         400},
        {"an expectation that is not met", WITH("Expect: 200-ok\r\n"), 417},
    };

    (void)unused;
    check_cases(cases, COUNT(cases));
#undef BARE
}

/* What RFC 9110 5.6.2 and 5.5 say, written the long way. */
static bool may_stand_in_name(int c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || (c && strchr("!#$%&'*+-.^_`|~", c));
}

static bool may_stand_in_value(int c)
{
    return c == '\t' || (c >= 0x20 && c != 0x7f);
}

/* A head whose name or value has byte c at a place, between other letters. */
static int with_byte(int c, size_t place, size_t len, bool in_name)
{
    char text[256];
    HttpRequest request;
    size_t used;
    size_t at = 0;

    at += (size_t)snprintf(text, sizeof text, "GET / HTTP/1.1\r\n" HOST);
    if (!in_name) at += (size_t)snprintf(text + at, sizeof text - at, "n:");
    memset(text + at, 'x', len);
    text[at + place] = (char)c;
    at += len;
    at += (size_t)snprintf(text + at, sizeof text - at, "%s\r\n" END,
                           in_name ? ":v" : "");
    return outcome((Str){text, at}, &request, &used);
}

/* Runs of bytes are looked at many at a time: none may hide in its run. */
static void each_byte_counts_wherever_it_stands(void **unused)
{
    (void)unused;
    for (size_t len = 2; len < 40; len += len < 20 ? 1 : 9)
        for (size_t place = 1; place < len; place++)
            for (int c = 0; c < 256; c++) {
                int name = c == ':' ? 0 : with_byte(c, place, len, true);
                int value = with_byte(c, place, len, false);

                if (name != (c == ':' || may_stand_in_name(c) ? 0 : 400))
                    fail_msg("%02x in a name at %zu of %zu: %d", (unsigned)c,
                             place, len, name);
                if (value != (may_stand_in_value(c) ? 0 : 400))
                    fail_msg("%02x in a value at %zu of %zu: %d", (unsigned)c,
                             place, len, value);
            }
}

static void lengths_that_two_could_read_differently_are_refused(void **unused)
{
    static const Case cases[] = {
        {"a length", WITH("Content-Length: 5\r\n"), 0},
        {"none", WITH("Content-Length: 0\r\n"), 0},
        {"chunks", WITH("Transfer-Encoding: chunked\r\n"), 0},
        {"chunks, in other letters", WITH("transfer-encoding: CHUNKED\r\n"), 0},
        {"both", WITH("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"),
         400},
        {"two equal lengths",
         WITH("Content-Length: 5\r\nContent-Length: 5\r\n"), 400},
        {"a list of lengths", WITH("Content-Length: 5, 5\r\n"), 400},
        {"an empty length", WITH("Content-Length: \r\n"), 400},
        {"a sign", WITH("Content-Length: +5\r\n"), 400},
        {"less than nothing", WITH("Content-Length: -1\r\n"), 400},
        {"hexadecimal", WITH("Content-Length: 0x5\r\n"), 400},
        {"a zero before, which some read as octal",
         WITH("Content-Length: 010\r\n"), 400},
        {"an underscore", WITH("Content-Length: 1_0\r\n"), 400},
        {"over 64 bits", WITH("Content-Length: 99999999999999999999\r\n"), 400},
        {"over all bounds", WITH("Content-Length: 999999999\r\n"), 400},
        {"a header some gateways take for it", WITH("Content_Length: 5\r\n"),
         400},
        {"another coding before", WITH("Transfer-Encoding: gzip, chunked\r\n"),
         501},
        {"chunks not last", WITH("Transfer-Encoding: chunked, gzip\r\n"), 400},
        {"an unknown one", WITH("Transfer-Encoding: xchunked\r\n"), 400},
        {"identity", WITH("Transfer-Encoding: identity\r\n"), 400},
        {"an empty one", WITH("Transfer-Encoding:\r\n"), 400},
        {"a parameter", WITH("Transfer-Encoding: chunked;a=b\r\n"), 400},
        {"a vertical TAB", WITH("Transfer-Encoding: \vchunked\r\n"), 400},
        {"twice",
         WITH("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
         400},
        {"chunks in HTTP/1.0",
         S_INIT("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n" END), 400},
    };

    (void)unused;
    check_cases(cases, COUNT(cases));
#undef WITH
}

static void limits_have_their_own_statuses(void **unused)
{
    static char bytes[HTTP_HEAD_MAX + 100];
    HttpRequest request;
    size_t used;
    int len;

    (void)unused;
    memset(bytes, 'a', sizeof bytes);
    memcpy(bytes, "GET /", 5);
    check_row("a target that does not end");
    assert_int_equal(
        outcome((Str){bytes, 5 + HTTP_TARGET_MAX}, &request, &used), 414);
    check_row("one that may still end in time");
    assert_int_equal(outcome((Str){bytes, HTTP_TARGET_MAX}, &request, &used),
                     MORE);

    memcpy(bytes, "GET / HTTP/1.1\r\nX: ", 19);
    check_row("a value that does not end");
    assert_int_equal(outcome((Str){bytes, 9000}, &request, &used), 431);

    len = snprintf(bytes, sizeof bytes, "GET / HTTP/1.1\r\n" HOST);
    for (int i = 0; i < HTTP_HEADERS_MAX; i++)
        len += snprintf(bytes + len, sizeof bytes - (size_t)len, "X: y\r\n");
    check_row("one line too many");
    assert_int_equal(outcome((Str){bytes, (size_t)len}, &request, &used), 431);

    len = snprintf(bytes, sizeof bytes, "GET / HTTP/1.1\r\n" HOST);
    for (int i = 0; i < 4; i++)
        len += snprintf(bytes + len, sizeof bytes - (size_t)len,
                        "X: %04000d\r\n", i);
    memset(bytes + len, 'a', sizeof bytes - (size_t)len);
    check_row("a head that does not end");
    assert_int_equal(outcome((Str){bytes, HTTP_HEAD_MAX - 1}, &request, &used),
                     MORE);
    assert_int_equal(outcome((Str){bytes, HTTP_HEAD_MAX}, &request, &used),
                     431);
    assert_int_equal(outcome((Str){bytes, sizeof bytes}, &request, &used), 431);
}

static void a_request_in_pieces_is_the_same_request(void **unused)
{
    static const Str whole =
        S_INIT("POST /en/?q=a%20b HTTP/1.1\r\nHost: News.example\r\n"
               "If-None-Match: \"x\", W/\"y\"\r\nCookie: a=1\r\ncookie: b=2\r\n"
               "Connection: foo, Close\r\nExpect: 100-Continue\r\n"
               "Content-Length:  42 \t \r\nX-Other: \r\n\r\nbody");
    size_t head = whole.len - 4;
    HttpRequest request;
    size_t used = 0;
    Arena arena = arena_open();

    (void)unused;
    for (size_t len = 0; len < head; len++)
        assert_int_equal(outcome(str_slice(whole, 0, len), &request, &used),
                         MORE);
    for (size_t len = head; len <= whole.len; len++) {
        assert_int_equal(outcome(str_slice(whole, 0, len), &request, &used), 0);
        assert_int_equal(used, head);
    }
    assert_int_equal(request.method, HTTP_POST);
    assert_str(request.path, S("/en/"));
    assert_str(request.query, S("q=a%20b"));
    assert_str(request.host, S("News.example"));
    assert_str(request.if_none_match, S("\"x\", W/\"y\""));
    assert_int_equal(request.content_length, 42);
    assert_false(request.keep_alive);
    assert_true(request.expects_continue);
    assert_false(request.chunked);
    assert_null(request.range.ptr);
    assert_non_null(http_header(&request, S("x-other")).ptr);
    assert_int_equal(http_header(&request, S("x-other")).len, 0);
    assert_null(http_header(&request, S("x-others")).ptr);
    assert_true(request.repeats);
    assert_str(http_list(&request, &arena, S("cookie"), request.cookie),
               S("a=1, b=2"));
    assert_null(http_list(&request, &arena, S("accept-language"),
                          request.accept_language)
                    .ptr);
    arena_close(&arena);
}

static void targets_are_taken_apart(void **unused)
{
    static const struct {
        const char *why;
        Str in;
        Str path, query, host;
        bool has_query;
    } cases[] = {
        {"origin form", S_INIT("GET /a/b?c=d?e HTTP/1.1\r\n" HOST END),
         S_INIT("/a/b"), S_INIT("c=d?e"), S_INIT("a"), true},
        {"an empty query", S_INIT("GET /a? HTTP/1.1\r\n" HOST END),
         S_INIT("/a"), S_INIT(""), S_INIT("a"), true},
        {"two slashes are a path, no host",
         S_INIT("GET //b/c HTTP/1.1\r\n" HOST END), S_INIT("//b/c"), S_INIT(""),
         S_INIT("a"), false},
        {"absolute form: its host counts, not the header",
         S_INIT("GET HTTP://b:80/c?d HTTP/1.1\r\n" HOST END), S_INIT("/c"),
         S_INIT("d"), S_INIT("b:80"), true},
        {"absolute form without a path",
         S_INIT("GET https://b?d HTTP/1.1\r\n" HOST END), S_INIT("/"),
         S_INIT("d"), S_INIT("b"), true},
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        HttpRequest request;
        size_t used;

        check_row(cases[i].why);
        assert_int_equal(outcome(cases[i].in, &request, &used), 0);
        assert_str(request.path, cases[i].path);
        assert_str(request.query, cases[i].query);
        assert_int_equal(request.query.ptr != NULL, cases[i].has_query);
        assert_str(request.host, cases[i].host);
    }
}

static void connections_are_kept_as_the_version_says(void **unused)
{
    static const struct {
        const char *why;
        Str in;
        bool keep;
    } cases[] = {
        {"1.1", S_INIT("GET / HTTP/1.1\r\n" HOST END), true},
        {"1.1, close",
         S_INIT("GET / HTTP/1.1\r\n" HOST "Connection: close\r\n" END), false},
        {"1.0", S_INIT("GET / HTTP/1.0\r\n" END), false},
        {"1.0, keep-alive",
         S_INIT("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n" END), true},
        {"1.0, both: close wins",
         S_INIT("GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n" END),
         false},
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        HttpRequest request;
        size_t used;

        check_row(cases[i].why);
        assert_int_equal(outcome(cases[i].in, &request, &used), 0);
        assert_int_equal(request.keep_alive, cases[i].keep);
    }
}

static void paths_are_decoded_once_and_safely(void **unused)
{
    static const struct {
        const char *why;
        Str path;
        Str out;
        Err err;
    } cases[] = {
        {"plain", S_INIT("/en/facts/"), S_INIT("/en/facts/"), ERR_OK},
        {"Ukrainian", S_INIT("/uk/%D1%97%d0%B6%D0%B0"), S_INIT("/uk/їжа"),
         ERR_OK},
        {"a plus is a plus", S_INIT("/a+b"), S_INIT("/a+b"), ERR_OK},
        {"once only", S_INIT("/%2541"), S_INIT("/%41"), ERR_OK},
        {"NUL", S_INIT("/a%00b"), S_INIT(""), ERR_INVALID},
        {"LF", S_INIT("/a%0Ab"), S_INIT(""), ERR_INVALID},
        {"DEL", S_INIT("/a%7F"), S_INIT(""), ERR_INVALID},
        {"a slash in disguise", S_INIT("/a%2fb"), S_INIT(""), ERR_INVALID},
        {"half an escape", S_INIT("/a%4"), S_INIT(""), ERR_INVALID},
        {"a percent sign alone", S_INIT("/100%"), S_INIT(""), ERR_INVALID},
        {"no hexadecimal digits", S_INIT("/%GG"), S_INIT(""), ERR_INVALID},
        {"not UTF-8", S_INIT("/%FF"), S_INIT(""), ERR_INVALID},
        {"overlong", S_INIT("/%C0%AE"), S_INIT(""), ERR_INVALID},
    };
    Arena arena = arena_open();

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        Str out = S("untouched");

        check_row(cases[i].why);
        assert_int_equal(http_path_decode(&arena, cases[i].path, &out),
                         cases[i].err);
        assert_str(out, cases[i].err ? S("untouched") : cases[i].out);
    }
    arena_close(&arena);
}

static void statuses_have_their_reasons(void **unused)
{
    (void)unused;
    assert_str(http_reason(200), S("OK"));
    assert_str(http_reason(431), S("Request Header Fields Too Large"));
    assert_str(http_reason(299), S("Status"));
}

/* ---- chunks ---- */

static const struct {
    const char *why;
    Str in;
    Err err;
    Str body;
    size_t left; /* bytes after the body */
} bodies[] = {
    {"one chunk", S_INIT("5\r\nhello\r\n0\r\n\r\n"), ERR_OK, S_INIT("hello"),
     0},
    {"none", S_INIT("0\r\n\r\n"), ERR_OK, S_INIT(""), 0},
    {"several, and what comes after",
     S_INIT("3\r\nhel\r\n0002\r\nlo\r\n00\r\n\r\nGET"), ERR_OK, S_INIT("hello"),
     3},
    {"hexadecimal, both cases",
     S_INIT("A\r\n0123456789\r\nb\r\nabcdefghijk\r\n0\r\n\r\n"), ERR_OK,
     S_INIT("0123456789abcdefghijk"), 0},
    {"data that looks like framing", S_INIT("7\r\n0\r\n\r\n0\r\r\n0\r\n\r\n"),
     ERR_OK, S_INIT("0\r\n\r\n0\r"), 0},
    {"extensions", S_INIT("5;a;b=c;d=\"e;\\\"f\"\r\nhello\r\n0;last\r\n\r\n"),
     ERR_OK, S_INIT("hello"), 0},
    {"trailers", S_INIT("1\r\nx\r\n0\r\nA: b\r\nC:\r\n\r\n"), ERR_OK,
     S_INIT("x"), 0},
    {"not ended", S_INIT("5\r\nhello\r\n"), ERR_AGAIN, S_INIT("hello"), 0},
    {"no size", S_INIT("\r\nhello"), ERR_INVALID, S_INIT(""), 0},
    {"a size of nine digits", S_INIT("000000005\r\nhello"), ERR_INVALID,
     S_INIT(""), 0},
    {"0x", S_INIT("0x5\r\nhello"), ERR_INVALID, S_INIT(""), 0},
    {"a sign", S_INIT("+5\r\nhello"), ERR_INVALID, S_INIT(""), 0},
    {"an underscore", S_INIT("1_0\r\nhello"), ERR_INVALID, S_INIT(""), 0},
    {"a space before", S_INIT(" 5\r\nhello"), ERR_INVALID, S_INIT(""), 0},
    {"a space after", S_INIT("5 \r\nhello"), ERR_INVALID, S_INIT(""), 0},
    {"a bare LF after the size", S_INIT("5\nhello"), ERR_INVALID, S_INIT(""),
     0},
    {"a lone CR after the size", S_INIT("5\rhello"), ERR_INVALID, S_INIT(""),
     0},
    {"a bare LF after the data", S_INIT("5\r\nhello\n0\r\n"), ERR_INVALID,
     S_INIT(""), 0},
    {"more data than said", S_INIT("5\r\nhello!\r\n"), ERR_INVALID, S_INIT(""),
     0},
    {"a bare semicolon", S_INIT("5;\r\nhello"), ERR_INVALID, S_INIT(""), 0},
    {"an extension that is no token", S_INIT("5;b[=x\r\nhello"), ERR_INVALID,
     S_INIT(""), 0},
    {"an empty extension value", S_INIT("5;b=\r\nhello"), ERR_INVALID,
     S_INIT(""), 0},
    {"LF inside quotes", S_INIT("5;b=\"\n\"\r\nhello"), ERR_INVALID, S_INIT(""),
     0},
    {"NUL in an extension", S_INIT("5;\0\r\nhello"), ERR_INVALID, S_INIT(""),
     0},
    {"a trailer without colon", S_INIT("0\r\nabc\r\n\r\n"), ERR_INVALID,
     S_INIT(""), 0},
    {"a folded trailer", S_INIT("0\r\nA: b\r\n c\r\n\r\n"), ERR_INVALID,
     S_INIT(""), 0},
    {"a bare LF at the end", S_INIT("0\r\n\n"), ERR_INVALID, S_INIT(""), 0},
};

/* Reads in, cut into pieces of at most step bytes. */
static Err read_chunks(Str in, size_t step, char *body, size_t *len,
                       size_t *used)
{
    ChunkReader reader = {0};
    Err err = ERR_AGAIN;
    const char *why = NULL;

    *len = *used = 0;
    while (err == ERR_AGAIN && *used < in.len) {
        size_t piece = in.len - *used < step ? in.len - *used : step;
        size_t done = 0;
        size_t kept = 0;

        memcpy(body + *len, in.ptr + *used, piece);
        err = chunked_read(&reader, body + *len, piece, &done, &kept, &why);
        if (err == ERR_INVALID) {
            assert_non_null(why);
            return err;
        }
        *len += kept;
        *used += done;
    }
    return err;
}

static void chunks_are_read_the_same_in_any_pieces(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < COUNT(bodies); i++) {
        check_row(bodies[i].why);
        for (size_t step = 1; step <= bodies[i].in.len; step++) {
            char body[200];
            size_t len;
            size_t used;

            assert_int_equal(read_chunks(bodies[i].in, step, body, &len, &used),
                             bodies[i].err);
            if (bodies[i].err == ERR_INVALID) continue;
            assert_str(((Str){body, len}), bodies[i].body);
            if (!bodies[i].err)
                assert_int_equal(bodies[i].in.len - used, bodies[i].left);
        }
    }
}

static void chunks_may_not_be_mostly_wrapping(void **unused)
{
    char bytes[CHUNKED_EXTRA_MAX + 10];
    ChunkReader reader = {0};
    size_t used;
    size_t kept;
    const char *why;

    (void)unused;
    memset(bytes, 'a', sizeof bytes);
    memcpy(bytes, "1;", 2);
    assert_int_equal(
        chunked_read(&reader, bytes, sizeof bytes, &used, &kept, &why),
        ERR_INVALID);
    assert_int_equal(chunked_read(&reader, bytes, 1, &used, &kept, &why),
                     ERR_INVALID); /* and stays refused */
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(request_lines_are_read_strictly),
        cmocka_unit_test(headers_are_read_strictly),
        cmocka_unit_test(each_byte_counts_wherever_it_stands),
        cmocka_unit_test(lengths_that_two_could_read_differently_are_refused),
        cmocka_unit_test(limits_have_their_own_statuses),
        cmocka_unit_test(a_request_in_pieces_is_the_same_request),
        cmocka_unit_test(targets_are_taken_apart),
        cmocka_unit_test(connections_are_kept_as_the_version_says),
        cmocka_unit_test(paths_are_decoded_once_and_safely),
        cmocka_unit_test(statuses_have_their_reasons),
        cmocka_unit_test(chunks_are_read_the_same_in_any_pieces),
        cmocka_unit_test(chunks_may_not_be_mostly_wrapping),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
