#include "press/theme.h"

#include <sodium.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/mem.h"
#include "text/embedded.h"

#define THEME_FILE_MAX (1024 * 1024)

struct Theme {
    Arena arena;
    const char *dir;
    const Catalog *words[SITE_LANGUAGES_MAX];
    const Template *templates[TEMPLATE_COUNT];
    Html style;
    Str style_source;
    Str script_href;
};

VIEW_TABLE(LinkView, LINK_VIEW)
VIEW_TABLE(ThumbView, THUMB_VIEW)
VIEW_TABLE(PictureView, PICTURE_VIEW)
VIEW_TABLE(SharePictureView, SHARE_PICTURE_VIEW)
VIEW_TABLE(LanguageView, LANGUAGE_VIEW)
VIEW_TABLE(AdView, AD_VIEW)
VIEW_TABLE(AdShownView, AD_SHOWN_VIEW)
VIEW_TABLE(AdHouseView, AD_HOUSE_VIEW)
VIEW_TABLE(ItemView, ITEM_VIEW)
VIEW_TABLE(CorrectionView, CORRECTION_VIEW)
VIEW_TABLE(HeadOpenView, HEAD_OPEN_VIEW)
VIEW_TABLE(MastheadView, MASTHEAD_VIEW)
VIEW_TABLE(FooterView, FOOTER_VIEW)
VIEW_TABLE(LatestView, LATEST_VIEW)
VIEW_TABLE(HotView, HOT_VIEW)
VIEW_TABLE(StoryHeadView, STORY_HEAD_VIEW)
VIEW_TABLE(StoryView, STORY_VIEW)
VIEW_TABLE(EntryView, ENTRY_VIEW)
VIEW_TABLE(CoverageView, COVERAGE_VIEW)
VIEW_TABLE(MoreAboutView, MORE_ABOUT_VIEW)
VIEW_TABLE(NeighboursView, NEIGHBOURS_VIEW)
VIEW_TABLE(FrontLeadView, FRONT_LEAD_VIEW)
VIEW_TABLE(FrontSectionView, FRONT_SECTION_VIEW)
VIEW_TABLE(ListView, LIST_VIEW)
VIEW_TABLE(ListHeadView, LIST_HEAD_VIEW)
VIEW_TABLE(ChoiceView, CHOICE_VIEW)
VIEW_TABLE(SearchLineView, SEARCH_LINE_VIEW)
VIEW_TABLE(SearchNoteView, SEARCH_NOTE_VIEW)
VIEW_TABLE(SearchView, SEARCH_VIEW)
VIEW_TABLE(SearchHeadView, SEARCH_HEAD_VIEW)
VIEW_TABLE(NoticeView, NOTICE_VIEW)

static const struct {
    Str name;
    const ViewType *type;
} templates[] = {
#define X(name, Type) {S_INIT(#name), &Type##_type},
    TEMPLATES(X)
#undef X
};

Err theme_file(const Theme *theme, Arena *arena, Str name, Str *out)
{
    if (theme->dir) {
        char *path = file_join(arena, theme->dir, str_z(arena, name));
        Err err = file_read(arena, path, THEME_FILE_MAX, out, NULL);

        if (err != ERR_NOT_FOUND) return err;
    }
    return embedded_get(name, out) ? ERR_OK : ERR_NOT_FOUND;
}

static Err read_named(const Theme *theme, Arena *arena, Str name, Str *out,
                      Fault *fault)
{
    Err err = theme_file(theme, arena, name, out);

    if (!err) return ERR_OK;
    fault_where(fault, "theme/%.*s", STR_ARG(name));
    return fault_set(fault, err, "%s", err_word(err));
}

static Err get_template(void *context, Arena *arena, Str name, Str *source,
                        Fault *fault)
{
    Str path = str_format(arena, "templates/%.*s.html", STR_ARG(name));

    return read_named(context, arena, path, source, fault);
}

static Err load_catalog(Theme *theme, Str tag, const Catalog *english,
                        const Catalog **out, Fault *fault)
{
    Str path = str_format(&theme->arena, "words/%.*s.po", STR_ARG(tag));
    Str bytes;
    Err err = read_named(theme, &theme->arena, path, &bytes, fault);

    if (err == ERR_NOT_FOUND)
        return fault_set(fault, err,
                         "the site's language \"%.*s\" has no words: expected "
                         "this file",
                         STR_ARG(tag));
    if (err) return err;
    return catalog_load(&theme->arena, tag, str_z(&theme->arena, path), bytes,
                        english, out, fault);
}

