#include "format/ninjs.h"

#include <string.h>

#include "format/ninjs_picture.h"
#include "text/json.h"
#include "text/markdown.h"
#include "text/sanitize.h"

/* What a reading of one object needs at every step. */
typedef struct Reading {
    Arena *arena;
    const ReadContext *ctx;
    const JsonNode *root;
    Item *item;
    Fault *fault;
} Reading;

/* A member by its name in 2.x and 3.x, or the one it had in 1.x. */
static const JsonNode *member(const Reading *in, const char *name,
                              const char *older)
{
    const JsonNode *node = json_get(in->root, name);

    return node || !older ? node : json_get(in->root, older);
}

static Str text_of(const Reading *in, const char *name, const char *older)
{
    return str_trim(json_text(member(in, name, older)));
}

static Err read_type(Reading *in)
{
    Str type = text_of(in, "type", NULL);

    if (!type.len || str_eq(type, S("text")) || str_eq(type, S("composite")))
        return ERR_OK;
    return json_fault(in->fault, json_get(in->root, "type"), "type",
                      ERR_UNSUPPORTED,
                      "is \"%.*s\", only text stories are taken",
                      STR_ARG(str_slice(type, 0, 40)));
}

static Err read_moment(Reading *in, const char *name, const char *older,
                       Time *out)
{
    const JsonNode *node = member(in, name, older);
    Str text = str_trim(json_text(node));

    if (!text.len || read_time(in->ctx, text, out) != ERR_INVALID)
        return ERR_OK;
    return json_fault(in->fault, node, name, ERR_INVALID,
                      "\"%.*s\" is no date and time; expected one as "
                      "2021-04-14T13:15:00Z",
                      STR_ARG(str_slice(text, 0, 60)));
}

/* Whole numbers order versions; where none is said the time does. A number that
 * is none may not pass for a time: all later ones would be older. 0 is where
 * some begin to count, and as if it were not said. */
static Err read_version(Reading *in, Time created)
{
    const JsonNode *node = json_get(in->root, "version");
    Str text = str_trim(json_text(node));
    int64_t version;

    if (!text.len &&
        (!node || node->kind == JSON_STRING || node->kind == JSON_NULL)) {
        if (created > 0) in->item->version = created / TIME_SECOND;
        return ERR_OK;
    }
    if (!json_int(node, &version) && !str_int(text, &version)) version = -1;
    if (version < 0)
        return json_fault(in->fault, node, "version", ERR_INVALID,
                          "\"%.*s\" is no whole number from 0 on",
                          STR_ARG(str_slice(node->text, 0, 40)));
    in->item->version = version;
    return ERR_OK;
}

static Err read_times(Reading *in)
{
    Time first = TIME_NONE;
    Time version = TIME_NONE;
    Time content = TIME_NONE;
    Item *item = in->item;
    Err err = read_moment(in, "firstCreated", "firstcreated", &first);

    if (!err)
        err = read_moment(in, "versionCreated", "versioncreated", &version);
    if (!err)
        err = read_moment(in, "contentCreated", "contentcreated", &content);
    if (!err)
        err = read_moment(in, "embargoedUntil", "embargoed", &item->embargo);
    if (err) return err;
    item->at = first != TIME_NONE     ? first
               : version != TIME_NONE ? version
                                      : content;
    item->timed = item->at != TIME_NONE;
    item->said_at = version;
    return read_version(in, version);
}

static Err read_status(Reading *in)
{
    static const struct {
        Str word;
        ItemStatus status;
    } statuses[] = {
        {S_INIT("usable"), ITEM_USABLE},
        {S_INIT("withheld"), ITEM_WITHHELD},
        {S_INIT("canceled"), ITEM_CANCELED},
        {S_INIT("cancelled"), ITEM_CANCELED},
    };
    Str word = text_of(in, "pubStatus", "pubstatus");

    if (!word.len) return ERR_OK;
    for (size_t i = 0; i < COUNT(statuses); i++)
        if (str_eq_nocase(word, statuses[i].word)) {
            in->item->status = statuses[i].status;
            return ERR_OK;
        }
    return json_fault(in->fault, member(in, "pubStatus", "pubstatus"),
                      "pubStatus", ERR_INVALID,
                      "is \"%.*s\", expected usable, withheld or canceled",
                      STR_ARG(str_slice(word, 0, 40)));
}

