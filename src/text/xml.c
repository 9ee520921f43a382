/* XML by libxml2's SAX, within bounds: the bytes are decoded here, so that
 * libxml2 sees UTF-8 only and what was looked over is what it reads; nothing
 * of a DTD is loaded or kept; and the callbacks stop the parser at the first
 * thing that is refused. */
#include "text/xml.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "text/charset.h"
#include "text/xmlmend.h"

typedef struct Build {
    Arena *arena;
    xmlParserCtxt *parser;
    XmlNode *root;
    XmlNode *open; /* the innermost element that has not ended */
    int depth;
    Buf text; /* pieces of text, joined */
    size_t began;
    unsigned flags;
    Err err; /* the first fault */
    Fault fault;
} Build;

/* Keeps the first fault and its place. Ours end the reading. */
PRINTF(3, 4)
static void refuse(Build *build, Err err, const char *format, ...)
{
    if (!build->err) {
        char sentence[sizeof build->fault.text];
        va_list args;

        va_start(args, format);
        vsnprintf(sentence, sizeof sentence, format, args);
        va_end(args);
        build->err = err;
        fault_at(&build->fault, xmlSAX2GetLineNumber(build->parser),
                 xmlSAX2GetColumnNumber(build->parser));
        fault_set(&build->fault, err, "%s", sentence);
    }
    xmlStopParser(build->parser);
}

static void check_memory(Build *build)
{
    if (build->arena->used - build->began > XML_MEMORY)
        refuse(build, ERR_TOO_BIG, "the XML makes a tree of over 32 MiB");
}

static XmlNode *add_node(Build *build)
{
    XmlNode *node = ARENA_NEW(build->arena, XmlNode);
    XmlNode *parent = build->open;

    node->parent = parent;
    if (parent && parent->last)
        parent->last->next = node;
    else if (parent)
        parent->first = node;
    if (parent) parent->last = node;
    return node;
}

static void end_text(Build *build)
{
    if (!build->text.len) return;
    if (build->open)
        add_node(build)->text = str_copy(build->arena, buf_str(&build->text));
    buf_cut(&build->text, 0);
    check_memory(build);
}

static Str copy(Build *build, const xmlChar *z)
{
    return str_copy(build->arena, str_from((const char *)z));
}

/* Prefixes that feeds use without saying what they mean. */
static Str well_known(const char *prefix)
{
    static const struct {
        const char *prefix;
        Str ns;
    } known[] = {
        {"atom", S_INIT("http://www.w3.org/2005/Atom")},
        {"content", S_INIT("http://purl.org/rss/1.0/modules/content/")},
        {"dc", S_INIT("http://purl.org/dc/elements/1.1/")},
        {"media", S_INIT("http://search.yahoo.com/mrss/")},
    };

    for (size_t i = 0; i < COUNT(known); i++)
        if (strcmp(prefix, known[i].prefix) == 0) return known[i].ns;
    return (Str){0};
}

/* A prefix that was not declared stays part of the name, so that media:title
 * is never taken for title. */
static void take_name(Build *build, const xmlChar *local, const xmlChar *prefix,
                      const xmlChar *uri, Str *ns, Str *name)
{
    if (prefix && !uri && build->flags & XML_MEND) {
        *ns = well_known((const char *)prefix);
        if (ns->len) prefix = NULL;
    } else {
        *ns = copy(build, uri);
    }
    *name = prefix && !uri
                ? str_format(build->arena, "%s:%s", (const char *)prefix,
                             (const char *)local)
                : copy(build, local);
}

static void on_start(void *data, const xmlChar *local, const xmlChar *prefix,
                     const xmlChar *uri, int ns_count, const xmlChar **ns,
                     int attr_count, int defaulted, const xmlChar **attrs)
{
    Build *build = data;
    XmlNode *node;

    (void)ns_count, (void)ns, (void)defaulted;
    if (build->err && !(build->flags & XML_RECOVER)) return;
    end_text(build);
    if (++build->depth > XML_DEPTH) {
        refuse(build, ERR_TOO_BIG, "the XML nests elements more than 64 deep");
        return;
    }
    if (!build->open && build->root) return; /* a second root: ill-formed */
    node = add_node(build);
    take_name(build, local, prefix, uri, &node->ns, &node->name);
    node->line = xmlSAX2GetLineNumber(build->parser);
    node->column = xmlSAX2GetColumnNumber(build->parser);
    node->attrs = ARENA_ARRAY(build->arena, XmlAttr, (size_t)attr_count);
    for (; attr_count > 0; attr_count--, attrs += 5) {
        XmlAttr *attr = &node->attrs[node->attr_count++];

        take_name(build, attrs[0], attrs[1], attrs[2], &attr->ns, &attr->name);
        attr->value = str_copy(build->arena, str_range((const char *)attrs[3],
                                                       (const char *)attrs[4]));
    }
    if (!build->root) build->root = node;
    build->open = node;
    check_memory(build);
}

