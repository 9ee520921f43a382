/* RSS and Atom say the same things under different names; entries are read by
 * one function that knows all of them.  Elements are "core" when they are in
 * no namespace or in one of the many that RSS and Atom have had; the others
 * are named where they are used.
 */
#include "format/feed.h"

#include <sodium.h>

#include "format/feed_picture.h"
#include "text/sanitize.h"
#include "text/url.h"
#include "text/xml.h"

#define NS_DC      "http://purl.org/dc/elements/1.1/"
#define NS_TERMS   "http://purl.org/dc/terms/"
#define NS_CONTENT "http://purl.org/rss/1.0/modules/content/"
#define NS_XHTML   "http://www.w3.org/1999/xhtml"
#define NS_RDF     "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
#define NS_ATOM    "http://www.w3.org/2005/Atom"
#define NS_XML     "http://www.w3.org/XML/1998/namespace"

#define AUTHORS_MAX 20 /* of one entry; those after are passed over */

typedef struct Feed {
    Arena *arena;
    const ReadContext *ctx;
    const XmlNode *head; /* channel or feed */
    Str link;            /* of the agency's site, absolute or empty */
    Str space;           /* of identities that are only numbers */
    Str title;
    Str author;
    Str language;
    ReadOut *out;
} Feed;

static bool is_core_ns(Str ns)
{
    static const Str parts[] = {
        S_INIT("purl.org/rss/1.0/"),   S_INIT("purl.org/net/rss"),
        S_INIT("netscape.com"),        S_INIT("backend.userland.com"),
        S_INIT("blogs.law.harvard"),   S_INIT("purl.org/atom/"),
        S_INIT("www.w3.org/2005/Atom")};

    if (!ns.len) return true;
    if (str_find(ns, S("/modules/"), 0) >= 0) return false;
    for (size_t i = 0; i < COUNT(parts); i++)
        if (str_find(ns, parts[i], 0) >= 0) return true;
    return false;
}

static bool is_core(const XmlNode *node, const char *name)
{
    return str_eq_nocase(node->name, str_from(name)) && is_core_ns(node->ns);
}

static const XmlNode *core(const XmlNode *parent, const char *name)
{
    const XmlNode *node = parent ? xml_first(parent) : NULL;

    while (node && !is_core(node, name))
        node = xml_next(node);
    return node;
}

/* The next sibling that is core and has this name. */
static const XmlNode *core_more(const XmlNode *node)
{
    Str name = node->name;

    while ((node = xml_next(node)))
        if (str_eq_nocase(node->name, name) && is_core_ns(node->ns)) break;
    return node;
}

/* The address against which node's relative links are meant. */
static Str base_of(const Feed *feed, const XmlNode *node)
{
    Str base = feed->ctx->base.len ? feed->ctx->base : feed->link;
    const XmlNode *chain[XML_DEPTH + 1];
    size_t count = 0;

    for (; node && count < COUNT(chain); node = node->parent)
        chain[count++] = node;
    while (count) {
        Str more = xml_attr_ns(chain[--count], NS_XML, "base");
        Str url;

        if (!more.len) continue;
        if (!url_resolve(feed->arena, base, more, &url) ||
            !url_normal(feed->arena, more, &url))
            base = url;
    }
    return base;
}

static Str language_of(const Feed *feed, const XmlNode *node)
{
    Str language = xml_child_text(feed->arena, node, NS_DC, "language");

    for (; node && !language.len; node = node->parent)
        language = xml_attr_ns(node, NS_XML, "lang");
    if (!language.len) language = feed->language;
    return read_language(feed->arena, feed->ctx, language);
}

static bool has_elements(const XmlNode *node)
{
    return xml_first(node) != NULL;
}

typedef enum TextKind { TEXT_PLAIN, TEXT_HTML, TEXT_NONE } TextKind;

