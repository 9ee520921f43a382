#include "cli/bucket_keys.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "base/file.h"

#define KEYS_MAX 1024 /* bytes of the file */

#define KEY_VARIABLE    "AWS_ACCESS_KEY_ID"
#define SECRET_VARIABLE "AWS_SECRET_ACCESS_KEY"

/* Printable, without spaces. */
static bool is_key(Str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] <= ' ' || text.ptr[i] > '~') return false;
    return text.len > 0;
}

static Err take_keys(Arena *arena, Str key, Str secret, BucketConfig *out)
{
    if (!is_key(key) || !is_key(secret)) return ERR_INVALID;
    out->key = str_z(arena, key);
    out->secret = str_z(arena, secret);
    return ERR_OK;
}

static Err from_environment(Arena *arena, const char *key, const char *secret,
                            BucketConfig *out, Fault *fault)
{
    if (key && secret &&
        !take_keys(arena, str_from(key), str_from(secret), out))
        return ERR_OK;
    return fault_set(fault, ERR_INVALID,
                     "expected both " KEY_VARIABLE " and " SECRET_VARIABLE
                     " in the environment, without spaces, or neither");
}

static Err wrong(const char *path, const char *why, Fault *fault)
{
    fault_where(fault, "%s", path);
    return fault_set(fault, ERR_INVALID, "%s", why);
}

static Err from_file(Arena *arena, const char *path, BucketConfig *out,
                     Fault *fault)
{
    Str text, key, secret;
    struct stat found;
    Err err = file_read(arena, path, KEYS_MAX, &text, fault);

    if (err == ERR_NOT_FOUND)
        return fault_set(fault, err,
                         "there are no keys to the bucket: expected them in "
                         "this file, or " KEY_VARIABLE " and " SECRET_VARIABLE
                         " in the environment");
    if (err) return err;
    if (stat(path, &found) || (found.st_mode & (S_IRWXG | S_IRWXO)))
        return wrong(path,
                     "others than its owner may read it: expected mode 0600",
                     fault);
    if (!str_line(&text, &key) || !str_line(&text, &secret) ||
        str_trim(text).len ||
        take_keys(arena, str_trim(key), str_trim(secret), out))
        return wrong(path,
                     "expected the access key on the first line, the secret "
                     "key on the second, and nothing else",
                     fault);
    return ERR_OK;
}

Err bucket_keys_read(Arena *arena, const Conf *conf, BucketConfig *out,
                     Fault *fault)
{
    const char *key = getenv(KEY_VARIABLE);
    const char *secret = getenv(SECRET_VARIABLE);
    BucketConfig config = {.url = conf->bucket_url,
                           .region = conf->bucket_region};
    Err err = ERR_OK;

    if (config.url && (key || secret))
        err = from_environment(arena, key, secret, &config, fault);
    else if (config.url)
        err = from_file(arena, conf->bucket_keys, &config, fault);
    if (!err) *out = config;
    return err;
}
