#include "cli/conf_text.h"

#include <arpa/inet.h>
#include <ini.h>
#include <string.h>
#include <unistd.h>

#include "audience/heat.h"
#include "base/buf.h"
#include "base/file.h"
#include "base/utf8.h"
#include "base/zone.h"
#include "format/robots.h"
#include "store/store.h"
#include "story/campaign.h"
#include "story/item.h"
#include "story/lang.h"
#include "story/slug.h"
#include "text/url.h"
#include "web/push_vapid.h"

#define LINE_MAX 190 /* inih's lines end at 200 */

typedef enum Key {
#define X(key, value, meaning) KEY_##key,
    CONF_KEYS(X)
#undef X
        KEY_COUNT
} Key;

static const struct {
    const char *key, *value;
} keys[] = {
#define X(key, value, meaning) {#key, value},
    CONF_KEYS(X)
#undef X
};

typedef struct Reading {
    Arena *arena;
    Str text; /* of the file, to find lines in */
    Str values[KEY_COUNT];
    bool given[KEY_COUNT];
    StrList name_languages, names; /* name_uk = ... */
    Fault *fault;
    Err err;
} Reading;

/* inih does not say where it is: the line that sets key, from 1. */
static int line_of(const Reading *reading, const char *key)
{
    Str rest = reading->text;
    Str line;

    for (int at = 1; str_line(&rest, &line); at++)
        if (str_eq(str_trim(str_cut(&line, '=')), str_from(key))) return at;
    return 0;
}

static int refuse(Reading *reading, const char *key, const char *why)
{
    if (reading->err) return 0; /* the first one counts */
    reading->err = fault_set(reading->fault, ERR_INVALID, "%s: %s", key, why);
    fault_at(reading->fault, line_of(reading, key), 0);
    return 0;
}

/* What inih would cut, or take for the rest of the line above; and what is no
 * text, as it would stand on pages. */
static Err check_lines(const Reading *reading)
{
    Str rest = reading->text;
    Str line;

    for (int at = 1; str_line(&rest, &line); at++) {
        char first = line.len ? line.ptr[0] : '#';
        const char *why = NULL;

        if (line.len > LINE_MAX)
            why = "the line is longer than 190 bytes";
        else if ((first == ' ' || first == '\t') && str_trim(line).len)
            why = "a setting begins at the beginning of its line";
        else if (str_find_char(line, '\0', 0) >= 0)
            why = "there is a NUL in the line";
        else if (utf8_bad(line) >= 0)
            why = "the line is not in UTF-8";
        if (!why) continue;
        fault_set(reading->fault, ERR_INVALID, "%s", why);
        fault_at(reading->fault, at, 0);
        return ERR_INVALID;
    }
    return ERR_OK;
}

/* Which languages the site has is known when all is read. */
static int take_name(Reading *reading, const char *key, Str name)
{
    Str language = str_copy(reading->arena, str_from(key + 5));

    for (size_t i = 0; i < reading->names.count; i++)
        if (str_eq(reading->name_languages.items[i], language))
            return refuse(reading, key, "it is set twice");
    strs_add(&reading->name_languages, reading->arena, language);
    strs_add(&reading->names, reading->arena, name);
    return 1;
}

static int take(void *user, const char *section, const char *key,
                const char *value)
{
    Reading *reading = user;
    Str text = str_copy(reading->arena, str_from(value));

    if (section[0]) return refuse(reading, section, "sections are not used");
    for (int i = 0; i < KEY_COUNT; i++) {
        if (strcmp(keys[i].key, key) != 0) continue;
        if (reading->given[i]) return refuse(reading, key, "it is set twice");
        reading->given[i] = true;
        reading->values[i] = text;
        return 1;
    }
    if (strncmp(key, "name_", 5) == 0) return take_name(reading, key, text);
    return refuse(reading, key, "there is no such setting");
}

static Err wrong(Reading *reading, Key key, const char *expected)
{
    fault_at(reading->fault, line_of(reading, keys[key].key), 0);
    return fault_set(reading->fault, ERR_INVALID, "%s = %.*s: expected %s",
                     keys[key].key, STR_ARG(reading->values[key]), expected);
}

