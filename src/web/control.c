#include "web/control.h"

#include "base/mem.h"
#include "desk/acts.h"
#include "desk/coverage.h"
#include "desk/pins.h"
#include "format/markdown_item.h"
#include "format/ninjs.h"
#include "story/address.h"
#include "text/frontmatter.h"
#include "text/json.h"
#include "text/markdown.h"
#include "text/url.h"
#include "web/control_ads.h"
#include "web/control_pictures.h"
#include "web/routes.h"

#define ANSWER_MAX ((size_t)64 * 1024)

static const Actor operator_actor = CONTROL_ACTOR;

/* ---- doing it ---- */

static Err read_item(Arena *arena, const ControlSettings *settings, Str body,
                     Item *out, Fault *fault)
{
    ReadContext context = {.language = settings->site->languages[0].tag};
    Str start = str_trim(body);
    Err err = zone_open(str_z(arena, settings->site->zone), &context.zone);

    if (err) return fault_set(fault, err, "the site's time zone is not known");
    if (start.len && start.ptr[0] == '{')
        err = ninjs_read_one(arena, body, 1, 0, &context, out, fault);
    else
        err = markdown_item_read(arena, body, &context, out, fault);
    zone_close(context.zone);
    return err;
}

static Err run_put(Store *store, Arena *arena, const ControlSettings *settings,
                   const ControlRequest *request, Time now, Outcome *out,
                   Fault *fault)
{
    Item item = item_none();
    PutContext context = {
        .default_language = settings->site->languages[0].tag,
        .default_section = settings->section,
        .now = now,
    };
    Err err = read_item(arena, settings, request->body, &item, fault);

    if (err) return err;
    if (item.picture.href.len && request->picture.len) {
        item.picture.mark = request->picture;
        item.picture.href = (Str){0};
    }
    if (item.language.len && site_language(settings->site, item.language) < 0)
        return fault_set(fault, ERR_INVALID,
                         "language: \"%.*s\" is none of the site's",
                         STR_ARG(item.language));
    return desk_put(store, arena, &operator_actor, &item, PUT_DRAFT, &context,
                    out, fault);
}

static Err read_bool(const JsonNode *object, const char *key, bool *out,
                     Fault *fault)
{
    const JsonNode *node = json_get(object, key);

    *out = json_bool(object, key, false);
    if (!node || node->kind == JSON_TRUE || node->kind == JSON_FALSE)
        return ERR_OK;
    return fault_set(fault, ERR_INVALID, "%s: it is %s; expected true or false",
                     key, json_kind(node));
}

static Err run_act(Store *store, Arena *arena, Str body, Time now, Outcome *out,
                   Fault *fault)
{
    ActRequest request = {0};
    JsonNode *object;
    int64_t number;
    Err err = json_read(arena, body, ANSWER_MAX, &object, fault);

    if (err) return err;
    if (!act_from_word(json_str(object, "act"), &request.act))
        return fault_set(fault, ERR_INVALID, "act: there is no act \"%.*s\"",
                         STR_ARG(json_str(object, "act")));
    if (!json_int(json_get(object, "story"), &number) || number < 1)
        return fault_set(fault, ERR_INVALID, "story: expected its number");
    request.story = (StoryId){number};
    request.note = json_str(object, "note");
    err = control_moment(object, "at", &request.at, fault);
    if (!err) err = control_moment(object, "embargo", &request.embargo, fault);
    if (err) return err;
    return desk_act(store, arena, &operator_actor, &request, now, out, fault);
}

/* {"story": 12, "until": "2026-11-27T21:00:00Z"}; "unpin": true, without a
 * time, takes it away. */
static Err run_pin(Store *store, Arena *arena, Str body, Time now, Str *answer,
                   Fault *fault)
{
    Buf buf = buf_open(arena, ANSWER_MAX);
    JsonOut out = json_out(&buf);
    Time until = TIME_NONE;
    bool unpin = false;
    JsonNode *object;
    int64_t number;
    Err err = json_read(arena, body, ANSWER_MAX, &object, fault);

    if (err) return err;
    if (!json_int(json_get(object, "story"), &number) || number < 1)
        return fault_set(fault, ERR_INVALID, "story: expected its number");
    err = control_moment(object, "until", &until, fault);
    if (!err) err = read_bool(object, "unpin", &unpin, fault);
    if (err) return err;
    if (unpin && until != TIME_NONE)
        return fault_set(fault, ERR_INVALID,
                         "until: expected none where a pin is taken away");
    if (unpin)
        err = desk_unpin(store, &operator_actor, (StoryId){number}, fault);
    else
        err = desk_pin(store, arena, &operator_actor, (StoryId){number}, now,
                       &until, fault);
    if (err) return err;
    json_put_object(&out);
    json_pair_int(&out, "story", number);
    if (until != TIME_NONE)
        json_pair_str(&out, "pinned_until", time_rfc3339(arena, until));
    json_put_end(&out);
    *answer = buf_str(&buf);
    return ERR_OK;
}

