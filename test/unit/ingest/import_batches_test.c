/* test/unit/ingest/import_batches_test.c -- what came is committed in batches:
 * a source may be slow or without end, and the import may be killed. */
#include "site.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/buf.h"

/* ---- a slow source ---- */

typedef struct Slow {
    char *store, *path;
    bool seen;           /* by others, before the input ended */
    atomic_bool stopped; /* the import */
} Slow;

static bool is_stored(Store *store, Arena *arena, const char *uri)
{
    Story story;

    return !stories_find(store, arena, str_from(uri), &story);
}

/* Sends more than a batch takes, and then says nothing until somebody else
 * sees what came first, or three seconds are over. */
static void *send_slowly(void *data)
{
    Slow *slow = data;
    FILE *pipe = fopen(slow->path, "w");
    Arena arena = arena_open();
    Store *other;

    for (int i = 0; i < 4; i++)
        fprintf(
            pipe,
            "{\"uri\":\"s:%d\",\"title\":\"Slow\",\"body_text\":\"%0100000d\"}"
            "\n",
            i, i);
    fflush(pipe);
    if (!store_open(slow->store, STORE_READ, &other, NULL)) {
        for (int i = 0; i < 3000 && !slow->seen; i++) {
            usleep(1000);
            slow->seen = is_stored(other, &arena, "s:1");
        }
        store_close(other);
    }
    fclose(pipe);
    arena_close(&arena);
    return NULL;
}

/* A pipe to import from, and a thread that sends what comes out of it. */
static pthread_t start_sender(Site *site, Slow *slow, void *(*send)(void *))
{
    pthread_t sender;

    slow->store = site->path;
    slow->path = in_site(site, "slow.jsonl");
    assert_int_equal(mkfifo(slow->path, 0600), 0);
    assert_int_equal(pthread_create(&sender, NULL, send, slow), 0);
    return sender;
}

static void what_came_is_committed_while_the_input_keeps_silent(void **state)
{
    Site *site = *state;
    Slow slow = {0};
    pthread_t sender = start_sender(site, &slow, send_slowly);

    assert_int_equal(import_path(site, slow.path), ERR_OK);
    pthread_join(sender, NULL);
    assert_true(slow.seen);
    counts_are(site, 4, 0, 0, 0, 0);
}

/* One bad record, and then a source that would go on for ever. */
static void *send_without_end(void *data)
{
    Slow *slow = data;
    int pipe = open(slow->path, O_WRONLY);
    char line[] = "{\"uri\":\"s:1\"}\n";
    char rest[4096];

    memset(rest, ' ', sizeof rest);
    signal(SIGPIPE, SIG_IGN);
    slow->seen = write(pipe, line, sizeof line - 1) > 0;
    for (int i = 0; i < 70; i++)
        slow->seen &= write(pipe, rest, sizeof rest) > 0;
    for (int i = 0; i < 3000 && !slow->stopped; i++)
        usleep(1000);
    close(pipe);
    return NULL;
}

static void an_import_that_stops_reads_no_further(void **state)
{
    Site *site = *state;
    Slow slow = {0};
    Time began = time_monotonic();
    pthread_t sender;

    site->strict = true;
    sender = start_sender(site, &slow, send_without_end);
    assert_int_equal(import_path(site, slow.path), ERR_INVALID);
    assert_true(time_monotonic() - began < 2 * TIME_SECOND);
    slow.stopped = true;
    pthread_join(sender, NULL);
    assert_true(slow.seen);
}

/* ---- many ---- */

#define MANY 12000

/* Every eleventh is the one so many before it, if any; *again counts those. */
static char *write_many(Site *site, char name, int before, int64_t *again)
{
    static bool seen[MANY];
    Buf buf = buf_open(&site->arena, MANY * 100);
    Str bytes;

    memset(seen, 0, sizeof seen);
    for (int i = 0; i < MANY; i++) {
        int number = i % 11 == 0 && i >= before ? i - before : i;

        *again += seen[number];
        seen[number] = true;
        buf_printf(&buf,
                   "{\"uri\":\"%c:%d\",\"version\":\"1\",\"title\":\"Story "
                   "%d\"}\n",
                   name, number, number);
    }
    assert_int_equal(buf_end(&buf, &bytes), ERR_OK);
    return write_file(site, "many.json", bytes);
}

static char *many_stories(Site *site)
{
    int64_t again = 0;

    return write_many(site, 'a', 0, &again);
}

/* In the same question to the store, in the next one, in another batch. */
static void what_comes_again_is_known(void **state)
{
    static const int before[] = {1, 63, 64, 65, 100, 6000};
    Site *site = *state;

    for (int i = 0; i < (int)COUNT(before); i++) {
        int64_t again = 0;
        char *path = write_many(site, (char)('b' + i), before[i], &again);

        assert_true(again > 0);
        assert_int_equal(import_path(site, path), ERR_OK);
        counts_are(site, MANY - again, 0, again, 0, 0);
    }
}

/* ---- after a kill ---- */

/* Imports in another process until it kills itself in the middle. */
static void import_and_die(Site *site, char *path, int commits)
{
    pid_t child = fork();
    int status;

    if (child == 0) {
        site->kill_after = commits;
        if (store_open(site->path, STORE_WRITE, &site->store, NULL) ||
            import_path(site, path))
            _exit(3);
        _exit(4);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

/* It is no fault of the stories: none is rejected, and the same command goes
 * on. */
static void a_server_that_goes_away_ends_it(void **state)
{
    Site *site = *state;
    char *path = many_stories(site);

    if (place_is_file()) skip();
    site->cut_after = MANY / 2;
    assert_int_equal(import_path(site, path), ERR_UNREACHABLE);
    assert_int_equal(site->counts.rejected, 0);
    assert_true(site->fault.text[0]);
    assert_int_equal(import_path(site, path), ERR_OK);
    assert_int_equal(site->counts.results[IMPORT_NEW] +
                         site->counts.results[IMPORT_KNOWN],
                     MANY);
    assert_int_equal(site->counts.rejected, 0);
}

static void after_a_kill_the_same_command_goes_on(void **state)
{
    Site *site = *state;
    char *path = many_stories(site);

    store_close(site->store);
    import_and_die(site, path, 2);
    assert_int_equal(store_open(site->path, STORE_WRITE, &site->store, NULL),
                     ERR_OK);
    assert_int_equal(import_path(site, path), ERR_OK);
    assert_true(site->counts.results[IMPORT_NEW] > 0);
    assert_true(site->counts.results[IMPORT_KNOWN] > 0);
    assert_int_equal(site->counts.results[IMPORT_NEW] +
                         site->counts.results[IMPORT_KNOWN],
                     MANY);
    assert_int_equal(site->counts.rejected, 0);
    assert_int_equal(story_of(site, "a:0").latest, 1);
    assert_int_equal(story_of(site, "a:11999").latest, 1);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(what_came_is_committed_while_the_input_keeps_silent),
        TEST(an_import_that_stops_reads_no_further),
        TEST(what_comes_again_is_known),
        TEST(a_server_that_goes_away_ends_it),
        TEST(after_a_kill_the_same_command_goes_on),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
