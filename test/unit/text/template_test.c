/* test/unit/text/template_test.c -- templates meet their views at load. */
#include "check.h"

#include "text/embedded.h"
#include "text/template.h"

#define TAG_VIEW(X, V) X(V, name, STR) X(V, href, STR)
#define STORY_VIEW(X, V)                                                       \
    X(V, headline, STR)                                                        \
    X(V, deck, STR)                                                            \
    X(V, body, HTML)                                                           \
    X(V, late, BOOL)                                                           \
    X(V, tags, LIST, TagView)                                                  \
    X(V, follows, STRUCT, StoryView)
VIEW(TagView, TAG_VIEW)
typedef struct StoryView StoryView;
VIEW(StoryView, STORY_VIEW)
VIEW_TABLE(TagView, TAG_VIEW)
VIEW_TABLE(StoryView, STORY_VIEW)

typedef struct File {
    const char *name;
    Str source;
} File;

static Err get_file(void *context, Arena *arena, Str name, Str *source,
                    Fault *fault)
{
    static const File partials[] = {
        {"tag", S_INIT("<a href=\"{{href}}\">{{name}}</a>\n")},
        {"line", S_INIT("{{name}}\n")},
        {"self", S_INIT("a{{>self}}")},
        {"ping", S_INIT("{{>pong}}")},
        {"pong", S_INIT("{{>ping}}")},
        {"wrong", S_INIT("first\nsecond {{nothing}}")},
        {"open", S_INIT("{{#late}}")},
    };
    const File *main = context;

    (void)arena, (void)fault;
    if (str_eq(name, S("main"))) {
        *source = main->source;
        return ERR_OK;
    }
    for (size_t i = 0; i < COUNT(partials); i++) {
        if (!str_eq(name, str_from(partials[i].name))) continue;
        *source = partials[i].source;
        return ERR_OK;
    }
    return ERR_NOT_FOUND;
}

static const Catalog *words(Arena *arena)
{
    const Catalog *catalog;
    Str bytes;

    assert_true(embedded_get(S("words/en.po"), &bytes));
    assert_int_equal(
        catalog_load(arena, S("en"), "en.po", bytes, NULL, &catalog, NULL),
        ERR_OK);
    return catalog;
}

static Err compile(Arena *arena, Str source, const Template **out, Fault *fault)
{
    File main = {"main", source};
    TemplateFiles files = {get_file, &main};

    return template_compile(arena, &files, S("main"), &StoryView_type,
                            words(arena), out, fault);
}

static void check_page(const char *why, Str source, const StoryView *view,
                       Str page)
{
    Arena arena = arena_open();
    Buf out = buf_open(&arena, 10000);
    const Template *tmpl;
    Fault fault = fault_none();
    char line[600];

    check_row(why);
    if (compile(&arena, source, &tmpl, &fault)) {
        fault_line(&fault, line, sizeof line);
        fail_msg("%s", line);
    }
    template_render(tmpl, words(&arena), view, &out);
    assert_str(buf_str(&out), page);
    arena_close(&arena);
}