static Str from_base64(Arena *arena, Str text)
{
    size_t room = text.len / 4 * 3 + 3;
    unsigned char *bytes = arena_alloc(arena, room);
    size_t len;

    if (sodium_base642bin(bytes, room, text.ptr, text.len, " \t\r\n", &len,
                          NULL, sodium_base64_VARIANT_ORIGINAL))
        return (Str){0};
    return read_decoded(arena, (Str){(const char *)bytes, len}, &text, NULL)
               ? (Str){0}
               : text;
}

static bool is_binary(Str type)
{
    return str_find_char(type, '/', 0) > 0 &&
           !str_starts_nocase(type, S("text/")) &&
           str_find(type, S("xhtml"), 0) < 0;
}

/* What a text construct holds, ready to be read as *kind says. Escaped HTML
 * and inline XHTML both come out as HTML. */
static Str construct(Arena *arena, const XmlNode *node, TextKind *kind)
{
    Str type = xml_attr(node, "type");
    Str mode = xml_attr(node, "mode");
    bool atom = str_find(node->ns, S("Atom"), 0) >= 0 ||
                str_find(node->ns, S("purl.org/atom"), 0) >= 0;

    *kind = TEXT_HTML;
    if (str_eq_nocase(mode, S("base64")))
        return from_base64(arena, xml_text(arena, node));
    if (atom && is_binary(type)) {
        *kind = TEXT_NONE; /* a picture, an archive ... */
        return (Str){0};
    }
    if (has_elements(node)) return xml_inner(arena, node);
    if (atom && (str_starts_nocase(type, S("text/plain")) ||
                 (!str_eq_nocase(mode, S("escaped")) &&
                  (!type.len || str_eq_nocase(type, S("text"))))))
        *kind = TEXT_PLAIN;
    return xml_text(arena, node);
}

static Str line_in(const Feed *feed, const XmlNode *node)
{
    TextKind kind;
    Str text;

    if (!node) return (Str){0};
    text = construct(feed->arena, node, &kind);
    if (kind == TEXT_NONE) return (Str){0};
    return kind == TEXT_HTML ? read_line_of_html(feed->arena, text)
                             : item_line(feed->arena, text);
}

/* The first of these core or Dublin Core children that is a time; *odd is one
 * before it that says something else. */
static bool read_date(const Feed *feed, const XmlNode *entry,
                      const char *const *names, Time *out, const XmlNode **odd)
{
    static const char *const spaces[] = {NULL, NS_DC, NS_TERMS, NS_ATOM};

    for (; *names; names++)
        for (size_t i = 0; i < COUNT(spaces); i++) {
            const XmlNode *node = spaces[i]
                                      ? xml_child(entry, spaces[i], *names)
                                      : core(entry, *names);
            Str text = xml_text(feed->arena, node);

            Err err =
                text.len ? read_time(feed->ctx, text, out) : ERR_NOT_FOUND;

            if (!err) return true;
            if (err == ERR_INVALID && !*odd) *odd = node;
        }
    return false;
}

/* The story is taken all the same, as one whose time is unknown. */
static void say_odd_date(const Feed *feed, const XmlNode *node)
{
    Str text = xml_text(feed->arena, node);
    Fault fault = fault_none();

    (void)!fault_set(&fault, ERR_INVALID,
                     "%.*s: \"%.*s\" is no date and time; the story is taken "
                     "without",
                     STR_ARG(str_slice(node->name, 0, 40)),
                     STR_ARG(str_slice(text, 0, 60)));
    fault_at(&fault, node->line, node->column);
    read_reject(feed->out, feed->arena, &fault, text);
}

static void read_dates(const Feed *feed, const XmlNode *entry, Item *item)
{
    static const char *const published[] = {"pubDate",  "published", "issued",
                                            "created",  "date",      "updated",
                                            "modified", NULL};
    static const char *const changed[] = {"updated", "modified", NULL};
    const XmlNode *odd = NULL;
    const XmlNode *passed = NULL;

    item->timed = read_date(feed, entry, published, &item->at, &odd);
    if (!item->timed && odd) say_odd_date(feed, odd);
    if (read_date(feed, entry, changed, &item->said_at, &passed) &&
        item->said_at > 0)
        item->version = item->said_at / TIME_SECOND;
}