static void on_end(void *data, const xmlChar *local, const xmlChar *prefix,
                   const xmlChar *uri)
{
    Build *build = data;

    (void)local, (void)prefix, (void)uri;
    end_text(build);
    build->depth--;
    if (build->open) build->open = build->open->parent;
}

static void on_text(void *data, const xmlChar *text, int len)
{
    Build *build = data;

    buf_puts(&build->text, (Str){(const char *)text, (size_t)len});
}

static xmlEntityPtr on_entity(void *data, const xmlChar *name)
{
    Build *build = data;
    refuse(build, ERR_INVALID,
           "the entity &%.60s; is not known: nothing is expanded but XML's "
           "own five",
           (const char *)name);
    return NULL;
}

static void refuse_declaration(void *data)
{
    refuse(data, ERR_INVALID,
           "declarations inside the document are not accepted");
}

static void on_entity_declared(void *data, const xmlChar *name, int type,
                               const xmlChar *public_id,
                               const xmlChar *system_id, xmlChar *content)
{
    (void)name, (void)type, (void)public_id, (void)system_id, (void)content;
    refuse_declaration(data);
}

static void on_attribute_declared(void *data, const xmlChar *element,
                                  const xmlChar *name, int type, int def,
                                  const xmlChar *value, xmlEnumerationPtr tree)
{
    (void)element, (void)name, (void)type, (void)def, (void)value;
    xmlFreeEnumeration(tree);
    refuse_declaration(data);
}

static void on_element_declared(void *data, const xmlChar *name, int type,
                                xmlElementContentPtr content)
{
    (void)name, (void)type, (void)content;
    refuse_declaration(data);
}

static void on_notation(void *data, const xmlChar *name,
                        const xmlChar *public_id, const xmlChar *system_id)
{
    (void)name, (void)public_id, (void)system_id;
    refuse_declaration(data);
}

static void on_unparsed(void *data, const xmlChar *name,
                        const xmlChar *public_id, const xmlChar *system_id,
                        const xmlChar *notation)
{
    (void)name, (void)public_id, (void)system_id, (void)notation;
    refuse_declaration(data);
}

static xmlEntityPtr on_parameter_entity(void *data, const xmlChar *name)
{
    (void)name;
    refuse_declaration(data);
    return NULL;
}

static void on_error(void *data, xmlErrorPtr error)
{
    Build *build = data;
    Str message = str_trim(str_from(error->message));

    if (build->err || error->level != XML_ERR_FATAL) return;
    build->err = ERR_INVALID;
    fault_at(&build->fault, error->line, error->int2);
    fault_set(&build->fault, ERR_INVALID, "the XML is not well-formed: %.*s",
              STR_ARG(message));
}

static const xmlSAXHandler handler = {
    .initialized = XML_SAX2_MAGIC,
    .startElementNs = on_start,
    .endElementNs = on_end,
    .characters = on_text,
    .ignorableWhitespace = on_text,
    .cdataBlock = on_text,
    .getEntity = on_entity,
    .getParameterEntity = on_parameter_entity,
    .entityDecl = on_entity_declared,
    .attributeDecl = on_attribute_declared,
    .elementDecl = on_element_declared,
    .notationDecl = on_notation,
    .unparsedEntityDecl = on_unparsed,
    .serror = on_error,
};