static Err read_number(Reading *reading, Key key, int64_t max, int64_t *out)
{
    if (!str_int(reading->values[key], out) || *out < 0 || *out > max)
        return wrong(
            reading, key,
            str_z(reading->arena,
                  str_format(reading->arena, "0 to %lld", (long long)max)));
    return ERR_OK;
}

static Str name_in(const Reading *reading, Str language)
{
    for (size_t i = 0; i < reading->names.count; i++)
        if (str_eq(reading->name_languages.items[i], language))
            return reading->names.items[i];
    return reading->values[KEY_name];
}

static Err read_languages(Reading *reading, Site *site)
{
    Str rest = reading->values[KEY_languages];

    while (rest.len) {
        Str tag = str_trim(str_cut(&rest, ','));

        if (lang_read(reading->arena, tag, &tag))
            return wrong(reading, KEY_languages,
                         "language tags such as en,uk,ru");
        if (site->language_count == SITE_LANGUAGES_MAX)
            return wrong(reading, KEY_languages, "at most 16 languages");
        if (site_language(site, tag) >= 0)
            return wrong(reading, KEY_languages, "each language once");
        site->languages[site->language_count++] =
            (SiteLanguage){tag, name_in(reading, tag)};
    }
    if (!site->language_count)
        return wrong(reading, KEY_languages, "at least one language");
    return ERR_OK;
}

static Err check_names(Reading *reading, const Site *site)
{
    for (size_t i = 0; i < reading->names.count; i++) {
        Str language = reading->name_languages.items[i];
        Str key = str_format(reading->arena, "name_%.*s", STR_ARG(language));

        if (site_language(site, language) >= 0) continue;
        refuse(reading, str_z(reading->arena, key),
               "the site is not in this language");
        return reading->err;
    }
    return ERR_OK;
}

static Err read_zone(Reading *reading, Site *site)
{
    Zone *zone;

    site->zone = reading->values[KEY_timezone];
    if (zone_open(str_z(reading->arena, site->zone), &zone))
        return wrong(reading, KEY_timezone,
                     "a name of the IANA time zone database such as "
                     "Europe/Kyiv");
    zone_close(zone);
    return ERR_OK;
}

/* All addresses of the site begin at its root. */
static Err read_url(Reading *reading, Site *site)
{
    Str url = reading->values[KEY_url];
    size_t host;

    if (!url.len) return ERR_OK;
    if (url_normal(reading->arena, url, &url))
        return wrong(reading, KEY_url,
                     "an absolute http or https address such as "
                     "https://news.example");
    while (url.len && url.ptr[url.len - 1] == '/')
        url.len--;
    host = (size_t)str_find(url, S("://"), 0) + 3;
    for (size_t i = host; i < url.len; i++)
        if (url.ptr[i] == '/' || url.ptr[i] == '?' || url.ptr[i] == '@')
            return wrong(reading, KEY_url,
                         "no more than the host, as https://news.example");
    site->url = url;
    return ERR_OK;
}

static Err read_hub(Reading *reading, Site *site)
{
    Str hub = reading->values[KEY_hub];

    if (hub.len && url_normal(reading->arena, hub, &hub))
        return wrong(reading, KEY_hub, "an absolute http or https address");
    site->hub = hub;
    return ERR_OK;
}

/* RFC 4151: a name or an address of mail, a comma, a date. */
static Err read_authority(Reading *reading, Site *site)
{
    Str authority = reading->values[KEY_authority];
    ptrdiff_t comma = str_find_char(authority, ',', 0);

    for (size_t i = 0; i < authority.len; i++) {
        char c = authority.ptr[i];

        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '.' &&
            c != '-' && c != '@' && c != ',')
            comma = -1;
    }
    if (authority.len && comma < 1)
        return wrong(reading, KEY_authority,
                     "a host and a year such as news.example,2026");
    site->authority = authority;
    return ERR_OK;
}

/* It stands in addresses. */
static Err read_section(Reading *reading, Conf *conf)
{
    Str section = reading->values[KEY_section];

    if (!slug_fits(section))
        return wrong(reading, KEY_section,
                     "small letters, digits and \"-\", as in addresses");
    if (item_section_reserved(section))
        return wrong(reading, KEY_section,
                     "none of the site's own addresses, and no year");
    conf->section = section;
    return ERR_OK;
}

