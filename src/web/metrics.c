#include "web/metrics.h"

void metrics_note(PressNote *note, const Press *press)
{
    PressCounters now = press_counters(press);

#define X(name, type, meaning)                                                 \
    __atomic_store_n(&note->counters.name, now.name, __ATOMIC_RELAXED);
    PRESS_COUNTERS(X)
#undef X
    __atomic_store_n(&note->counters.change, now.change, __ATOMIC_RELAXED);
}

/* The change is that of the press which is furthest behind. */
static PressCounters sum_up(const PressNote *notes, unsigned threads)
{
    PressCounters sum = {.change = INT64_MAX};

    for (unsigned i = 0; i < threads; i++) {
        const PressCounters *c = &notes[i].counters;
        int64_t change = __atomic_load_n(&c->change, __ATOMIC_RELAXED);

#define X(name, type, meaning)                                                 \
    sum.name += __atomic_load_n(&c->name, __ATOMIC_RELAXED);
        PRESS_COUNTERS(X)
#undef X
        if (change < sum.change) sum.change = change;
    }
    return sum;
}

int64_t metrics_shown(const PressNote *notes, unsigned threads)
{
    return sum_up(notes, threads).change;
}

static void put(Buf *buf, const char *name, const char *type,
                const char *meaning, uint64_t value)
{
    buf_printf(buf,
               "# HELP dateline_%s %s\n"
               "# TYPE dateline_%s %s\n"
               "dateline_%s %llu\n",
               name, meaning, name, type, name, (unsigned long long)value);
}

void metrics_write(Buf *buf, const ServerCounters *server,
                   const PressNote *notes, unsigned threads, int64_t committed)
{
    PressCounters press = sum_up(notes, threads);

#define X(name, meaning) put(buf, #name, "counter", meaning, server->name);
    SERVER_COUNTERS(X)
#undef X
#define X(name, type, meaning)                                                 \
    put(buf, "press_" #name, type, meaning, press.name);
    PRESS_COUNTERS(X)
#undef X
    put(buf, "press_change", "gauge",
        "number of the last change that every thread has taken; each takes "
        "what is new before its next answer",
        (uint64_t)press.change);
    put(buf, "change", "gauge", "number of the last change",
        (uint64_t)committed);
}

void metrics_write_replica(Buf *buf, int64_t change, int64_t committed)
{
    put(buf, "replica_change", "gauge",
        "number of the last change that the read replica knows",
        (uint64_t)change);
    put(buf, "replica_lag", "gauge", "changes that it does not know yet",
        committed > change ? (uint64_t)(committed - change) : 0);
}

void metrics_write_index(Buf *buf, int64_t change, int64_t counted,
                         int64_t related)
{
    put(buf, "index_change", "gauge",
        "number of the last change that the full-text index has followed; 0: "
        "another node keeps it",
        (uint64_t)change);
    put(buf, "index_counted", "gauge",
        "number of the last change whose terms it has counted",
        (uint64_t)counted);
    put(buf, "index_related", "gauge",
        "number of the last change whose story has its related ones kept",
        (uint64_t)related);
}

void metrics_write_live(Buf *buf, unsigned readers)
{
    put(buf, "live_readers", "gauge", "open pages that are told of changes",
        readers);
}

void metrics_write_reads(Buf *buf, AudienceCounters counters)
{
    put(buf, "reads_counted", "counter", "reads of stories", counters.counted);
    put(buf, "reads_left_out", "counter",
        "beacons of bots, of the same visit, or too many from one address",
        counters.left_out);
    put(buf, "reads_lost", "counter", "reads that could not be kept",
        counters.lost);
}

void metrics_write_push(Buf *buf, SenderCounters counters)
{
    put(buf, "push_sent", "counter", "push messages that a service took",
        counters.sent);
    put(buf, "push_gone", "counter", "subscriptions that were gone",
        counters.gone);
    put(buf, "push_failed", "counter", "tries that a service did not take",
        counters.failed);
    put(buf, "push_lost", "counter", "push messages that were given up",
        counters.lost);
}

void metrics_write_ads(Buf *buf, AdsCounters counters)
{
    put(buf, "ads_campaigns", "gauge", "campaigns that have something to show",
        counters.campaigns);
    put(buf, "ads_lent", "counter", "ads that were put into their places",
        counters.lent);
    put(buf, "ads_seen", "counter", "of these, such that were seen",
        counters.seen);
    put(buf, "ads_clicked", "counter", "of these, such that were clicked",
        counters.clicked);
    put(buf, "ads_left_out", "counter",
        "ads seen or clicked again, too late or over a cap", counters.left_out);
}

void metrics_write_purges(Buf *buf, uint64_t calls, uint64_t failures,
                          int64_t change)
{
    put(buf, "purge_calls", "counter", "calls of the cache in front", calls);
    put(buf, "purge_failures", "counter",
        "of these, such that were made again until they succeeded", failures);
    put(buf, "purge_change", "gauge",
        "number of the last change that it was told of by this node",
        (uint64_t)change);
}
