#include "net/inbox.h"

#include "base/mem.h"

void inbox_open(Inbox *inbox)
{
    *inbox = (Inbox){0};
    pthread_mutex_init(&inbox->lock, NULL);
}

void inbox_close(Inbox *inbox)
{
    pthread_mutex_destroy(&inbox->lock);
    mem_free(inbox->items);
}

bool inbox_put(Inbox *inbox, const Arrival *arrival)
{
    bool taken;

    pthread_mutex_lock(&inbox->lock);
    taken = !inbox->closed;
    if (taken && inbox->count == inbox->room) {
        inbox->room = inbox->room ? 2 * inbox->room : 16;
        inbox->items =
            mem_resize(inbox->items, inbox->room * sizeof inbox->items[0]);
    }
    if (taken) inbox->items[inbox->count++] = *arrival;
    pthread_mutex_unlock(&inbox->lock);
    return taken;
}

bool inbox_take(Inbox *inbox, Arrival *out)
{
    bool any;

    pthread_mutex_lock(&inbox->lock);
    any = inbox->count > 0;
    if (any) *out = inbox->items[--inbox->count];
    pthread_mutex_unlock(&inbox->lock);
    return any;
}

bool inbox_end(Inbox *inbox)
{
    pthread_mutex_lock(&inbox->lock);
    inbox->closed = !inbox->count;
    pthread_mutex_unlock(&inbox->lock);
    return inbox->closed;
}