static void tags_do_what_the_language_says(void **unused)
{
    static TagView tags[] = {
        {S_INIT("usa"), S_INIT("/en/tag/usa/")},
        {S_INIT("R&D"), S_INIT("/en/tag/r-d/?a=\"b\"")},
    };
    static const StoryView earlier = {.headline = S_INIT("Earlier"),
                                      .tags = {tags, 1}};
    static const StoryView story = {
        .headline = S_INIT("Tom & \"Jerry\" <b>"),
        .body = {S_INIT("<p>Body</p>")},
        .late = true,
        .tags = {tags, 2},
        .follows = &earlier,
    };
    static const StoryView empty = {.headline = S_INIT("")};
    static const struct {
        const char *why;
        Str source;
        const StoryView *view;
        Str page;
    } cases[] = {
        {"no tag", S_INIT("<p>a</p>"), &story, S_INIT("<p>a</p>")},
        {"nothing", S_INIT(""), &story, S_INIT("")},
        {"text is escaped", S_INIT("<p>{{headline}}"), &story,
         S_INIT("<p>Tom &amp; &quot;Jerry&quot; &lt;b&gt;")},
        {"in an attribute too", S_INIT("<a title=\"{{ headline }}\">"), &story,
         S_INIT("<a title=\"Tom &amp; &quot;Jerry&quot; &lt;b&gt;\">")},
        {"markup is not", S_INIT("<div>{{body}}</div>"), &story,
         S_INIT("<div><p>Body</p></div>")},
        {"a word", S_INIT("<h2>{{t.latest}}</h2>"), &story,
         S_INIT("<h2>Latest</h2>")},
        {"a comment", S_INIT("a{{! b {{c }}d"), &story, S_INIT("ad")},
        {"each of a list", S_INIT("{{#tags}}[{{name}}]{{/tags}}"), &story,
         S_INIT("[usa][R&amp;D]")},
        {"none of a list", S_INIT("{{#tags}}[{{name}}]{{/tags}}."), &empty,
         S_INIT(".")},
        {"a list that is empty", S_INIT("{{^tags}}none{{/tags}}"), &empty,
         S_INIT("none")},
        {"a list that is not", S_INIT("{{^tags}}none{{/tags}}"), &story,
         S_INIT("")},
        {"outer names in an element",
         S_INIT("{{#tags}}{{name}}:{{body}} {{/tags}}"), &story,
         S_INIT("usa:<p>Body</p> R&amp;D:<p>Body</p> ")},
        {"a struct", S_INIT("{{#follows}}{{headline}}{{/follows}}"), &story,
         S_INIT("Earlier")},
        {"inner names hide outer ones",
         S_INIT("{{#follows}}{{#tags}}{{name}}{{/tags}}{{^late}}!{{/late}}"
                "{{/follows}}"),
         &story, S_INIT("usa!")},
        {"a struct of a struct",
         S_INIT("{{#follows}}{{#follows}}a{{/follows}}{{^follows}}b"
                "{{/follows}}{{/follows}}"),
         &story, S_INIT("b")},
        {"no struct",
         S_INIT("{{#follows}}a{{/follows}}{{^follows}}b{{/follows}}"), &empty,
         S_INIT("b")},
        {"a bool", S_INIT("{{#late}}a{{/late}}{{^late}}b{{/late}}"), &story,
         S_INIT("a")},
        {"false", S_INIT("{{#late}}a{{/late}}{{^late}}b{{/late}}"), &empty,
         S_INIT("b")},
        {"a text that is there",
         S_INIT("{{#headline}}a{{/headline}}{{#deck}}b{{/deck}}"), &story,
         S_INIT("a")},
        {"markup that is there", S_INIT("{{#body}}a{{/body}}"), &story,
         S_INIT("a")},
        {"markup that is not", S_INIT("{{^body}}a{{/body}}"), &empty,
         S_INIT("a")},
        {"a partial in the element's sight",
         S_INIT("{{#tags}}{{>tag}}{{/tags}}"), &story,
         S_INIT("<a href=\"/en/tag/usa/\">usa</a>"
                "<a href=\"/en/tag/r-d/?a=&quot;b&quot;\">R&amp;D</a>")},
        {"a section in a tag",
         S_INIT("<a{{#late}} class=\"late\"{{/late}} href=\"/\">"), &story,
         S_INIT("<a class=\"late\" href=\"/\">")},
        {"a section in an attribute",
         S_INIT("<a class=\"a{{#late}} b{{/late}}\">"), &story,
         S_INIT("<a class=\"a b\">")},
        {"markup in a style", S_INIT("<style>{{body}}</style>"), &story,
         S_INIT("<style><p>Body</p></style>")},
        {"markup in a script of JSON",
         S_INIT("<script type=\"application/ld+json\">{{body}}</script>"),
         &story,
         S_INIT("<script type=\"application/ld+json\"><p>Body</p></script>")},
        {"a title", S_INIT("<title>{{headline}} <b</title>{{headline}}"),
         &empty, S_INIT("<title> <b</title>")},
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++)
        check_page(cases[i].why, cases[i].source, cases[i].view, cases[i].page);
}

