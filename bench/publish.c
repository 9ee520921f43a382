/* publish.c -- an editor at work: how long until an act is acknowledged, and
 * whether any reader gets an older answer after that.
 *
 *     publish [OPTION ...] CONTROL_SOCKET ADDR:PORT
 *
 *     -n N     stories (100), or until the seconds are over
 *     -s S     seconds at most (60)
 *     -r N     stories a second (20); 0: one after another
 *     -l LANG  their language (en);  -S SECTION (facts);  -t TAG (nato)
 *     -o PATH  the page of an old story, whose LATEST must have the new one
 *     -x       do not look at the site
 *
 * Each round files a story, publishes it, and when that is acknowledged asks
 * every surface that must have it, with the ETag of its last answer: a 304 or
 * an answer without the new story is stale.  The rounds ask in identity, gzip
 * and zstd in turn, over eight connections in turn, so that every serving
 * thread is asked.  Prints JSON; exit 1 when something was stale. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "client.h"
#include "histogram.h"

#define DOORS        8
#define SURFACES_MAX 12
#define CODINGS      3
#define BODY_TEXT                                                              \
    "<p>The ministers of six countries met on Tuesday to go through the "      \
    "figures of the third quarter, and found that the harvest had been "       \
    "better, the roads worse and the winter nearer than they had thought.</p>"

typedef struct Surface {
    const char *name;
    Str path;                 /* empty: that of the story itself */
    char etags[CODINGS][128]; /* of the last answer in each coding */
    int64_t asked, stale;
} Surface;

typedef struct Desk {
    Arena arena; /* of the whole run */
    Client *control;
    Client *doors[DOORS];
    int64_t asked; /* which door is next */
    Str language, section, tag, old_page;
    Surface surfaces[SURFACES_MAX];
    size_t surface_count;
    bool looks;
    int64_t wanted, published;
    double seconds, rate;
    int64_t run; /* so that two runs file different stories */
    Histogram filed, acknowledged;
} Desk;

_Noreturn static void fail(const char *what, Str more)
{
    fprintf(stderr, "publish: %s: %.*s\n", what, STR_ARG(more));
    exit(1);
}

/* ---- the editor ---- */

static void put_text(JsonOut *out, const char *key, Str value)
{
    json_put_key(out, key);
    json_put_array(out);
    json_put_object(out);
    json_pair_str(out, "role", S("main"));
    json_pair_str(out, "contentType", S("text/html"));
    json_pair_str(out, "value", value);
    json_put_end(out);
    json_put_end(out);
}

static void put_subject(JsonOut *out, const char *rel, Str slug)
{
    json_put_object(out);
    json_pair_str(out, "rel", str_from(rel));
    json_pair_str(out, "name", slug);
    json_pair_str(out, "literal", slug);
    json_put_end(out);
}

static Str write_story(const Desk *desk, Arena *arena)
{
    Buf buf = buf_open(arena, 65536);
    JsonOut out = json_out(&buf);

    json_put_object(&out);
    json_pair_str(&out, "uri",
                  str_format(arena, "urn:bench:desk:%lld:%lld",
                             (long long)desk->run, (long long)desk->published));
    json_pair_str(&out, "type", S("text"));
    json_pair_str(&out, "version", S("1"));
    json_pair_str(&out, "language", desk->language);
    put_text(&out, "headlines",
             str_format(arena, "Ministers met for the %lldth time and agreed",
                        (long long)desk->published));
    put_text(&out, "bodies",
             S(BODY_TEXT BODY_TEXT BODY_TEXT BODY_TEXT BODY_TEXT));
    json_put_key(&out, "subjects");
    json_put_array(&out);
    put_subject(&out, "section", desk->section);
    put_subject(&out, "tag", desk->tag);
    json_put_end(&out);
    json_put_end(&out);
    return buf_str(&buf);
}

static JsonNode *act(Desk *desk, Arena *arena, Str path, Str body,
                     Histogram *took)
{
    int64_t began = clock_ns();
    ClientReply reply;
    JsonNode *answer;

    client_ask(desk->control, arena, "POST", path, (Str){0}, body, &reply);
    histogram_add(took, clock_ns() - began);
    if (reply.status != 200 ||
        json_read(arena, reply.body, reply.body.len, &answer, NULL))
        fail("the server refused", reply.body);
    return answer;
}

