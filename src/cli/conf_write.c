/* cli/conf_write.c -- writes the settings of a new site, and changes where its
 * store is. */
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "cli/conf_text.h"
#include "store/store.h"

static const struct {
    const char *key, *value, *meaning;
} keys[] = {
#define X(key, value, meaning) {#key, value, meaning},
    CONF_KEYS(X)
#undef X
};

static bool is_key(size_t i, const char *key)
{
    return strcmp(keys[i].key, key) == 0;
}

/* A value on its own line, so that inih reads back what was meant. */
static bool fits_line(Str value)
{
    return str_find_char(value, '\n', 0) < 0 &&
           str_find_char(value, '\r', 0) < 0 &&
           str_find(value, S(" ;"), 0) < 0 && str_find(value, S(" #"), 0) < 0;
}

/* There may be a password in the address of a store, and a token is one. */
static bool has_secrets(const Conf *conf)
{
    return store_is_server(conf->store_path) || conf->purge_token[0];
}

static Err write_file(Arena *arena, const char *dir, const Conf *conf, Str text,
                      Fault *fault)
{
    const char *path = file_join(arena, dir, CONF_FILE);

    return has_secrets(conf) ? file_write_secret(path, text, fault)
                             : file_write(path, text, fault);
}

Err conf_write(Arena *arena, const char *dir, const ConfNew *wanted,
               Fault *fault)
{
    Buf buf = buf_open(arena, CONF_MAX);
    Conf conf;
    Str text;
    Err err;

    buf_puts(&buf, S("# Settings of this site; read when the server "
                     "starts.\n"));
    for (size_t i = 0; i < COUNT(keys); i++) {
        Str value = str_from(keys[i].value);

        if (is_key(i, "name") && wanted->name.len) value = wanted->name;
        if (is_key(i, "languages") && wanted->languages.len)
            value = wanted->languages;
        if (is_key(i, "timezone") && wanted->timezone.len)
            value = wanted->timezone;
        if (is_key(i, "store") && wanted->store.len) value = wanted->store;
        if (!fits_line(value))
            return fault_set(fault, ERR_INVALID,
                             "%s: expected one line without \" #\" and \" ;\"",
                             keys[i].key);
        buf_printf(&buf, "\n# %s (default: %s)\n%s = %.*s\n", keys[i].meaning,
                   keys[i].value[0] ? keys[i].value : "empty", keys[i].key,
                   STR_ARG(value));
    }
    if (buf_end(&buf, &text))
        return fault_set(fault, ERR_TOO_BIG,
                         "the settings are longer than %d bytes", CONF_MAX);
    err = conf_read_text(arena, dir, text, &conf, fault);
    if (err) {
        fault_at(fault, 0, 0);
        return err;
    }
    return write_file(arena, dir, &conf, text, fault);
}

/* "store = ..." */
static bool is_store_line(Str line)
{
    Str rest = str_trim(line);

    if (!str_starts(rest, S("store"))) return false;
    rest = str_trim(str_slice(rest, 5, rest.len));
    return str_starts(rest, S("=")) || str_starts(rest, S(":"));
}

/* A path stands in the settings as seen from their folder. */
static Str store_value(Arena *arena, const char *dir, const char *where)
{
    Str path = str_from(where);
    Str before = str_from(file_join(arena, dir, ""));

    if (store_is_server(where)) return path;
    if (str_starts(path, before)) return str_slice(path, before.len, path.len);
    return str_from(file_absolute(arena, where));
}

Err conf_set_store(Arena *arena, const char *dir, const char *where,
                   Fault *fault)
{
    Str value = store_value(arena, dir, where);
    Buf buf = buf_open(arena, CONF_MAX);
    bool set = false;
    Conf conf;
    Str text, line;
    Err err = file_read(arena, file_join(arena, dir, CONF_FILE), CONF_MAX,
                        &text, fault);

    if (err) return err;
    if (!fits_line(value))
        return fault_set(fault, ERR_INVALID,
                         "store: expected one line without \" #\" and \" ;\"");
    while (str_line(&text, &line)) {
        if (!is_store_line(line))
            buf_printf(&buf, "%.*s\n", STR_ARG(line));
        else if (!set)
            buf_printf(&buf, "store = %.*s\n", STR_ARG(value));
        set = set || is_store_line(line);
    }
    if (!set) buf_printf(&buf, "store = %.*s\n", STR_ARG(value));
    if (buf_end(&buf, &text))
        return fault_set(fault, ERR_TOO_BIG,
                         "the settings are longer than %d bytes", CONF_MAX);
    err = conf_read_text(arena, dir, text, &conf, fault);
    return err ? err : write_file(arena, dir, &conf, text, fault);
}
