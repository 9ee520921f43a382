#include "text/place.h"

#include <string.h>

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static void add(char *name, size_t max, char c)
{
    size_t len = strlen(name);

    if (len == max) return;
    name[len] = lower(c);
    name[len + 1] = 0;
}

static bool is_one_of(const char *name, const char *const *names)
{
    for (; *names; names++)
        if (!strcmp(name, *names)) return true;
    return false;
}

/* Elements whose content is text, with or without character references. */
static bool is_raw(const char *tag)
{
    static const char *const tags[] = {
        "script",  "style",    "title",    "textarea",  "xmp", "iframe",
        "noembed", "noframes", "noscript", "plaintext", NULL};

    return is_one_of(tag, tags);
}

static void begin_tag(Place *p, char c, bool closing)
{
    p->state = PLACE_TAG_NAME;
    p->closing = closing;
    p->typed = p->json = false;
    p->tag[0] = p->attr[0] = p->value[0] = 0;
    add(p->tag, PLACE_NAME_MAX, c);
}

static void end_tag(Place *p)
{
    p->state = PLACE_TEXT;
    if (!strcmp(p->tag, "pre")) {
        if (!p->closing)
            p->pre++;
        else if (p->pre)
            p->pre--;
    }
    if (p->closing || !is_raw(p->tag)) return;
    p->state = PLACE_RAW;
    p->run = 0;
}

static void end_value(Place *p, PlaceState next)
{
    if (!strcmp(p->attr, "type") && !p->typed) { /* the first one counts */
        p->typed = true;
        p->json = !strcmp(p->value, "application/ld+json");
    }
    p->attr[0] = 0;
    p->state = next;
}

static void step_open(Place *p, char c)
{
    if (p->run) { /* behind "</" */
        if (is_letter(c))
            begin_tag(p, c, true);
        else
            p->state = c == '>' ? PLACE_TEXT : PLACE_DECL;
    } else if (is_letter(c)) {
        begin_tag(p, c, false);
    } else if (c == '/') {
        p->run = 1;
    } else if (c == '!') {
        p->state = PLACE_BANG;
    } else if (c == '?') {
        p->state = PLACE_DECL;
    } else if (c != '<') {
        p->state = PLACE_TEXT;
    }
}

static void begin_attr(Place *p, char c)
{
    p->state = PLACE_ATTR;
    p->attr[0] = p->value[0] = 0;
    add(p->attr, PLACE_NAME_MAX, c);
}

static void step_tag(Place *p, char c)
{
    if (c == '>')
        end_tag(p);
    else if (is_space(c))
        p->state = PLACE_TAG;
    else if (c == '/')
        end_value(p, PLACE_TAG);
    else if (p->state == PLACE_TAG_CUT)
        p->state = PLACE_BAD;
    else if (p->state == PLACE_TAG_NAME)
        add(p->tag, PLACE_NAME_MAX, c);
    else if (p->state == PLACE_TAG && c == '=' && p->attr[0])
        p->state = PLACE_EQUALS; /* a = "b" */
    else if (p->state == PLACE_TAG)
        begin_attr(p, c);
    else if (c == '=')
        p->state = PLACE_EQUALS;
    else
        add(p->attr, PLACE_NAME_MAX, c);
}

static void step_equals(Place *p, char c)
{
    if (is_space(c)) return;
    if (c == '"') {
        p->state = PLACE_DOUBLE;
    } else if (c == '\'') {
        p->state = PLACE_SINGLE;
    } else if (c == '>') {
        end_value(p, PLACE_TAG);
        end_tag(p);
    } else {
        p->state = PLACE_BARE;
        add(p->value, PLACE_VALUE_MAX, c);
    }
}

static void step_value(Place *p, char c)
{
    if ((p->state == PLACE_DOUBLE && c == '"') ||
        (p->state == PLACE_SINGLE && c == '\'') ||
        (p->state == PLACE_BARE && is_space(c))) {
        end_value(p, PLACE_TAG);
    } else if (p->state == PLACE_BARE && c == '>') {
        end_value(p, PLACE_TAG);
        end_tag(p);
    } else {
        add(p->value, PLACE_VALUE_MAX, c);
    }
}

static void step_bang(Place *p, char c)
{
    if (p->state == PLACE_BANG && c != '-') {
        p->state = c == '>' ? PLACE_TEXT : PLACE_DECL;
    } else if (p->state == PLACE_BANG && p->run++) {
        p->state = PLACE_COMMENT;
        p->run = 0;
    } else if (p->state == PLACE_COMMENT) {
        if (c == '>' && p->run >= 2) p->state = PLACE_TEXT;
        p->run = c == '-' ? p->run + 1 : 0;
    }
}

/* "</tag" and what ends a name; run counts the bytes of it that are there. */
static void step_raw(Place *p, char c)
{
    size_t whole = 2 + strlen(p->tag);
    char wanted = '<';

    if (p->run == whole && (is_space(c) || c == '/' || c == '>')) {
        p->state = PLACE_TAG;
        p->closing = true;
        p->attr[0] = 0;
        if (c == '>') end_tag(p);
        return;
    }
    if (p->run == 1) wanted = '/';
    if (p->run > 1) wanted = p->run < whole ? p->tag[p->run - 2] : 0;
    if (lower(c) == wanted)
        p->run++;
    else
        p->run = c == '<';
}