/* Of an array of {role, contentType, value}: the one with the highest score.
 */
static const JsonNode *best_of(const JsonNode *list,
                               int (*score)(const JsonNode *))
{
    const JsonNode *best = NULL;
    int most = 0;

    if (!list || list->kind != JSON_ARRAY) return NULL;
    for (const JsonNode *node = list->first; node; node = node->next) {
        int value;

        if (!str_trim(json_str(node, "value")).len) continue;
        value = score(node);
        if (value > most) {
            most = value;
            best = node;
        }
    }
    return best;
}

static int score_headline(const JsonNode *node)
{
    return str_eq(json_str(node, "role"), S("main")) ? 2 : 1;
}

static int score_description(const JsonNode *node)
{
    Str role = json_str(node, "role");

    if (str_eq(role, S("correction")) || str_eq(role, S("earlierCorrection")))
        return 0;
    if (str_eq(role, S("summary"))) return 3;
    return str_eq(role, S("caption")) ? 1 : 2;
}

static int score_correction(const JsonNode *node)
{
    return str_eq(json_str(node, "role"), S("correction")) ? 1 : 0;
}

static bool looks_like_html(Str text)
{
    text = str_trim(text);
    return str_starts(text, S("<")) && str_find(text, S("</"), 0) > 0;
}

typedef enum BodyKind {
    BODY_XML = 1, /* NITF and the like: its text, as far as it reads as HTML */
    BODY_TEXT,
    BODY_MARKDOWN,
    BODY_HTML,
} BodyKind;

static BodyKind kind_of(const JsonNode *node)
{
    Str type = json_str(node, "contentType");

    if (str_starts_nocase(type, S("text/html")) ||
        str_starts_nocase(type, S("application/xhtml")))
        return BODY_HTML;
    if (str_starts_nocase(type, S("text/markdown"))) return BODY_MARKDOWN;
    if (str_find(type, S("xml"), 0) >= 0) return BODY_XML;
    if (!type.len && looks_like_html(json_str(node, "value"))) return BODY_HTML;
    return BODY_TEXT;
}

/* The text of the story before a short or a long one, then what keeps most of
 * its form. */
static int score_body(const JsonNode *node)
{
    Str role = json_str(node, "role");
    int by_role = str_eq(role, S("main")) ? 2 : role.len == 0;

    return by_role * (BODY_HTML + 1) + (int)kind_of(node);
}

static Str line_of(const Reading *in, const JsonNode *node)
{
    Str value = json_str(node, "value");

    if (str_starts_nocase(json_str(node, "contentType"), S("text/html")))
        return read_line_of_html(in->arena, value);
    return item_line(in->arena, value);
}

static void read_headline(Reading *in)
{
    const JsonNode *best =
        best_of(json_get(in->root, "headlines"), score_headline);

    if (best)
        in->item->headline = line_of(in, best);
    else
        in->item->headline =
            item_line(in->arena, text_of(in, "headline", "title"));
}

static void read_deck(Reading *in)
{
    const JsonNode *best =
        best_of(json_get(in->root, "descriptions"), score_description);
    Str deck = best ? line_of(in, best) : (Str){0};

    if (!best) deck = text_of(in, "description_text", "description_usage");
    deck = read_line_cut(in->arena, deck, DECK_MAX);
    if (!str_eq(deck, in->item->headline)) in->item->deck = deck;
}

static Err body_fault(const Reading *in, const JsonNode *node, Err err,
                      const Fault *why)
{
    return json_fault(in->fault, node, "bodies", err, "%s", why->text);
}

