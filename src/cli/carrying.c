#include "cli/carrying.h"

#include <stdio.h>

Carrying carrying_begin(void)
{
    return (Carrying){.bar = bar_begin(), .stage = MOVE_COPY};
}

static int64_t rows_of(const CarryCounts *counts)
{
    return counts->changes + counts->stories + counts->versions;
}

static void on_progress(void *ctx, const MoveProgress *progress)
{
    static const char *const words[] = {
        [MOVE_COPY] = "copied",
        [MOVE_COMPARE] = "compared",
        [MOVE_CHECK] = "looking whether all is whole",
    };
    Carrying *carrying = ctx;
    int64_t total = rows_of(&progress->total);
    double part = total ? (double)rows_of(&progress->done) / (double)total : 0;
    bool due = bar_is_due(&carrying->bar) || progress->stage == MOVE_CHECK;

    if (progress->stage != carrying->stage) bar_again(&carrying->bar);
    carrying->stage = progress->stage;
    if (!due) return;
    if (progress->stage == MOVE_CHECK)
        bar_tell(&carrying->bar, -1, "%s", words[progress->stage]);
    else
        bar_tell(&carrying->bar, part, "%s: %lld stories, %lld versions",
                 words[progress->stage], (long long)progress->done.stories,
                 (long long)progress->done.versions);
}

static void on_wrong(void *ctx, const char *what)
{
    Carrying *carrying = ctx;

    bar_clear(&carrying->bar);
    fprintf(stderr, "%s\n", what);
}

MoveCalls carrying_calls(Carrying *carrying)
{
    return (MoveCalls){on_progress, on_wrong, carrying};
}

void carrying_end(Carrying *carrying, const CarryCounts *counts,
                  const char *done)
{
    bar_clear(&carrying->bar);
    printf("%lld stories, %lld versions and %lld changes %s; %.1f s\n",
           (long long)counts->stories, (long long)counts->versions,
           (long long)counts->changes, done,
           (double)(time_monotonic() - carrying->bar.began) /
               (double)TIME_SECOND);
}