void place_step(Place *p, char c)
{
    switch (p->state) {
    case PLACE_TEXT:
        if (c == '<') p->state = PLACE_OPEN;
        p->run = 0;
        break;
    case PLACE_OPEN: step_open(p, c); break;
    case PLACE_TAG_NAME:
    case PLACE_TAG:
    case PLACE_TAG_CUT:
    case PLACE_ATTR: step_tag(p, c); break;
    case PLACE_EQUALS: step_equals(p, c); break;
    case PLACE_DOUBLE:
    case PLACE_SINGLE:
    case PLACE_BARE: step_value(p, c); break;
    case PLACE_BANG:
    case PLACE_COMMENT: step_bang(p, c); break;
    case PLACE_DECL:
        if (c == '>') p->state = PLACE_TEXT;
        break;
    case PLACE_RAW: step_raw(p, c); break;
    case PLACE_BAD: break;
    }
}

static bool holds_code(const char *attr)
{
    return !strncmp(attr, "on", 2) || !strcmp(attr, "style") ||
           !strcmp(attr, "srcdoc");
}

static bool has_references(const char *tag)
{
    return !strcmp(tag, "title") || !strcmp(tag, "textarea");
}

bool place_takes_text(const Place *p)
{
    if (p->state == PLACE_RAW) return has_references(p->tag);
    if (p->state == PLACE_DOUBLE) return !holds_code(p->attr);
    return p->state == PLACE_TEXT;
}

bool place_takes_markup(const Place *p)
{
    if (p->state == PLACE_RAW)
        return !strcmp(p->tag, "style") ||
               (!strcmp(p->tag, "script") && p->json);
    return p->state == PLACE_TEXT;
}

bool place_takes_section(const Place *p)
{
    switch (p->state) {
    case PLACE_TEXT:
    case PLACE_TAG_NAME:
    case PLACE_TAG:
    case PLACE_TAG_CUT:
    case PLACE_ATTR:
    case PLACE_DOUBLE:
    case PLACE_SINGLE:
    case PLACE_RAW: return true;
    default: return false;
    }
}

bool place_keeps_space(const Place *p)
{
    if (p->state == PLACE_RAW)
        return strcmp(p->tag, "style") && strcmp(p->tag, "title");
    return p->pre > 0 || p->state == PLACE_DOUBLE || p->state == PLACE_SINGLE;
}

static bool in_tag(const Place *p)
{
    return p->state == PLACE_TAG || p->state == PLACE_TAG_CUT;
}

/* A value of which a part is not fixed is never that of a known type. */
void place_value(Place *p)
{
    memset(p->value, '?', PLACE_VALUE_MAX);
    p->value[PLACE_VALUE_MAX] = 0;
    p->run = 0;
}

void place_section(Place *p)
{
    if (p->state == PLACE_TAG_NAME || p->state == PLACE_ATTR)
        p->state = PLACE_TAG_CUT;
    if (in_tag(p)) p->attr[0] = 0;
    place_value(p);
}

bool place_join(Place *p, const Place *other)
{
    if (p->pre != other->pre) return false;
    if (p->state == PLACE_TEXT) return other->state == PLACE_TEXT;
    if (strcmp(p->tag, other->tag) || strcmp(p->attr, other->attr) ||
        p->closing != other->closing || p->typed != other->typed ||
        p->json != other->json)
        return false;
    if (in_tag(p) && in_tag(other)) {
        if (other->state == PLACE_TAG_CUT) p->state = PLACE_TAG_CUT;
        return true;
    }
    return p->state == other->state;
}

const char *place_name(const Place *p)
{
    static const char *const names[] = {
        [PLACE_TEXT] = "text",
        [PLACE_OPEN] = "the name of a tag",
        [PLACE_TAG_NAME] = "the name of a tag",
        [PLACE_TAG] = "a tag, outside a quoted value",
        [PLACE_TAG_CUT] = "a tag, outside a quoted value",
        [PLACE_ATTR] = "the name of an attribute",
        [PLACE_EQUALS] = "an attribute without quotes",
        [PLACE_DOUBLE] = "an attribute",
        [PLACE_SINGLE] = "an attribute in single quotes",
        [PLACE_BARE] = "an attribute without quotes",
        [PLACE_BANG] = "a declaration",
        [PLACE_DECL] = "a declaration",
        [PLACE_COMMENT] = "a comment",
        [PLACE_RAW] = "an element of raw text",
        [PLACE_BAD] = "a name put together from pieces",
    };

    if (p->state == PLACE_RAW && !strcmp(p->tag, "script"))
        return p->json ? "a script of JSON" : "a script";
    if (p->state == PLACE_RAW && !strcmp(p->tag, "style")) return "a style";
    if (p->state == PLACE_DOUBLE && holds_code(p->attr))
        return "an attribute of code or style";
    return names[p->state];
}
