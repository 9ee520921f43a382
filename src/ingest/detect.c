#include "ingest/detect.h"

#include "format/capture.h"
#include "ingest/files.h"

static const char *const words[FORMAT_COUNT] = {
#define X(name, word, meaning) word,
    FORMATS(X)
#undef X
};

const char *format_word(Format format)
{
    return format < FORMAT_COUNT ? words[format] : "unknown";
}

bool format_from_word(Str word, Format *out)
{
    for (int i = 0; i < FORMAT_COUNT; i++)
        if (str_eq(word, str_from(words[i]))) {
            *out = (Format)i;
            return true;
        }
    return false;
}

/* The last part of a path, without what packers put behind it. */
static Str base_name(Str path)
{
    path = path_name(path);
    if (str_ends(path, S(".gz"))) path.len -= 3;
    if (str_ends(path, S(".zst"))) path.len -= 4;
    return path;
}

static bool ends_any(Str name, const Str *ends, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (name.len >= ends[i].len &&
            str_eq_nocase(str_skip(name, name.len - ends[i].len), ends[i]))
            return true;
    return false;
}

/* The name of the root element: what stands before it is passed over. */
static Str root_of(Str text)
{
    for (;;) {
        size_t n = 1;

        text = str_trim(text);
        if (!str_starts(text, S("<"))) return (Str){0};
        if (str_starts(text, S("<!--"))) {
            ptrdiff_t end = str_find(text, S("-->"), 4);

            if (end < 0) return (Str){0};
            text = str_skip(text, (size_t)end + 3);
            continue;
        }
        if (text.len > 1 && (text.ptr[1] == '?' || text.ptr[1] == '!')) {
            ptrdiff_t end = str_find_char(text, '>', 0);
            ptrdiff_t inner = str_find_char(text, '[', 0);

            /* A document type with declarations of its own. */
            if (inner > 0 && inner < end) {
                end = str_find(text, S("]>"), 0);
                if (end > 0) end++;
            }
            if (str_starts_nocase(text, S("<!doctype html"))) return S("html");
            if (end < 0) return (Str){0};
            text = str_skip(text, (size_t)end + 1);
            continue;
        }
        while (n < text.len && text.ptr[n] != '>' && text.ptr[n] != ' ' &&
               text.ptr[n] != '/' && text.ptr[n] != '\n' &&
               text.ptr[n] != '\t' && text.ptr[n] != '\r')
            n++;
        return str_slice(text, 1, n);
    }
}

static Str local_name(Str name)
{
    ptrdiff_t colon = str_find_char(name, ':', 0);

    return colon < 0 ? name : str_skip(name, (size_t)colon + 1);
}

static Format by_root(Str head)
{
    Str root = root_of(head);
    Str name = local_name(root);

    if (str_eq_nocase(name, S("rss")) || str_eq_nocase(name, S("RDF")) ||
        str_eq_nocase(name, S("channel")))
        return FORMAT_RSS;
    if (str_eq_nocase(name, S("feed")) || str_eq_nocase(name, S("entry")))
        return FORMAT_ATOM;
    if (str_eq_nocase(root, S("html")) || str_eq_nocase(root, S("head")) ||
        str_eq_nocase(root, S("body")))
        return FORMAT_HTML;
    return FORMAT_AUTO;
}

/* Other JSON has no such names, JSON Feed among it; the reader of ninjs looks
 * at each object again. */
static bool has_mark(Str head)
{
    static const Str marks[] = {
        S_INIT("\"uri\""),           S_INIT("\"standard\""),
        S_INIT("\"headline"),        S_INIT("\"bodies\""),
        S_INIT("\"body_"),           S_INIT("\"pubStatus\""),
        S_INIT("\"pubstatus\""),     S_INIT("\"firstCreated\""),
        S_INIT("\"firstcreated\""),  S_INIT("\"versionCreated\""),
        S_INIT("\"versioncreated\"")};

    for (size_t i = 0; i < COUNT(marks); i++)
        if (str_find(head, marks[i], 0) >= 0) return true;
    return false;
}

bool detect_is_json_feed(Str head)
{
    return str_find(head, S("jsonfeed.org/version"), 0) >= 0 ||
           str_find(head, S("jsonfeed.org\\/version"), 0) >= 0;
}

#define WIDE_HEAD ((size_t)4096) /* bytes of UTF-16 that hold the root */

/* The letters of ASCII in text of UTF-16, by its mark or by the form of "<?":
 * enough to see the root element by. Other text as it is. */
static Str narrow(Str head, char *room)
{
    bool marked =
        str_starts(head, S("\xFF\xFE")) || str_starts(head, S("\xFE\xFF"));
    size_t high = str_starts(head, S("\xFE\xFF")) || str_starts(head, S("\0<"));
    size_t n = 0;

    if (!marked && !str_starts(head, S("<\0")) && !str_starts(head, S("\0<")))
        return head;
    for (size_t i = marked ? 2 : 0; i + 1 < head.len && i < WIDE_HEAD; i += 2)
        room[n++] = head.ptr[i + !high] ? '?' : head.ptr[i + high];
    return (Str){room, n};
}

Format format_detect(Str path, Str head)
{
    char room[WIDE_HEAD / 2];
    static const Str markdown[] = {S_INIT(".md"), S_INIT(".markdown")};
    static const Str html[] = {S_INIT(".html"), S_INIT(".htm"),
                               S_INIT(".xhtml")};
    static const Str json[] = {S_INIT(".ndjson"), S_INIT(".jsonl")};
    Str name = base_name(path);
    Format format;

    if (str_starts(head, S("\xEF\xBB\xBF"))) head = str_skip(head, 3);
    head = str_trim(head);
    if (str_eq(name, S("sections.yaml")) || str_eq(name, S("tags.yaml")))
        return FORMAT_NAMES;
    if (ends_any(name, markdown, COUNT(markdown))) return FORMAT_MARKDOWN;
    if (ends_any(name, json, COUNT(json))) return FORMAT_NINJS;
    if (str_starts(head, S("{")) || str_starts(head, S("[")))
        return has_mark(head) ? FORMAT_NINJS : FORMAT_AUTO;
    if (str_starts(head, S("---\n")) || str_starts(head, S("---\r\n")))
        return FORMAT_MARKDOWN;
    format = by_root(narrow(head, room));
    if (format != FORMAT_AUTO) return format;
    if (ends_any(name, html, COUNT(html))) return FORMAT_HTML;
    return capture_is(head) ? FORMAT_CAPTURE : FORMAT_AUTO;
}
