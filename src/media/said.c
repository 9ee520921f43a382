#include "media/said.h"

#include <string.h>

#include "base/utf8.h"
#include "story/item.h"
#include "text/charset.h"
#include "text/xml.h"

/* One source's word, field by field; an empty Str or TIME_NONE: nothing. */
typedef struct Word {
    Str alt, caption, person, credit, rights;
    Time until;
} Word;

static Word word_none(void)
{
    return (Word){.until = TIME_NONE};
}

/* ---- XMP ---- */

#define RDF       "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
#define DC        "http://purl.org/dc/elements/1.1/"
#define PHOTOSHOP "http://ns.adobe.com/photoshop/1.0/"
#define IPTC_CORE "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/"
#define RIGHTS    "http://ns.adobe.com/xap/1.0/rights/"
#define XML_NS    "http://www.w3.org/XML/1998/namespace"

/* The item of rdf:Alt that is for everybody, else the first; of rdf:Seq and
 * rdf:Bag the first. */
static const XmlNode *item_of(const XmlNode *list)
{
    const XmlNode *first = NULL;

    for (const XmlNode *li = xml_first(list); li; li = xml_next(li)) {
        if (!xml_is(li, RDF, "li")) continue;
        if (!first) first = li;
        if (str_eq(xml_attr_ns(li, XML_NS, "lang"), S("x-default"))) return li;
    }
    return first;
}

static Str value_of(Arena *arena, const XmlNode *property)
{
    const XmlNode *list = xml_first(property);
    const XmlNode *item = list ? item_of(list) : NULL;

    return xml_text(arena, item ? item : property);
}

static Str xmp_property(Arena *arena, const XmlNode *about, const char *ns,
                        const char *name)
{
    const XmlNode *property = xml_child(about, ns, name);

    return property ? value_of(arena, property) : xml_attr_ns(about, ns, name);
}

static void keep(Str *field, Str value)
{
    if (!field->len) *field = str_trim(value);
}

static void read_about(Arena *arena, const XmlNode *about, Word *word)
{
    keep(&word->alt,
         xmp_property(arena, about, IPTC_CORE, "AltTextAccessibility"));
    keep(&word->caption, xmp_property(arena, about, DC, "description"));
    keep(&word->person, xmp_property(arena, about, DC, "creator"));
    keep(&word->credit, xmp_property(arena, about, PHOTOSHOP, "Credit"));
    keep(&word->rights, xmp_property(arena, about, DC, "rights"));
    keep(&word->rights, xmp_property(arena, about, RIGHTS, "UsageTerms"));
}

static Word read_xmp(Arena *arena, Str packet)
{
    Word word = word_none();
    XmlNode *root;
    Fault fault;

    if (!packet.len ||
        xml_read(arena, packet, TOLD_MAX, XML_MEND, S("utf-8"), &root, &fault))
        return word;
    if (!xml_is(root, RDF, "RDF")) root = xml_child(root, RDF, "RDF");
    for (const XmlNode *about = xml_first(root); about; about = xml_next(about))
        if (xml_is(about, RDF, "Description")) read_about(arena, about, &word);
    return word;
}

/* ---- IPTC ---- */

static uint32_t byte_at(Str s, size_t at)
{
    return (uint8_t)s.ptr[at];
}

static size_t big(Str s, size_t at, size_t bytes)
{
    size_t number = 0;

    for (size_t i = 0; i < bytes; i++)
        number = number << 8 | byte_at(s, at + i);
    return number;
}

#define PHOTOSHOP_MARK S("Photoshop 3.0\0")
#define IPTC_BLOCK     0x0404

/* The block of records among Photoshop's, each of them: 8BIM, a number, a name
 * (its length first, padded), a length, bytes (padded). */
static Str iptc_block(Str blocks)
{
    if (!str_starts(blocks, PHOTOSHOP_MARK)) return blocks;
    blocks = str_skip(blocks, PHOTOSHOP_MARK.len);
    while (blocks.len >= 12 && str_starts(blocks, S("8BIM"))) {
        size_t number = big(blocks, 4, 2);
        size_t head = 6 + ((1 + byte_at(blocks, 6) + 1) & ~(size_t)1);
        size_t len;

        if (blocks.len < head + 4) break;
        len = big(blocks, head, 4);
        blocks = str_skip(blocks, head + 4);
        if (len > blocks.len) break;
        if (number == IPTC_BLOCK) return str_slice(blocks, 0, len);
        blocks = str_skip(blocks, len + (len & 1));
    }
    return (Str){0};
}

/* Its text, in UTF-8 where it says so or is so, else in an older encoding by
 * its letters. */
static Str decoded(Arena *arena, Str bytes)
{
    Str charset = charset_guess(bytes);
    Str text;

    if (!charset.len) charset = S("windows-1252");
    if (charset_decode(arena, bytes, charset, &text, NULL)) return (Str){0};
    return text;
}

