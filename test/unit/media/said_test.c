/* test/unit/media/said_test.c -- what a picture's file says of it. */
#include "check.h"

#include "media/said.h"

#define XMP(inside)                                                            \
    "<?xpacket begin='\xEF\xBB\xBF' id='W5M0MpCehiHzreSzNTczkc9d'?>"           \
    "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF "                            \
    "xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' "                 \
    "xmlns:dc='http://purl.org/dc/elements/1.1/' "                             \
    "xmlns:photoshop='http://ns.adobe.com/photoshop/1.0/' "                    \
    "xmlns:Iptc4xmpCore='http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/' "        \
    "xmlns:xmpRights='http://ns.adobe.com/xap/1.0/rights/'>" inside            \
    "</rdf:RDF></x:xmpmeta><?xpacket end='w'?>"

/* A record of IPTC; its text is shorter than 256 bytes. */
#define IPTC(set, len, text) "\x1c\x02" set "\0" len text

static void each_source_is_read(void **unused)
{
    static const struct {
        const char *why;
        PictureTold told;
        Str bytes;
        Str alt, caption, credit, rights;
    } cases[] = {
        {"elements of XMP", TOLD_XMP,
         S_INIT(XMP("<rdf:Description><dc:description><rdf:Alt><rdf:li "
                    "xml:lang='uk'>Корабель</rdf:li><rdf:li "
                    "xml:lang='x-default'>A ship</rdf:li></rdf:Alt>"
                    "</dc:description><dc:creator><rdf:Seq><rdf:li>Ann Lee"
                    "</rdf:li></rdf:Seq></dc:creator><dc:rights><rdf:Alt>"
                    "<rdf:li>© 2026</rdf:li></rdf:Alt></dc:rights>"
                    "</rdf:Description><rdf:Description><Iptc4xmpCore:"
                    "AltTextAccessibility><rdf:Alt><rdf:li>A white ship"
                    "</rdf:li></rdf:Alt></Iptc4xmpCore:AltTextAccessibility>"
                    "<photoshop:Credit>Agency</photoshop:Credit>"
                    "</rdf:Description>")),
         S_INIT("A white ship"), S_INIT("A ship"), S_INIT("Ann Lee / Agency"),
         S_INIT("© 2026")},
        {"attributes of XMP", TOLD_XMP,
         S_INIT(XMP("<rdf:Description photoshop:Credit='Agency' "
                    "dc:description='A  ship'/>")),
         S_INIT(""), S_INIT("A ship"), S_INIT("Agency"), S_INIT("")},
        {"terms where there is no copyright", TOLD_XMP,
         S_INIT(XMP("<rdf:Description><xmpRights:UsageTerms><rdf:Alt><rdf:li>"
                    "Once</rdf:li></rdf:Alt></xmpRights:UsageTerms>"
                    "</rdf:Description>")),
         S_INIT(""), S_INIT(""), S_INIT(""), S_INIT("Once")},
        {"markup is text", TOLD_XMP,
         S_INIT(XMP("<rdf:Description><dc:description>a &lt;script> b"
                    "</dc:description></rdf:Description>")),
         S_INIT(""), S_INIT("a <script> b"), S_INIT(""), S_INIT("")},
        {"XMP cut short", TOLD_XMP, S_INIT("<x:xmpmeta xmlns:x='a'><rdf"),
         S_INIT(""), S_INIT(""), S_INIT(""), S_INIT("")},
        {"entities", TOLD_XMP,
         S_INIT("<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;"
                "</a>"),
         S_INIT(""), S_INIT(""), S_INIT(""), S_INIT("")},
        {"bare records of IPTC", TOLD_IPTC,
         S_INIT(IPTC("\x78", "\6", "A ship") IPTC("\x50", "\7", "Ann Lee")
                    IPTC("\x6e", "\7", "Ann Lee") IPTC("\x74", "\1", "C")),
         S_INIT(""), S_INIT("A ship"), S_INIT("Ann Lee"), S_INIT("C")},
        {"Photoshop's blocks", TOLD_IPTC,
         S_INIT("Photoshop 3.0\0"
                "8BIM\4\5\0\0\0\0\0\3abc\0"
                "8BIM\4\4\3nam"
                "\0\0\0\x0b" IPTC("\x78", "\6", "A ship") "\0"),
         S_INIT(""), S_INIT("A ship"), S_INIT(""), S_INIT("")},
        {"an older encoding", TOLD_IPTC,
         S_INIT(IPTC("\x78", "\x2d",
                     "\xca\xee\xf0\xe0\xe1\xeb\xfc \xe7\xe0\xf8\xb8\xeb \xe2 "
                     "\xef\xee\xf0\xf2 \xe8 \xf1\xf2\xee\xe8\xf2 \xf3 "
                     "\xef\xf0\xe8\xf7\xe0\xeb\xe0 \xf1 \xf3\xf2\xf0\xe0")),
         S_INIT(""), S_INIT("Корабль зашёл в порт и стоит у причала с утра"),
         S_INIT(""), S_INIT("")},
        {"a length over the end", TOLD_IPTC,
         S_INIT(IPTC("\x78", "\6", "A ship") IPTC("\x50", "\x70", "Ann")),
         S_INIT(""), S_INIT("A ship"), S_INIT(""), S_INIT("")},
        {"blocks over the end", TOLD_IPTC,
         S_INIT("Photoshop 3.0\0"
                "8BIM\4\4\0\0\0\0\xff\xff"
                "abc"),
         S_INIT(""), S_INIT(""), S_INIT(""), S_INIT("")},
        {"EXIF", TOLD_EXIF_DESCRIPTION,
         S_INIT("A ship (white) (A ship (white), ASCII, 15 components, 15 "
                "bytes)"),
         S_INIT(""), S_INIT("A ship (white)"), S_INIT(""), S_INIT("")},
        {"EXIF's rights", TOLD_EXIF_COPYRIGHT,
         S_INIT("C (C (Photographer) - [None] (Editor), ASCII, 2 components, 2 "
                "bytes)"),
         S_INIT(""), S_INIT(""), S_INIT(""), S_INIT("C")},
        {"a camera's word", TOLD_EXIF_DESCRIPTION,
         S_INIT("OLYMPUS DIGITAL CAMERA (OLYMPUS DIGITAL CAMERA, ASCII, 23 "
                "components, 23 bytes)"),
         S_INIT(""), S_INIT(""), S_INIT(""), S_INIT("")},
        {"spaces", TOLD_EXIF_DESCRIPTION,
         S_INIT("       (      , ASCII, 7 components, 7 bytes)"), S_INIT(""),
         S_INIT(""), S_INIT(""), S_INIT("")},
    };
    Arena arena = arena_open();

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        Str told[TOLD_COUNT] = {0};
        PictureSaid said;

        check_row(cases[i].why);
        told[cases[i].told] = cases[i].bytes;
        said = picture_said(&arena, told);
        assert_str(said.alt, cases[i].alt);
        assert_str(said.caption, cases[i].caption);
        assert_str(said.credit, cases[i].credit);
        assert_str(said.rights, cases[i].rights);
        assert_true(said.until == TIME_NONE);
    }
    arena_close(&arena);
}

