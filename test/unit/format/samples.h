/* test/unit/format/samples.h -- public stories made by hand: an ordinary one
 * and those at which a writer may stumble. */
#ifndef TEST_SAMPLES_H
#define TEST_SAMPLES_H

#include "format/feed_out.h"

#define SITE      "https://news.example"
#define AUTHORITY "news.example,2026"
#define NOON      ((Time)1763812800 * TIME_SECOND) /* 2025-11-22T12:00:00Z */

/* The bytes of U+2028, U+FFFF, a bell, a right-to-left override, a family. */
#define LINE_SEPARATOR "\xE2\x80\xA8"
#define NO_CHARACTER   "\xEF\xBF\xBF"
#define BELL           "\x07"
#define RTL_OVERRIDE   "\xE2\x80\xAE"
#define FAMILY                                                                 \
    "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7\xE2\x80\x8D\xF0\x9F\x91\xA6"

#define HOSTILE                                                                \
    "</script><script>alert(1)</script> ]]> <!-- & \"two\" 'one' &amp; "       \
    "\\ " LINE_SEPARATOR NO_CHARACTER BELL RTL_OVERRIDE FAMILY                 \
    " {searchTerms}"

typedef enum Sample {
    SAMPLE_FULL,
    SAMPLE_CORRECTED,
    SAMPLE_FLASH,
    SAMPLE_UNTIMED,
    SAMPLE_HOSTILE,
    SAMPLE_ARABIC,
    SAMPLE_COUNT
} Sample;

static Tag sample_tags[] = {
    {S_INIT("lighthouses"), S_INIT("lighthouses")},
    {S_INIT("black-sea"), S_INIT("Black Sea")},
};
static Tag sample_hostile_tags[] = {{S_INIT("markup"), S_INIT(HOSTILE)}};

static Correction sample_corrections[] = {
    {2, NOON + TIME_HOUR, S_INIT("The tower is 36 metres high, not 63.")},
    {3, NOON + 5 * TIME_HOUR, S_INIT("The keeper's <name> & rank are mended.")},
};
static Correction sample_hostile_corrections[] = {{1, NOON, S_INIT(HOSTILE)}};

static const Str sample_labels[] = {
    S_INIT("Correction, 15:00 22.11.2025:"),
    S_INIT("Correction, 19:00 22.11.2025:"),
};
static const Str sample_hostile_labels[] = {S_INIT(HOSTILE)};

static const Str sample_urls[SAMPLE_COUNT] = {
    S_INIT(SITE "/en/facts/101-lighthouse-lit-again"),
    S_INIT(SITE "/en/facts/102-lighthouse-measured"),
    S_INIT(SITE "/en/world/103-strait-closed"),
    S_INIT(SITE "/en/facts/104-from-an-old-page"),
    S_INIT(SITE "/en/facts/105-script"),
    S_INIT(SITE "/ar/facts/106-almnara"),
};

