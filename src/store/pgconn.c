#include "store/pgconn.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define CONNECT_S   "3" /* seconds for each host */
#define OID_BIGINT  20
#define OID_TEXT    25
#define OID_BYTEA   17
#define BINARY      1
#define MESSAGE_MAX 200

/* ---- errors ---- */

/* state, what it means; two characters stand for their class */
static const struct {
    const char *state;
    Err err;
} states[] = {
    {"23", ERR_CONFLICT},     {"22021", ERR_INVALID},
    {"22P05", ERR_INVALID},   {"40001", ERR_BUSY},
    {"40P01", ERR_BUSY},      {"55P03", ERR_BUSY},
    {"53100", ERR_FULL},      {"53300", ERR_UNREACHABLE},
    {"54", ERR_TOO_BIG},      {"42501", ERR_FORBIDDEN},
    {"25006", ERR_FORBIDDEN}, {"28", ERR_FORBIDDEN},
    {"3D000", ERR_NOT_FOUND}, {"08", ERR_UNREACHABLE},
    {"57P", ERR_UNREACHABLE}, {"25P03", ERR_UNREACHABLE},
};

Err pg_err(const char *sqlstate)
{
    if (!sqlstate) return ERR_UNREACHABLE;
    for (size_t i = 0; i < COUNT(states); i++)
        if (!strncmp(sqlstate, states[i].state, strlen(states[i].state)))
            return states[i].err;
    return ERR_STORE;
}

/* The first line of what was said, without its end. */
static void say(PgConn *pg, const char *what)
{
    Str line = str_from(what ? what : "");

    line = str_trim(str_cut(&line, '\n'));
    if (str_starts(line, S("ERROR: "))) line = str_trim(str_skip(line, 7));
    if (str_starts(line, S("FATAL: "))) line = str_trim(str_skip(line, 7));
    if (line.len > MESSAGE_MAX) line = str_slice(line, 0, MESSAGE_MAX);
    if (line.len) snprintf(pg->reason, pg->reason_size, "%.*s", STR_ARG(line));
}

static void fail(PgConn *pg, Err err)
{
    if (!pg->err) pg->err = err;
}

/* What was queued is lost with the connection. */
static void lose(PgConn *pg, const char *why)
{
    say(pg, why ? why : PQerrorMessage(pg->conn));
    fail(pg, ERR_UNREACHABLE);
    pg_close(pg);
}

void pg_close(PgConn *pg)
{
    PQclear(pg->rows);
    pg->rows = NULL;
    if (pg->conn) PQfinish(pg->conn);
    pg->conn = NULL;
    pg->first = pg->count = 0;
    pg->unsynced = false;
    memset(pg->prepared, 0, sizeof pg->prepared);
}

/* ---- connecting ---- */

/* Which of several hosts answered last: whoever comes next asks that one first,
 * and does not wait for one that is gone. */
static struct {
    pthread_mutex_t lock;
    char where[512];
    char host[256], port[16];
} last = {.lock = PTHREAD_MUTEX_INITIALIZER};

static bool last_get(const char *where, char *host, char *port)
{
    bool known;

    pthread_mutex_lock(&last.lock);
    known = last.host[0] && !strcmp(last.where, where);
    memcpy(host, last.host, sizeof last.host);
    memcpy(port, last.port, sizeof last.port);
    pthread_mutex_unlock(&last.lock);
    return known;
}

static void last_put(const char *where, const char *host, const char *port)
{
    pthread_mutex_lock(&last.lock);
    snprintf(last.where, sizeof last.where, "%s", where);
    snprintf(last.host, sizeof last.host, "%s", host ? host : "");
    snprintf(last.port, sizeof last.port, "%s", port ? port : "");
    pthread_mutex_unlock(&last.lock);
}

/* host, or NULL for those of the address. */
static PGconn *connect_to(const char *where, const char *attrs,
                          const char *host, const char *port)
{
    const char *names[] = {"fallback_application_name",
                           "connect_timeout",
                           "client_encoding",
                           "keepalives_idle",
                           "keepalives_interval",
                           "keepalives_count",
                           "tcp_user_timeout",
                           "target_session_attrs",
                           "dbname",
                           host ? "host" : NULL,
                           "port",
                           NULL};
    const char *values[] = {"dateline", CONNECT_S, "UTF8", "5",  "2",  "3",
                            "10000",    attrs,     where,  host, port, NULL};

    return PQconnectdbParams(names, values, 1);
}

static bool has_hosts(const char *where)
{
    Str rest = str_from(where);

    return str_find_char(rest, ',', 0) >= 0;
}

