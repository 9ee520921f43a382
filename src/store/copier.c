#include "store/copier.h"

#include <pthread.h>

#include "base/log.h"
#include "base/mem.h"

struct Copier {
    pthread_mutex_t lock; /* over wanted, stopping */
    pthread_cond_t wake;
    bool wanted, stopping;
    pthread_mutex_t copying; /* held by who copies */
    Store *store;
    pthread_t thread;
};

static void copy(Copier *copier, Store *store)
{
    int64_t left;
    Err err;

    pthread_mutex_lock(&copier->copying);
    err = store_checkpoint(store, &left);
    pthread_mutex_unlock(&copier->copying);
    /* Busy: another process copies; it is all the same who does. */
    if (err && err != ERR_BUSY)
        log_warn("store: the log cannot be copied: %s", store_reason(store));
}

static void *loop(void *arg)
{
    Copier *copier = arg;

    for (;;) {
        bool stopping;

        pthread_mutex_lock(&copier->lock);
        while (!copier->wanted && !copier->stopping)
            pthread_cond_wait(&copier->wake, &copier->lock);
        copier->wanted = false;
        stopping = copier->stopping;
        pthread_mutex_unlock(&copier->lock);
        if (stopping) return NULL;
        copy(copier, copier->store);
    }
}

Err copier_start(const char *where, Copier **out, Fault *fault)
{
    Copier *copier;
    Err err;

    *out = NULL;
    if (store_is_server(where)) return ERR_OK;
    copier = mem_zero(sizeof *copier);
    err = store_open(where, STORE_WRITE, &copier->store, fault);
    if (err) {
        mem_free(copier);
        return err;
    }
    pthread_mutex_init(&copier->lock, NULL);
    pthread_mutex_init(&copier->copying, NULL);
    pthread_cond_init(&copier->wake, NULL);
    if (pthread_create(&copier->thread, NULL, loop, copier)) mem_exhausted();
    *out = copier;
    return ERR_OK;
}

void copier_tend(Copier *copier, Store *store)
{
    int64_t pages = copier ? store_log_pages(store) : 0;

    if (pages >= COPY_WAIT) {
        copy(copier, store);
    } else if (pages >= COPY_FROM) {
        pthread_mutex_lock(&copier->lock);
        copier->wanted = true;
        pthread_cond_signal(&copier->wake);
        pthread_mutex_unlock(&copier->lock);
    }
}

void copier_stop(Copier *copier)
{
    if (!copier) return;
    pthread_mutex_lock(&copier->lock);
    copier->stopping = true;
    pthread_cond_signal(&copier->wake);
    pthread_mutex_unlock(&copier->lock);
    pthread_join(copier->thread, NULL);
    store_close(copier->store);
    pthread_mutex_destroy(&copier->lock);
    pthread_mutex_destroy(&copier->copying);
    pthread_cond_destroy(&copier->wake);
    mem_free(copier);
}
