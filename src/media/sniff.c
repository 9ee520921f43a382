#include "media/sniff.h"

#include <string.h>

#define WANTED "JPEG, PNG, WebP, AVIF, GIF or TIFF was expected"

/* ---- numbers, which are asked for only where they are ---- */

static uint32_t byte_at(Str s, size_t at)
{
    return (uint8_t)s.ptr[at];
}

static uint32_t big16(Str s, size_t at)
{
    return byte_at(s, at) << 8 | byte_at(s, at + 1);
}

static uint32_t big32(Str s, size_t at)
{
    return big16(s, at) << 16 | big16(s, at + 2);
}

static uint32_t little32(Str s, size_t at)
{
    return byte_at(s, at) | byte_at(s, at + 1) << 8 | byte_at(s, at + 2) << 16 |
           byte_at(s, at + 3) << 24;
}

/* ---- frames: true when they end where they should ---- */

static bool png_ends(Str s)
{
    size_t at = 8;

    while (s.len - at >= 12) {
        uint32_t len = big32(s, at);

        if (len > s.len - at - 12) return false;
        if (memcmp(s.ptr + at + 4, "IEND", 4) == 0) return true;
        at += 12 + (size_t)len;
    }
    return false;
}

/* From behind a start of scan to the marker that ends it. */
static size_t skip_scan(Str s, size_t at)
{
    while (at + 1 < s.len) {
        const char *next = memchr(s.ptr + at, 0xff, s.len - at - 1);
        uint32_t marker;

        if (!next) return s.len;
        at = (size_t)(next - s.ptr);
        marker = byte_at(s, at + 1);
        if (marker && marker != 0xff && (marker < 0xd0 || marker > 0xd7))
            return at;
        at += marker == 0xff ? 1 : 2;
    }
    return s.len;
}

static bool jpeg_ends(Str s)
{
    size_t at = 2;

    while (at + 4 <= s.len || (at + 2 <= s.len && byte_at(s, at + 1) == 0xd9)) {
        uint32_t marker = byte_at(s, at + 1);
        uint32_t len;

        if (byte_at(s, at) != 0xff) return false;
        if (marker == 0xd9) return true;
        if (marker == 0xff || (marker >= 0xd0 && marker <= 0xd8)) {
            at += marker == 0xff ? 1 : 2;
            continue;
        }
        len = big16(s, at + 2);
        if (len < 2 || len > s.len - at - 2) return false;
        at += 2 + len;
        if (marker == 0xda) at = skip_scan(s, at);
    }
    return false;
}

/* The table of colours that the flags of a descriptor tell of. */
static size_t gif_table(uint32_t flags)
{
    return flags & 0x80 ? (size_t)3 << ((flags & 7) + 1) : 0;
}

static size_t gif_blocks(Str s, size_t at)
{
    while (at < s.len && byte_at(s, at))
        at += 1 + byte_at(s, at);
    return at + 1;
}

static bool gif_ends(Str s)
{
    size_t at = s.len < 13 ? s.len : 13 + gif_table(byte_at(s, 10));

    while (at < s.len) {
        uint32_t kind = byte_at(s, at);

        if (kind == 0x3b) return true;
        if (kind == 0x21)
            at = gif_blocks(s, at + 2);
        else if (kind == 0x2c && s.len - at > 10)
            at = gif_blocks(s, at + 11 + gif_table(byte_at(s, at + 9)));
        else
            return false;
    }
    return false;
}

static bool webp_ends(Str s)
{
    return little32(s, 4) <= s.len - 8;
}

/* What a picture is made of (meta) and its bytes (mdat) are there, whole. */
static bool boxes_end(Str s)
{
    bool meta = false, mdat = false;
    size_t at = 0;

    while (s.len - at >= 8) {
        uint64_t len = big32(s, at);

        meta |= memcmp(s.ptr + at + 4, "meta", 4) == 0;
        mdat |= memcmp(s.ptr + at + 4, "mdat", 4) == 0;
        if (len == 1 && s.len - at >= 16)
            len = (uint64_t)big32(s, at + 8) << 32 | big32(s, at + 12);
        if (!len) len = s.len - at; /* to the end */
        if (len < 8 || len > s.len - at) return false;
        at += (size_t)len;
    }
    return at == s.len && meta && mdat;
}