static void white_space_that_shows_is_kept_and_no_other(void **unused)
{
    static TagView tags[] = {{S_INIT("a"), S_INIT("/a")},
                             {S_INIT("b"), S_INIT("/b")}};
    static const StoryView story = {.late = true, .tags = {tags, 2}};
    static const struct {
        const char *why;
        Str source;
        Str page;
    } cases[] = {
        {"indents", S_INIT("<ul>\n    <li>a\n\t <li>b\n</ul>\n"),
         S_INIT("<ul>\n<li>a\n<li>b\n</ul>")},
        {"empty lines", S_INIT("<p>\n\n \n<p>\r\n<p>"),
         S_INIT("<p>\n<p>\n<p>")},
        {"lines of section tags",
         S_INIT("<ul>\n  {{#tags}}\n  <li>{{name}}\n  {{/tags}}\n</ul>"),
         S_INIT("<ul>\n<li>a\n<li>b\n</ul>")},
        {"several of them",
         S_INIT("x\n{{#late}}\n{{#tags}} {{! each }}\n{{name}}\n{{/tags}}"
                "{{/late}}\ny"),
         S_INIT("x\na\nb\ny")},
        {"first and last line", S_INIT("{{#late}}\nx\n{{/late}}\n"),
         S_INIT("x\n")},
        {"a comment of many lines", S_INIT("{{! a\n\n b }}\n<p>"),
         S_INIT("<p>")},
        {"a comment before text", S_INIT("{{! a }}<p>\n"), S_INIT("<p>")},
        {"a comment in text", S_INIT("a {{! b }}\nc"), S_INIT("a \nc")},
        {"space between values", S_INIT("{{t.tags}} {{t.tags}}\n {{t.tags}}"),
         S_INIT("Tags Tags\nTags")},
        {"space at the start of an element",
         S_INIT("{{#tags}} {{name}}{{/tags}}"), S_INIT(" a b")},
        {"a partial keeps its line", S_INIT("{{#tags}}\n{{>line}}\n{{/tags}}"),
         S_INIT("a\nb\n")},
        {"pre", S_INIT("<pre>\n  a\n\n  b</pre>\n  c"),
         S_INIT("<pre>\n  a\n\n  b</pre>\nc")},
        {"a quoted value", S_INIT("<a title=\"x\n   y\"\n   b>"),
         S_INIT("<a title=\"x\n   y\"\nb>")},
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++)
        check_page(cases[i].why, cases[i].source, &story, cases[i].page);
}

