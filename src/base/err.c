#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *word;
    int status;
} errors[ERR_COUNT] = {
#define X(name, word, status, meaning) {word, status},
    ERRORS(X)
#undef X
};

const char *err_word(Err err)
{
    return err < ERR_COUNT ? errors[err].word : "unknown";
}

int err_status(Err err)
{
    return err < ERR_COUNT ? errors[err].status : 500;
}

Err fault_set(Fault *fault, Err err, const char *format, ...)
{
    va_list args;

    if (!fault) return err;
    fault->err = err;
    va_start(args, format);
    vsnprintf(fault->text, sizeof fault->text, format, args);
    va_end(args);
    return err;
}

void fault_where(Fault *fault, const char *format, ...)
{
    char old[sizeof fault->where];
    va_list args;
    size_t used;

    if (!fault) return;
    memcpy(old, fault->where, sizeof old);
    va_start(args, format);
    vsnprintf(fault->where, sizeof fault->where, format, args);
    va_end(args);
    used = strlen(fault->where);
    if (old[0] && used + 3 < sizeof fault->where)
        snprintf(fault->where + used, sizeof fault->where - used, ": %.*s",
                 (int)(sizeof fault->where - used - 3), old);
}

void fault_at(Fault *fault, int64_t line, int64_t column)
{
    if (!fault) return;
    fault->line = line;
    fault->column = column;
}

Fault fault_none(void)
{
    return (Fault){.byte = -1};
}

void fault_line(const Fault *fault, char *out, size_t size)
{
    char place[64] = "";

    if (fault->line > 0 && fault->column > 0)
        snprintf(place, sizeof place, ":%lld:%lld", (long long)fault->line,
                 (long long)fault->column);
    else if (fault->line > 0)
        snprintf(place, sizeof place, ":%lld", (long long)fault->line);
    else if (fault->byte >= 0)
        snprintf(place, sizeof place, ": byte %lld", (long long)fault->byte);
    snprintf(out, size, "%s%s%s%s", fault->where,
             fault->where[0] || !place[0] ? place : place + 1,
             fault->where[0] || place[0] ? ": " : "", fault->text);
}
