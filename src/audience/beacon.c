#include "audience/beacon.h"

#include <ctype.h>
#include <string.h>

#include "text/url.h"

static const char *const screens[] = {"phone", "tablet", "desktop"};

const char *screen_word(Screen screen)
{
    return screens[screen];
}

static bool read_screen(Str text, Screen *out)
{
    for (size_t i = 0; i < COUNT(screens); i++)
        if (str_eq(text, str_from(screens[i]))) {
            *out = (Screen)i;
            return true;
        }
    return false;
}

/* Letters, digits, hyphens and dots, as names of hosts are sent. */
static bool is_of_host(unsigned char c)
{
    return (c < 0x80 && isalnum(c)) || c == '.' || c == '-';
}

static bool read_host(Arena *arena, Str text, Str *out)
{
    char *copy;

    if (text.len > REFERRER_MAX) return false;
    copy = arena_alloc(arena, text.len + 1);
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];

        if (!is_of_host(c)) return false;
        copy[i] = (char)tolower(c);
    }
    *out = (Str){copy, text.len};
    return true;
}

bool referrer_fits(Str from)
{
    if (from.len > REFERRER_MAX) return false;
    for (size_t i = 0; i < from.len; i++) {
        unsigned char c = (unsigned char)from.ptr[i];

        if (!is_of_host(c) || isupper(c)) return false;
    }
    return true;
}

Err beacon_read(Arena *arena, Str body, Beacon *out, Fault *fault)
{
    Beacon beacon = {0};
    Str text = {0};

    if (body.len > BEACON_MAX)
        return fault_set(fault, ERR_TOO_BIG, "at most %d bytes", BEACON_MAX);
    if (!url_query(arena, body, "story", &text) || text.len > 18 ||
        !str_int(text, &beacon.story.number) || beacon.story.number < 1)
        return fault_set(fault, ERR_INVALID, "story: expected its number");
    if (!url_query(arena, body, "screen", &text) ||
        !read_screen(text, &beacon.screen))
        return fault_set(fault, ERR_INVALID,
                         "screen: expected phone, tablet or desktop");
    if (url_query(arena, body, "from", &text) &&
        !read_host(arena, text, &beacon.from))
        return fault_set(fault, ERR_INVALID,
                         "from: expected a host of at most %d characters",
                         REFERRER_MAX);
    *out = beacon;
    return ERR_OK;
}

/* ---- bots ---- */

/* What programs call themselves by, in lower case. A word that ends in "bot" is
 * one, but for a maker of telephones. */
static const char *const marks[] = {
    "bot/",        "bot ",        "bot;",
    "bot)",        "bot-",        "bot_",
    "crawl",       "spider",      "slurp",
    "headless",    "phantom",     "preview",
    "monitor",     "curl/",       "wget/",
    "python",      "java/",       "okhttp",
    "go-http",     "libwww",      "httpclient",
    "node-fetch",  "axios",       "scrapy",
    "lighthouse",  "pingdom",     "facebookexternalhit",
    "feedfetcher", "ia_archiver",
};

static bool has_mark(const char *text, size_t len, const char *mark)
{
    size_t mark_len = strlen(mark);

    for (size_t i = 0; i + mark_len <= len; i++) {
        if (memcmp(text + i, mark, mark_len) != 0) continue;
        if (i >= 2 && memcmp(text + i - 2, "cubot", 5) == 0) continue;
        return true;
    }
    return false;
}

bool browser_is_bot(Str user_agent)
{
    char lower[512];
    size_t len = user_agent.len < sizeof lower ? user_agent.len : sizeof lower;

    if (!len) return true;
    for (size_t i = 0; i < len; i++)
        lower[i] = (char)tolower((unsigned char)user_agent.ptr[i]);
    if (len >= 3 && !memcmp(lower + len - 3, "bot", 3) &&
        !(len >= 5 && !memcmp(lower + len - 5, "cubot", 5)))
        return true;
    for (size_t i = 0; i < COUNT(marks); i++)
        if (has_mark(lower, len, marks[i])) return true;
    return false;
}
