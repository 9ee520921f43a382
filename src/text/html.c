/* HTML by Gumbo, kept within bounds.
 *
 * Gumbo has no limits of its own: a page of nothing but <div> makes it walk
 * its stack of open elements at each tag, a few kilobytes of <b> and <p> make
 * millions of nodes, each attribute is compared with all others of its tag, and
 * freeing a tree recurses as deep as the tree goes.  But it asks its caller for
 * all its memory, so the allocator is where the limits stand.  Each parse has
 * one pool: nodes grow from its start, all else from its end; where the two
 * meet memory is over.  At every new node the chain of parents of the node
 * before it is measured, and now and then the clock is asked.  What is over a
 * limit leaves Gumbo by longjmp: it holds nothing but memory of the pool,
 * which goes as a whole and is never freed node by node.
 */
#include "text/html.h"

#include <gumbo.h>
#include <setjmp.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "text/charset.h"
#include "text/paragraphs.h"
#include "text/plain.h"

#define TICKS      1024         /* allocations between looks at the clock */
#define POOL_SMALL (256 * 1024) /* bytes the heap is asked for */

typedef enum Over {
    OVER_NOTHING,
    OVER_MEMORY,
    OVER_DEPTH,
    OVER_ATTRS,
    OVER_WORK,
} Over;

typedef struct Pool {
    char *base;
    size_t size;
    size_t low;   /* end of the nodes */
    size_t high;  /* start of all else */
    size_t freed; /* what high was before the last allocation of all else */
    const GumboNode *newest;
    size_t attrs; /* since the newest node, and all else of that size */
    size_t ticks;
    Time began;
    jmp_buf over;
} Pool;

static Time work_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (Time)t.tv_sec * TIME_SECOND + t.tv_nsec / 1000;
}

static size_t slot_size(void)
{
    return (sizeof(GumboNode) + 15) & ~(size_t)15;
}

/* Gumbo may ask for a node's size for something else (a string), so a parent
 * is followed only where it is a slot of ours. */
static bool is_slot(const Pool *pool, const GumboNode *node)
{
    uintptr_t at = (uintptr_t)node - (uintptr_t)pool->base;

    return (uintptr_t)node >= (uintptr_t)pool->base && at < pool->low &&
           at % slot_size() == 0;
}

static bool is_deep(const Pool *pool)
{
    const GumboNode *node = pool->newest;

    for (int depth = 0; depth <= HTML_DEPTH; depth++) {
        if (!node || !is_slot(pool, node)) return false;
        node = node->parent;
    }
    return true;
}

static void *pool_alloc(void *userdata, size_t size)
{
    Pool *pool = userdata;
    void *place;

    if (++pool->ticks % TICKS == 0 && work_now() - pool->began > HTML_WORK)
        longjmp(pool->over, OVER_WORK);
    if (size == sizeof(GumboNode)) {
        if (is_deep(pool)) longjmp(pool->over, OVER_DEPTH);
        size = slot_size();
        if (pool->high - pool->low < size) longjmp(pool->over, OVER_MEMORY);
        place = pool->base + pool->low;
        pool->low += size;
        memset(place, 0, size);
        pool->newest = place;
        pool->attrs = 0;
        return place;
    }
    if (size == sizeof(GumboAttribute) && ++pool->attrs > HTML_ATTRS)
        longjmp(pool->over, OVER_ATTRS);
    if (size > pool->size) longjmp(pool->over, OVER_MEMORY);
    size = (size + 15) & ~(size_t)15;
    if (pool->high - pool->low < size) longjmp(pool->over, OVER_MEMORY);
    pool->freed = pool->high;
    pool->high -= size;
    return pool->base + pool->high;
}

/* Only the last allocation can be taken back; the rest goes at the end. */
static void pool_free(void *userdata, void *bytes)
{
    Pool *pool = userdata;

    if (bytes && bytes == pool->base + pool->high) pool->high = pool->freed;
}

/* Up to POOL_SMALL from the heap, which has its pages at hand: a body of a
 * kilobyte or two is read in 64 us, and mapping would add 20. */