static void the_first_that_has_it_is_taken(void **unused)
{
    Str told[TOLD_COUNT] = {
        [TOLD_XMP] = S(XMP("<rdf:Description dc:description='by XMP'/>")),
        [TOLD_IPTC] =
            S(IPTC("\x78", "\7", "by IPTC") IPTC("\x50", "\4", "IPTC")),
        [TOLD_EXIF_DESCRIPTION] = S("by EXIF (by EXIF, ASCII, 8 components)"),
        [TOLD_EXIF_ARTIST] = S("EXIF (EXIF, ASCII, 5 components)"),
        [TOLD_EXIF_COPYRIGHT] = S("E (E, ASCII, 2 components)"),
    };
    Arena arena = arena_open();
    PictureSaid said = picture_said(&arena, told);

    (void)unused;
    assert_str(said.caption, S("by XMP"));
    assert_str(said.credit, S("IPTC"));
    assert_str(said.rights, S("E"));
    arena_close(&arena);
}

static void a_date_of_expiry_is_read(void **unused)
{
    static const struct {
        const char *why;
        Str bytes;
        const char *until; /* NULL: none */
    } cases[] = {
        {"a day", S_INIT(IPTC("\x25", "\x08", "20310203")),
         "2031-02-03T00:00:00Z"},
        {"a moment",
         S_INIT(IPTC("\x25", "\x08", "20310203")
                    IPTC("\x26", "\x0b", "040506+0200")),
         "2031-02-03T02:05:06Z"},
        {"no date", S_INIT(IPTC("\x25", "\x08", "00000000")), NULL},
        {"time alone", S_INIT(IPTC("\x26", "\x0b", "040506+0200")), NULL},
        {"words", S_INIT(IPTC("\x25", "\x08", "tomorrow")), NULL},
    };
    Arena arena = arena_open();

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        Str told[TOLD_COUNT] = {[TOLD_IPTC] = cases[i].bytes};
        PictureSaid said = picture_said(&arena, told);

        check_row(cases[i].why);
        if (cases[i].until)
            assert_str(time_rfc3339(&arena, said.until),
                       str_from(cases[i].until));
        else
            assert_true(said.until == TIME_NONE);
    }
    arena_close(&arena);
}

static void texts_are_bounded(void **unused)
{
    Arena arena = arena_open();
    char *text = arena_alloc(&arena, 30000);
    Str told[TOLD_COUNT] = {0};
    PictureSaid said;

    (void)unused;
    memset(text, 'a', 30000);
    memcpy(text, "\x1c\x02\x78\x75\x2b", 5);
    told[TOLD_IPTC] = (Str){text, 30000};
    said = picture_said(&arena, told);
    assert_int_equal(said.caption.len, PICTURE_TEXT);
    arena_close(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_source_is_read),
        cmocka_unit_test(the_first_that_has_it_is_taken),
        cmocka_unit_test(a_date_of_expiry_is_read),
        cmocka_unit_test(texts_are_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
