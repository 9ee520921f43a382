/* press/theme.h -- the look and the words: templates, style, catalogs.
 *
 * They come with the program (text/embedded.h); a file of the same name in the
 * site's folder theme/ replaces one: theme/templates/story.html,
 * theme/style.css, theme/site.js, theme/words/uk.po.  A theme is data: nothing
 * in it runs. Everything is checked when it is loaded.
 *
 * Lifetime: from theme_open to theme_close.  Threads: constant in between.
 */
#ifndef PRESS_THEME_H
#define PRESS_THEME_H

#include "press/views.h"
#include "story/site.h"
#include "text/catalog.h"

typedef struct Theme Theme;

/* dir: the folder of overrides, or NULL. Each language of the site needs its
 * words. The fault names the file, line and column. */
MUST_USE Err theme_open(const Site *site, const char *dir, Theme **out,
                        Fault *fault);
void theme_close(Theme *theme);

const Template *theme_template(const Theme *theme, TemplateId id);

/* By the language's index in the site. */
const Catalog *theme_words(const Theme *theme, size_t language);

/* The style sheet without comments and indents, and its source expression
 * for a Content-Security-Policy: 'sha256-...'. */
Html theme_style(const Theme *theme);
Str theme_style_source(const Theme *theme);

/* Where the script is fetched: "/site.js?v=..." names its bytes. */
Str theme_script_href(const Theme *theme);

/* A file of the theme as it is: "icons/icon.svg". ERR_NOT_FOUND. */
MUST_USE Err theme_file(const Theme *theme, Arena *arena, Str name, Str *out);

/* What lets a style of these bytes stand in a page: 'sha256-...' for its
 * Content-Security-Policy. */
Str theme_source_of(Arena *arena, Str style);

#endif
