#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

static void line(const char *level, const char *format, va_list args)
{
    char text[1024];
    size_t len;
    int head = snprintf(text, sizeof text, "dateline: %s", level);
    int rest =
        vsnprintf(text + head, sizeof text - (size_t)head - 1, format, args);

    len = (size_t)head + (rest > 0 ? (size_t)rest : 0);
    if (len > sizeof text - 2) len = sizeof text - 2;
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)text[i] < 0x20 || text[i] == 0x7F) text[i] = ' ';
    text[len++] = '\n';
    if (write(STDERR_FILENO, text, len) < 0) return; /* nowhere left to say */
}

void log_info(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    line("", format, args);
    va_end(args);
}

void log_warn(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    line("warning: ", format, args);
    va_end(args);
}

void log_error(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    line("error: ", format, args);
    va_end(args);
}