static Err refused(PgConn *pg, PGconn *conn, Fault *fault)
{
    const char *said = PQerrorMessage(conn);
    Err err = ERR_UNREACHABLE;

    /* libpq keeps no SQLSTATE of a connection that came to nothing. */
    if (strstr(said, "does not exist") && strstr(said, "database"))
        err = ERR_NOT_FOUND;
    else if (strstr(said, "password") || strstr(said, "pg_hba.conf") ||
             strstr(said, "authentication"))
        err = ERR_FORBIDDEN;
    say(pg, said);
    fault_set(fault, err, "%s", pg->reason);
    PQfinish(conn);
    return err;
}

static void on_notice(void *ctx, const PGresult *result)
{
    PgConn *pg = ctx;

    pg->warned = true;
    say(pg, PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY));
}

Err pg_open(PgConn *pg, const char *where, const char *attrs, Fault *fault)
{
    char host[sizeof last.host], port[sizeof last.port];
    PGconn *conn = NULL;

    pg_close(pg);
    pg->err = ERR_OK;
    if (has_hosts(where) && last_get(where, host, port)) {
        conn = connect_to(where, attrs, host, port);
        if (PQstatus(conn) != CONNECTION_OK) {
            PQfinish(conn);
            conn = NULL;
        }
    }
    if (!conn) conn = connect_to(where, attrs, NULL, NULL);
    if (!conn) mem_exhausted();
    if (PQstatus(conn) != CONNECTION_OK) return refused(pg, conn, fault);
    last_put(where, PQhost(conn), PQport(conn));
    PQsetNoticeReceiver(conn, on_notice, pg);
    if (PQsetnonblocking(conn, 1) || !PQenterPipelineMode(conn))
        return refused(pg, conn, fault);
    pg->conn = conn;
    return ERR_OK;
}

bool pg_stands(PgConn *pg)
{
    struct pollfd fd = {.events = POLLIN};

    if (!pg_is_open(pg)) return false;
    if (pg->count) return true;
    fd.fd = PQsocket(pg->conn);
    /* Its last words come first, then the end. */
    while (poll(&fd, 1, 0) > 0)
        if (!PQconsumeInput(pg->conn)) {
            pg_close(pg);
            return false;
        }
    return true;
}

bool pg_hear(PgConn *pg)
{
    PGnotify *word;

    if (!PQconsumeInput(pg->conn)) {
        lose(pg, NULL);
        return false;
    }
    while ((word = PQnotifies(pg->conn)))
        PQfreemem(word);
    return true;
}

static const char *value_of(const PQconninfoOption *options, const char *name)
{
    for (; options && options->keyword; options++)
        if (!strcmp(options->keyword, name))
            return options->val ? options->val : "";
    return "";
}

void pg_name(const char *where, char *out, size_t size)
{
    char *why = NULL;
    PQconninfoOption *options = PQconninfoParse(where, &why);
    const char *host = value_of(options, "host");
    const char *port = value_of(options, "port");

    snprintf(out, size, "postgresql://%s%s%s/%s", host, port[0] ? ":" : "",
             port, value_of(options, "dbname"));
    PQfreemem(why);
    PQconninfoFree(options);
}

/* ---- sending ---- */

static void note(PgConn *pg, PgAsk ask, Query query)
{
    size_t at = (pg->first + pg->count++) % PG_ASKS_MAX;

    pg->asks[at].what = ask;
    pg->asks[at].query = query;
    pg->asks[at].rows = NULL;
    pg->unsynced = ask != PG_ASK_SYNC;
}

static bool may_send(PgConn *pg)
{
    if (!pg_is_open(pg)) {
        fail(pg, ERR_UNREACHABLE);
        return false;
    }
    /* Room for what it takes to prepare, to ask and to sync. */
    if (pg->count >= PG_ASKS_MAX - 4) {
        Err err = pg_collect(pg, NULL);

        if (err) fail(pg, err);
        return !err;
    }
    return true;
}

static void sent(PgConn *pg, int ok, PgAsk ask)
{
    if (!ok)
        lose(pg, NULL);
    else
        note(pg, ask, QUERY_COUNT);
}

/* Arguments in their binary form. */
typedef struct Bound {
    Oid types[PG_PARAMS_MAX];
    const char *values[PG_PARAMS_MAX];
    int lengths[PG_PARAMS_MAX], formats[PG_PARAMS_MAX];
    int64_t numbers[PG_PARAMS_MAX]; /* in network order */
    int count;
} Bound;