static void what_is_wrong_is_told_at_load(void **unused)
{
    static const struct {
        const char *why;
        Str source;
        Err err;
        const char *where;
        int line, column;
        const char *said;
    } cases[] = {
        {"an unknown name", S_INIT("<p>\n  {{headlin}}"), ERR_INVALID, "main",
         2, 3, "headlin: there is no such field in StoryView"},
        {"one of another element", S_INIT("{{name}}"), ERR_INVALID, "main", 1,
         1, "name: there is no such field in StoryView"},
        {"a list is no text", S_INIT("{{tags}}"), ERR_INVALID, "main", 1, 1,
         "tags: it has no text: write it as a section"},
        {"a bool is no text", S_INIT("{{late}}"), ERR_INVALID, "main", 1, 1,
         "late: it has no text: write it as a section"},
        {"a struct is no text", S_INIT("{{follows}}"), ERR_INVALID, "main", 1,
         1, "follows: it has no text: write it as a section"},
        {"an unknown word", S_INIT("{{t.nothing}}"), ERR_INVALID, "main", 1, 1,
         "t.nothing: there is no such word in the catalog"},
        {"a word that wants an argument", S_INIT("{{t.min_read}}"), ERR_INVALID,
         "main", 1, 1, "t.min_read: this word wants an argument"},
        {"not closed", S_INIT("a{{#late}}b"), ERR_INVALID, "main", 1, 2,
         "late: the section is not closed"},
        {"not open", S_INIT("{{/late}}"), ERR_INVALID, "main", 1, 1,
         "late: no section is open here"},
        {"crossed", S_INIT("{{#late}}{{#deck}}{{/late}}{{/deck}}"), ERR_INVALID,
         "main", 1, 19, "late: another section is open here"},
        {"a tag without its end", S_INIT("a\n{{#late"), ERR_INVALID, "main", 2,
         1, "the tag's }} is missing"},
        {"no name", S_INIT("{{}}"), ERR_INVALID, "main", 1, 1,
         "between the braces stands no name of [a-z0-9_]"},
        {"three braces", S_INIT("{{{body}}}"), ERR_INVALID, "main", 1, 1,
         "{body: between the braces stands no name of [a-z0-9_]"},
        {"a partial that is not there", S_INIT("{{>nothing}}"), ERR_NOT_FOUND,
         "main", 1, 1, "nothing: there is no such template"},
        {"a partial of itself", S_INIT("{{>self}}"), ERR_INVALID, "main: self",
         1, 2, "self: the partial is part of itself"},
        {"through another", S_INIT("{{>ping}}"), ERR_INVALID,
         "main: ping: pong", 1, 1, "ping: the partial is part of itself"},
        {"a fault in a partial", S_INIT("\n\n{{>wrong}}"), ERR_INVALID,
         "main: wrong", 2, 8, "nothing: there is no such field in StoryView"},
        {"a section left open by a partial", S_INIT("{{>open}}{{/late}}"),
         ERR_INVALID, "main: open", 1, 1, "late: the section is not closed"},
        {"not UTF-8", S_INIT("a\xff"), ERR_INVALID, "main", 1, 2,
         "the template is not text in UTF-8"},
        {"a NUL", S_INIT("a\0b"), ERR_INVALID, "main", 1, 2,
         "the template is not text in UTF-8"},
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        Arena arena = arena_open();
        Fault fault = fault_none();
        const Template *tmpl = NULL;

        check_row(cases[i].why);
        assert_int_equal(compile(&arena, cases[i].source, &tmpl, &fault),
                         cases[i].err);
        assert_null(tmpl);
        assert_string_equal(fault.text, cases[i].said);
        assert_string_equal(fault.where, cases[i].where);
        assert_int_equal(fault.line, cases[i].line);
        assert_int_equal(fault.column, cases[i].column);
        arena_close(&arena);
    }
}

