#include "format/front.h"

#include <stdio.h>

Err front_fault(Fault *fault, const FrontField *field, Err err,
                const char *expected)
{
    (void)!fault_set(fault, err, "%.*s: \"%.*s\" is not %s",
                     STR_ARG(str_slice(field->key, 0, 40)),
                     STR_ARG(field->values.count
                                 ? str_slice(field->values.items[0], 0, 60)
                                 : (Str){0}),
                     expected);
    fault_at(fault, field->line, field->column);
    return err;
}

static bool is_known(const FrontNames *names, Str key)
{
    for (size_t i = 0; i < names->count; i++)
        if (str_eq_nocase(key, str_from(names->items[i]))) return true;
    return false;
}

Err front_check(const FrontMatter *front, const FrontNames *names, Fault *fault)
{
    if (front->ignored.count)
        return fault_set(fault, ERR_INVALID,
                         "%.*s: neither a text nor a list of texts",
                         STR_ARG(str_slice(front->ignored.items[0], 0, 40)));
    for (size_t i = 0; i < front->count; i++) {
        const FrontField *field = &front->fields[i];

        if (is_known(names, field->key)) continue;
        (void)!fault_set(fault, ERR_INVALID,
                         "%.*s: %s has no field of this name",
                         STR_ARG(str_slice(field->key, 0, 40)), names->what);
        fault_at(fault, field->line, field->column);
        return ERR_INVALID;
    }
    return ERR_OK;
}

Err front_moment(const FrontMatter *front, const char *key,
                 const ReadContext *ctx, Time *out, Fault *fault)
{
    Str text = str_trim(front_str(front, key));

    if (!text.len || read_time(ctx, text, out) != ERR_INVALID) return ERR_OK;
    return front_fault(fault, front_get(front, key), ERR_INVALID,
                       "a date and time such as 2021-04-14T16:15:00+03:00");
}

Err front_number(const FrontMatter *front, const char *key, int64_t most,
                 int64_t *out, Fault *fault)
{
    Str text = str_trim(front_str(front, key));
    char expected[60];

    if (!text.len) return ERR_OK;
    if (str_int(text, out) && *out >= 1 && *out <= most) return ERR_OK;
    if (most == INT64_MAX)
        snprintf(expected, sizeof expected, "a number from 1 on");
    else
        snprintf(expected, sizeof expected, "a number from 1 to %lld",
                 (long long)most);
    return front_fault(fault, front_get(front, key), ERR_INVALID, expected);
}