static Err read_log(Reading *reading, Conf *conf)
{
    Str log = reading->values[KEY_access_log];

    if (str_eq(log, S("off")))
        conf->access_log = SERVER_LOG_OFF;
    else if (str_eq(log, S("combined")))
        conf->access_log = SERVER_LOG_COMBINED;
    else if (str_eq(log, S("json")))
        conf->access_log = SERVER_LOG_JSON;
    else
        return wrong(reading, KEY_access_log, "off, combined or json");
    conf->access_log_path =
        file_join(reading->arena, conf->dir,
                  str_z(reading->arena, reading->values[KEY_access_log_file]));
    return ERR_OK;
}

static unsigned processors(void)
{
    long n = sysconf(_SC_NPROCESSORS_ONLN);

    return n < 1 ? 1 : n > 8 ? 8 : (unsigned)n;
}

static Err read_numbers(Reading *reading, Conf *conf)
{
    int64_t threads, cache, cdn, connections, searches;
    Err err = read_number(reading, KEY_threads, 64, &threads);

    if (!err) err = read_number(reading, KEY_cache_mb, 1024 * 1024, &cache);
    if (!err) err = read_number(reading, KEY_cdn_seconds, 86400, &cdn);
    if (!err)
        err = read_number(reading, KEY_connections_per_address, 1000000,
                          &connections);
    if (!err)
        err =
            read_number(reading, KEY_searches_per_address, 1000000, &searches);
    if (err) return err;
    conf->threads = threads ? (unsigned)threads : processors();
    conf->cache_bytes = (size_t)cache << 20;
    conf->cdn_seconds = (int)cdn;
    conf->connections_per_address = (unsigned)connections;
    conf->searches_per_address = (unsigned)searches;
    return ERR_OK;
}

static Err read_purge(Reading *reading, Conf *conf)
{
    Str url = reading->values[KEY_purge];
    Str form = str_cut(&url, ' ');

    conf->purge_token = str_z(reading->arena, reading->values[KEY_purge_token]);
    if (!form.len) return ERR_OK;
    url = str_trim(url);
    if ((!str_eq(form, S("varnish")) && !str_eq(form, S("fastly"))) ||
        url_normal(reading->arena, url, &url))
        return wrong(reading, KEY_purge,
                     "varnish or fastly, and an http or https address");
    while (url.len && url.ptr[url.len - 1] == '/')
        url.len--;
    conf->purge_fastly = str_eq(form, S("fastly"));
    conf->purge_url = str_z(reading->arena, url);
    return ERR_OK;
}

/* What is signed as it stands: nothing in it needs encoding. */
static bool is_plain(Str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];

        if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
            !(c >= '0' && c <= '9') && c != '-' && c != '_' && c != '.' &&
            c != '/')
            return false;
    }
    return text.len > 0 && str_find(text, S("//"), 0) < 0;
}

static Err read_bucket(Reading *reading, Conf *conf)
{
    Str given = reading->values[KEY_bucket], normal;
    Str region = reading->values[KEY_bucket_region];
    Url url;

    conf->bucket_region = str_z(reading->arena, region);
    if (!is_plain(region) || region.len > 60 ||
        str_find_char(region, '/', 0) >= 0)
        return wrong(reading, KEY_bucket_region,
                     "a name such as us-east-1, or auto");
    conf->bucket_keys =
        file_join(reading->arena, conf->dir,
                  str_z(reading->arena, reading->values[KEY_bucket_keys]));
    if (!given.len) return ERR_OK;
    while (given.len && given.ptr[given.len - 1] == '/')
        given.len--;
    if (!url_normal(reading->arena, given, &normal) && str_eq(normal, given) &&
        !url_parse(normal, &url) && !url.user.len && !url.has_query &&
        url.path.len > 1 && is_plain(url.path)) {
        conf->bucket_url = str_z(reading->arena, given);
        return ERR_OK;
    }
    fault_at(reading->fault, line_of(reading, keys[KEY_bucket].key), 0);
    /* Without its value, in which somebody may have put a key. */
    return fault_set(reading->fault, ERR_INVALID,
                     "bucket: expected an http or https address with the "
                     "bucket in it, https://s3.example/bucket or "
                     "https://s3.example/bucket/prefix, of letters, digits, "
                     "\"-\", \"_\" and \".\"");
}

