/* text/xml.h -- XML from outside into a small tree; feeds, NewsML, NITF.
 *
 * Refused: input over the caller's limit, elements nested deeper than
 * XML_DEPTH, more than XML_MEMORY bytes of tree, entity and other declarations
 * inside the document (so nothing is ever expanded but &amp; &lt; &gt; &quot;
 * &apos; and character references).  A DOCTYPE that only names a DTD is passed
 * over; nothing is ever loaded, from file or net.
 *
 * Encodings: as declared or by byte order mark, whatever the system's iconv
 * knows; the tree is UTF-8.
 *
 * Lifetime: the tree lives in the arena given; the source may go.
 * Threads: any, each with its arena.
 */
#ifndef TEXT_XML_H
#define TEXT_XML_H

#include "base/err.h"
#include "base/str.h"

#define XML_DEPTH  64
#define XML_MEMORY ((size_t)32 * 1024 * 1024)

typedef struct XmlAttr {
    Str ns; /* namespace URI; empty for most attributes */
    Str name;
    Str value;
} XmlAttr;

/* An element (name not empty) or a piece of text (name empty; CDATA is text).
 */
typedef struct XmlNode XmlNode;
struct XmlNode {
    Str ns;   /* namespace URI, empty when none */
    Str name; /* local name, case kept */
    Str text; /* of a piece of text; neighbours are joined */
    XmlAttr *attrs;
    size_t attr_count;
    XmlNode *parent;
    XmlNode *first;
    XmlNode *last;
    XmlNode *next;
    int32_t line; /* of the start tag's end, from 1; 0 unknown */
    int32_t column;
    bool cut; /* still open where an ill-formed document was left */
};

typedef enum XmlFlags {
    XML_STRICT = 0,
    /* HTML's named entities (&nbsp;) and a bare & are read as people meant
     * them, characters that XML forbids are left out, bytes that are not UTF-8
     * in a document that is it for the most part become U+FFFD, one that says
     * no encoding, or UTF-8 in error, is read as charset_guess has it, space
     * before the XML declaration is left out: what feeds do. */
    XML_MEND = 1,
    /* What could be read of an ill-formed document is given, and *fault is
     * filled with the first fault although ERR_OK is returned. */
    XML_RECOVER = 2,
} XmlFlags;

/* The root element of source, of at most max bytes.
 *   encoding  from a Content-Type header, stronger than the document's own
 *             word; empty when unknown
 *   ERR_TOO_BIG      over max, XML_DEPTH or XML_MEMORY
 *   ERR_INVALID      not well-formed; line and column are in the fault
 *   ERR_UNSUPPORTED  the encoding is not known */
MUST_USE Err xml_read(Arena *arena, Str source, size_t max, unsigned flags,
                      Str encoding, XmlNode **root, Fault *fault);

/* The first child element of that name; ns NULL: any namespace. NULL: none,
 * also when parent is NULL, so that calls may be chained. */
XmlNode *xml_child(const XmlNode *parent, const char *ns, const char *name);
/* The first and the next child that is an element, of any name. */
XmlNode *xml_first(const XmlNode *parent);
XmlNode *xml_next(const XmlNode *node);

bool xml_is(const XmlNode *node, const char *ns, const char *name);

/* An attribute without a namespace; with one. Empty when missing. */
Str xml_attr(const XmlNode *node, const char *name);
Str xml_attr_ns(const XmlNode *node, const char *ns, const char *name);

/* All text in node and below, in order, trimmed at both ends. Empty for NULL.
 */
Str xml_text(Arena *arena, const XmlNode *node);
/* The text of a child: xml_text(arena, xml_child(parent, ns, name)). */
Str xml_child_text(Arena *arena, const XmlNode *parent, const char *ns,
                   const char *name);

/* What is inside node, written as XML again, elements by local name and
 * attributes without namespace only: for the XHTML of Atom and NITF, to be
 * read by html_read_fragment. */
Str xml_inner(Arena *arena, const XmlNode *node);

#endif
