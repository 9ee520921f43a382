#include "cli/bring.h"

#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "cli/bucket_keys.h"
#include "cli/media_bucket.h"
#include "format/picture_json.h"

bool bring_says(const BringWords *words)
{
    return words->alt || words->caption || words->credit || words->rights ||
           words->until || words->focus_x >= 0;
}

static Err ask(Errand *errand, const Buf *body, Str *answer, long *status,
               Fault *fault)
{
    Err err = buf_end(body, &errand->request.body);

    *status = 500;
    errand->request.kind = CONTROL_PICTURE;
    return err ? err : errand_do(errand, answer, status, fault);
}

static JsonOut begin(Errand *errand, Buf *body, const char *act)
{
    JsonOut out;

    *body = buf_open(errand->arena, ERRAND_ANSWER_MAX);
    out = json_out(body);
    json_put_object(&out);
    json_pair_str(&out, "act", str_from(act));
    return out;
}

/* Empty takes the date away. */
static Str date_said(const BringWords *words)
{
    return strcmp(words->until, "never") ? str_from(words->until) : S("");
}

static void say(JsonOut *out, const char *key, const char *text)
{
    if (text) json_pair_str(out, key, str_from(text));
}

Err bring_words(Errand *errand, Str mark, const BringWords *words, Str *answer,
                long *status, Fault *fault)
{
    Buf body;
    JsonOut out = begin(errand, &body, "set");

    json_pair_str(&out, "mark", mark);
    say(&out, "alt", words->alt);
    say(&out, "caption", words->caption);
    say(&out, "credit", words->credit);
    say(&out, "rights", words->rights);
    if (words->until) json_pair_str(&out, "until", date_said(words));
    if (words->focus_x >= 0) {
        json_pair_int(&out, "focus_x", words->focus_x);
        json_pair_int(&out, "focus_y", words->focus_y);
    }
    json_put_end(&out);
    return ask(errand, &body, answer, status, fault);
}

static Err look(Errand *errand, Str mark, Str *answer, long *status,
                Fault *fault)
{
    Buf body;
    JsonOut out = begin(errand, &body, "look");

    json_pair_str(&out, "mark", mark);
    json_put_end(&out);
    return ask(errand, &body, answer, status, fault);
}

/* What a person says goes before what the file says. */
static void prefer(Str *field, const char *text)
{
    if (text) *field = str_from(text);
}

static Err add(Errand *errand, Picture *picture, const BringWords *words,
               Str *answer, long *status, Fault *fault)
{
    PictureSaid *said = &picture->said;
    Buf body;
    JsonOut out = begin(errand, &body, "add");

    prefer(&said->alt, words->alt);
    prefer(&said->caption, words->caption);
    prefer(&said->credit, words->credit);
    prefer(&said->rights, words->rights);
    if (words->until) said->until = TIME_NONE;
    if (words->focus_x >= 0) {
        picture->focus_x = words->focus_x;
        picture->focus_y = words->focus_y;
    }
    picture_put_json(errand->arena, &out, picture);
    if (words->until) json_pair_str(&out, "until", date_said(words));
    json_put_end(&out);
    return ask(errand, &body, answer, status, fault);
}

Err bring_take_in(const Conf *conf, const BucketConfig *config, Arena *arena,
                  Str bytes, Picture *out, Fault *fault)
{
    const Shelf shelf = {conf->media_dir};
    Bucket *bucket = config->url ? bucket_open(config) : NULL;
    Err err = picture_take_in(&shelf, bucket, arena, bytes, out, fault);

    bucket_close(bucket);
    if (!err || err == ERR_INVALID || err == ERR_UNSUPPORTED ||
        err == ERR_TOO_BIG)
        return err;
    return ERR_IO;
}

static Err find(const Errand *errand, Str mark, Picture *out, Fault *fault)
{
    Store *store;
    Err err = store_open(errand->conf->store_path, STORE_READ, &store, fault);

    if (err) return err;
    err = pictures_find(store, errand->arena, mark, out);
    if (err) (void)!fault_set(fault, err, "%s", store_reason(store));
    store_close(store);
    return err;
}

/* A folder of pictures may be lost, or not copied with its store. What this
 * node only has not fetched yet is in the bucket, and not missing. */
static Err restore(const Errand *errand, Str bytes, Str mark, bool *restored,
                   Fault *fault)
{
    const Conf *conf = errand->conf;
    const Shelf shelf = {conf->media_dir};
    Arena *arena = errand->arena;
    BucketConfig config;
    Picture picture;
    Str missing;
    Err err = find(errand, mark, &picture, fault);

    if (!err) err = media_lacks(&shelf, NULL, arena, &picture, &missing, fault);
    if (err || !missing.len) return err;
    err = bucket_keys_read(arena, conf, &config, fault);
    if (!err && config.url) {
        Bucket *bucket = bucket_open(&config);

        err = media_lacks(&shelf, bucket, arena, &picture, &missing, fault);
        bucket_close(bucket);
    }
    if (err || !missing.len) return err;
    err = bring_take_in(conf, &config, arena, bytes, &picture, fault);
    if (!err) *restored = true;
    return err;
}

Err bring_in(Errand *errand, Str bytes, const BringWords *words, Str *answer,
             long *status, bool *restored, Fault *fault)
{
    Str mark = picture_mark(errand->arena, bytes);
    BucketConfig config;
    Picture picture;
    Err err = look(errand, mark, answer, status, fault);

    *restored = false;
    if (err) return err;
    if (*status == 200) {
        err = restore(errand, bytes, mark, restored, fault);
        return err || !bring_says(words)
                   ? err
                   : bring_words(errand, mark, words, answer, status, fault);
    }
    err = bucket_keys_read(errand->arena, errand->conf, &config, fault);
    if (!err)
        err = bring_take_in(errand->conf, &config, errand->arena, bytes,
                            &picture, fault);
    return err ? err : add(errand, &picture, words, answer, status, fault);
}

char *bring_folder(Arena *arena, const char *file)
{
    const char *slash = strrchr(file, '/');

    if (!slash) return str_z(arena, S("."));
    return str_z(arena, str_range(file, slash == file ? slash + 1 : slash));
}

Err bring_beside(Errand *errand, const char *story, Str href, Str *mark,
                 Fault *fault)
{
    const BringWords nothing = {.focus_x = -1, .focus_y = -1};
    Arena *arena = errand->arena;
    Str bytes, answer = {0};
    JsonNode *object;
    bool restored;
    long status;
    Err err = file_read_below(arena, bring_folder(arena, story),
                              str_z(arena, href), PICTURE_BYTES, &bytes, fault);

    if (!err)
        err = bring_in(errand, bytes, &nothing, &answer, &status, &restored,
                       fault);
    if (err) return err;
    err = json_read(arena, answer, ERRAND_ANSWER_MAX, &object, fault);
    if (err) return err;
    if (status != 200)
        return fault_set(fault, ERR_INVALID, "%.*s",
                         STR_ARG(json_str(object, "text")));
    *mark = json_str(object, "mark");
    return ERR_OK;
}
