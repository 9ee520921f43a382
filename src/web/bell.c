#include "web/bell.h"

void bell_open(Bell *bell)
{
    pthread_mutex_init(&bell->lock, NULL);
    bell->parts = (BellParts){0};
}

void bell_close(Bell *bell)
{
    pthread_mutex_destroy(&bell->lock);
}

void bell_hang(Bell *bell, BellParts parts)
{
    pthread_mutex_lock(&bell->lock);
    bell->parts = parts;
    pthread_mutex_unlock(&bell->lock);
}

void bell_ring(Bell *bell)
{
    pthread_mutex_lock(&bell->lock);
    if (bell->parts.server) server_poke(bell->parts.server);
    watch_nudge(bell->parts.replica);
    follow_nudge(bell->parts.follow);
    push_nudge(bell->parts.push);
    pthread_mutex_unlock(&bell->lock);
}

void bell_ring_server(Bell *bell)
{
    pthread_mutex_lock(&bell->lock);
    if (bell->parts.server) server_poke(bell->parts.server);
    pthread_mutex_unlock(&bell->lock);
}