/* "20261231", and "235959+0200" where it is said; the day's beginning else. */
static Time expiry(Arena *arena, Str day, Str clock)
{
    Str text =
        clock.len ? str_format(arena, "%.*sT%.*s", STR_ARG(day), STR_ARG(clock))
                  : day;
    Time time;
    bool zoned;

    if (!day.len || time_read_iso(text, &time, &zoned)) return TIME_NONE;
    return time;
}

static Word read_iptc(Arena *arena, Str blocks)
{
    Str records = iptc_block(blocks);
    Word word = word_none();
    Str day = {0}, clock = {0};

    /* 1C, record, data set, length (over 32,767 it would be an extended one,
     * which no text is) */
    while (records.len >= 5 && byte_at(records, 0) == 0x1c) {
        size_t record = byte_at(records, 1);
        size_t set = byte_at(records, 2);
        size_t len = big(records, 3, 2);
        Str bytes;

        records = str_skip(records, 5);
        if (len > records.len) break;
        bytes = str_slice(records, 0, len);
        records = str_skip(records, len);
        if (record != 2) continue;
        switch (set) {
        case 37: keep(&day, bytes); break;
        case 38: keep(&clock, bytes); break;
        case 80: keep(&word.person, decoded(arena, bytes)); break;
        case 110: keep(&word.credit, decoded(arena, bytes)); break;
        case 116: keep(&word.rights, decoded(arena, bytes)); break;
        case 120: keep(&word.caption, decoded(arena, bytes)); break;
        default: break;
        }
    }
    word.until = expiry(arena, day, clock);
    return word;
}

/* ---- EXIF ---- */

/* libvips gives a text twice, "TEXT (TEXT, ASCII, 5 components, 5 bytes)". */
static Str exif_text(Arena *arena, Str said)
{
    Str text = said;

    for (ptrdiff_t at = str_find(said, S(" ("), 0); at >= 0;
         at = str_find(said, S(" ("), (size_t)at + 1)) {
        Str before = str_slice(said, 0, (size_t)at);

        text = before;
        if (str_starts(str_skip(said, (size_t)at + 2), str_trim(before))) break;
    }
    return decoded(arena, str_trim(text));
}

/* What cameras write where a person would. */
static const Str camera_words[] = {
    S_INIT("DIGITAL CAMERA"), S_INIT("SONY DSC"),  S_INIT("KODAK Digital"),
    S_INIT("DCIM\\"),         S_INIT("Exif_JPEG"), S_INIT("<Digimax"),
};

static Str by_person(Str text)
{
    for (size_t i = 0; i < COUNT(camera_words); i++)
        if (str_find(text, camera_words[i], 0) >= 0) return (Str){0};
    return text;
}

static Word read_exif(Arena *arena, const Str told[TOLD_COUNT])
{
    Word word = word_none();

    word.caption = by_person(exif_text(arena, told[TOLD_EXIF_DESCRIPTION]));
    word.person = exif_text(arena, told[TOLD_EXIF_ARTIST]);
    word.rights = exif_text(arena, told[TOLD_EXIF_COPYRIGHT]);
    return word;
}

/* ---- all of it ---- */

static Str line(Arena *arena, Str text, size_t max)
{
    return utf8_first(item_line(arena, text), max);
}

static Str credit_of(Arena *arena, const Word *word)
{
    if (!word->person.len) return word->credit;
    if (!word->credit.len || str_find(word->person, word->credit, 0) >= 0)
        return word->person;
    if (str_find(word->credit, word->person, 0) >= 0) return word->credit;
    return str_format(arena, "%.*s / %.*s", STR_ARG(word->person),
                      STR_ARG(word->credit));
}

static void add(Word *all, const Word *word)
{
    keep(&all->alt, word->alt);
    keep(&all->caption, word->caption);
    keep(&all->person, word->person);
    keep(&all->credit, word->credit);
    keep(&all->rights, word->rights);
    if (all->until == TIME_NONE) all->until = word->until;
}

PictureSaid picture_said(Arena *arena, const Str told[TOLD_COUNT])
{
    Word all = read_xmp(arena, told[TOLD_XMP]);
    Word iptc = read_iptc(arena, told[TOLD_IPTC]);
    Word exif = read_exif(arena, told);

    add(&all, &iptc);
    add(&all, &exif);
    return (PictureSaid){
        .alt = line(arena, all.alt, PICTURE_TEXT),
        .caption = line(arena, all.caption, PICTURE_TEXT),
        .credit = line(arena, credit_of(arena, &all), FIELD_MAX),
        .rights = line(arena, all.rights, PICTURE_TEXT),
        .until = all.until,
    };
}
