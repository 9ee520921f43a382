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
    StoryId story;
    Card card;
    Str mark;
    SiteThread *thread; /* where it was asked for */
    HttpTicket *ticket;
    Err err;  /* why there is none, once it is answered */
    Str jpeg; /* else it */
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

/* ---- answering ---- */

static Str etag_of(Arena *arena, Str mark)
{
    return str_format(arena, "\"%.*s\"", STR_ARG(mark));
}

static void put_head(Visit *visit, const PressCard *found)
{
    Arena *arena = visit->arena;

    visit->reply->head =
        str_format(arena,
                   "Content-Type: image/jpeg\r\nETag: %.*s\r\n"
                   "Cache-Control: public, %.*s, immutable\r\n"
                   "Surrogate-Key: %.*s\r\n%.*s",
                   STR_ARG(etag_of(arena, found->mark)),
                   STR_ARG(visit_max_age(visit, YEAR_S)), STR_ARG(found->keys),
                   STR_ARG(visit->thread->shared->media_head));
}

/* To the words of now. */
static void lead_on(Visit *visit, StoryId story, const PressCard *found)
{
    Arena *arena = visit->arena;

    visit->reply->status = 302;
    visit->reply->head = str_format(
        arena,
        "Location: /media/card/%.*s\r\n"
        "Cache-Control: no-cache\r\nSurrogate-Key: %.*s\r\n%.*s",
        STR_ARG(card_name(arena, story, found->mark)), STR_ARG(found->keys),
        STR_ARG(visit->thread->shared->media_head));
}

/* On the visit's thread, as the answer leaves: while it was drawn its story may
 * have been killed, or have got other words. */
static void answer(void *hold, Arena *arena, HttpReply *reply)
{
    const Job *job = hold;
    Visit visit = {.thread = job->thread, .arena = arena, .reply = reply};
    PressCard found;
    Err err = job->err;

    if (!err)
        err = press_card(job->thread->press, arena, job->story,
                         time_monotonic(), &found);
    if (err == ERR_NOT_FOUND) {
        visit_plain(&visit, 404, "There is no such card.\n");
    } else if (err) {
        visit_plain_again(&visit, 503, "The card cannot be drawn now.\n", 5);
    } else if (!str_eq(job->mark, found.mark)) {
        lead_on(&visit, job->story, &found);
    } else {
        put_head(&visit, &found);
        http_part(reply, job->jpeg);
    }
}

static void job_free(void *hold)
{
    Job *job = hold;

    arena_close(&job->arena);
    mem_free(job);
}

static void complete(Job *job, Err err)
{
    const HttpReply reply = {
        .status = 200, .finish = answer, .hold = job, .release = job_free};

    job->err = err;
    http_complete(job->ticket, &reply);
}

/* ---- the thread ---- */

static Err draw(Cards *cards, Job *job, Fault *fault)
{
    const char *path = path_of(cards, &job->arena, job->mark);
    Err err = file_read(&job->arena, path, CARD_BYTES, &job->jpeg, NULL);

    if (!err && job->jpeg.len) return ERR_OK; /* for one that waited before */
    err = card_draw(&job->arena, &job->card, &job->jpeg, fault);
    if (err) return err;
    if (++cards->drawn % LOOK_EVERY == 1) prune(cards);
    err = file_write(path, job->jpeg, fault);
    if (err) log_warn("a card is not kept: %s", fault->text);
    return ERR_OK;
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
        Err err = draw(cards, job, &fault);

        if (err) tell(cards, &fault);
        complete(job, err);
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
        complete(job, ERR_BUSY);
    }
    pthread_cond_destroy(&cards->wake);
    pthread_mutex_destroy(&cards->lock);
    mem_free(cards->folder);
    mem_free(cards);
}

/* ---- asking ---- */

static Job *job_new(Visit *visit, StoryId story, const PressCard *found)
{
    Job *job = mem_zero(sizeof *job);
    const Card *card = &found->card;
    Arena arena = arena_open();

    *job = (Job){
        .story = story,
        .card = {str_copy(&arena, card->headline),
                 str_copy(&arena, card->section),
                 str_copy(&arena, card->agency),
                 str_copy(&arena, card->language)},
        .mark = str_copy(&arena, found->mark),
        .thread = visit->thread,
        .ticket = http_defer(visit->reply),
    };
    job->arena = arena;
    return job;
}

static Err wait_for(Visit *visit, Cards *cards, StoryId story,
                    const PressCard *found)
{
    bool full;

    pthread_mutex_lock(&cards->lock);
    full = cards->count >= CARDS_WAIT || cards->stopping;
    if (!full) {
        Job *job = job_new(visit, story, found);

        *cards->last = job;
        cards->last = &job->next;
        cards->count++;
        pthread_cond_signal(&cards->wake);
    }
    pthread_mutex_unlock(&cards->lock);
    return full ? ERR_BUSY : ERR_OK;
}

Err cards_answer(Visit *visit, Str file)
{
    Cards *cards = visit->thread->shared->cards;
    Arena *arena = visit->arena;
    PressCard found;
    StoryId story;
    Str mark, jpeg;
    Err err;

    if (!cards || !card_named(file, &story, &mark)) return ERR_NOT_FOUND;
    err = press_card(visit->thread->press, arena, story, time_monotonic(),
                     &found);
    if (err) return err;
    if (!str_eq(mark, found.mark)) {
        lead_on(visit, story, &found);
        return ERR_OK;
    }
    if (visit_has_tag(visit, etag_of(arena, mark))) {
        visit->reply->status = 304;
    } else {
        err = file_read(arena, path_of(cards, arena, mark), CARD_BYTES, &jpeg,
                        NULL);
        if (err || !jpeg.len) return wait_for(visit, cards, story, &found);
        http_part(visit->reply, jpeg);
    }
    put_head(visit, &found);
    return ERR_OK;
}