static Err read_entry_act(const JsonNode *object, EntryAct *out, Fault *fault)
{
    static const struct {
        Str word;
        EntryAct act;
    } acts[] = {
        {S_INIT("put"), ENTRY_PUT},           {S_INIT("mark"), ENTRY_MARK},
        {S_INIT("withdraw"), ENTRY_WITHDRAW}, {S_INIT("end"), ENTRY_END},
        {S_INIT("resume"), ENTRY_RESUME},
    };
    Str word = json_str(object, "act");

    for (size_t i = 0; i < COUNT(acts); i++)
        if (str_eq(word, acts[i].word)) {
            *out = acts[i].act;
            return ERR_OK;
        }
    return fault_set(fault, ERR_INVALID,
                     "act: expected put, mark, withdraw, end or resume");
}

/* text is Markdown, with front matter or without: title, byline. */
static Err read_entry_text(Arena *arena, Str text, EntryRequest *out,
                           Fault *fault)
{
    FrontMatter front;
    Err err = frontmatter_read(arena, text, &front, fault);

    if (err) return err;
    out->headline = item_line(arena, front_str(&front, "title"));
    out->byline = item_line(arena, front_str(&front, "byline"));
    return markdown_read(arena, front.body, NULL, ENTRY_BODY_MAX, &out->body,
                         fault);
}

static Str tell_entry(Arena *arena, const EntryRequest *request,
                      const EntryOutcome *outcome)
{
    Buf buf = buf_open(arena, ANSWER_MAX);
    JsonOut out = json_out(&buf);

    json_put_object(&out);
    json_pair_int(&out, "story", request->story.number);
    json_pair_int(&out, "entry", outcome->entry.number);
    json_pair_int(&out, "version", outcome->entry.version);
    json_pair_int(&out, "change", outcome->change);
    if (outcome->ended_at != TIME_NONE)
        json_pair_str(&out, "ended_at", time_rfc3339(arena, outcome->ended_at));
    json_put_end(&out);
    return buf_str(&buf);
}

static Err run_entry(Store *store, Arena *arena, Str body, Time now,
                     Str *answer, Fault *fault)
{
    EntryRequest request = {0};
    EntryOutcome outcome;
    JsonNode *object;
    int64_t story, number = 0;
    Err err = json_read(arena, body, CONTROL_BODY_MAX, &object, fault);

    if (!err) err = read_entry_act(object, &request.act, fault);
    if (err) return err;
    if (!json_int(json_get(object, "story"), &story) || story < 1)
        return fault_set(fault, ERR_INVALID, "story: expected its number");
    if (json_get(object, "entry") &&
        (!json_int(json_get(object, "entry"), &number) || number < 1 ||
         number > ENTRIES_MAX))
        return fault_set(fault, ERR_INVALID, "entry: expected its number");
    if (request.act == ENTRY_PUT)
        err = read_entry_text(arena, json_str(object, "text"), &request, fault);
    if (!err) err = read_bool(object, "pinned", &request.pinned, fault);
    if (!err) err = read_bool(object, "key", &request.key, fault);
    if (err) return err;
    request.story = (StoryId){story};
    request.number = (int32_t)number;
    request.note = json_str(object, "note");
    request.keeps_marks =
        !json_get(object, "pinned") && !json_get(object, "key");
    err = desk_entry(store, arena, &operator_actor, &request, now, &outcome,
                     fault);
    if (!err) *answer = tell_entry(arena, &request, &outcome);
    return err;
}

/* ---- telling it ---- */

