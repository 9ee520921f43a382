#include "web/control_pictures.h"

#include "base/buf.h"
#include "desk/pictures.h"
#include "format/picture_json.h"

#define ANSWER_MAX ((size_t)64 * 1024)

static const Actor operator_actor = CONTROL_ACTOR;

Err control_moment(const JsonNode *object, const char *key, Time *out,
                   Fault *fault)
{
    const JsonNode *node = json_get(object, key);
    Str text = json_text(node);
    bool zoned;

    *out = TIME_NONE;
    if (node && node->kind != JSON_STRING && node->kind != JSON_NULL)
        return fault_set(fault, ERR_INVALID,
                         "%s: it is %s; expected a time with its zone such as "
                         "\"2026-11-23T10:00:00+02:00\"",
                         key, json_kind(node));
    if (!text.len) return ERR_OK;
    if (time_read_iso(text, out, &zoned) || !zoned)
        return fault_set(fault, ERR_INVALID,
                         "%s: \"%.*s\" is not a time with its zone such as "
                         "2026-11-23T10:00:00+02:00",
                         key, STR_ARG(text));
    return ERR_OK;
}

static Err read_picture(const JsonNode *object, Picture *out, Fault *fault)
{
    static const struct {
        const char *key;
        int64_t most;
    } keys[] = {{"bytes", PICTURE_BYTES}, {"width", INT32_MAX},
                {"height", INT32_MAX},    {"color", 0xffffff},
                {"focus_x", 1000},        {"focus_y", 1000}};
    int64_t numbers[COUNT(keys)];
    Str type = json_str(object, "type");

    for (size_t i = 0; i < COUNT(keys); i++)
        if (!json_int(json_get(object, keys[i].key), &numbers[i]) ||
            numbers[i] < 0 || numbers[i] > keys[i].most)
            return fault_set(fault, ERR_INVALID,
                             "%s: expected a number from 0 to %lld",
                             keys[i].key, (long long)keys[i].most);
    *out = (Picture){.mark = json_str(object, "mark"),
                     .type = PICTURE_TYPE_COUNT,
                     .bytes = numbers[0],
                     .width = (int32_t)numbers[1],
                     .height = (int32_t)numbers[2],
                     .color = (int32_t)numbers[3],
                     .focus_x = (int32_t)numbers[4],
                     .focus_y = (int32_t)numbers[5],
                     .said = {.alt = json_str(object, "alt"),
                              .caption = json_str(object, "caption"),
                              .credit = json_str(object, "credit"),
                              .rights = json_str(object, "rights")}};
    for (PictureType each = 0; each < PICTURE_TYPE_COUNT; each++)
        if (str_eq(type, str_from(picture_word(each)))) out->type = each;
    return control_moment(object, "until", &out->said.until, fault);
}

/* NULL: the field is not named. */
static const Str *text_named(Arena *arena, const JsonNode *object,
                             const char *key)
{
    Str *text;

    if (!json_get(object, key)) return NULL;
    text = ARENA_NEW(arena, Str);
    *text = json_str(object, key);
    return text;
}

static Err read_focus(const JsonNode *object, const char *key, int32_t *out,
                      Fault *fault)
{
    int64_t number;

    *out = -1;
    if (!json_get(object, key)) return ERR_OK;
    if (!json_int(json_get(object, key), &number) || number < 0 ||
        number > 1000)
        return fault_set(fault, ERR_INVALID,
                         "%s: expected thousandths, 0 to 1000", key);
    *out = (int32_t)number;
    return ERR_OK;
}

static Err change_picture(Store *store, Arena *arena, const JsonNode *object,
                          Time now, Picture *out, Fault *fault)
{
    PictureChange asked = {.mark = json_str(object, "mark"),
                           .alt = text_named(arena, object, "alt"),
                           .caption = text_named(arena, object, "caption"),
                           .credit = text_named(arena, object, "credit"),
                           .rights = text_named(arena, object, "rights")};
    Time until;
    int64_t change;
    Err err = control_moment(object, "until", &until, fault);

    if (json_get(object, "until")) asked.until = &until;
    if (!err) err = read_focus(object, "focus_x", &asked.focus_x, fault);
    if (!err) err = read_focus(object, "focus_y", &asked.focus_y, fault);
    if (err) return err;
    return desk_picture_change(store, arena, &operator_actor, &asked, now, out,
                               &change, fault);
}

static Str tell_picture(Arena *arena, const Picture *picture, bool known)
{
    Buf buf = buf_open(arena, ANSWER_MAX);
    JsonOut out = json_out(&buf);

    json_put_object(&out);
    picture_put_json(arena, &out, picture);
    json_pair_bool(&out, "known", known);
    json_put_end(&out);
    return buf_str(&buf);
}

Err control_picture(Store *store, Arena *arena, Str body, Time now, Str *answer,
                    Fault *fault)
{
    Picture picture = {0};
    bool known = true;
    JsonNode *object;
    Err err = json_read(arena, body, ANSWER_MAX, &object, fault);
    Str act;

    if (err) return err;
    act = json_str(object, "act");
    if (str_eq(act, S("look"))) {
        err = pictures_find(store, arena, json_str(object, "mark"), &picture);
        if (err == ERR_NOT_FOUND)
            fault_set(fault, err, "there is no picture with that mark");
    } else if (str_eq(act, S("add"))) {
        err = read_picture(object, &picture, fault);
        if (!err)
            err = desk_picture_add(store, arena, &operator_actor, &picture, now,
                                   &known, fault);
    } else if (str_eq(act, S("set"))) {
        err = change_picture(store, arena, object, now, &picture, fault);
    } else {
        err = fault_set(fault, ERR_INVALID, "act: expected look, add or set");
    }
    if (!err) *answer = tell_picture(arena, &picture, known);
    return err;
}