/* rel of an Atom link: alternate when it is not said. */
static bool is_alternate(const XmlNode *link)
{
    Str rel = xml_attr(link, "rel");

    return !rel.len || str_eq(rel, S("alternate"));
}

static Str link_in(const Feed *feed, const XmlNode *parent)
{
    Str found = {0};
    Str url;

    for (const XmlNode *node = core(parent, "link"); node;
         node = core_more(node)) {
        Str href = xml_attr(node, "href");
        Str text =
            href.len && is_alternate(node) ? href : xml_text(feed->arena, node);
        Str base = base_of(feed, node);

        if (!text.len) continue;
        if (!url_normal(feed->arena, text, &url) ||
            !url_resolve(feed->arena, base, text, &url)) {
            found = url;
            break;
        }
    }
    return found;
}

/* A guid is the address of the entry unless it says otherwise. */
static Str permalink(const Feed *feed, const XmlNode *entry)
{
    const XmlNode *guid = core(entry, "guid");

    if (!guid || str_eq_nocase(xml_attr(guid, "isPermaLink"), S("false")))
        return (Str){0};
    return read_address(feed->arena, xml_text(feed->arena, guid));
}

static void read_identity_of(const Feed *feed, const XmlNode *entry, Item *item)
{
    const XmlNode *node = core(entry, "guid");
    Str id;

    if (!node) node = core(entry, "id");
    id = item_line(feed->arena, xml_text(feed->arena, node));
    if (!id.len)
        id = item_line(feed->arena, xml_attr_ns(entry, NS_RDF, "about"));
    if (!id.len) id = item->source_url;
    if (!id.len)
        id = read_identity(feed->arena, "sha256:",
                           (Str[]){item->headline, item->body.markup}, 2);
    else if (str_find_char(id, ':', 0) < 0)
        id = str_format(feed->arena, "%.*s#%.*s", STR_ARG(feed->space),
                        STR_ARG(id));
    if (id.len > URI_MAX) id = read_identity(feed->arena, "sha256:", &id, 1);
    item->uri = id;
}

/* "editor@example.org (A. Editor)": the name. An address alone is none. */
static Str person(Arena *arena, Str text)
{
    ptrdiff_t open = str_find_char(text, '(', 0);
    ptrdiff_t close = str_find_char(text, ')', open < 0 ? 0 : (size_t)open);

    if (open > 0 && close > open && str_find_char(text, '@', 0) >= 0)
        text = str_slice(text, (size_t)open + 1, (size_t)close);
    text = item_line(arena, text);
    return str_find_char(text, '@', 0) > 0 && str_find_char(text, ' ', 0) < 0
               ? (Str){0}
               : text;
}

static void add_person(const Feed *feed, Str *all, Str name)
{
    name = read_line_cut(feed->arena, person(feed->arena, name), FIELD_MAX);
    if (!name.len) return;
    *all = all->len ? str_format(feed->arena, "%.*s, %.*s", STR_ARG(*all),
                                 STR_ARG(name))
                    : name;
}

/* All who are named by dc:creator; else by author, with elements in Atom and
 * without in RSS. */
static Str author_of(const Feed *feed, const XmlNode *entry)
{
    Str all = {0};
    int count = 0;

    for (const XmlNode *node = xml_first(entry); node; node = xml_next(node))
        if (xml_is(node, NS_DC, "creator") && count++ < AUTHORS_MAX)
            add_person(feed, &all, xml_text(feed->arena, node));
    if (all.len) return read_line_cut(feed->arena, all, FIELD_MAX);
    for (const XmlNode *node = core(entry, "author"); node;
         node = core_more(node)) {
        const XmlNode *name = core(node, "name");

        if (count++ >= AUTHORS_MAX) break;
        if (name || !has_elements(node))
            add_person(feed, &all, xml_text(feed->arena, name ? name : node));
    }
    return read_line_cut(feed->arena, all, FIELD_MAX);
}