static Err read_text_body(Reading *in, const JsonNode *node, BodyKind kind,
                          Str value)
{
    Fault why = fault_none();
    Err err = ERR_OK;

    if (value.len > BODY_MAX)
        return json_fault(in->fault, node, "bodies", ERR_TOO_BIG,
                          "%zu bytes, at most %zu are taken", value.len,
                          BODY_MAX);
    if (kind == BODY_TEXT)
        in->item->body = read_plain(in->arena, value);
    else if (kind == BODY_MARKDOWN)
        err = markdown_read(in->arena, value, NULL, BODY_MAX, &in->item->body,
                            &why);
    else
        err =
            sanitize(in->arena, value, &(SanitizeRules){.base = in->ctx->base},
                     BODY_MAX, &in->item->body, &why);
    return err ? body_fault(in, node, err, &why) : ERR_OK;
}

static Err read_body(Reading *in)
{
    const JsonNode *best = best_of(json_get(in->root, "bodies"), score_body);
    Str value;

    if (best)
        return read_text_body(in, best, kind_of(best), json_str(best, "value"));
    value = json_str(in->root, "body_xhtml");
    if (!value.len) value = json_str(in->root, "body_html");
    if (value.len) return read_text_body(in, in->root, BODY_HTML, value);
    value = json_str(in->root, "body_text");
    if (!value.len) return ERR_OK;
    return read_text_body(in, in->root, BODY_TEXT, value);
}

static void read_subjects(Reading *in)
{
    const JsonNode *list = member(in, "subjects", "subject");

    if (!list || list->kind != JSON_ARRAY) return;
    for (const JsonNode *node = list->first; node; node = node->next) {
        Str name = json_str(node, "name");
        Str literal = json_str(node, "literal");
        Str rel = json_str(node, "rel");

        if (str_eq(rel, S("section")) && !in->item->section.len)
            read_section(in->item, in->arena, literal, name);
        else if (str_eq(rel, S("tag")))
            read_tag(in->item, in->arena, literal, name);
        else
            read_tag(in->item, in->arena, (Str){0}, name);
    }
}

static void read_group(Reading *in)
{
    const JsonNode *list = json_get(in->root, "altIds");

    if (!list || list->kind != JSON_ARRAY) return;
    for (const JsonNode *node = list->first; node; node = node->next)
        if (str_eq(json_str(node, "role"), S("translationGroup")))
            in->item->group = item_line(in->arena, json_str(node, "value"));
}

static void read_follows(Reading *in)
{
    const JsonNode *list = json_get(in->root, "associations");

    if (!list || list->kind != JSON_ARRAY) return;
    for (const JsonNode *node = list->first; node; node = node->next)
        if (str_eq(json_str(node, "rel"), S("follows")))
            in->item->follows = item_line(in->arena, json_str(node, "uri"));
}

static void read_correction(Reading *in)
{
    const JsonNode *best =
        best_of(json_get(in->root, "descriptions"), score_correction);

    if (best) in->item->correction = line_of(in, best);
}

static void read_source(Reading *in)
{
    const JsonNode *list = json_get(in->root, "infoSources");
    const JsonNode *best = NULL;

    if (list && list->kind == JSON_ARRAY)
        for (const JsonNode *node = list->first; node; node = node->next)
            if (!best || str_eq(json_str(node, "role"), S("source")))
                best = node;
    in->item->source = item_line(in->arena, json_str(best, "name"));
    in->item->source_url = read_address(in->arena, json_str(best, "uri"));
    if (!in->item->source_url.len)
        in->item->source_url = read_address(in->arena, in->item->uri);
}

static void read_urgency(Reading *in)
{
    int64_t urgency;

    if (json_int(json_get(in->root, "urgency"), &urgency) && urgency >= 1 &&
        urgency <= 9)
        in->item->urgency = (int32_t)urgency;
}

/* A canceled story may be nothing but its identity. */
static void name_canceled(Reading *in)
{
    if (in->item->status == ITEM_CANCELED && !in->item->headline.len)
        in->item->headline = item_line(in->arena, in->item->uri);
}

