#include "web/cards.h"

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "media/card.h"

#define CARD_BYTES ((size_t)2 * 1024 * 1024) /* of a file, at most */
#define LOOK_EVERY 256 /* cards, between two looks at how many there are */
#define FILE_NAME  (CARD_MARK + 4) /* "9f3a6b0c4d2e1f80.jpg" */

/* One that waits to be drawn; all of it in its arena but itself. */
typedef struct Job {
    Arena arena;
    Card card;
    Str mark;
    Str head;   /* header lines */
    Str failed; /* those when it cannot be drawn */
    HttpTicket *ticket;
    struct Job *next;
} Job;

struct Cards {
    char *folder;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    Job *first, **last; /* under lock, as what follows */
    size_t count;
    bool stopping;
    unsigned drawn; /* the thread's own, as what follows */
    Time told_at;   /* monotonic: of a failure, in the log */
};

/* ---- the folder ---- */

static char *path_of(const Cards *cards, Arena *arena, Str mark)
{
    return str_z(
        arena, str_format(arena, "%s/%.*s.jpg", cards->folder, STR_ARG(mark)));
}

typedef struct Kept {
    char name[FILE_NAME + 1];
    time_t at;
} Kept;

static int oldest_first(const void *a, const void *b)
{
    const Kept *x = a;
    const Kept *y = b;

    return (x->at > y->at) - (x->at < y->at);
}

/* The cards in the folder, in arena; of twice as many as are kept no more. */
static size_t read_folder(const Cards *cards, Arena *arena, Kept **out)
{
    DIR *folder = opendir(cards->folder);
    size_t count = 0;
    struct dirent *entry;

    *out = ARENA_ARRAY(arena, Kept, (size_t)2 * CARDS_KEPT);
    while (folder && count < (size_t)2 * CARDS_KEPT &&
           (entry = readdir(folder))) {
        struct stat stat;

        if (strlen(entry->d_name) != FILE_NAME ||
            fstatat(dirfd(folder), entry->d_name, &stat, AT_SYMLINK_NOFOLLOW) ||
            !S_ISREG(stat.st_mode))
            continue;
        memcpy((*out)[count].name, entry->d_name, FILE_NAME + 1);
        (*out)[count++].at = stat.st_mtime;
    }
    if (folder) closedir(folder);
    return count;
}

/* When there are too many, the oldest quarter goes. */
static void prune(const Cards *cards)
{
    Arena arena = arena_open();
    Kept *kept;
    size_t count = read_folder(cards, &arena, &kept);

    if (count > CARDS_KEPT) {
        qsort(kept, count, sizeof *kept, oldest_first);
        for (size_t i = 0; i < count - CARDS_KEPT * 3 / 4; i++)
            unlink(file_join(&arena, cards->folder, kept[i].name));
    }
    arena_close(&arena);
}

/* ---- the thread ---- */

static Err draw(Cards *cards, Job *job, Str *jpeg, Fault *fault)
{
    const char *path = path_of(cards, &job->arena, job->mark);
    Err err = file_read(&job->arena, path, CARD_BYTES, jpeg, NULL);

    if (!err && jpeg->len) return ERR_OK; /* for one that waited before */
    err = card_draw(&job->arena, &job->card, jpeg, fault);
    if (err) return err;
    if (++cards->drawn % LOOK_EVERY == 1) prune(cards);
    err = file_write(path, *jpeg, fault);
    if (err) log_warn("a card is not kept: %s", fault->text);
    return ERR_OK;
}

static void job_free(void *hold)
{
    Job *job = hold;

    arena_close(&job->arena);
    mem_free(job);
}

static void complete(Job *job, Err err, Str jpeg)
{
    HttpReply reply = {.status = err ? 503 : 200,
                       .head = err ? job->failed : job->head,
                       .hold = job,
                       .release = job_free};

    http_part(&reply, err ? S("The card cannot be drawn now.\n") : jpeg);
    http_complete(job->ticket, &reply);
}

/* At most one a minute is told. */
static void tell(Cards *cards, const Fault *fault)
{
    Time now = time_monotonic();

    if (now - cards->told_at < TIME_MINUTE) return;
    cards->told_at = now;
    log_error("a card cannot be drawn: %s", fault->text);
}

static Job *next_job(Cards *cards)
{
    Job *job;

    pthread_mutex_lock(&cards->lock);
    while (!cards->first && !cards->stopping)
        pthread_cond_wait(&cards->wake, &cards->lock);
    job = cards->stopping ? NULL : cards->first;
    if (job) {
        cards->first = job->next;
        if (!cards->first) cards->last = &cards->first;
        cards->count--;
    }
    pthread_mutex_unlock(&cards->lock);
    return job;
}

static void *loop(void *arg)
{
    Cards *cards = arg;
    Job *job;

    while ((job = next_job(cards))) {
        Fault fault = fault_none();
        Str jpeg = {0};
        Err err = draw(cards, job, &jpeg, &fault);

        if (err) tell(cards, &fault);
        complete(job, err, jpeg);
    }
    return NULL;
}