static Str tell_outcome(Arena *arena, const Outcome *outcome)
{
    Buf buf = buf_open(arena, ANSWER_MAX);
    JsonOut out = json_out(&buf);

    json_put_object(&out);
    json_pair_int(&out, "story", outcome->story.number);
    json_pair_int(&out, "version", outcome->version);
    json_pair_str(&out, "state", str_from(state_word(outcome->state)));
    json_pair_int(&out, "change", outcome->change);
    json_pair_str(&out, "address",
                  address_story(arena, outcome->language, outcome->section,
                                outcome->story, outcome->slug));
    if (outcome->due != TIME_NONE)
        json_pair_str(&out, "due_at", time_rfc3339(arena, outcome->due));
    if (outcome->shown) json_pair_int(&out, "public_version", outcome->shown);
    json_pair_bool(&out, "known", outcome->no_op);
    json_put_end(&out);
    return buf_str(&buf);
}

static Str tell_fault(Arena *arena, Err err, const Fault *fault)
{
    Buf buf = buf_open(arena, ANSWER_MAX);
    JsonOut out = json_out(&buf);

    json_put_object(&out);
    json_pair_str(&out, "error", str_from(err_word(err)));
    json_pair_str(&out, "text",
                  str_from(fault->text[0] ? fault->text : err_word(err)));
    json_pair_some(&out, "where", str_from(fault->where));
    json_pair_int(&out, "line", fault->line);
    json_pair_int(&out, "column", fault->column);
    json_put_end(&out);
    return buf_str(&buf);
}

Err control_run(Store *store, Arena *arena, const ControlSettings *settings,
                const ControlRequest *request, Time now, Str *answer,
                int *status)
{
    Fault fault = fault_none();
    Outcome outcome = {.due = TIME_NONE};
    Err err;

    if (request->kind == CONTROL_PUT)
        err = run_put(store, arena, settings, request, now, &outcome, &fault);
    else if (request->kind == CONTROL_PIN)
        err = run_pin(store, arena, request->body, now, answer, &fault);
    else if (request->kind == CONTROL_ENTRY)
        err = run_entry(store, arena, request->body, now, answer, &fault);
    else if (request->kind == CONTROL_PICTURE)
        err = control_picture(store, arena, request->body, now, answer, &fault);
    else if (request->kind == CONTROL_CAMPAIGN)
        err = control_campaign(store, arena, settings, request->body, now,
                               answer, &fault);
    else
        err = run_act(store, arena, request->body, now, &outcome, &fault);
    *status = err_status(err);
    if (err)
        *answer = tell_fault(arena, err, &fault);
    else if (request->kind == CONTROL_PUT || request->kind == CONTROL_ACT)
        *answer = tell_outcome(arena, &outcome);
    return err;
}

const char *control_address(ControlKind kind)
{
    static const char *const addresses[] = {
#define X(kind, address) address,
        CONTROLS(X)
#undef X
    };

    return addresses[kind];
}

/* ---- over the socket: the writer's thread does it ---- */

typedef struct Errand {
    const Control *control;
    HttpTicket *ticket;
    ControlRequest request;
    Arena arena; /* of the request's copy and the answer */
    Str answer;
    int status;
} Errand;

static void errand_free(void *hold)
{
    Errand *errand = hold;

    arena_close(&errand->arena);
    mem_free(errand);
}

static Err errand_run(Store *store, Arena *arena, void *job)
{
    Errand *errand = job;
    Str answer;
    Err err =
        control_run(store, arena, &errand->control->settings, &errand->request,
                    time_now(), &answer, &errand->status);

    errand->answer = str_copy(&errand->arena, answer);
    return err;
}

static void reply_with(const Control *control, Arena *arena, HttpReply *reply,
                       const char *type, Str body)
{
    reply->head = str_format(arena,
                             "Content-Type: %s\r\n"
                             "Cache-Control: no-store\r\n%.*s",
                             type, STR_ARG(control->head));
    http_part(reply, body);
}

static void reply_json(const Control *control, Arena *arena, HttpReply *reply,
                       int status, Str json)
{
    reply->status = status;
    reply_with(control, arena, reply, "application/json", json);
}

/* A disk that is full or a lock leave the log as it was; what was refused since
 * writing is closed was never tried. */