/* The name in RSS; in Atom a feed's head, of which the title is wanted. */
static Str credit_of(const Feed *feed, const XmlNode *source)
{
    const XmlNode *title = core(source, "title");

    if (title) source = title;
    return has_elements(source) ? (Str){0} : line_in(feed, source);
}

static void read_categories(const Feed *feed, const XmlNode *entry, Item *item)
{
    for (const XmlNode *node = xml_first(entry); node; node = xml_next(node)) {
        Str name;

        if (!is_core(node, "category") && !xml_is(node, NS_DC, "subject"))
            continue;
        name = xml_attr(node, "label");
        if (!name.len) name = xml_attr(node, "term");
        if (!name.len) name = xml_text(feed->arena, node);
        read_tag(item, feed->arena, (Str){0},
                 read_line_of_html(feed->arena, name));
    }
}

static const XmlNode *full_text(const XmlNode *entry)
{
    const XmlNode *node = xml_child(entry, NS_CONTENT, "encoded");

    if (!node) node = xml_child(entry, NS_XHTML, "body");
    if (!node) node = xml_child(entry, NS_XHTML, "div");
    if (!node) node = core(entry, "content");
    if (!node) node = core(entry, "fullitem");
    if (!node) node = core(entry, "body");
    return node;
}

static const XmlNode *short_text(const XmlNode *entry)
{
    const XmlNode *node = core(entry, "description");

    if (!node) node = core(entry, "summary");
    if (!node) node = xml_child(entry, NS_DC, "description");
    if (!node) node = core(entry, "tagline");
    return node;
}

static Err read_body(const Feed *feed, const XmlNode *node, Item *item,
                     Fault *fault)
{
    const XmlNode *only = xml_first(node); /* the div of XHTML */
    Str base = base_of(feed, only && !xml_next(only) ? only : node);
    TextKind kind;
    Str text = construct(feed->arena, node, &kind);
    Err err = ERR_OK;

    if (text.len > BODY_MAX)
        err = fault_set(fault, ERR_TOO_BIG,
                        "body: %zu bytes, at most %zu are taken", text.len,
                        BODY_MAX);
    else if (kind == TEXT_HTML)
        err = sanitize(feed->arena, text, &(SanitizeRules){.base = base},
                       BODY_MAX, &item->body, fault);
    else if (kind == TEXT_PLAIN)
        item->body = html_from_text(feed->arena, text);
    return err;
}

static Err read_texts(const Feed *feed, const XmlNode *entry, Item *item,
                      Fault *fault)
{
    const XmlNode *full = full_text(entry);
    const XmlNode *brief = short_text(entry);
    Err err = ERR_OK;
    Str deck;

    if (full) err = read_body(feed, full, item, fault);
    if (!err && brief && !item->body.markup.len) {
        err = read_body(feed, brief, item, fault);
    } else if (!err && brief) {
        deck = read_line_cut(feed->arena, line_in(feed, brief), DECK_MAX);
        if (!str_starts(
                item_line(feed->arena, html_plain(feed->arena, item->body)),
                deck))
            item->deck = deck;
    }
    if (err) return err;
    item->headline = line_in(feed, core(entry, "title"));
    if (!item->headline.len)
        item->headline = line_in(feed, xml_child(entry, NS_DC, "title"));
    if (!item->headline.len)
        item->headline = read_line_cut(
            feed->arena, html_plain(feed->arena, item->body), 100);
    return ERR_OK;
}

/* The rest of an entry never came: what there is may be half a sentence, and
 * its time or identity missing. */
static void reject_cut(Feed *feed, const XmlNode *entry, Str raw)
{
    Fault fault = fault_none();

    (void)!fault_set(&fault, ERR_INVALID, "the feed ends within this entry");
    fault_at(&fault, entry->line, entry->column);
    read_reject(feed->out, feed->arena, &fault, raw);
}