static void pool_open(Pool *pool, size_t size)
{
    void *base;

    if (size <= POOL_SMALL)
        base = mem_alloc(size);
    else
        base = mmap(NULL, size, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (base == MAP_FAILED) mem_exhausted();
    *pool = (Pool){.base = base,
                   .size = size,
                   .high = size,
                   .freed = size,
                   .began = work_now()};
}

static void pool_close(Pool *pool)
{
    if (pool->size <= POOL_SMALL)
        mem_free(pool->base);
    else
        munmap(pool->base, pool->size);
}

/* From Gumbo's tree to ours. */

/* A copy of Gumbo's text, which is UTF-8 but for references to characters far
 * out of range ("&#11111111111"). */
static Str take_text(Arena *arena, const char *z)
{
    Str text = str_from(z);
    Buf buf;

    if (utf8_bad(text) < 0) return str_copy(arena, text);
    buf = buf_open(arena, text.len * 3);
    utf8_mend(&buf, text);
    return buf_str(&buf);
}

static Str element_name(Arena *arena, const GumboElement *element)
{
    GumboStringPiece piece = element->original_tag;
    const char *known = gumbo_normalized_tagname(element->tag);

    if (element->tag != GUMBO_TAG_UNKNOWN &&
        element->tag_namespace == GUMBO_NAMESPACE_HTML)
        return str_from(known); /* a constant of Gumbo's */
    gumbo_tag_from_original_text(&piece);
    if (!piece.length) return known[0] ? str_from(known) : S("unknown");
    if (element->tag_namespace == GUMBO_NAMESPACE_HTML)
        return str_lower(arena, (Str){piece.data, piece.length});
    return str_copy(arena, (Str){piece.data, piece.length});
}

static void take_attrs(Arena *arena, const GumboVector *from, HtmlNode *to)
{
    to->attr_count = from->length;
    to->attrs = ARENA_ARRAY(arena, HtmlAttr, from->length);
    for (unsigned i = 0; i < from->length; i++) {
        const GumboAttribute *attr = from->data[i];

        to->attrs[i].name = take_text(arena, attr->name);
        to->attrs[i].value = take_text(arena, attr->value);
    }
}

static HtmlNode *add_child(Arena *arena, HtmlNode *parent)
{
    HtmlNode *node = ARENA_NEW(arena, HtmlNode);

    node->parent = parent;
    if (!parent) return node;
    if (parent->last)
        parent->last->next = node;
    else
        parent->first = node;
    parent->last = node;
    return node;
}

/* Moving nodes (misnested formatting) may have made the tree deeper than it
 * was when its nodes were new. */
static bool take_children(Arena *arena, const GumboVector *from, HtmlNode *to,
                          int depth);

static bool take_node(Arena *arena, const GumboNode *from, HtmlNode *parent,
                      int depth)
{
    HtmlNode *node;

    switch (from->type) {
    case GUMBO_NODE_TEXT:
    case GUMBO_NODE_CDATA:
    case GUMBO_NODE_WHITESPACE:
        node = add_child(arena, parent);
        node->text = take_text(arena, from->v.text.text);
        return true;
    case GUMBO_NODE_ELEMENT:
    case GUMBO_NODE_TEMPLATE:
        node = add_child(arena, parent);
        node->name = element_name(arena, &from->v.element);
        node->foreign = from->v.element.tag_namespace != GUMBO_NAMESPACE_HTML;
        take_attrs(arena, &from->v.element.attributes, node);
        return take_children(arena, &from->v.element.children, node, depth + 1);
    case GUMBO_NODE_COMMENT:
    case GUMBO_NODE_DOCUMENT: break;
    }
    return true;
}

static bool take_children(Arena *arena, const GumboVector *from, HtmlNode *to,
                          int depth)
{
    if (depth > HTML_DEPTH) return false;
    for (unsigned i = 0; i < from->length; i++)
        if (!take_node(arena, from->data[i], to, depth)) return false;
    return true;
}

static Err say_over(Fault *fault, Over over)
{
    switch (over) {
    case OVER_MEMORY:
        return fault_set(fault, ERR_TOO_BIG,
                         "the HTML multiplies into more than %zu MiB",
                         HTML_MEMORY >> 20);
    case OVER_DEPTH:
        return fault_set(fault, ERR_TOO_BIG,
                         "the HTML nests elements more than %d deep",
                         HTML_DEPTH);
    case OVER_ATTRS:
        return fault_set(fault, ERR_TOO_BIG,
                         "the HTML has a tag of more than %d attributes",
                         HTML_ATTRS);
    case OVER_WORK:
    case OVER_NOTHING: break;
    }
    return fault_set(fault, ERR_TOO_BIG,
                     "the HTML takes more than %lld s to read",
                     (long long)(HTML_WORK / TIME_SECOND));
}

/* 0, or the limit that was hit: it comes back here by longjmp, and nothing that
 * changes between setjmp and there is read afterwards but *pool. */
static Over parse(Pool *pool, Arena *arena, Str source, bool fragment,
                  HtmlNode *root)
{
    GumboOptions options = kGumboDefaultOptions;
    const GumboOutput *output;
    int over = setjmp(pool->over);

    if (over) return (Over)over;
    options.allocator = pool_alloc;
    options.deallocator = pool_free;
    options.userdata = pool;
    options.max_errors = 0;
    if (fragment) options.fragment_context = GUMBO_TAG_BODY;
    output = gumbo_parse_with_options(&options, source.ptr, source.len);
    if (!fragment) take_attrs(arena, &output->root->v.element.attributes, root);
    if (!take_children(arena, &output->root->v.element.children, root, 1))
        return OVER_DEPTH;
    return OVER_NOTHING;
}

static Over parse_in(size_t memory, Arena *arena, Str source, bool fragment,
                     HtmlNode *root)
{
    Pool pool;
    Over over;

    pool_open(&pool, memory);
    over = parse(&pool, arena, source, fragment, root);
    pool_close(&pool);
    return over;
}

static Err say_long(Fault *fault, size_t len)
{
    return fault_set(fault, ERR_TOO_BIG,
                     "the HTML has %zu bytes; at most %zu are read", len,
                     HTML_MAX);
}

static Err read_tree(Arena *arena, Str source, bool fragment, HtmlNode **out,
                     Fault *fault)
{
    size_t small = source.len * 32 + 32 * 1024; /* ten times what text takes */
    HtmlNode *root;
    Over over = OVER_MEMORY;

    if (source.len > HTML_MAX) return say_long(fault, source.len);
    root = add_child(arena, NULL);
    root->name = fragment ? S("body") : S("html");
    if (fragment && paragraphs_read(arena, source, root)) {
        *out = root;
        return ERR_OK;
    }
    if (!source.len) source = S("");
    if (small <= POOL_SMALL)
        over = parse_in(small, arena, source, fragment, root);
    if (over == OVER_MEMORY)
        over = parse_in(HTML_MEMORY, arena, source, fragment, root);
    if (over) return say_over(fault, over);
    *out = root;
    return ERR_OK;
}

Err html_read(Arena *arena, Str source, HtmlNode **root, Fault *fault)
{
    return read_tree(arena, source, false, root, fault);
}

Err html_read_fragment(Arena *arena, Str source, HtmlNode **root, Fault *fault)
{
    return read_tree(arena, source, true, root, fault);
}

/* Encodings. */

#define META_WINDOW 2048 /* bytes at the start where <meta> is looked for */

/* What a browser finds in <meta>, without parsing. Latin-1 means windows-1252
 * on the web; and a word that could be read byte by byte cannot stand in a
 * page of UTF-16. */
static Str page_charset(Str bytes)
{
    Str charset = charset_named(str_slice(bytes, 0, META_WINDOW), S("charset"));

    if (str_eq_nocase(charset, S("iso-8859-1")) ||
        str_eq_nocase(charset, S("us-ascii")))
        return S("windows-1252");
    if (str_starts_nocase(charset, S("utf-16"))) return S("utf-8");
    if (charset.len) return charset;
    charset = charset_guess(bytes);
    return charset.len ? charset : S("windows-1252");
}

Err html_decode(Arena *arena, Str bytes, Str charset, Str *utf8, Fault *fault)
{
    Str mark = charset_mark(bytes);

    if (bytes.len > HTML_MAX) return say_long(fault, bytes.len);
    if (mark.len)
        charset = mark;
    else if (!charset.len)
        charset = page_charset(bytes);
    return charset_decode(arena, bytes, charset, utf8, fault);
}

/* Finding. */

HtmlNode *html_next_past(const HtmlNode *root, const HtmlNode *node)
{
    while (node && node != root && !node->next)
        node = node->parent;
    return node && node != root ? node->next : NULL;
}

HtmlNode *html_next(const HtmlNode *root, const HtmlNode *node)
{
    return node->first ? node->first : html_next_past(root, node);
}

bool html_is(const HtmlNode *node, const char *name)
{
    return node && str_eq(node->name, str_from(name));
}

static const HtmlAttr *find_attr(const HtmlNode *node, const char *name)
{
    Str wanted = str_from(name);

    for (size_t i = 0; node && i < node->attr_count; i++)
        if (str_eq(node->attrs[i].name, wanted)) return &node->attrs[i];
    return NULL;
}

Str html_attr(const HtmlNode *node, const char *name)
{
    const HtmlAttr *attr = find_attr(node, name);

    return attr ? attr->value : (Str){0};
}

bool html_has_attr(const HtmlNode *node, const char *name)
{
    return find_attr(node, name);
}

HtmlNode *html_find_attr(const HtmlNode *root, const HtmlNode *after,
                         const char *name, const char *attr, const char *value)
{
    HtmlNode *node = html_next(root, after ? after : root);

    for (; node; node = html_next(root, node)) {
        const HtmlAttr *found;

        if (!node->name.len) continue;
        if (name && !html_is(node, name)) continue;
        if (!attr) return node;
        found = find_attr(node, attr);
        if (!found) continue;
        if (!value || str_eq_nocase(found->value, str_from(value))) return node;
    }
    return NULL;
}

HtmlNode *html_find(const HtmlNode *root, const HtmlNode *after,
                    const char *name)
{
    return html_find_attr(root, after, name, NULL, NULL);
}

/* Text. */

static void put_text(PlainOut *out, const HtmlNode *node)
{
    for (const HtmlNode *child = node->first; child; child = child->next) {
        if (!child->name.len) {
            plain_text(out, child->text);
        } else if (!child->foreign && !plain_is_hidden(child->name)) {
            plain_open(out, child->name);
            put_text(out, child);
            plain_close(out, child->name);
        }
    }
}

Str html_text(Arena *arena, const HtmlNode *node)
{
    Buf buf = buf_open(arena, HTML_MEMORY);
    PlainOut out = plain_out(&buf);

    if (!node->name.len) {
        plain_text(&out, node->text);
    } else {
        if (str_eq(node->name, S("pre"))) plain_open(&out, node->name);
        put_text(&out, node);
    }
    return buf_str(&buf);
}
