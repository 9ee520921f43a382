#include "format/article_said.h"

#include "base/buf.h"

#define JSON_MAX    ((size_t)2 * 1024 * 1024) /* of one script element */
#define SEARCH_DEEP 8                         /* levels of its graph */
#define SCRIPTS_MAX 50                        /* those after are passed over */

/* ---- JSON-LD ---- */

static bool is_article_type(Str type)
{
    return str_ends(type, S("Article")) || str_ends(type, S("BlogPosting")) ||
           str_ends(type, S("Report"));
}

static bool is_article(const JsonNode *node)
{
    const JsonNode *type = json_get(node, "@type");

    if (!type) return false;
    if (type->kind == JSON_STRING) return is_article_type(type->text);
    if (type->kind != JSON_ARRAY) return false;
    for (const JsonNode *one = type->first; one; one = one->next)
        if (is_article_type(json_text(one))) return true;
    return false;
}

/* The articles that a page's JSON-LD tells of. */
typedef struct Search {
    const Said *said;
    const JsonNode *first;  /* that stands in no list */
    const JsonNode *at_url; /* that is at the page's own address */
} Search;

static bool is_list(const JsonNode *node)
{
    return str_eq(said_member(json_get(node, "@type"), "@type"), S("ItemList"));
}

static bool same_page(Arena *arena, Str url, Str page)
{
    return url.len && str_eq(read_address(arena, url), page);
}

static bool is_at(const Search *search, const JsonNode *node)
{
    Arena *arena = search->said->arena;
    Str page = search->said->address;

    return page.len &&
           (same_page(arena, json_str(node, "url"), page) ||
            same_page(arena, json_str(node, "@id"), page) ||
            same_page(arena,
                      said_member(json_get(node, "mainEntityOfPage"), "@id"),
                      page));
}

static void look_for_article(Search *search, const JsonNode *node, bool listed,
                             int deep)
{
    if (!node || deep > SEARCH_DEEP || search->at_url ||
        (node->kind != JSON_OBJECT && node->kind != JSON_ARRAY))
        return;
    if (node->kind == JSON_OBJECT && is_article(node)) {
        if (!listed && !search->first) search->first = node;
        if (is_at(search, node)) search->at_url = node;
        return;
    }
    listed = listed || (node->kind == JSON_OBJECT && is_list(node));
    for (const JsonNode *child = node->first; child; child = child->next)
        look_for_article(search, child, listed, deep + 1);
}

/* Pages that were XHTML once wrap scripts up. */
static Str unwrapped(Str script)
{
    ptrdiff_t open = str_find(script, S("<![CDATA["), 0);
    ptrdiff_t end;

    if (open < 0 || open > 40) return str_trim(script);
    script = str_skip(script, (size_t)open + 9);
    end = str_find(script, S("]]>"), 0);
    if (end >= 0) script = str_slice(script, 0, (size_t)end);
    while (str_ends(str_trim(script), S("/")))
        script = str_slice(str_trim(script), 0, str_trim(script).len - 1);
    return str_trim(script);
}

/* The type may have a parameter: "application/ld+json; charset=utf-8". */
static bool is_json_ld(const HtmlNode *script)
{
    Str type = html_attr(script, "type");

    return script->first && str_eq_nocase(str_trim(str_cut(&type, ';')),
                                          S("application/ld+json"));
}

/* The article at the page's address, else the first that is no item of a list
 * of others. */
static const JsonNode *find_json(const Said *said)
{
    Search search = {.said = said};
    HtmlNode *script = NULL;
    int count = 0;

    while ((script = html_find(said->root, script, "script"))) {
        JsonNode *json;

        if (!is_json_ld(script) || count++ == SCRIPTS_MAX) continue;
        if (!json_read(said->arena, unwrapped(script->first->text), JSON_MAX,
                       &json, NULL))
            look_for_article(&search, json, false, 0);
    }
    return search.at_url ? search.at_url : search.first;
}

/* Text that may carry references or markup, as some sites put it there. */
Str said_line(const Said *said, const char *key)
{
    return read_line_of_html(said->arena, json_str(said->json, key));
}

/* A string, an object with that member, or the first of a list of either. */
Str said_member(const JsonNode *node, const char *member)
{
    if (node && node->kind == JSON_ARRAY) node = node->first;
    if (!node) return (Str){0};
    return node->kind == JSON_STRING ? node->text : json_str(node, member);
}

Str said_names(const Said *said, const JsonNode *node)
{
    Buf buf = buf_open(said->arena, 4096);

    if (node && node->kind == JSON_ARRAY) {
        for (const JsonNode *one = node->first; one; one = one->next) {
            Str name = said_member(one, "name");

            if (!name.len) continue;
            if (buf.len) buf_puts(&buf, S(", "));
            buf_puts(&buf, name);
        }
        return buf_str(&buf);
    }
    return said_member(node, "name");
}

/* ---- meta ---- */

/* What <meta> says under each of its names, in the order of the page; one
 * element may carry several names, parted by spaces. */
static void collect_meta(Said *said)
{
    static const char *const attrs[] = {"property", "name", "itemprop"};
    HtmlNode *node = NULL;

    said->metas = ARENA_ARRAY(said->arena, Meta, META_MAX);
    while ((node = html_find(said->root, node, "meta")))
        for (size_t i = 0; i < COUNT(attrs); i++) {
            Str names = html_attr(node, attrs[i]);
            Str content = html_attr(node, "content");

            while (str_trim(names).len && str_trim(content).len) {
                Str name = str_trim(str_cut(&names, ' '));

                if (!name.len) continue;
                if (said->meta_count == META_MAX) return;
                said->metas[said->meta_count++] = (Meta){name, content};
            }
        }
}

/* The first one of that name. */
Str said_meta(const Said *said, const char *name)
{
    for (size_t i = 0; i < said->meta_count; i++)
        if (str_eq_nocase(said->metas[i].name, str_from(name)))
            return item_line(said->arena, said->metas[i].content);
    return (Str){0};
}

Str said_first(const Said *said, const char *const *names)
{
    Str found = {0};

    for (; *names && !found.len; names++)
        found = said_meta(said, *names);
    return found;
}

/* A front page that stands in for the address of each of its stories, as some
 * sites have it, tells none of them apart. */
bool said_is_home(Str url)
{
    ptrdiff_t at = str_find(url, S("://"), 0);

    if (at < 0) return false;
    url = str_skip(url, (size_t)at + 3);
    at = str_find_char(url, '/', 0);
    return at < 0 || (size_t)at + 1 == url.len;
}

Said said_read(Arena *arena, const HtmlNode *root)
{
    Said said = {.arena = arena, .root = root};
    HtmlNode *link = html_find_attr(root, NULL, "link", "rel", "canonical");

    collect_meta(&said);
    said.address = read_address(arena, html_attr(link, "href"));
    if (!said.address.len)
        said.address = read_address(arena, said_meta(&said, "og:url"));
    if (said_is_home(said.address)) said.address = (Str){0};
    said.json = find_json(&said);
    return said;
}