static void bind(Bound *bound, Args args)
{
    assert(args.count <= PG_PARAMS_MAX);
    bound->count = (int)args.count;
    for (size_t i = 0; i < args.count; i++) {
        const Value *value = &args.items[i];

        bound->formats[i] = BINARY;
        bound->types[i] = value->kind == VALUE_INT     ? OID_BIGINT
                          : value->kind == VALUE_TEXT  ? OID_TEXT
                          : value->kind == VALUE_BYTES ? OID_BYTEA
                                                       : 0;
        bound->values[i] = NULL;
        bound->lengths[i] = 0;
        if (value->kind == VALUE_INT) {
            bound->numbers[i] =
                (int64_t)__builtin_bswap64((uint64_t)value->number);
            bound->values[i] = (const char *)&bound->numbers[i];
            bound->lengths[i] = 8;
        } else if (value->kind != VALUE_NULL) {
            bound->values[i] = value->text.len ? value->text.ptr : "";
            bound->lengths[i] = (int)value->text.len;
        }
    }
}

static bool prepare(PgConn *pg, Query query, const Oid *types, int count)
{
    const QueryText *text = &query_texts[query];

    if (!may_send(pg)) return false;
    if (pg->prepared[query]) return true;
    if (!PQsendPrepare(pg->conn, text->name, text->postgres, count, types)) {
        lose(pg, NULL);
        return false;
    }
    note(pg, PG_ASK_PREPARE, query);
    pg->prepared[query] = true;
    return true;
}

void pg_query(PgConn *pg, Query query, Args args, PgAsk ask)
{
    Bound bound;

    bind(&bound, args);
    if (!prepare(pg, query, bound.types, bound.count)) return;
    sent(pg,
         PQsendQueryPrepared(pg->conn, query_texts[query].name, bound.count,
                             bound.values, bound.lengths, bound.formats,
                             BINARY),
         ask);
}

void pg_query_ahead(PgConn *pg, Query query, Args args, PGresult **rows)
{
    pg_query(pg, query, args, PG_ASK_AHEAD);
    if (!pg->count) return; /* it failed */
    pg->asks[(pg->first + pg->count - 1) % PG_ASKS_MAX].rows = rows;
    /* Without it the server keeps an answer until the next sync. */
    if (!PQsendFlushRequest(pg->conn)) lose(pg, NULL);
    pg_flush(pg);
}

void pg_query_text(PgConn *pg, const char *sql, Args args, PgAsk ask)
{
    Bound bound;

    bind(&bound, args);
    if (!may_send(pg)) return;
    sent(pg,
         PQsendQueryParams(pg->conn, sql, bound.count, bound.types,
                           bound.values, bound.lengths, bound.formats, BINARY),
         ask);
}

void pg_send(PgConn *pg, const char *sql, PgAsk ask)
{
    pg_query_text(pg, sql, NO_ARGS, ask);
}

void pg_query_arrays(PgConn *pg, Query query, const Str *arrays, size_t count)
{
    const char *values[PG_PARAMS_MAX];
    int lengths[PG_PARAMS_MAX], formats[PG_PARAMS_MAX];

    assert(count <= PG_PARAMS_MAX);
    for (size_t i = 0; i < count; i++) {
        values[i] = arrays[i].ptr;
        lengths[i] = (int)arrays[i].len;
        formats[i] = BINARY;
    }
    if (!prepare(pg, query, NULL, 0)) return;
    sent(pg,
         PQsendQueryPrepared(pg->conn, query_texts[query].name, (int)count,
                             values, lengths, formats, BINARY),
         PG_ASK_NOTHING);
}

void pg_flush(PgConn *pg)
{
    if (pg_is_open(pg) && PQflush(pg->conn) < 0) lose(pg, NULL);
}

/* ---- answers ---- */

/* Waits until an answer can be taken without waiting. */
static bool wait_answer(PgConn *pg)
{
    Time end = pg->patience ? time_monotonic() + pg->patience : 0;

    for (;;) {
        int left = pg->conn ? PQflush(pg->conn) : -1;
        struct pollfd fd = {.events =
                                (short)(POLLIN | (left > 0 ? POLLOUT : 0))};
        int64_t ms = -1;
        int ready;

        if (left < 0) break;
        if (!left && !PQisBusy(pg->conn)) return true;
        if (end) ms = (end - time_monotonic() + TIME_MS - 1) / TIME_MS;
        if (end && ms <= 0) {
            lose(pg, "it did not answer in time");
            return false;
        }
        fd.fd = PQsocket(pg->conn);
        ready = poll(&fd, 1, (int)(ms > 100000 ? 100000 : ms));
        if (ready < 0 && errno != EINTR) break;
        if (ready > 0 && !PQconsumeInput(pg->conn)) break;
    }
    lose(pg, NULL);
    return false;
}