void control_uncommitted(Err err, bool broken, const char *why, Fault *fault)
{
    const char *stop = why[0] ? ": " : "";

    if (err == ERR_UNCERTAIN)
        fault_set(fault, err,
                  "the database went away in the middle of the commit, and "
                  "whether it was written nobody knows: look before it is done "
                  "again%s%s",
                  stop, why);
    else if (err == ERR_UNREACHABLE)
        fault_set(fault, err,
                  "the database is out of reach: nothing was changed%s%s", stop,
                  why);
    else if (err == ERR_CLOSED && !broken)
        fault_set(fault, err,
                  "nothing was changed: this store takes no more writes, since "
                  "it is being moved or has been (dateline check says where)");
    else if (broken && err != ERR_FULL && err != ERR_BUSY && err != ERR_CLOSED)
        fault_set(fault, err,
                  "the commit failed, and whether it was written nobody knows "
                  "until the next start: look then before it is done again%s%s",
                  stop, why);
    else
        fault_set(fault, err,
                  "it could not be written: nothing was changed%s%s", stop,
                  why);
}

/* err is not errand_run's own when the commit failed. */
static void errand_done(Err err, void *job)
{
    Errand *errand = job;
    HttpReply reply = {.hold = errand, .release = errand_free};

    if (err && errand->status == 200) {
        Fault fault = fault_none();

        control_uncommitted(err, writer_broken(errand->control->writer), "",
                            &fault);
        errand->status = err_status(err);
        errand->answer = tell_fault(&errand->arena, err, &fault);
    }
    if (!err && errand->request.kind == CONTROL_CAMPAIGN &&
        errand->control->ads)
        ads_nudge(errand->control->ads);
    reply_json(errand->control, &errand->arena, &reply, errand->status,
               errand->answer);
    http_complete(errand->ticket, &reply);
}

static void begin_errand(const Control *control, ControlKind kind,
                         const HttpRequest *request, HttpReply *reply)
{
    Errand *errand = mem_zero(sizeof *errand);
    Fault fault = fault_none();
    Err err;

    errand->control = control;
    errand->arena = arena_open();
    errand->status = 200;
    errand->request.kind = kind;
    errand->request.body = str_copy(&errand->arena, request->body);
    (void)url_query(&errand->arena, request->query, "picture",
                    &errand->request.picture);
    errand->ticket = http_defer(reply);
    err = writer_submit(control->writer,
                        (WriterJob){errand_run, errand_done, errand});
    if (!err) return;
    fault_set(&fault, err,
              err == ERR_BUSY ? "too many writes wait; try again"
                              : "writing is closed until a restart");
    errand->status = err_status(err);
    errand->answer = tell_fault(&errand->arena, err, &fault);
    errand_done(ERR_OK, errand);
}

/* ---- what the operator sees ---- */

/* NULL when all is well. */
static const char *what_is_wrong(const Control *control, Arena *arena)
{
    Time since;
    Str why;

    if (writer_broken(control->writer))
        return "a commit failed: writing is closed until a restart";
    if (watch_reaches(control->watch)) return NULL;
    why = watch_reason(control->watch, arena, &since);
    return str_z(
        arena, str_format(arena,
                          "the database is out of reach since %lld s: %.*s; "
                          "what was made last is shown, nothing is written",
                          (long long)((time_monotonic() - since) / TIME_SECOND),
                          STR_ARG(why)));
}

/* Without its replica a node is whole: it reads from the store itself. */
static void put_replica(const Control *control, Arena *arena, JsonOut *out)
{
    Watch *watch = control->replica_watch;
    int64_t change = watch_change(watch);
    int64_t lag = watch_change(control->watch) - change;
    Time since;

    json_put_key(out, "replica");
    json_put_object(out);
    json_pair_int(out, "change", change);
    json_pair_int(out, "lag", lag > 0 ? lag : 0);
    if (!watch_reaches(watch))
        json_pair_str(out, "why", watch_reason(watch, arena, &since));
    json_put_end(out);
}

static void health(const Control *control, Arena *arena, HttpReply *reply)
{
    const char *wrong = what_is_wrong(control, arena);
    Buf buf = buf_open(arena, ANSWER_MAX);
    JsonOut out = json_out(&buf);

    json_put_object(&out);
    json_pair_str(&out, "status", wrong ? S("degraded") : S("ok"));
    if (wrong) json_pair_str(&out, "why", str_from(wrong));
    json_pair_int(&out, "change",
                  control->watch ? control->shown(control->ctx)
                                 : writer_committed(control->writer));
    if (control->watch)
        json_pair_int(&out, "store_change", watch_change(control->watch));
    if (control->replica_watch) put_replica(control, arena, &out);
    json_pair_int(&out, "uptime_s",
                  (time_monotonic() - control->started_at) / TIME_SECOND);
    json_put_end(&out);
    reply_json(control, arena, reply, wrong ? 503 : 200, buf_str(&buf));
}