static void read_uri(Reading *in)
{
    Item *item = in->item;

    item->uri = item_line(in->arena, json_str(in->root, "uri"));
    if (item->uri.len) return;
    item->uri = read_identity(
        in->arena,
        "sha256:", (Str[]){item->language, item->headline, item->body.markup},
        3);
}

/* An object with a title may be anything; ninjs says who it is, or what it
 * holds under one of its own names. */
static bool has_mark(const JsonNode *root)
{
    static const char *const marks[] = {"uri",
                                        "standard",
                                        "headlines",
                                        "headline",
                                        "bodies",
                                        "body_text",
                                        "body_html",
                                        "body_xhtml",
                                        "pubStatus",
                                        "pubstatus",
                                        "firstCreated",
                                        "firstcreated",
                                        "versionCreated",
                                        "versioncreated"};

    for (size_t i = 0; i < COUNT(marks); i++)
        if (json_get(root, marks[i])) return true;
    return false;
}

static Err check_kind(Reading *in)
{
    const JsonNode *root = in->root;

    if (root->kind != JSON_OBJECT)
        return json_fault(in->fault, root, "", ERR_INVALID,
                          "is %s, expected an object", json_kind(root));
    if (str_find(json_str(root, "version"), S("jsonfeed.org/"), 0) >= 0)
        return json_fault(in->fault, root, "", ERR_UNSUPPORTED,
                          "is JSON Feed, which is not read; where that is, "
                          "RSS or Atom is seldom far");
    if (!has_mark(root))
        return json_fault(
            in->fault, root, "", ERR_UNSUPPORTED,
            "is no ninjs: it has neither uri, standard, headlines "
            "nor bodies");
    return ERR_OK;
}

static Err read_object(Reading *in)
{
    Item *item = in->item;
    Err err = check_kind(in);

    if (!err) err = read_type(in);
    if (!err) err = read_status(in);
    if (!err) err = read_times(in);
    if (err) return err;
    item->language =
        read_language(in->arena, in->ctx, json_str(in->root, "language"));
    read_headline(in);
    read_deck(in);
    err = read_body(in);
    if (err) return err;
    read_uri(in);
    read_subjects(in);
    read_group(in);
    read_follows(in);
    read_correction(in);
    read_source(in);
    read_urgency(in);
    ninjs_read_picture(in->arena, in->ctx, in->root, &item->picture);
    item->byline = item_line(in->arena, text_of(in, "by", "byline"));
    item->place = item_line(in->arena, text_of(in, "located", NULL));
    name_canceled(in);
    return ERR_OK;
}

Err ninjs_read_one(Arena *arena, Str bytes, int64_t line, int64_t byte,
                   const ReadContext *ctx, Item *out, Fault *fault)
{
    Item item = item_none();
    Fault found = fault_none();
    Reading in = {.arena = arena, .ctx = ctx, .item = &item, .fault = &found};
    JsonNode *root;
    Err err = json_read(arena, bytes, RECORD_MAX, &root, &found);

    item.line = line;
    item.byte = byte;
    if (!err) {
        in.root = root;
        err = read_object(&in);
    }
    if (!err) err = item_check(&item, &found);
    if (!err) {
        *out = item;
        return ERR_OK;
    }
    found.line = line + (found.line > 0 ? found.line - 1 : 0);
    found.byte = byte + (found.byte > 0 ? found.byte : 0);
    if (fault) *fault = found;
    return err;
}

void ninjs_read_record(Arena *arena, const Record *record,
                       const ReadContext *ctx, ReadOut *out)
{
    Fault fault = fault_none();
    Item item;

    if (record->cut) {
        fault.line = record->line;
        fault.byte = record->byte;
        (void)!fault_set(&fault, ERR_TOO_BIG, "a record over %zu bytes",
                         RECORD_MAX);
        read_reject(out, arena, &fault, record->bytes);
    } else if (ninjs_read_one(arena, record->bytes, record->line, record->byte,
                              ctx, &item, &fault)) {
        read_reject(out, arena, &fault, record->bytes);
    } else {
        read_add(out, arena, &item, record->bytes);
    }
}
