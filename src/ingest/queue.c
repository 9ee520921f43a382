#include "ingest/queue.h"

#include "base/cond.h"
#include "base/mem.h"

/* What parsing may make of a byte, until it is known. */
#define PARSED_GROWS 8

void queue_init(Queue *queue)
{
    *queue = (Queue){0};
    pthread_mutex_init(&queue->lock, NULL);
    cond_init(&queue->moved);
    for (size_t i = 0; i < QUEUE_SLOTS; i++)
        queue->slots[i].arena = arena_open();
}

void queue_close(Queue *queue)
{
    for (size_t i = 0; i < QUEUE_SLOTS; i++) {
        arena_close(&queue->slots[i].arena);
        mem_free(queue->slots[i].bytes);
        mem_free(queue->slots[i].records);
    }
    pthread_cond_destroy(&queue->moved);
    pthread_mutex_destroy(&queue->lock);
}

static bool is_full(const Queue *queue)
{
    size_t waiting = queue->filled - queue->written;

    return waiting == QUEUE_SLOTS || (waiting && queue->bytes > QUEUE_BYTES);
}

/* Gives back what one batch of unusual size has taken. */
static void empty(Batch *batch)
{
    if (batch->room > QUEUE_BYTES / QUEUE_SLOTS) {
        mem_free(batch->bytes);
        batch->bytes = NULL;
        batch->room = 0;
    }
    batch->size = 0;
    batch->record_count = 0;
    batch->out = (ReadOut){0};
    batch->ended = NULL;
    batch->names = (NameList){0};
    batch->fault = fault_none();
    batch->first = false;
    arena_reset(&batch->arena);
}

/* The one that is to be written next is parsed in any case. */
static bool may_parse(const Queue *queue)
{
    size_t held = 0;

    if (queue->parsing == queue->filled) return false;
    for (size_t i = queue->written; i < queue->parsing; i++)
        held += queue->held[i % QUEUE_SLOTS];
    return held <= QUEUE_PARSED;
}

Batch *queue_to_fill(Queue *queue)
{
    Batch *batch = NULL;

    pthread_mutex_lock(&queue->lock);
    while (!queue->stopped && is_full(queue))
        pthread_cond_wait(&queue->moved, &queue->lock);
    if (!queue->stopped) batch = &queue->slots[queue->filled % QUEUE_SLOTS];
    pthread_mutex_unlock(&queue->lock);
    return batch;
}

static void changed(Queue *queue)
{
    pthread_cond_broadcast(&queue->moved);
    pthread_mutex_unlock(&queue->lock);
}

void queue_filled(Queue *queue, const Batch *batch)
{
    pthread_mutex_lock(&queue->lock);
    queue->parsed[queue->filled % QUEUE_SLOTS] = false;
    queue->held[queue->filled % QUEUE_SLOTS] = 0;
    queue->filled++;
    queue->bytes += batch->size;
    changed(queue);
}

Batch *queue_to_parse(Queue *queue)
{
    Batch *batch = NULL;

    pthread_mutex_lock(&queue->lock);
    while (!queue->stopped && !may_parse(queue) &&
           !(queue->ended && queue->parsing == queue->filled))
        pthread_cond_wait(&queue->moved, &queue->lock);
    if (!queue->stopped && queue->parsing < queue->filled) {
        size_t slot = queue->parsing++ % QUEUE_SLOTS;

        batch = &queue->slots[slot];
        queue->held[slot] = batch->size * PARSED_GROWS;
    }
    pthread_mutex_unlock(&queue->lock);
    return batch;
}

void queue_parsed(Queue *queue, const Batch *batch)
{
    pthread_mutex_lock(&queue->lock);
    queue->parsed[batch - queue->slots] = true;
    queue->held[batch - queue->slots] = batch->arena.used;
    changed(queue);
}

/* The batch of that number; with the lock held. */
static bool is_parsed(const Queue *queue, size_t number)
{
    return number < queue->filled && queue->parsed[number % QUEUE_SLOTS];
}

static bool has_parsed(const Queue *queue)
{
    return is_parsed(queue, queue->written);
}

static bool is_over(const Queue *queue)
{
    return queue->stopped || (queue->ended && queue->written == queue->filled);
}

bool queue_wait_to_write(Queue *queue, Time until)
{
    bool in_time = true;

    pthread_mutex_lock(&queue->lock);
    while (in_time && !has_parsed(queue) && !is_over(queue))
        in_time = cond_wait_until(&queue->moved, &queue->lock, until);
    pthread_mutex_unlock(&queue->lock);
    return in_time;
}

Batch *queue_to_write(Queue *queue)
{
    Batch *batch = NULL;

    pthread_mutex_lock(&queue->lock);
    while (!has_parsed(queue) && !is_over(queue))
        pthread_cond_wait(&queue->moved, &queue->lock);
    if (!queue->stopped && has_parsed(queue))
        batch = &queue->slots[queue->written % QUEUE_SLOTS];
    pthread_mutex_unlock(&queue->lock);
    return batch;
}

const Batch *queue_next_to_write(Queue *queue)
{
    size_t number;
    bool there;

    pthread_mutex_lock(&queue->lock);
    number = queue->written + 1;
    there = is_parsed(queue, number);
    pthread_mutex_unlock(&queue->lock);
    return there ? &queue->slots[number % QUEUE_SLOTS] : NULL;
}

void queue_written(Queue *queue)
{
    Batch *batch = &queue->slots[queue->written % QUEUE_SLOTS];
    size_t size = batch->size;

    empty(batch);
    pthread_mutex_lock(&queue->lock);
    queue->bytes -= size;
    queue->written++;
    changed(queue);
}

void queue_end(Queue *queue)
{
    pthread_mutex_lock(&queue->lock);
    queue->ended = true;
    changed(queue);
}

bool queue_is_stopped(Queue *queue)
{
    bool stopped;

    pthread_mutex_lock(&queue->lock);
    stopped = queue->stopped;
    pthread_mutex_unlock(&queue->lock);
    return stopped;
}

void queue_stop(Queue *queue)
{
    pthread_mutex_lock(&queue->lock);
    queue->stopped = true;
    changed(queue);
}