static void metrics(const Control *control, Arena *arena, HttpReply *reply)
{
    Buf buf = buf_open(arena, ANSWER_MAX);

    control->metrics(control->ctx, &buf);
    reply_with(control, arena, reply, "text/plain; version=0.0.4",
               buf_str(&buf));
}

/* The audience's thread reads and answers: the pages' readers do not wait. */
typedef struct ReadsErrand {
    const Control *control;
    HttpTicket *ticket;
    Arena arena;
} ReadsErrand;

static void reads_free(void *hold)
{
    ReadsErrand *errand = hold;

    arena_close(&errand->arena);
    mem_free(errand);
}

static void reads_answer(void *ctx, Store *store)
{
    ReadsErrand *errand = ctx;
    const Control *control = errand->control;
    Arena *arena = &errand->arena;
    HttpReply reply = {.status = 200, .hold = errand, .release = reads_free};
    Str html;

    if (reads_page_make(control->reads, store, arena, time_now(), &html)) {
        Fault fault = fault_none();

        fault_set(&fault, ERR_STORE, "what is read cannot be read now: %s",
                  store_reason(store));
        reply_json(control, arena, &reply, 503,
                   tell_fault(arena, ERR_STORE, &fault));
    } else {
        reply.head = control->reads_head;
        http_part(&reply, html);
    }
    http_complete(errand->ticket, &reply);
}

static void reads(const Control *control, HttpReply *reply)
{
    ReadsErrand *errand = mem_zero(sizeof *errand);

    errand->control = control;
    errand->arena = arena_open();
    errand->ticket = http_defer(reply);
    audience_ask(control->audience, reads_answer, errand);
}

static void refuse(const Control *control, Arena *arena, HttpReply *reply,
                   Err err, int status)
{
    Fault fault = fault_none();

    fault_set(&fault, err, "%s",
              status == 405 ? "this address takes another method"
                            : "there is nothing at this address");
    reply_json(control, arena, reply, status, tell_fault(arena, err, &fault));
}

static bool method_fits(const HttpRequest *request, const Route *route)
{
    bool reads = request->method == HTTP_GET || request->method == HTTP_HEAD;

    if (reads) return route->methods & METHOD_GET;
    return request->method == HTTP_POST && (route->methods & METHOD_POST);
}

void control_handle(const Control *control, const HttpRequest *request,
                    Arena *arena, HttpReply *reply)
{
    RouteMatch match;

    if (!route_match(request->path, HOST_OPERATOR, &match) ||
        (match.route->surface == SURFACE_CONTROL && !control->may_write)) {
        refuse(control, arena, reply, ERR_NOT_FOUND, 404);
        return;
    }
    if (!method_fits(request, match.route)) {
        refuse(control, arena, reply, ERR_INVALID, 405);
        reply->head = str_format(
            arena, "Allow: %s\r\n%.*s",
            match.route->methods & METHOD_POST ? "POST" : "GET, HEAD",
            STR_ARG(reply->head));
        return;
    }
    switch (match.route->target) {
    case ROUTE_HEALTH: health(control, arena, reply); break;
    case ROUTE_METRICS: metrics(control, arena, reply); break;
    case ROUTE_READS: reads(control, reply); break;
    case ROUTE_PUT: begin_errand(control, CONTROL_PUT, request, reply); break;
    case ROUTE_PIN: begin_errand(control, CONTROL_PIN, request, reply); break;
    case ROUTE_PICTURE:
        begin_errand(control, CONTROL_PICTURE, request, reply);
        break;
    case ROUTE_CAMPAIGN:
        begin_errand(control, CONTROL_CAMPAIGN, request, reply);
        break;
    case ROUTE_ENTRY:
        begin_errand(control, CONTROL_ENTRY, request, reply);
        break;
    default: begin_errand(control, CONTROL_ACT, request, reply); break;
    }
}

size_t control_body_max(void *state, const HttpRequest *request)
{
    (void)state;
    return request->method == HTTP_POST ? CONTROL_BODY_MAX : 0;
}
