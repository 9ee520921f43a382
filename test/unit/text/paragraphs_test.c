/* test/unit/text/paragraphs_test.c -- what is read without the parser is what
 * the parser would have read. */
#include "check.h"

#include "base/buf.h"
#include "text/paragraphs.h"

static HtmlNode *new_body(Arena *arena)
{
    HtmlNode *body = ARENA_NEW(arena, HtmlNode);

    body->name = S("body");
    return body;
}

static void the_plain_is_taken_and_the_rest_is_left(void **unused)
{
    static const struct {
        const char *why;
        Str html;
        bool taken;
    } cases[] = {
        {"nothing", {NULL, 0}, true},
        {"text alone", S_INIT("a b\n"), true},
        {"paragraphs", S_INIT("<p>a</p>\n<p>b</p>"), true},
        {"an empty one", S_INIT("<p></p>"), true},
        {"other scripts", S_INIT("<p>Київ, القاهرة, 東京 – “a”</p>"), true},
        {"space that counts", S_INIT("<p> a\t</p> b "), true},
        {"one in another", S_INIT("<p>a<p>b</p></p>"), false},
        {"one left open", S_INIT("<p>a"), false},
        {"one closed that was not open", S_INIT("a</p>"), false},
        {"capitals", S_INIT("<P>a</P>"), false},
        {"attributes", S_INIT("<p dir=rtl>a</p>"), false},
        {"another element", S_INIT("<p>a <b>b</b></p>"), false},
        {"a reference", S_INIT("<p>a &amp; b</p>"), false},
        {"half a tag", S_INIT("<p>a</p"), false},
        {"a comment", S_INIT("<!-- a -->"), false},
        {"a carriage return", S_INIT("<p>a\r\nb</p>"), false},
        {"a form feed", S_INIT("<p>a\fb</p>"), false},
        {"a NUL", S_INIT("<p>a\0b</p>"), false},
        {"DEL", S_INIT("a\x7f"), false},
        {"a C1 control", S_INIT("a\xc2\x85"), false},
        {"no character", S_INIT("a\xef\xbf\xbe"), false},
        {"a byte order mark",
         S_INIT("\xef\xbb\xbf"
                "a"),
         false},
        {"a byte that is no UTF-8", S_INIT("a\xff"), false},
        {"half a character", S_INIT("a\xd0"), false},
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        Arena arena = arena_open();
        HtmlNode *body = new_body(&arena);

        check_row(cases[i].why);
        assert_int_equal(paragraphs_read(&arena, cases[i].html, body),
                         cases[i].taken);
        if (!cases[i].taken) assert_null(body->first);
        arena_close(&arena);
    }
}

static void put_tree(Buf *buf, const HtmlNode *node)
{
    for (const HtmlNode *child = node->first; child; child = child->next) {
        if (!child->name.len) {
            buf_printf(buf, "[%.*s]", STR_ARG(child->text));
            continue;
        }
        buf_printf(buf, "{%.*s ", STR_ARG(child->name));
        assert_ptr_equal(child->parent, node);
        put_tree(buf, child);
        buf_putc(buf, '}');
    }
}

/* The parser's tree of a whole page with this body. */
static Str parsed(Arena *arena, Str source)
{
    Str page = str_format(arena, "<!doctype html><body>%.*s", STR_ARG(source));
    Buf buf = buf_open(arena, 1 << 20);
    HtmlNode *root;

    assert_int_equal(html_read(arena, page, &root, NULL), ERR_OK);
    put_tree(&buf, html_find(root, NULL, "body"));
    return buf_str(&buf);
}

static const Str pieces[] = {
    S_INIT("<p>"),
    S_INIT("<p>"),
    S_INIT("</p>"),
    S_INIT("</p>"),
    S_INIT("a"),
    S_INIT("b c"),
    S_INIT(" "),
    S_INIT("\n"),
    S_INIT("\t"),
    S_INIT("Слово"),
    S_INIT("\u00a0"),
    S_INIT("\u2028"),
    S_INIT("ﭏ"),
    S_INIT("\u200f"),
    S_INIT("\ufb01"),
    S_INIT("<"),
    S_INIT(">"),
    S_INIT("&"),
    S_INIT("<b>"),
    S_INIT("\r"),
    S_INIT("ﷲ"),
    S_INIT("😀"),
    S_INIT("\xef\xbb\xbf"),
};

static void the_tree_is_the_parsers(void **unused)
{
    uint32_t chance = 1;
    int taken = 0;

    (void)unused;
    for (int i = 0; i < 100000; i++) {
        Arena arena = arena_open();
        Buf source = buf_open(&arena, 1024);
        HtmlNode *body = new_body(&arena);

        for (int n = i % 12; n >= 0; n--) {
            chance = chance * 1664525 + 1013904223;
            /* mostly the first ones, so that much is plain */
            buf_puts(&source,
                     pieces[(chance >> 16) % (i % 8 ? 15 : COUNT(pieces))]);
        }
        if (paragraphs_read(&arena, buf_str(&source), body)) {
            Buf tree = buf_open(&arena, 1 << 20);

            put_tree(&tree, body);
            assert_str(buf_str(&tree), parsed(&arena, buf_str(&source)));
            taken++;
        }
        arena_close(&arena);
    }
    print_message("         %d of 100000 were plain\n", taken);
    assert_true(taken > 10000);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_plain_is_taken_and_the_rest_is_left),
        cmocka_unit_test(the_tree_is_the_parsers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