/* One story filed and published; its address. */
static Str publish(Desk *desk, Arena *arena)
{
    JsonNode *filed = act(desk, arena, S("/control/put"),
                          write_story(desk, arena), &desk->filed);
    JsonNode *done;
    int64_t number;

    if (!json_int(json_get(filed, "story"), &number))
        fail("no number of the story", S(""));
    done = act(desk, arena, S("/control/act"),
               str_format(arena, "{\"act\":\"publish\",\"story\":%lld}",
                          (long long)number),
               &desk->acknowledged);
    desk->published++;
    return json_str(done, "address");
}

/* ---- the readers ---- */

static void add_surface(Desk *desk, const char *name, Str path)
{
    desk->surfaces[desk->surface_count++] =
        (Surface){.name = name, .path = path};
}

/* The sitemap's last file is the one where a new story goes. */
static Str last_sitemap(Desk *desk)
{
    ClientReply reply;
    Str path = {0};
    ptrdiff_t at = -1;

    client_ask(desk->doors[0], &desk->arena, "GET", S("/sitemap.xml"), (Str){0},
               (Str){0}, &reply);
    for (;;) {
        Str rest;

        at = str_find(reply.body, S("/sitemap-"), (size_t)(at + 1));
        if (at < 0) break;
        rest = str_skip(reply.body, (size_t)at);
        rest = str_cut(&rest, '<');
        if (!str_eq(rest, S("/sitemap-news.xml"))) path = rest;
    }
    if (!path.len) fail("no files in the sitemap", reply.body);
    return str_copy(&desk->arena, path);
}

static void add_surfaces(Desk *desk)
{
    Arena *arena = &desk->arena;
    Str front = str_format(arena, "/%.*s/", STR_ARG(desk->language));
    Str list =
        str_format(arena, "%.*s%.*s/", STR_ARG(front), STR_ARG(desk->section));

    add_surface(desk, "story", (Str){0});
    add_surface(desk, "front", front);
    add_surface(desk, "section", list);
    add_surface(
        desk, "tag",
        str_format(arena, "%.*stag/%.*s/", STR_ARG(front), STR_ARG(desk->tag)));
    if (desk->old_page.len)
        add_surface(desk, "LATEST of an old page", desk->old_page);
    add_surface(desk, "RSS", str_format(arena, "%.*srss.xml", STR_ARG(list)));
    add_surface(desk, "Atom", str_format(arena, "%.*satom.xml", STR_ARG(list)));
    add_surface(desk, "JSON Feed",
                str_format(arena, "%.*sfeed.json", STR_ARG(list)));
    add_surface(desk, "sitemap", last_sitemap(desk));
    add_surface(desk, "news sitemap", S("/sitemap-news.xml"));
}

/* Whether the answer has the story; remembers its ETag. */
static bool shows(Desk *desk, Arena *arena, Surface *surface, Str address)
{
    static const char *const codings[CODINGS] = {"identity", "gzip", "zstd"};
    int64_t coding = desk->published % CODINGS;
    char *etag = surface->etags[coding];
    Str path = surface->path.len ? surface->path : address;
    Str headers = str_format(arena, "Accept-Encoding: %s\r\n", codings[coding]);
    ClientReply reply;

    if (etag[0] && surface->path.len)
        headers = str_format(arena, "%.*sIf-None-Match: %s\r\n",
                             STR_ARG(headers), etag);
    client_ask(desk->doors[desk->asked++ % DOORS], arena, "GET", path, headers,
               (Str){0}, &reply);
    if (reply.status == 304) return false;
    if (reply.status != 200) fail("an answer that is none", path);
    snprintf(etag, sizeof surface->etags[0], "%.*s",
             STR_ARG(client_header(reply.head, S("ETag"))));
    return str_find(reply.body, address, 0) >= 0;
}