static void no_value_can_leave_its_place(void **unused)
{
    static const struct {
        const char *why;
        Str source;
    } cases[] = {
        {"text in a script", S_INIT("<script>{{headline}}</script>")},
        {"text in a script of JSON",
         S_INIT("<script type=\"application/ld+json\">{{deck}}</script>")},
        {"markup in a script", S_INIT("<script>{{body}}</script>")},
        {"in one that is JSON by its second type only",
         S_INIT("<script type=\"module\" type=\"application/ld+json\">"
                "{{body}}</script>")},
        {"in one that is JSON if all goes well",
         S_INIT("<script{{#late}} type=\"application/ld+json\"{{/late}}>"
                "{{body}}</script>")},
        {"in one whose type is given",
         S_INIT("<script type=\"application/ld+json{{deck}}\">{{body}}")},
        {"a script's end inside it", S_INIT("<script>'</scrip>'{{body}}")},
        {"text in a style", S_INIT("<style>{{headline}}</style>")},
        {"a word in a style", S_INIT("<STYLE >{{t.latest}}</style>")},
        {"no quotes", S_INIT("<a href={{deck}}>")},
        {"no quotes, begun", S_INIT("<a href=/{{deck}}>")},
        {"single quotes", S_INIT("<a href='{{deck}}'>")},
        {"markup in an attribute", S_INIT("<a href=\"{{body}}\">")},
        {"an event's attribute", S_INIT("<a onclick=\"{{deck}}\">")},
        {"a style's attribute", S_INIT("<a STYLE=\"{{deck}}\">")},
        {"a document in an attribute", S_INIT("<iframe srcdoc=\"{{deck}}\">")},
        {"a tag's name", S_INIT("<{{deck}}>")},
        {"a tag's name, begun", S_INIT("<h{{deck}}>")},
        {"an attribute's name", S_INIT("<a {{deck}}=\"\">")},
        {"an equals sign behind a slash", S_INIT("<a b/=\"{{deck}}\">")},
        {"a comment", S_INIT("<!-- {{deck}} -->")},
        {"a section in a comment", S_INIT("<!-- {{#late}}{{/late}} -->")},
        {"a declaration", S_INIT("<!doctype {{deck}}>")},
        {"an instruction", S_INIT("<?xml {{deck}}?>")},
        {"a section opens a quote",
         S_INIT("<a href=\"{{#late}}\" x=\"{{/late}}{{deck}}\">")},
        {"a section closes a quote", S_INIT("<a b=\"{{#late}}\"{{/late}}>")},
        {"a section opens a tag", S_INIT("{{#late}}<a {{/late}}>")},
        {"a section opens a script",
         S_INIT("{{#late}}<script>{{/late}}{{deck}}")},
        {"a name put together",
         S_INIT("<a on{{#late}}click{{/late}}=\"{{deck}}\">")},
        {"a tag put together",
         S_INIT("<s{{#late}}x{{/late}}cript>{{deck}}</script>")},
        {"a name behind a section",
         S_INIT("<a{{#late}} b{{/late}}c=\"{{deck}}\">")},
        {"the template ends in a tag", S_INIT("<a href=\"{{deck}}\"")},
        {"the template ends in a script", S_INIT("<script>")},
        {"noscript is raw for some", S_INIT("<noscript>{{deck}}</noscript>")},
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        Arena arena = arena_open();
        Fault fault = fault_none();
        const Template *tmpl;

        check_row(cases[i].why);
        assert_int_equal(compile(&arena, cases[i].source, &tmpl, &fault),
                         ERR_INVALID);
        assert_true(fault.text[0] && fault.line && fault.column);
        arena_close(&arena);
    }
}

static Str repeat(Arena *arena, Str piece, size_t times)
{
    Buf buf = buf_open(arena, piece.len * times + 1);

    for (size_t i = 0; i < times; i++)
        buf_puts(&buf, piece);
    return buf_str(&buf);
}

static void limits_hold(void **unused)
{
    Arena arena = arena_open();
    const Template *tmpl;
    Fault fault = fault_none();
    Str opens = repeat(&arena, S("{{#late}}"), TEMPLATE_DEPTH_MAX);
    Str closes = repeat(&arena, S("{{/late}}"), TEMPLATE_DEPTH_MAX);

    (void)unused;
    assert_int_equal(
        compile(&arena,
                str_format(&arena, "%.*s%.*s", STR_ARG(opens), STR_ARG(closes)),
                &tmpl, &fault),
        ERR_OK);
    assert_int_equal(compile(&arena,
                             str_format(&arena, "%.*s{{#late}}{{/late}}%.*s",
                                        STR_ARG(opens), STR_ARG(closes)),
                             &tmpl, &fault),
                     ERR_TOO_BIG);
    assert_int_equal(compile(&arena,
                             repeat(&arena, S("a"), TEMPLATE_SOURCE_MAX), &tmpl,
                             &fault),
                     ERR_OK);
    assert_int_equal(compile(&arena,
                             repeat(&arena, S("a"), TEMPLATE_SOURCE_MAX + 1),
                             &tmpl, &fault),
                     ERR_TOO_BIG);
    assert_int_equal(fault.err, ERR_TOO_BIG);
    arena_close(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tags_do_what_the_language_says),
        cmocka_unit_test(white_space_that_shows_is_kept_and_no_other),
        cmocka_unit_test(what_is_wrong_is_told_at_load),
        cmocka_unit_test(no_value_can_leave_its_place),
        cmocka_unit_test(limits_hold),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