static Err parse(Build *build, Str source)
{
    xmlParserCtxt *parser =
        xmlCreateMemoryParserCtxt(source.ptr, (int)source.len);
    xmlSAXHandler *own;

    if (!parser) mem_exhausted();
    build->parser = parser;
    own = parser->sax;
    parser->sax = mem_alloc(sizeof *parser->sax);
    *parser->sax = handler;
    parser->userData = build;
    /* NOENT: without it "&amp;" in an attribute comes as "&#38;". It has no
     * other entities to replace, since none is ever known. */
    xmlCtxtUseOptions(parser,
                      XML_PARSE_NONET | XML_PARSE_NOENT |
                          (build->flags & XML_RECOVER ? XML_PARSE_RECOVER : 0));
    xmlSwitchEncoding(parser, XML_CHAR_ENCODING_UTF8);
    /* The declaration tells of bytes that are decoded by now. */
    parser->options |= XML_PARSE_IGNORE_ENC;
    xmlParseDocument(parser);
    end_text(build);
    for (XmlNode *node = build->open; node; node = node->parent)
        node->cut = true;
    mem_free(parser->sax);
    parser->sax = own;
    if (parser->myDoc) xmlFreeDoc(parser->myDoc);
    parser->myDoc = NULL;
    xmlFreeParserCtxt(parser);
    return build->err;
}

/* The document's own word. One that could be read byte by byte is not of
 * UTF-16. */
static Str declared(Str source)
{
    Str head = str_slice(source, 0, 200);
    ptrdiff_t end = str_find(head, S("?>"), 0);
    Str charset = {0};

    if (end > 0)
        charset = charset_named(str_slice(head, 0, (size_t)end), S("encoding"));
    return str_starts_nocase(charset, S("utf-16")) ? S("utf-8") : charset;
}

/* Without a word, or with a wrong one, the bytes must tell. */
static Err guess(Str source, Str *charset, Fault *fault)
{
    Str found = charset_guess(source);

    if (!found.len && !charset->len)
        return fault_set(fault, ERR_UNSUPPORTED,
                         "the XML is not UTF-8 and names no other encoding");
    *charset = found.len ? found : *charset;
    return ERR_OK;
}

static Err decode(Arena *arena, Str source, unsigned flags, Str charset,
                  Str *out, Fault *fault)
{
    Str mark = charset_mark(source);
    Err err = ERR_OK;

    if (mark.len) {
        charset = mark;
    } else if (!charset.len) {
        charset = declared(source);
        if (flags & XML_MEND && utf8_bad(source) >= 0 &&
            (!charset.len || str_eq_nocase(charset, S("utf-8"))))
            err = guess(source, &charset, fault);
        if (!charset.len) charset = S("utf-8");
    }
    if (err) return err;
    if (str_eq_nocase(charset, S("utf-8")) && flags == XML_STRICT) {
        /* libxml2 refuses bad bytes, with their place. */
        *out = str_skip(source, mark.len ? 3 : 0);
        return ERR_OK;
    }
    return charset_decode(arena, source, charset, out, fault);
}

static void start_library(void)
{
    xmlInitParser();
}

static Err read_decoded(Arena *arena, Arena *scratch, Str text, unsigned flags,
                        XmlNode **root, Fault *fault)
{
    Build build = {.arena = arena, .flags = flags, .fault = fault_none()};
    Err err;

    if (flags & XML_MEND) text = xml_mend(scratch, text);
    err = xml_check_tags(text, fault);
    if (err) return err;
    if (!str_trim(text).len)
        return fault_set(fault, ERR_INVALID, "the XML document is empty");
    build.text = buf_open(scratch, text.len * 4 + 16);
    build.began = arena->used;
    err = parse(&build, text);
    if (!err && !build.root)
        err = fault_set(&build.fault, ERR_INVALID, "the XML has no element");
    if (err && fault) {
        memcpy(build.fault.where, fault->where, sizeof fault->where);
        *fault = build.fault;
    }
    if (err == ERR_INVALID && build.root && flags & XML_RECOVER) err = ERR_OK;
    if (!err) *root = build.root;
    return err;
}

Err xml_read(Arena *arena, Str source, size_t max, unsigned flags, Str encoding,
             XmlNode **root, Fault *fault)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    Arena scratch;
    Str text;
    Err err;

    if (source.len > max)
        return fault_set(fault, ERR_TOO_BIG,
                         "the XML has %zu bytes; at most %zu are read",
                         source.len, max);
    pthread_once(&once, start_library);
    scratch = arena_open();
    err = decode(&scratch, source, flags, encoding, &text, fault);
    if (!err) err = read_decoded(arena, &scratch, text, flags, root, fault);
    arena_close(&scratch);
    return err;
}