static void take_error(PgConn *pg, const PGresult *result)
{
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);

    if (!pg->err) say(pg, PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY));
    if (state && !strcmp(state, "25006")) {
        /* What was the primary is none any more. */
        lose(pg, "the server does not take writes");
        return;
    }
    fail(pg, pg_err(state));
}

static void take_result(PgConn *pg, PGresult *result, PgAsk ask,
                        PGresult **ahead)
{
    switch (PQresultStatus(result)) {
    case PGRES_TUPLES_OK: {
        PGresult **rows = ask == PG_ASK_ROWS ? &pg->rows : ahead;

        if (!rows) break;
        PQclear(*rows);
        *rows = result;
        return;
    }
    case PGRES_COMMAND_OK: {
        const char *rows = PQcmdTuples(result);

        if (rows[0]) (void)str_int(str_from(rows), &pg->changed);
        snprintf(pg->tag, sizeof pg->tag, "%s", PQcmdStatus(result));
        break;
    }
    case PGRES_PIPELINE_SYNC:
    case PGRES_PIPELINE_ABORTED: break;
    default: take_error(pg, result); break;
    }
    PQclear(result);
}

/* All that belongs to one thing that was asked. */
static bool take_ask(PgConn *pg, PgAsk ask, Query query, PGresult **ahead)
{
    for (;;) {
        PGresult *result;

        if (!wait_answer(pg)) return false;
        result = PQgetResult(pg->conn);
        if (!result) return true;
        if (ask == PG_ASK_PREPARE && PQresultStatus(result) != PGRES_COMMAND_OK)
            pg->prepared[query] = false;
        take_result(pg, result, ask, ahead);
        if (!pg_is_open(pg)) return false;
        if (ask == PG_ASK_SYNC) return true;
    }
}

static Err tell(PgConn *pg)
{
    Err err = pg->err;

    pg->err = ERR_OK;
    return err;
}

static bool take_first(PgConn *pg)
{
    size_t at = pg->first;

    pg->first = (pg->first + 1) % PG_ASKS_MAX;
    pg->count--;
    return take_ask(pg, pg->asks[at].what, pg->asks[at].query,
                    pg->asks[at].rows);
}

Err pg_collect(PgConn *pg, PGresult **rows)
{
    PQclear(pg->rows);
    pg->rows = NULL;
    if (pg_is_open(pg) && pg->unsynced)
        sent(pg, PQpipelineSync(pg->conn), PG_ASK_SYNC);
    while (pg_is_open(pg) && pg->count)
        if (!take_first(pg)) break;
    if (!pg_is_open(pg)) fail(pg, ERR_UNREACHABLE);
    if (pg->err || !rows) {
        PQclear(pg->rows);
        pg->rows = NULL;
    } else {
        *rows = pg->rows;
        pg->rows = NULL;
    }
    return tell(pg);
}

/* Where those rows are waited for, or PG_ASKS_MAX. */
static size_t find_ahead(const PgConn *pg, PGresult **rows)
{
    for (size_t i = 0; i < pg->count; i++) {
        size_t at = (pg->first + i) % PG_ASKS_MAX;

        if (pg->asks[at].rows == rows) return at;
    }
    return PG_ASKS_MAX;
}

Err pg_collect_ahead(PgConn *pg, PGresult **rows)
{
    while (pg_is_open(pg) && !pg->err && find_ahead(pg, rows) < PG_ASKS_MAX)
        if (!take_first(pg)) break;
    if (*rows && !pg->err) return ERR_OK;
    /* The server skips everything up to the next sync. */
    fail(pg, ERR_STORE);
    return pg_collect(pg, NULL);
}

void pg_forget_ahead(PgConn *pg, PGresult **rows)
{
    size_t at = find_ahead(pg, rows);

    if (at < PG_ASKS_MAX) pg->asks[at].rows = NULL;
}

Err pg_script(PgConn *pg, const char *sql)
{
    Err err = pg_collect(pg, NULL);

    if (err) return err;
    if (!PQexitPipelineMode(pg->conn) || !PQsendQuery(pg->conn, sql)) {
        lose(pg, NULL);
        return tell(pg);
    }
    if (take_ask(pg, PG_ASK_NOTHING, QUERY_COUNT, NULL) &&
        !PQenterPipelineMode(pg->conn))
        lose(pg, NULL);
    return tell(pg);
}