static void read_entry(Feed *feed, const XmlNode *entry)
{
    Str raw = xml_inner(feed->arena, entry);
    Item item = item_none();
    Fault fault = fault_none();

    if (entry->cut) {
        reject_cut(feed, entry, raw);
        return;
    }
    item.line = entry->line;
    item.language = language_of(feed, entry);
    item.source_url = link_in(feed, entry);
    if (!item.source_url.len) item.source_url = permalink(feed, entry);
    if (item.source_url.len > URI_MAX) item.source_url = (Str){0};
    read_dates(feed, entry, &item);
    if (read_texts(feed, entry, &item, &fault)) {
        fault.line = entry->line;
        read_reject(feed->out, feed->arena, &fault, raw);
        return;
    }
    read_identity_of(feed, entry, &item);
    read_categories(feed, entry, &item);
    item.byline = author_of(feed, entry);
    if (!item.byline.len) item.byline = feed->author;
    item.source = credit_of(feed, core(entry, "source"));
    if (!item.source.len) item.source = feed->title;
    feed_read_picture(feed->arena, entry, base_of(feed, entry), &item.picture);
    read_add(feed->out, feed->arena, &item, raw);
}

/* Where the feed itself lies, as far as it says so. */
static Str self_of(const Feed *feed)
{
    for (const XmlNode *node = xml_first(feed->head); node;
         node = xml_next(node))
        if (is_core(node, "link") &&
            str_eq_nocase(xml_attr(node, "rel"), S("self")))
            return read_address(feed->arena, xml_attr(node, "href"));
    return (Str){0};
}

static void read_head(Feed *feed)
{
    feed->link = link_in(feed, feed->head);
    feed->title = read_line_cut(
        feed->arena, line_in(feed, core(feed->head, "title")), FIELD_MAX);
    feed->author = author_of(feed, feed->head);
    feed->space = feed->link.len ? feed->link : self_of(feed);
    if (!feed->space.len)
        feed->space = read_identity(feed->arena, "feed:", &feed->title, 1);
    feed->language = xml_text(feed->arena, core(feed->head, "language"));
}

static void read_entries(Feed *feed, const XmlNode *parent)
{
    for (const XmlNode *node = xml_first(parent); node; node = xml_next(node))
        if (is_core(node, "item") || is_core(node, "entry"))
            read_entry(feed, node);
}

/* What stands from a line on, as far as one wants to look at it. */
static Str rest_from(Str bytes, int64_t line)
{
    Str passed;

    while (line-- > 1 && str_line(&bytes, &passed))
        ;
    return str_slice(bytes, 0, 4096);
}

Err feed_read(Arena *arena, Str bytes, const ReadContext *ctx, ReadOut *out,
              Fault *fault)
{
    ReadOut found = {0};
    Fault broken = fault_none();
    Feed feed = {.arena = arena, .ctx = ctx, .out = &found};
    XmlNode *root;
    Err err = xml_read(arena, bytes, DOCUMENT_MAX, XML_MEND | XML_RECOVER,
                       (Str){0}, &root, &broken);

    if (err) {
        if (fault) *fault = broken;
        return err;
    }
    feed.head = core(root, "channel");
    if (!feed.head) feed.head = root;
    if (!is_core(root, "rss") && !is_core(root, "feed") &&
        !is_core(root, "channel") && !is_core(root, "entry") &&
        !xml_is(root, NS_RDF, "RDF"))
        return fault_set(fault, ERR_INVALID,
                         "the root element is <%.*s>, expected rss, feed or "
                         "RDF",
                         STR_ARG(str_slice(root->name, 0, 40)));
    read_head(&feed);
    if (is_core(root, "entry")) read_entry(&feed, root);
    read_entries(&feed, feed.head);
    if (feed.head != root) read_entries(&feed, root);
    if (broken.err)
        read_reject(&found, arena, &broken, rest_from(bytes, broken.line));
    *out = found;
    return ERR_OK;
}