static const PublicStory sample_stories[SAMPLE_COUNT] = {
    [SAMPLE_FULL] =
        {.item = {.id = {101},
                  .language = S_INIT("en"),
                  .section = S_INIT("facts"),
                  .section_name = S_INIT("Facts"),
                  .headline = S_INIT("Lighthouse is lit again"),
                  .deck = S_INIT("After two dark winters ships see its light."),
                  .slug = S_INIT("lighthouse-lit-again"),
                  .at = NOON,
                  .timed = true,
                  .changed_at = NOON,
                  .version = 1,
                  .urgency = 4},
         .uri = S_INIT("urn:example:lighthouse"),
         .group = {101},
         .body = {S_INIT(
             "<p>The lamp was lit at dusk, see <a href=\"/en/facts/99-map?a=1"
             "&amp;b=2\">the map</a> and <a href=\"#names\">names</a>.</p>\n"
             "<h2>Who lit it</h2>\n<p>A keeper<br>and <a "
             "href=\"https://other.example/x\">a helper</a>. "
             "<abbr title=\"&lt;a href=&quot;/no&quot;&gt;\">href=\"/no\""
             "</abbr></p>\n")},
         .byline = S_INIT("Olena Marchenko"),
         .place = S_INIT("Odesa"),
         .tags = {sample_tags, COUNT(sample_tags)},
         .words = 18,
         .source = S_INIT("Harbour Office"),
         .source_url = S_INIT("https://harbour.example/notice?n=7&lang=en")},
    [SAMPLE_CORRECTED] = {.item = {.id = {102},
                                   .language = S_INIT("en"),
                                   .section = S_INIT("facts"),
                                   .section_name = S_INIT("Facts"),
                                   .headline = S_INIT("Lighthouse measured"),
                                   .slug = S_INIT("lighthouse-measured"),
                                   .at = NOON - TIME_DAY + 250000,
                                   .timed = true,
                                   .changed_at = NOON + 5 * TIME_HOUR,
                                   .version = 3,
                                   .urgency = 4,
                                   .corrected = true},
                          .uri = S_INIT("sha256:0a1b"),
                          .group = {90},
                          .follows = {101},
                          .body = {S_INIT("<p>It is 36 metres high.</p>\n")},
                          .words = 5,
                          .corrections = sample_corrections,
                          .correction_count = COUNT(sample_corrections)},
    [SAMPLE_FLASH] = {.item = {.id = {103},
                               .language = S_INIT("en"),
                               .section = S_INIT("world"),
                               .section_name = S_INIT("World"),
                               .headline = S_INIT("Strait closed to ships"),
                               .slug = S_INIT("strait-closed"),
                               .at = NOON + TIME_MINUTE,
                               .timed = true,
                               .changed_at = NOON + TIME_MINUTE,
                               .version = 1,
                               .urgency = URGENCY_FLASH},
                      .uri = S_INIT("https://news.example/flash/103"),
                      .group = {103}},
    [SAMPLE_UNTIMED] = {.item = {.id = {104},
                                 .language = S_INIT("en"),
                                 .section = S_INIT("facts"),
                                 .section_name = S_INIT("Facts"),
                                 .headline = S_INIT("From an old page"),
                                 .deck = S_INIT("Nobody knows when."),
                                 .slug = S_INIT("from-an-old-page"),
                                 .at = NOON - 3,
                                 .timed = false,
                                 .changed_at = NOON + TIME_DAY,
                                 .version = 1,
                                 .urgency = 4},
                        .uri = S_INIT("12345 at old.example"),
                        .group = {104}},
    [SAMPLE_HOSTILE] =
        {.item = {.id = {105},
                  .language = S_INIT("en"),
                  .section = S_INIT("facts"),
                  .section_name = S_INIT(HOSTILE),
                  .headline = S_INIT(HOSTILE),
                  .deck = S_INIT(HOSTILE),
                  .slug = S_INIT("script"),
                  .at = NOON,
                  .timed = true,
                  .changed_at = NOON,
                  .version = 1,
                  .urgency = 4},
         .uri = S_INIT(HOSTILE),
         .group = {105},
         .body = {S_INIT("<p>&lt;/script&gt; ]]&gt; &amp;amp; \"two\" 'one' "
                         "&lt;a href=\"/no\"&gt; " LINE_SEPARATOR NO_CHARACTER
                             RTL_OVERRIDE FAMILY "</p>\n")},
         .byline = S_INIT(HOSTILE),
         .place = S_INIT(HOSTILE),
         .tags = {sample_hostile_tags, COUNT(sample_hostile_tags)},
         .words = 9,
         .source = S_INIT(HOSTILE),
         .source_url = S_INIT("https://other.example/?a=\"><b>&c=]]>"),
         .corrections = sample_hostile_corrections,
         .correction_count = COUNT(sample_hostile_corrections)},
    [SAMPLE_ARABIC] = {.item = {.id = {106},
                                .language = S_INIT("ar"),
                                .section = S_INIT("facts"),
                                .section_name = S_INIT("حقائق"),
                                .headline = S_INIT("المنارة تضيء من جديد"),
                                .slug = S_INIT("almnara"),
                                .at = NOON + 20 * TIME_MINUTE,
                                .timed = true,
                                .changed_at = NOON + 20 * TIME_MINUTE,
                                .version = 1,
                                .urgency = 4},
                       .uri = S_INIT("urn:example:lighthouse:ar"),
                       .group = {101},
                       .body = {S_INIT("<p>أضيء المصباح عند الغروب.</p>\n")},
                       .words = 4},
};

static inline FeedEntry sample_entry(Sample sample)
{
    return (FeedEntry){
        .story = &sample_stories[sample],
        .url = sample_urls[sample],
        .correction_labels = sample == SAMPLE_CORRECTED ? sample_labels
                             : sample == SAMPLE_HOSTILE ? sample_hostile_labels
                                                        : NULL,
    };
}

#endif
