#include "net/ticket.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "net/reply.h"

struct Desk {
    pthread_mutex_t lock;
    HttpTicket *first, **last;
    size_t users; /* the loop and every ticket */
    bool closed;
    int wake;
};

Desk *desk_open(int wake)
{
    Desk *desk = mem_zero(sizeof *desk);

    pthread_mutex_init(&desk->lock, NULL);
    desk->last = &desk->first;
    desk->users = 1;
    desk->wake = wake;
    return desk;
}

/* Called locked; unlocks. */
static void leave(Desk *desk)
{
    bool nobody = --desk->users == 0;

    pthread_mutex_unlock(&desk->lock);
    if (!nobody) return;
    pthread_mutex_destroy(&desk->lock);
    mem_free(desk);
}

static HttpTicket *ticket_open(Desk *desk)
{
    HttpTicket *ticket = mem_zero(sizeof *ticket);

    ticket->desk = desk;
    ticket->arena = arena_open();
    reply_init(&ticket->reply);
    pthread_mutex_lock(&desk->lock);
    desk->users++;
    pthread_mutex_unlock(&desk->lock);
    return ticket;
}

HttpTicket *http_defer(HttpReply *reply)
{
    HttpWaiting *waiting = reply->waiting;

    assert(waiting && !waiting->ticket);
    waiting->ticket = ticket_open(waiting->desk);
    return waiting->ticket;
}

void ticket_free(HttpTicket *ticket)
{
    Desk *desk = ticket->desk;

    arena_close(&ticket->arena);
    mem_free(ticket);
    pthread_mutex_lock(&desk->lock);
    leave(desk);
}

static void ticket_drop(HttpTicket *ticket)
{
    if (ticket->reply.release) ticket->reply.release(ticket->reply.hold);
    ticket_free(ticket);
}

static void wake(const Desk *desk)
{
    const uint64_t one = 1;
    ssize_t n;

    if (desk->wake < 0) return;
    do /* fails only when the counter is full: then it is awake anyway */
        n = write(desk->wake, &one, sizeof one);
    while (n < 0 && errno == EINTR);
}

void http_complete(HttpTicket *ticket, const HttpReply *reply)
{
    Desk *desk = ticket->desk;
    size_t size =
        offsetof(HttpReply, parts) + reply->part_count * sizeof reply->parts[0];
    bool closed;

    memcpy(&ticket->reply, reply, size);
    ticket->reply.waiting = NULL;
    ticket->next = NULL;
    pthread_mutex_lock(&desk->lock);
    closed = desk->closed;
    if (!closed) {
        *desk->last = ticket;
        desk->last = &ticket->next;
        wake(desk);
    }
    pthread_mutex_unlock(&desk->lock);
    if (closed) ticket_drop(ticket);
}

HttpTicket *desk_take(Desk *desk)
{
    HttpTicket *ticket;

    pthread_mutex_lock(&desk->lock);
    ticket = desk->first;
    if (ticket) desk->first = ticket->next;
    if (!desk->first) desk->last = &desk->first;
    pthread_mutex_unlock(&desk->lock);
    return ticket;
}

void desk_close(Desk *desk)
{
    HttpTicket *ticket;

    pthread_mutex_lock(&desk->lock);
    desk->closed = true;
    pthread_mutex_unlock(&desk->lock);
    while ((ticket = desk_take(desk)))
        ticket_drop(ticket);
    pthread_mutex_lock(&desk->lock);
    leave(desk);
}