static bool tiff_ends(Str s)
{
    return s.len > 8;
}

/* ---- kinds ---- */

/* Whether the file type box names a brand. */
static bool has_brand(Str s, const char *brand)
{
    size_t end;

    if (s.len < 12) return false;
    end = big32(s, 0) < s.len ? big32(s, 0) : s.len;
    for (size_t at = 8; at + 4 <= end; at += 4)
        if (memcmp(s.ptr + at, brand, 4) == 0) return true;
    return false;
}

static const struct {
    PictureType type;
    size_t at;
    Str mark;
    bool (*ends)(Str s);
} kinds[] = {
    {PICTURE_JPEG, 0, S_INIT("\xff\xd8\xff"), jpeg_ends},
    {PICTURE_PNG, 0, S_INIT("\x89PNG\r\n\x1a\n"), png_ends},
    {PICTURE_WEBP, 8, S_INIT("WEBP"), webp_ends},
    {PICTURE_GIF, 0, S_INIT("GIF87a"), gif_ends},
    {PICTURE_GIF, 0, S_INIT("GIF89a"), gif_ends},
    {PICTURE_TIFF, 0, S_INIT("II*\0"), tiff_ends},
    {PICTURE_TIFF, 0, S_INIT("MM\0*"), tiff_ends},
    {PICTURE_AVIF, 4, S_INIT("ftyp"), boxes_end},
};

/* What else is known, to be told by name. */
static const struct {
    size_t at;
    Str mark;
    const char *what;
} others[] = {
    {0, S_INIT("%PDF"), "PDF"},
    {0, S_INIT("8BPS"), "a Photoshop file"},
    {0, S_INIT("BM"), "a Windows bitmap"},
    {0, S_INIT("PK\3\4"), "a ZIP"},
    {0, S_INIT("\x1f\x8b"), "compressed by gzip"},
    {0, S_INIT("\xff\x0a"), "JPEG XL"},
    {4, S_INIT("JXL "), "JPEG XL"},
    {4, S_INIT("ftyp"), "HEIC or a film"},
    {0, S_INIT("RIFF"), "sound or a film"},
    {0,
     S_INIT("\x7f"
            "ELF"),
     "a program"},
};

static bool has(Str s, size_t at, Str mark)
{
    return str_starts(str_skip(s, at), mark);
}

static bool find_kind(Str s, size_t *out)
{
    for (size_t i = 0; i < COUNT(kinds); i++) {
        if (!has(s, kinds[i].at, kinds[i].mark)) continue;
        if (kinds[i].type == PICTURE_WEBP && !has(s, 0, S("RIFF"))) continue;
        if (kinds[i].type == PICTURE_AVIF && !has_brand(s, "avif")) continue;
        *out = i;
        return true;
    }
    return false;
}

static bool has_nocase(Str s, const char *word)
{
    Str mark = str_from(word);

    for (size_t at = 0;; at++) {
        ptrdiff_t next = str_find_char(s, '<', at);

        if (next < 0) return false;
        at = (size_t)next;
        if (str_starts_nocase(str_skip(s, at), mark)) return true;
    }
}

static Err refuse_other(Str s, Fault *fault)
{
    Str start = str_slice(s, 0, 4096);

    if (!s.len) return fault_set(fault, ERR_INVALID, "it is empty; " WANTED);
    if (has_nocase(start, "<svg"))
        return fault_set(
            fault, ERR_UNSUPPORTED,
            "it is SVG, which is a program and no picture; " WANTED);
    if (has_nocase(start, "<!doctype") || has_nocase(start, "<html"))
        return fault_set(fault, ERR_UNSUPPORTED, "it is HTML; " WANTED);
    for (size_t i = 0; i < COUNT(others); i++)
        if (has(s, others[i].at, others[i].mark))
            return fault_set(fault, ERR_UNSUPPORTED, "it is %s; " WANTED,
                             others[i].what);
    return fault_set(fault, ERR_UNSUPPORTED, "it is no picture; " WANTED);
}

/* ---- more than a picture ---- */

static const char *const active[] = {"<script", "<html", "<!doctype", "<iframe",
                                     "<?php"};