static Err read_replica(Reading *reading, Conf *conf)
{
    Str where = reading->values[KEY_store_read];

    if (!where.len) return ERR_OK;
    conf->replica = str_z(reading->arena, where);
    if (store_is_server(conf->store_path) && store_is_server(conf->replica))
        return ERR_OK;
    fault_at(reading->fault, line_of(reading, keys[KEY_store_read].key), 0);
    /* Without its value, which may hold a password. */
    return fault_set(reading->fault, ERR_INVALID,
                     "store_read: expected postgresql://..., beside a store of "
                     "that kind");
}

static Err read_proxies(Reading *reading, Conf *conf)
{
    Str rest = reading->values[KEY_proxies];

    while (rest.len) {
        struct in6_addr any;
        Str address = str_trim(str_cut(&rest, ','));
        const char *text = str_z(reading->arena, address);

        if (inet_pton(AF_INET, text, &any) != 1 &&
            inet_pton(AF_INET6, text, &any) != 1)
            return wrong(reading, KEY_proxies,
                         "addresses such as 127.0.0.1,2001:db8::1");
        strs_add(&conf->proxies, reading->arena, address);
    }
    return ERR_OK;
}

static Err read_networks(Reading *reading, Conf *conf)
{
    Str rest = reading->values[KEY_picture_networks];
    Network *networks = ARENA_ARRAY(reading->arena, Network, rest.len / 2 + 1);
    size_t count = 0;

    while (rest.len)
        if (!reach_read_network(str_trim(str_cut(&rest, ',')),
                                &networks[count++]))
            return wrong(reading, KEY_picture_networks,
                         "addresses and networks such as "
                         "10.1.0.0/16,fd00::/8");
    conf->picture_networks = networks;
    conf->picture_network_count = count;
    return ERR_OK;
}

/* As browsers spell it. */
static bool is_host(Arena *arena, Str text)
{
    Str address = str_format(arena, "https://%.*s/", STR_ARG(text));
    Str normal;
    Url url;

    return !url_normal(arena, address, &normal) && str_eq(normal, address) &&
           !url_parse(normal, &url) && str_eq(url.host, text);
}

static Err read_services(Reading *reading, Conf *conf)
{
    Str rest = reading->values[KEY_push_services];

    do {
        Str host = str_trim(str_cut(&rest, ','));

        if (!is_host(reading->arena, host))
            return wrong(reading, KEY_push_services,
                         "hosts such as fcm.googleapis.com,push.apple.com");
        strs_add(&conf->push_services, reading->arena, host);
    } while (rest.len);
    return ERR_OK;
}

static Err read_push(Reading *reading, Conf *conf)
{
    Str allowed = reading->values[KEY_push_private];

    conf->push_subject = reading->values[KEY_push];
    if (conf->push_subject.len && !push_vapid_subject_fits(conf->push_subject))
        return wrong(reading, KEY_push,
                     "mailto:desk@news.example, or an https address");
    conf->push_private = str_eq(allowed, S("yes"));
    if (!conf->push_private && !str_eq(allowed, S("no")))
        return wrong(reading, KEY_push_private, "yes or no");
    return read_services(reading, conf);
}

/* Words with commas between them. */
static Err read_words(Reading *reading, Key key, bool (*fits)(Str),
                      const char *expected, StrList *out)
{
    Str rest = reading->values[key];

    while (rest.len) {
        Str word = str_trim(str_cut(&rest, ','));

        if (!fits(word)) return wrong(reading, key, expected);
        strs_add(out, reading->arena, word);
    }
    return ERR_OK;
}

/* DIR/ads.txt, if it is there. */
static Err read_sellers(Reading *reading, Conf *conf)
{
    const char *path = file_join(reading->arena, conf->dir, "ads.txt");
    Err err = file_read(reading->arena, path, ADS_TXT_MAX, &conf->site.ads_txt,
                        reading->fault);

    if (err == ERR_NOT_FOUND) {
        *reading->fault = fault_none();
        return ERR_OK;
    }
    if (!err) err = ads_txt_check(conf->site.ads_txt, reading->fault);
    if (err) fault_where(reading->fault, "%s", path);
    return err;
}