/* Asking. */

bool xml_is(const XmlNode *node, const char *ns, const char *name)
{
    return node && str_eq(node->name, str_from(name)) &&
           (!ns || str_eq(node->ns, str_from(ns)));
}

static XmlNode *element_from(XmlNode *node)
{
    while (node && !node->name.len)
        node = node->next;
    return node;
}

XmlNode *xml_first(const XmlNode *parent)
{
    return parent ? element_from(parent->first) : NULL;
}

XmlNode *xml_next(const XmlNode *node)
{
    return node ? element_from(node->next) : NULL;
}

XmlNode *xml_child(const XmlNode *parent, const char *ns, const char *name)
{
    XmlNode *node = xml_first(parent);

    while (node && !xml_is(node, ns, name))
        node = xml_next(node);
    return node;
}

static const XmlAttr *find_attr(const XmlNode *node, const char *ns,
                                const char *name)
{
    for (size_t i = 0; node && i < node->attr_count; i++)
        if (str_eq(node->attrs[i].name, str_from(name)) &&
            str_eq(node->attrs[i].ns, str_from(ns)))
            return &node->attrs[i];
    return NULL;
}

Str xml_attr_ns(const XmlNode *node, const char *ns, const char *name)
{
    const XmlAttr *attr = find_attr(node, ns, name);

    return attr ? attr->value : (Str){0};
}

Str xml_attr(const XmlNode *node, const char *name)
{
    return xml_attr_ns(node, "", name);
}

/* Bytes of text below node; with buf it is also written there. */
static size_t gather(const XmlNode *node, Buf *buf)
{
    size_t len = node->text.len;

    if (buf) buf_puts(buf, node->text);
    for (const XmlNode *child = node->first; child; child = child->next)
        len += gather(child, buf);
    return len;
}

Str xml_text(Arena *arena, const XmlNode *node)
{
    const XmlNode *only = node ? node->first : NULL;
    Buf buf;

    if (!node) return (Str){0};
    if (!node->name.len) return str_trim(node->text);
    if (only && !only->next && !only->name.len) return str_trim(only->text);
    buf = buf_open(arena, gather(node, NULL) + 1);
    gather(node, &buf);
    return str_trim(buf_str(&buf));
}

Str xml_child_text(Arena *arena, const XmlNode *parent, const char *ns,
                   const char *name)
{
    return xml_text(arena, xml_child(parent, ns, name));
}

static bool is_void(Str name)
{
    static const Str voids[] = {
        S_INIT("area"),  S_INIT("base"), S_INIT("br"),    S_INIT("col"),
        S_INIT("embed"), S_INIT("hr"),   S_INIT("img"),   S_INIT("input"),
        S_INIT("link"),  S_INIT("meta"), S_INIT("param"), S_INIT("source"),
        S_INIT("track"), S_INIT("wbr")};

    for (size_t i = 0; i < COUNT(voids); i++)
        if (str_eq(name, voids[i])) return true;
    return false;
}

static void put_inner(Buf *buf, const XmlNode *node)
{
    for (const XmlNode *child = node->first; child; child = child->next) {
        if (!child->name.len) {
            buf_escape(buf, child->text);
            continue;
        }
        buf_putc(buf, '<');
        buf_puts(buf, child->name);
        for (size_t i = 0; i < child->attr_count; i++) {
            if (child->attrs[i].ns.len) continue;
            buf_putc(buf, ' ');
            buf_puts(buf, child->attrs[i].name);
            buf_puts(buf, S("=\""));
            buf_escape(buf, child->attrs[i].value);
            buf_putc(buf, '"');
        }
        buf_putc(buf, '>');
        if (is_void(child->name)) continue;
        put_inner(buf, child);
        buf_printf(buf, "</%.*s>", STR_ARG(child->name));
    }
}

Str xml_inner(Arena *arena, const XmlNode *node)
{
    Buf buf = buf_open(arena, XML_MEMORY * 8);

    if (node) put_inner(&buf, node);
    return buf_str(&buf);
}