/* A tag's name ends there: without that the noise of a million pictures would
 * hold a hundred of them. */
static bool begins_tag(Str s, Str name)
{
    return s.len > name.len && str_starts_nocase(s, name) &&
           strchr(" \t\r\n/>", s.ptr[name.len]) && s.ptr[name.len];
}

/* The place of the first of them, or -1. */
static ptrdiff_t find_active(Str s)
{
    for (size_t at = 0;; at++) {
        ptrdiff_t next = str_find_char(s, '<', at);

        if (next < 0) return -1;
        at = (size_t)next;
        for (size_t i = 0; i < COUNT(active); i++)
            if (begins_tag(str_skip(s, at), str_from(active[i]))) return next;
    }
}

#define ZIP_END     22    /* bytes of a ZIP's end record without its comment */
#define ZIP_COMMENT 65535 /* bytes of that at most */
#define ZIP64_END   20    /* bytes of what says where ZIP64's end record is */

/* Whether what begins there is a ZIP's end record.  It names the list of the
 * files, which readers look for right before it or, since a ZIP may have been
 * put behind something, as far from the beginning as it says.  Its own mark
 * alone is in the noise of one large file in 65,000. */
static bool ends_zip(Str s, size_t at)
{
    uint32_t size = little32(s, at + 12);
    uint32_t from = little32(s, at + 16);

    return (size <= at && has(s, at - size, S("PK\1\2"))) ||
           has(s, from, S("PK\1\2")) ||
           (at >= ZIP64_END && has(s, at - ZIP64_END, S("PK\6\7")));
}

/* A ZIP is read from its end; what its comment says of its own length, or what
 * stands behind that, is the same to many readers. */
static bool ends_as_zip(Str s)
{
    size_t from =
        s.len > ZIP_END + ZIP_COMMENT ? s.len - ZIP_END - ZIP_COMMENT : 0;
    ptrdiff_t at = str_find(s, S("PK\5\6"), from);

    for (; at >= 0; at = str_find(s, S("PK\5\6"), (size_t)at + 1))
        if (s.len - (size_t)at >= ZIP_END && ends_zip(s, (size_t)at))
            return true;
    return false;
}

#define PDF_WITHIN 1024 /* where readers of PDF look for its mark */

static Err refuse_more(Str s, Fault *fault)
{
    ptrdiff_t at = find_active(s);

    if (at >= 0)
        return fault_set(fault, ERR_INVALID,
                         "it holds HTML or script at byte %lld, which a "
                         "picture has no use for",
                         (long long)at);
    if (str_find(str_slice(s, 0, PDF_WITHIN), S("%PDF-"), 0) >= 0)
        return fault_set(fault, ERR_INVALID, "it is a picture and PDF at once");
    if (ends_as_zip(s))
        return fault_set(fault, ERR_INVALID,
                         "it is a picture and a ZIP at once");
    return ERR_OK;
}

static Err find_picture(Str bytes, size_t *kind, Fault *fault)
{
    if (bytes.len > PICTURE_BYTES)
        return fault_set(fault, ERR_TOO_BIG,
                         "it has %zu bytes; at most %zu are taken", bytes.len,
                         PICTURE_BYTES);
    return find_kind(bytes, kind) ? ERR_OK : refuse_other(bytes, fault);
}

static Err check_end(Str bytes, size_t kind, PictureType *out, Fault *fault)
{
    if (bytes.len < 12 || !kinds[kind].ends(bytes))
        return fault_set(fault, ERR_INVALID,
                         "it is a %s that is cut short or broken",
                         picture_word(kinds[kind].type));
    *out = kinds[kind].type;
    return ERR_OK;
}

Err sniff_picture(Str bytes, PictureType *out, Fault *fault)
{
    size_t kind;
    Err err = find_picture(bytes, &kind, fault);

    if (!err) err = refuse_more(bytes, fault);
    return err ? err : check_end(bytes, kind, out, fault);
}

Err sniff_drawn(Str bytes, PictureType *out, Fault *fault)
{
    size_t kind;
    Err err = find_picture(bytes, &kind, fault);

    return err ? err : check_end(bytes, kind, out, fault);
}