static void look(Desk *desk, Arena *arena, Str address)
{
    for (size_t i = 0; i < desk->surface_count; i++) {
        Surface *surface = &desk->surfaces[i];

        surface->asked++;
        if (shows(desk, arena, surface, address)) continue;
        surface->stale++;
        fprintf(stderr, "publish: stale: %s\n", surface->name);
    }
}

/* ---- the run ---- */

static void wait_until(int64_t due)
{
    struct timespec at = {due / 1000000000, due % 1000000000};

    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL))
        ;
}

static void run(Desk *desk)
{
    Arena arena = arena_open();
    int64_t began = clock_ns();
    int64_t until = began + (int64_t)(desk->seconds * 1e9);

    while (desk->published < desk->wanted && clock_ns() < until) {
        Str address = publish(desk, &arena);

        if (desk->looks) look(desk, &arena, address);
        arena_reset(&arena);
        if (desk->rate > 0)
            wait_until(began +
                       (int64_t)((double)desk->published * 1e9 / desk->rate));
    }
    desk->seconds = (double)(clock_ns() - began) / 1e9;
    arena_close(&arena);
}

static int64_t tell(Desk *desk)
{
    Buf buf = buf_open(&desk->arena, 65536);
    JsonOut out = json_out(&buf);
    int64_t stale = 0, asked = 0;

    json_put_object(&out);
    json_pair_int(&out, "published", desk->published);
    json_put_key(&out, "seconds");
    json_put_double(&out, desk->seconds);
    json_put_key(&out, "put_ms");
    histogram_tell(&desk->filed, &out);
    json_put_key(&out, "ack_ms");
    histogram_tell(&desk->acknowledged, &out);
    json_put_key(&out, "stale_by");
    json_put_object(&out);
    for (size_t i = 0; i < desk->surface_count; i++) {
        json_pair_int(&out, desk->surfaces[i].name, desk->surfaces[i].stale);
        stale += desk->surfaces[i].stale;
        asked += desk->surfaces[i].asked;
    }
    json_put_end(&out);
    json_pair_int(&out, "asked", asked);
    json_pair_int(&out, "stale", stale);
    json_put_end(&out);
    printf("%.*s\n", STR_ARG(buf_str(&buf)));
    return stale;
}

/* ---- the command line ---- */

static double number(const char *text)
{
    char *end;
    double value = strtod(text, &end);

    if (end == text || *end || value < 0)
        fail("expected a number", str_from(text));
    return value;
}

static void read_options(Desk *desk, int argc, char **argv)
{
    int option;

    while ((option = getopt(argc, argv, "n:s:r:l:S:t:o:x")) != -1) {
        switch (option) {
        case 'n': desk->wanted = (int64_t)number(optarg); break;
        case 's': desk->seconds = number(optarg); break;
        case 'r': desk->rate = number(optarg); break;
        case 'l': desk->language = str_from(optarg); break;
        case 'S': desk->section = str_from(optarg); break;
        case 't': desk->tag = str_from(optarg); break;
        case 'o': desk->old_page = str_from(optarg); break;
        case 'x': desk->looks = false; break;
        default: fail("usage", S("see the head of bench/publish.c"));
        }
    }
    if (argc - optind != 2)
        fail("usage", S("publish [OPTION ...] CONTROL_SOCKET ADDR:PORT"));
}

int main(int argc, char **argv)
{
    static Desk desk = {
        .wanted = 100,
        .seconds = 60,
        .rate = 20,
        .looks = true,
        .language = S_INIT("en"),
        .section = S_INIT("facts"),
        .tag = S_INIT("nato"),
    };
    int64_t stale;

    desk.arena = arena_open();
    desk.run = clock_ns();
    read_options(&desk, argc, argv);
    desk.control = client_open(argv[optind]);
    for (int i = 0; desk.looks && i < DOORS; i++)
        desk.doors[i] = client_open(argv[optind + 1]);
    if (desk.looks) add_surfaces(&desk);
    run(&desk);
    stale = tell(&desk);
    for (int i = 0; i < DOORS; i++)
        client_close(desk.doors[i]);
    client_close(desk.control);
    arena_close(&desk.arena);
    return stale ? 1 : 0;
}
