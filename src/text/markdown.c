#include "text/markdown.h"

#include <md4c-html.h>

#include "base/buf.h"

static void take(const MD_CHAR *text, MD_SIZE size, void *userdata)
{
    buf_puts(userdata, (Str){text, size});
}

Err markdown_read(Arena *arena, Str source, const SanitizeRules *rules,
                  size_t max, Html *out, Fault *fault)
{
    Arena scratch = arena_open();
    /* Markup may be longer than what the sanitiser leaves of it. */
    Buf html = buf_open(&scratch, HTML_MAX);
    HtmlNode *root;
    Err err;

    if (source.len > max)
        return fault_set(fault, ERR_TOO_BIG,
                         "the Markdown has %zu bytes; at most %zu are read",
                         source.len, max);
    if (md_html(source.len ? source.ptr : "", (MD_SIZE)source.len, take, &html,
                MD_FLAG_NOHTML | MD_FLAG_TABLES | MD_FLAG_STRIKETHROUGH |
                    MD_FLAG_PERMISSIVEAUTOLINKS,
                MD_HTML_FLAG_SKIP_UTF8_BOM) ||
        html.failed) {
        err = fault_set(fault, ERR_TOO_BIG,
                        "the Markdown makes more than %zu bytes of HTML",
                        HTML_MAX);
    } else {
        err = html_read_fragment(&scratch, buf_str(&html), &root, fault);
        if (!err) err = sanitize_tree(arena, root, rules, max, out, fault);
    }
    arena_close(&scratch);
    return err;
}