Err cards_start(const char *folder, Cards **out, Fault *fault)
{
    Cards *cards;
    Err err = file_mkdir(folder, fault);

    if (err) return err;
    cards = mem_zero(sizeof *cards);
    cards->folder = mem_alloc(strlen(folder) + 1);
    memcpy(cards->folder, folder, strlen(folder) + 1);
    cards->last = &cards->first;
    cards->told_at = -TIME_MINUTE;
    pthread_mutex_init(&cards->lock, NULL);
    pthread_cond_init(&cards->wake, NULL);
    if (pthread_create(&cards->thread, NULL, loop, cards)) {
        mem_free(cards->folder);
        mem_free(cards);
        return fault_set(fault, ERR_IO, "the thread of cards cannot begin");
    }
    *out = cards;
    return ERR_OK;
}

void cards_stop(Cards *cards)
{
    if (!cards) return;
    pthread_mutex_lock(&cards->lock);
    cards->stopping = true;
    pthread_cond_signal(&cards->wake);
    pthread_mutex_unlock(&cards->lock);
    pthread_join(cards->thread, NULL);
    while (cards->first) {
        Job *job = cards->first;

        cards->first = job->next;
        complete(job, ERR_BUSY, (Str){0});
    }
    pthread_cond_destroy(&cards->wake);
    pthread_mutex_destroy(&cards->lock);
    mem_free(cards->folder);
    mem_free(cards);
}

/* ---- asking ---- */

static Str head_of(Visit *visit, Arena *arena, Str keys, Str etag)
{
    return str_format(arena,
                      "Content-Type: image/jpeg\r\nETag: %.*s\r\n"
                      "Cache-Control: public, max-age=31536000, immutable\r\n"
                      "Surrogate-Key: %.*s\r\n%.*s",
                      STR_ARG(etag), STR_ARG(keys),
                      STR_ARG(visit->thread->shared->media_head));
}

static Err wait_for(Visit *visit, Cards *cards, const PressCard *found,
                    Str etag)
{
    Arena arena;
    Job *job;
    bool full;

    pthread_mutex_lock(&cards->lock);
    full = cards->count >= CARDS_WAIT || cards->stopping;
    if (!full) {
        arena = arena_open();
        job = mem_zero(sizeof *job);
        *job = (Job){
            .card = {str_copy(&arena, found->card.headline),
                     str_copy(&arena, found->card.section),
                     str_copy(&arena, found->card.agency),
                     str_copy(&arena, found->card.language)},
            .mark = str_copy(&arena, found->mark),
            .head = head_of(visit, &arena, found->keys, etag),
            .failed =
                str_format(&arena,
                           "Content-Type: text/plain; charset=utf-8\r\n"
                           "Cache-Control: no-store\r\nRetry-After: 5\r\n%.*s",
                           STR_ARG(visit->thread->shared->media_head)),
            .ticket = http_defer(visit->reply),
        };
        job->arena = arena;
        *cards->last = job;
        cards->last = &job->next;
        cards->count++;
        pthread_cond_signal(&cards->wake);
    }
    pthread_mutex_unlock(&cards->lock);
    return full ? ERR_BUSY : ERR_OK;
}

/* To the words of now. */
static Err lead_on(Visit *visit, StoryId story, const PressCard *found)
{
    Arena *arena = visit->arena;

    visit->reply->status = 302;
    visit->reply->head = str_format(
        arena,
        "Location: /media/card/%.*s\r\n"
        "Cache-Control: no-cache\r\nSurrogate-Key: %.*s\r\n%.*s",
        STR_ARG(card_name(arena, story, found->mark)), STR_ARG(found->keys),
        STR_ARG(visit->thread->shared->media_head));
    return ERR_OK;
}

Err cards_answer(Visit *visit, Str file)
{
    Cards *cards = visit->thread->shared->cards;
    Arena *arena = visit->arena;
    PressCard found;
    StoryId story;
    Str mark, etag, jpeg;
    Err err;

    if (!cards || !card_named(file, &story, &mark)) return ERR_NOT_FOUND;
    err = press_card(visit->thread->press, arena, story, time_monotonic(),
                     &found);
    if (err) return err;
    if (!str_eq(mark, found.mark)) return lead_on(visit, story, &found);
    etag = str_format(arena, "\"%.*s\"", STR_ARG(mark));
    if (visit_has_tag(visit, etag)) {
        visit->reply->status = 304;
    } else {
        err = file_read(arena, path_of(cards, arena, mark), CARD_BYTES, &jpeg,
                        NULL);
        if (err || !jpeg.len) return wait_for(visit, cards, &found, etag);
        http_part(visit->reply, jpeg);
    }
    visit->reply->head = head_of(visit, arena, found.keys, etag);
    return ERR_OK;
}