static Err read_ads(Reading *reading, Conf *conf)
{
    Str word = reading->values[KEY_ads];
    Site *site = &conf->site;
    int64_t number;
    Err err = read_number(reading, KEY_ads_per_address, 1000000, &number);

    if (err) return err;
    conf->ads_per_address = (unsigned)number;
    site->ads = str_eq(word, S("yes"));
    if (!site->ads && !str_eq(word, S("no")))
        return wrong(reading, KEY_ads, "yes or no");
    err =
        read_words(reading, KEY_no_ads_sections, slug_fits,
                   "sections such as disasters,obits", &site->no_ads_sections);
    if (!err)
        err = read_words(reading, KEY_no_ads_tags, slug_fits,
                         "tags such as war,earthquake", &site->no_ads_tags);
    if (!err)
        err = read_words(reading, KEY_open_ad_slots, ad_slot_known,
                         AD_SLOT_WORDS, &site->open_ad_slots);
    return err ? err : read_sellers(reading, conf);
}

static Err read_half_life(Reading *reading, Conf *conf)
{
    int64_t seconds;

    if (!str_int(reading->values[KEY_hot_half_life], &seconds) ||
        seconds < HEAT_HALF_MIN || seconds > HEAT_HALF_MAX)
        return wrong(reading, KEY_hot_half_life, "60 to 2592000 seconds");
    conf->hot_half_life_s = seconds;
    return ERR_OK;
}

static Err use_values(Reading *reading, Conf *conf)
{
    Arena *arena = reading->arena;
    Err err = read_languages(reading, &conf->site);

    if (!err) err = check_names(reading, &conf->site);
    if (!err) err = read_zone(reading, &conf->site);
    if (!err) err = read_url(reading, &conf->site);
    if (!err) err = read_hub(reading, &conf->site);
    if (!err) err = read_authority(reading, &conf->site);
    if (!err) err = read_section(reading, conf);
    if (!err) err = read_numbers(reading, conf);
    if (!err) err = read_log(reading, conf);
    if (!err) err = read_proxies(reading, conf);
    if (!err) err = read_networks(reading, conf);
    if (!err) err = read_half_life(reading, conf);
    if (!err) err = read_push(reading, conf);
    if (!err) err = read_ads(reading, conf);
    if (err) return err;
    conf->listen = reading->values[KEY_listen];
    conf->operator_listen = reading->values[KEY_operator];
    conf->store_path = str_z(arena, reading->values[KEY_store]);
    if (!store_is_server(conf->store_path) && conf->store_path[0] != '/')
        conf->store_path = file_join(arena, conf->dir, conf->store_path);
    err = read_replica(reading, conf);
    if (!err) err = read_purge(reading, conf);
    if (!err) err = read_bucket(reading, conf);
    if (err) return err;
    conf->media_dir = file_join(arena, conf->dir, "media");
    conf->control_path = file_join(arena, conf->dir, "control.sock");
    conf->theme_dir = file_join(arena, conf->dir, "theme");
    if (!file_exists(conf->theme_dir)) conf->theme_dir = NULL;
    return ERR_OK;
}

Err conf_read_text(Arena *arena, const char *dir, Str text, Conf *out,
                   Fault *fault)
{
    Reading reading = {.arena = arena, .text = text, .fault = fault};
    Conf conf = {.dir = str_z(arena, str_from(dir))};
    int line;
    Err err = check_lines(&reading);

    if (err) return err;
    for (int i = 0; i < KEY_COUNT; i++)
        reading.values[i] = str_from(keys[i].value);
    line = ini_parse_string(str_z(arena, text), take, &reading);
    if (line > 0 && !reading.err) {
        fault_at(fault, line, 0);
        reading.err = fault_set(fault, ERR_INVALID, "expected \"key = value\"");
    }
    err = reading.err ? reading.err : use_values(&reading, &conf);
    if (!err) *out = conf;
    return err;
}

Err conf_read(Arena *arena, const char *dir, Conf *out, Fault *fault)
{
    char *path = file_join(arena, dir, CONF_FILE);
    Str text;
    Err err = file_read(arena, path, CONF_MAX, &text, fault);

    if (err == ERR_NOT_FOUND)
        return fault_set(fault, err,
                         "there is no site here: expected this file, which "
                         "\"dateline init\" makes");
    if (!err) err = conf_read_text(arena, dir, text, out, fault);
    if (err && fault && !fault->where[0]) fault_where(fault, "%s", path);
    return err;
}
