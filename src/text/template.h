/* text/template.h -- templates checked against typed views.
 *
 * A template is HTML with tags; a view is a plain C struct with a table of its
 * fields.  Both meet at load: an unknown name, a wrong kind, an unclosed
 * section is a Fault with file, line and column, and nothing is looked up by
 * name while a page is made.
 *
 *   {{name}}              STR escaped, HTML as it is
 *   {{#name}}...{{/name}} LIST: for each; STRUCT: enters it when present;
 *                         STR, HTML: when not empty; BOOL: when true
 *   {{^name}}...{{/name}} when the same is empty, absent or false
 *   {{>name}}             another template, in place
 *   {{t.name}}            a plain word of the catalog, escaped
 *   {{! text }}           nothing
 *
 * A name is sought in the innermost element, then outwards.  There is no
 * triple brace and no other logic.
 *
 * Where a tag stands is checked too, so that no value can leave its place: STR
 * and words only in text and in double-quoted attributes (never one that holds
 * code or style: on..., style, srcdoc), HTML only in text, in <style> and in
 * <script type="application/ld+json">.  A section ends in the same place of
 * the markup in which it began.  What an address in href points to is the
 * view's matter.
 *
 * White space that readers do not see is left out at load: indents, empty
 * lines, lines of section tags and comments only, a file's last newline; not
 * inside <pre>, <textarea> and quoted attributes.
 *
 * Limits: 256 KiB a file, 16 sections or partials inside one another; partials
 * included, a template has 4 MiB of sources, 1 MiB of fixed text and 65,536
 * steps.
 *
 * Lifetime: the arena it was compiled into.  Threads: constant once compiled.
 */
#ifndef TEXT_TEMPLATE_H
#define TEXT_TEMPLATE_H

#include "base/buf.h"
#include "text/catalog.h"

#define TEMPLATE_SOURCE_MAX (256 * 1024)
#define TEMPLATE_TEXT_MAX   (1024 * 1024)
#define TEMPLATE_STEPS_MAX  65536
#define TEMPLATE_DEPTH_MAX  16

/* STR is a Str, HTML an Html, BOOL a bool, LIST {Type *items; size_t count},
 * STRUCT a pointer, NULL when absent. */
typedef enum FieldKind {
    FIELD_STR,
    FIELD_HTML,
    FIELD_BOOL,
    FIELD_LIST,
    FIELD_STRUCT
} FieldKind;

typedef struct ViewType ViewType;

typedef struct Field {
    Str name;
    FieldKind kind;
    size_t offset;
    const ViewType *type; /* of LIST and STRUCT; NULL for the others */
} Field;

struct ViewType {
    Str name;
    size_t size;
    const Field *fields;
    size_t count;
};

/* A view is written once, as a list of its fields; V stands for the view:
 *
 *     #define TAG_VIEW(X, V) X(V, name, STR) X(V, href, STR)
 *     #define STORY_VIEW(X, V)
 *         X(V, headline, STR)
 *         X(V, body, HTML)
 *         X(V, tags, LIST, TagView)
 *         X(V, follows, STRUCT, ItemView)
 *     VIEW(TagView, TAG_VIEW)          in a header: the structs TagView and
 *     VIEW(StoryView, STORY_VIEW)      TagViewList, and TagView_type
 *     VIEW_TABLE(TagView, TAG_VIEW)    in one .c: the table
 *
 * A TagViewList is {TagView *items; size_t count}.
 */
#define VIEW(Type, FIELDS)                                                     \
    typedef struct Type {                                                      \
        FIELDS(VIEW_MEMBER, Type)                                              \
    } Type;                                                                    \
    typedef struct Type##List {                                                \
        Type *items;                                                           \
        size_t count;                                                          \
    } Type##List;                                                              \
    extern const ViewType Type##_type;

#define VIEW_TABLE(Type, FIELDS)                                               \
    static const Field Type##_fields[] = {FIELDS(VIEW_FIELD, Type)};           \
    const ViewType Type##_type = {S_INIT(#Type), sizeof(Type), Type##_fields,  \
                                  COUNT(Type##_fields)};

#define VIEW_MEMBER(V, name, kind, ...) VIEW_MEMBER_##kind(name, __VA_ARGS__)
#define VIEW_MEMBER_STR(name, none)     Str name;
#define VIEW_MEMBER_HTML(name, none)    Html name;
#define VIEW_MEMBER_BOOL(name, none)    bool name;
#define VIEW_MEMBER_LIST(name, Type)    Type##List name;
#define VIEW_MEMBER_STRUCT(name, Type)  const Type *name;

#define VIEW_FIELD(V, name, kind, ...)                                         \
    {S_INIT(#name), FIELD_##kind, offsetof(V, name),                           \
     VIEW_FIELD_##kind(__VA_ARGS__)},
#define VIEW_FIELD_STR(none)    NULL
#define VIEW_FIELD_HTML(none)   NULL
#define VIEW_FIELD_BOOL(none)   NULL
#define VIEW_FIELD_LIST(Type)   &Type##_type
#define VIEW_FIELD_STRUCT(Type) &Type##_type

typedef struct Template Template;

/* Where sources come from: the theme's folder, the embedded files, a test.
 * get gives the source of a template or partial by its name ("story"):
 * ERR_NOT_FOUND when there is none. */
typedef struct TemplateFiles {
    Err (*get)(void *context, Arena *arena, Str name, Str *source,
               Fault *fault);
    void *context;
} TemplateFiles;

/* Compiles the template of that name for views of that type, with words of
 * the catalog (any language: all have the same names).
 *   ERR_INVALID    as told above; the fault has template, line and column
 *   ERR_NOT_FOUND  no such template
 *   ERR_TOO_BIG    over a limit
 * and what files->get returns. */
MUST_USE Err template_compile(Arena *arena, const TemplateFiles *files,
                              Str name, const ViewType *type,
                              const Catalog *words, const Template **out,
                              Fault *fault);

/* Writes the page's part. view is a struct of the type that it was compiled
 * for, words a catalog with the names it was compiled with (assert).  When it
 * does not fit, buf_end says so. */
void template_render(const Template *tmpl, const Catalog *words,
                     const void *view, Buf *out);

#endif
