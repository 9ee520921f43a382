/* story/site.h -- what the agency's settings say that pages, feeds and readers
 * of formats need to know.
 *
 * Threads: made at start, constant after.
 */
#ifndef STORY_SITE_H
#define STORY_SITE_H

#include "base/str.h"

#define SITE_LANGUAGES_MAX 16

typedef struct SiteLanguage {
    Str tag;  /* BCP 47: "en", "uk" */
    Str name; /* the agency's name in this language */
} SiteLanguage;

typedef struct Site {
    SiteLanguage languages[SITE_LANGUAGES_MAX]; /* the first is the default */
    size_t language_count;                      /* 1.. */
    Str zone;  /* of the agency's clock: "Europe/Kyiv" */
    Str url;   /* "https://news.example", no slash at the end */
    bool push; /* readers may subscribe to flashes */
    Str hub;   /* WebSub hub of the feeds; empty: none */
    bool ads;  /* pages have places for ads */
    StrList no_ads_sections, no_ads_tags; /* slugs: pages of these have none */
    StrList open_ad_slots;                /* where tags of others may stand */
    Str ads_txt;                          /* who may sell them; empty: nobody */
    Str authority; /* host and a date at which it was the agency's, for tag
                      URIs (RFC 4151): "news.example,2026" */
} Site;

/* The index of a language in the site, or -1. */
int site_language(const Site *site, Str tag);

#endif
