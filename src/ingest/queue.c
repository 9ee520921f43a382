#include "ingest/queue.h"

#include "base/mem.h"

void queue_init(Queue *queue)
{
    *queue = (Queue){0};
    pthread_mutex_init(&queue->lock, NULL);
    pthread_cond_init(&queue->moved, NULL);
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
    batch->names = (NameList){0};
    batch->fault = fault_none();
    batch->first = false;
    arena_reset(&batch->arena);
}

Batch *queue_to_fill(Queue *queue)
{
    Batch *batch = NULL;

    pthread_mutex_lock(&queue->lock);
    while (!queue->stopped && is_full(queue))
        pthread_cond_wait(&queue->moved, &queue->lock);
    if (!queue->stopped) batch = &queue->slots[queue->filled % QUEUE_SLOTS];
    pthread_mutex_unlock(&queue->lock);
    if (batch) empty(batch);
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
    queue->filled++;
    queue->bytes += batch->size;
    changed(queue);
}

Batch *queue_to_parse(Queue *queue)
{
    Batch *batch = NULL;

    pthread_mutex_lock(&queue->lock);
    while (!queue->stopped && !queue->ended && queue->parsing == queue->filled)
        pthread_cond_wait(&queue->moved, &queue->lock);
    if (!queue->stopped && queue->parsing < queue->filled)
        batch = &queue->slots[queue->parsing++ % QUEUE_SLOTS];
    pthread_mutex_unlock(&queue->lock);
    return batch;
}

void queue_parsed(Queue *queue, const Batch *batch)
{
    pthread_mutex_lock(&queue->lock);
    queue->parsed[batch - queue->slots] = true;
    changed(queue);
}

Batch *queue_to_write(Queue *queue)
{
    Batch *batch = NULL;

    pthread_mutex_lock(&queue->lock);
    for (;;) {
        size_t slot = queue->written % QUEUE_SLOTS;

        if (queue->stopped) break;
        if (queue->written < queue->filled && queue->parsed[slot]) {
            batch = &queue->slots[slot];
            break;
        }
        if (queue->ended && queue->written == queue->filled) break;
        pthread_cond_wait(&queue->moved, &queue->lock);
    }
    pthread_mutex_unlock(&queue->lock);
    return batch;
}

void queue_written(Queue *queue)
{
    pthread_mutex_lock(&queue->lock);
    queue->bytes -= queue->slots[queue->written % QUEUE_SLOTS].size;
    queue->written++;
    changed(queue);
}

void queue_end(Queue *queue)
{
    pthread_mutex_lock(&queue->lock);
    queue->ended = true;
    changed(queue);
}

void queue_stop(Queue *queue)
{
    pthread_mutex_lock(&queue->lock);
    queue->stopped = true;
    changed(queue);
}