static Err load_words(Theme *theme, const Site *site, Fault *fault)
{
    const Catalog *english;
    Err err = load_catalog(theme, S("en"), NULL, &english, fault);

    for (size_t i = 0; !err && i < site->language_count; i++) {
        Str tag = site->languages[i].tag;

        if (str_eq(tag, S("en")))
            theme->words[i] = english;
        else
            err = load_catalog(theme, tag, english, &theme->words[i], fault);
    }
    return err;
}

static Err load_templates(Theme *theme, Fault *fault)
{
    TemplateFiles files = {get_template, theme};

    for (size_t i = 0; i < TEMPLATE_COUNT; i++) {
        Err err = template_compile(&theme->arena, &files, templates[i].name,
                                   templates[i].type, theme->words[0],
                                   &theme->templates[i], fault);

        if (err) return err;
    }
    return ERR_OK;
}

/* Without comments, line ends, and space where a mark tells words apart
 * already; strings stay as they are. A line end between two words of a selector
 * becomes one space. */
static Str squeeze(Arena *arena, Str css)
{
    Buf out = buf_open(arena, css.len + 1);
    char open = 0; /* the quote of the string that we are in */

    for (size_t i = 0; i < css.len; i++) {
        char c = css.ptr[i];
        char last = out.len ? out.ptr[out.len - 1] : ' ';

        if (open) {
            if (c == open) open = 0;
        } else if (c == '"' || c == '\'') {
            open = c;
        } else if (str_starts(str_skip(css, i), S("/*"))) {
            ptrdiff_t end = str_find(css, S("*/"), i + 2);

            i = end < 0 ? css.len : (size_t)end + 1;
            continue;
        } else if (c == '\n' || c == ' ' || c == '\t' || c == '\r') {
            if (last == ' ' || last == '{' || last == '}' || last == ';' ||
                last == ',' || last == ':')
                continue;
            c = ' ';
        } else if ((c == '{' && last == ' ') ||
                   (c == '}' && (last == ' ' || last == ';'))) {
            out.len--;
        }
        buf_putc(&out, c);
    }
    return buf_str(&out);
}

Str theme_source_of(Arena *arena, Str style)
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    char text[64];

    crypto_hash_sha256(hash, (const unsigned char *)style.ptr, style.len);
    sodium_bin2base64(text, sizeof text, hash, sizeof hash,
                      sodium_base64_VARIANT_ORIGINAL);
    return str_format(arena, "'sha256-%s'", text);
}

static Err load_style(Theme *theme, Fault *fault)
{
    Str css;
    Err err;

    err = read_named(theme, &theme->arena, S("style.css"), &css, fault);
    if (err) return err;
    if (str_find(css, S("</"), 0) >= 0) {
        fault_where(fault, "theme/style.css");
        return fault_set(fault, ERR_INVALID, "it must not hold \"</\"");
    }
    css = squeeze(&theme->arena, css);
    theme->style = (Html){css};
    theme->style_source = theme_source_of(&theme->arena, css);
    return ERR_OK;
}

static Err load_script(Theme *theme, Fault *fault)
{
    Str script;
    Err err = read_named(theme, &theme->arena, S("site.js"), &script, fault);

    if (!err)
        theme->script_href = str_format(&theme->arena, "/site.js?v=%08x",
                                        (unsigned)hash_content(script).low);
    return err;
}

Err theme_open(const Site *site, const char *dir, Theme **out, Fault *fault)
{
    Theme *theme = mem_zero(sizeof *theme);
    Err err;

    theme->arena = arena_open();
    if (dir) theme->dir = str_z(&theme->arena, str_from(dir));
    err = load_words(theme, site, fault);
    if (!err) err = load_templates(theme, fault);
    if (!err) err = load_style(theme, fault);
    if (!err) err = load_script(theme, fault);
    if (err) {
        theme_close(theme);
        return err;
    }
    *out = theme;
    return ERR_OK;
}

void theme_close(Theme *theme)
{
    if (!theme) return;
    arena_close(&theme->arena);
    mem_free(theme);
}

const Template *theme_template(const Theme *theme, TemplateId id)
{
    return theme->templates[id];
}

const Catalog *theme_words(const Theme *theme, size_t language)
{
    return theme->words[language];
}

Html theme_style(const Theme *theme)
{
    return theme->style;
}

Str theme_style_source(const Theme *theme)
{
    return theme->style_source;
}

Str theme_script_href(const Theme *theme)
{
    return theme->script_href;
}
