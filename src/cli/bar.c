#include "cli/bar.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define CELLS       30
#define TELL_EVERY  (TIME_SECOND / 5)
#define PLAIN_EVERY (10 * TIME_SECOND)

Bar bar_begin(void)
{
    Bar bar = {.terminal = isatty(STDERR_FILENO), .began = time_monotonic()};

    bar.told_at = bar.terminal ? 0 : bar.began;
    bar.part_began = bar.began;
    return bar;
}

void bar_again(Bar *bar)
{
    bar->part_began = time_monotonic();
}

bool bar_is_due(Bar *bar)
{
    Time now = time_monotonic();

    if (now - bar->told_at < (bar->terminal ? TELL_EVERY : PLAIN_EVERY))
        return false;
    bar->told_at = now;
    return true;
}

/* "[######........] 42%  12,000 stories  0:14 left" */
static void draw(Bar *bar, double part, const char *text)
{
    double elapsed =
        (double)(time_monotonic() - bar->part_began) / (double)TIME_SECOND;
    char cells[CELLS + 1];
    int left;

    bar_clear(bar);
    bar->drawn = true;
    if (part < 0) {
        fputs(text, stderr);
        return;
    }
    if (part > 1) part = 1;
    memset(cells, '.', CELLS);
    memset(cells, '#', (size_t)(part * CELLS));
    cells[CELLS] = '\0';
    left = part > 0 ? (int)(elapsed * (1 - part) / part) : 0;
    fprintf(stderr, "[%s] %3d%%  %s  %d:%02d left", cells, (int)(part * 100),
            text, left / 60, left % 60);
}

void bar_tell(Bar *bar, double part, const char *format, ...)
{
    char text[200];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (bar->terminal)
        draw(bar, part, text);
    else if (part >= 0)
        fprintf(stderr, "%s (%d%%)\n", text, (int)(part * 100));
    else
        fprintf(stderr, "%s\n", text);
    fflush(stderr);
}

void bar_clear(Bar *bar)
{
    if (bar->drawn) fputs("\r\033[K", stderr);
    bar->drawn = false;
}
