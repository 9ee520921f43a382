#include "net/host.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"

Output *host_output(Host *host)
{
    Output *output = host->spare;

    host->spare = NULL;
    if (!output) {
        output = mem_alloc(sizeof *output);
        output->arena = arena_open();
        output->stream = arena_open();
    }
    reply_init(&output->reply);
    output->first = output->count = 0;
    output->streaming = false;
    return output;
}

void host_output_end(Host *host, Output *output)
{
    output_end(output);
    if (!host->spare) {
        host->spare = output;
        return;
    }
    arena_close(&output->arena);
    mem_free(output);
}

void host_count(Host *host, int status)
{
    ServerCounters *c = &host->counters;
    uint64_t *classes[] = {&c->status_2xx, &c->status_3xx, &c->status_4xx,
                           &c->status_5xx};

    counter_add(classes[status / 100 - 2], 1);
}

Time host_due(const Host *host)
{
    Time due = TIME_NONE;

    for (ConnTimer i = 0; i < TIMER_COUNT; i++) {
        const Timer *first = timers_first(&host->timers[i]);

        if (first && (due == TIME_NONE || first->due < due)) due = first->due;
    }
    return due;
}

void host_clock(Host *host, Time now, Time wall)
{
    Arena arena;
    Str date;

    host->now = now;
    host->wall = wall;
    if (wall / TIME_SECOND == host->date_second) return;
    host->date_second = wall / TIME_SECOND;
    arena = arena_open();
    date = time_http(&arena, wall);
    host->date_len = (size_t)snprintf(host->date, sizeof host->date,
                                      "Date: %.*s\r\n", STR_ARG(date));
    arena_close(&arena);
}

void host_init(Host *host, const ServerConfig *config, Desk *desk,
               atomic_uint *stays, unsigned stays_max)
{
    unsigned after =
        config->slow_s < config->idle_s ? config->slow_s : config->idle_s;
    const unsigned spans[TIMER_COUNT] = {
        [TIMER_IDLE] = config->idle_s,         [TIMER_AFTER] = after,
        [TIMER_REST] = config->idle_s - after, [TIMER_HEAD] = config->head_s,
        [TIMER_SLOW] = config->slow_s,         [TIMER_LINGER] = LINGER_S,
        [TIMER_BEAT] = config->beat_s,
    };

    memset(host, 0, sizeof *host);
    host->config = config;
    host->waiting.desk = desk;
    host->stays = stays;
    host->stays_max = stays_max;
    host->log = (AccessLog){.format = config->log, .fd = config->log_fd};
    host->date_second = TIME_NONE;
    for (ConnTimer i = 0; i < TIMER_COUNT; i++)
        timers_init(&host->timers[i], (Time)spans[i] * TIME_SECOND);
}

void host_close(Host *host)
{
    accesslog_close(&host->log);
    if (!host->spare) return;
    arena_close(&host->spare->arena);
    mem_free(host->spare);
    host->spare = NULL;
}
