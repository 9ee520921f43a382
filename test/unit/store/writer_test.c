/* test/unit/store/writer_test.c -- acknowledged means durable; a failed commit
 * closes writing.  Disks that fail are played by a layer below SQLite. */
#include "newsroom.h"

#include <errno.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <time.h>

#include "store/writer.h"

/* ---- a disk that fails when told ---- */

typedef enum Fails { NOTHING, SYNC, WRITE_FULL, SYNC_MAIN, INDEX_FULL } Fails;

/* Of the log file, of the main file, or of the index of the log. */
static _Atomic Fails fails;
static atomic_int syncs; /* of the log file */
static int index_room;   /* pages of the index that there is room for */

typedef struct Disk {
    sqlite3_file base;
    bool log;
    sqlite3_file *real;
} Disk;

static sqlite3_vfs *real_vfs;
static sqlite3_io_methods disk_methods; /* the real ones, but for three */

#define REAL(file) (((Disk *)(file))->real)

static int disk_close(sqlite3_file *file)
{
    return REAL(file)->pMethods->xClose(REAL(file));
}

static int disk_sync(sqlite3_file *file, int flags)
{
    if (((Disk *)file)->log) {
        atomic_fetch_add(&syncs, 1);
        if (fails == SYNC) return SQLITE_IOERR_FSYNC;
    }
    if (!((Disk *)file)->log && fails == SYNC_MAIN) return SQLITE_IOERR_FSYNC;
    return REAL(file)->pMethods->xSync(REAL(file), flags);
}

static int disk_write(sqlite3_file *file, const void *bytes, int count,
                      sqlite3_int64 at)
{
    if (((Disk *)file)->log && fails == WRITE_FULL) return SQLITE_FULL;
    return REAL(file)->pMethods->xWrite(REAL(file), bytes, count, at);
}

static int disk_read(sqlite3_file *file, void *bytes, int count,
                     sqlite3_int64 at)
{
    return REAL(file)->pMethods->xRead(REAL(file), bytes, count, at);
}

static int disk_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    return REAL(file)->pMethods->xTruncate(REAL(file), size);
}

static int disk_size(sqlite3_file *file, sqlite3_int64 *size)
{
    return REAL(file)->pMethods->xFileSize(REAL(file), size);
}

static int disk_lock(sqlite3_file *file, int how)
{
    return REAL(file)->pMethods->xLock(REAL(file), how);
}

static int disk_unlock(sqlite3_file *file, int how)
{
    return REAL(file)->pMethods->xUnlock(REAL(file), how);
}

static int disk_reserved(sqlite3_file *file, int *out)
{
    return REAL(file)->pMethods->xCheckReservedLock(REAL(file), out);
}

static int disk_control(sqlite3_file *file, int what, void *arg)
{
    return REAL(file)->pMethods->xFileControl(REAL(file), what, arg);
}

static int disk_sector(sqlite3_file *file)
{
    return REAL(file)->pMethods->xSectorSize(REAL(file));
}

static int disk_traits(sqlite3_file *file)
{
    return REAL(file)->pMethods->xDeviceCharacteristics(REAL(file));
}

static int disk_shm_map(sqlite3_file *file, int page, int size, int extend,
                        void volatile **out)
{
    if (extend && fails == INDEX_FULL && page >= index_room) {
        errno = ENOSPC;
        return SQLITE_IOERR_SHMSIZE;
    }
    return REAL(file)->pMethods->xShmMap(REAL(file), page, size, extend, out);
}

static int disk_shm_lock(sqlite3_file *file, int at, int count, int flags)
{
    return REAL(file)->pMethods->xShmLock(REAL(file), at, count, flags);
}

static void disk_shm_barrier(sqlite3_file *file)
{
    REAL(file)->pMethods->xShmBarrier(REAL(file));
}

static int disk_shm_unmap(sqlite3_file *file, int remove)
{
    return REAL(file)->pMethods->xShmUnmap(REAL(file), remove);
}

static int disk_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file,
                     int flags, int *out)
{
    Disk *disk = (Disk *)file;
    int code;

    (void)vfs;
    disk->real = (sqlite3_file *)(disk + 1);
    disk->log = (flags & SQLITE_OPEN_WAL) != 0;
    code = real_vfs->xOpen(real_vfs, name, disk->real, flags, out);
    file->pMethods = disk->real->pMethods ? &disk_methods : NULL;
    return code;
}

static void install_disk(void)
{
    static sqlite3_vfs vfs;

    real_vfs = sqlite3_vfs_find(NULL);
    disk_methods = (sqlite3_io_methods){
        .iVersion = 2,
        .xClose = disk_close,
        .xRead = disk_read,
        .xWrite = disk_write,
        .xTruncate = disk_truncate,
        .xSync = disk_sync,
        .xFileSize = disk_size,
        .xLock = disk_lock,
        .xUnlock = disk_unlock,
        .xCheckReservedLock = disk_reserved,
        .xFileControl = disk_control,
        .xSectorSize = disk_sector,
        .xDeviceCharacteristics = disk_traits,
        .xShmMap = disk_shm_map,
        .xShmLock = disk_shm_lock,
        .xShmBarrier = disk_shm_barrier,
        .xShmUnmap = disk_shm_unmap,
    };
    vfs = *real_vfs;
    vfs.szOsFile = (int)sizeof(Disk) + real_vfs->szOsFile;
    vfs.zName = "failing";
    vfs.xOpen = disk_open;
    assert_int_equal(sqlite3_vfs_register(&vfs, 1), SQLITE_OK);
}

/* ---- jobs ---- */

typedef struct Job {
    int number;
    size_t body; /* bytes; 0: a few */
    Err refuse;  /* what run gives after it has written */
    Err err;
    atomic_bool done;
    StoryId id;
} Job;

static Err run_job(Store *store, Arena *arena, void *arg)
{
    Job *job = arg;
    Str uri = str_format(arena, "urn:%d", job->number);
    Story story = sample_story(uri, S("en"), T0 + job->number);
    Version version = sample_version(uri);
    Publicity publicity = {.changes = true, .kind = CHANGE_PUBLISH};
    int64_t change;
    Err err;

    if (job->body)
        version.body.markup = (Str){arena_alloc(arena, job->body), job->body};
    story.state = STORY_PUBLIC;
    story.public_version = 1;
    err = stories_add(store, arena, &story, &version, &publicity, T0, &change);
    job->id = story.id;
    return err ? err : job->refuse;
}

static void end_job(Err err, void *arg)
{
    Job *job = arg;

    job->err = err;
    atomic_store(&job->done, true);
}

static void pause_ms(long ms)
{
    nanosleep(&(struct timespec){.tv_nsec = ms * 1000000}, NULL);
}

static Err submit(Writer *writer, Job *job)
{
    return writer_submit(writer, (WriterJob){run_job, end_job, job});
}

static void wait_done(const Job *job)
{
    for (int i = 0; i < 5000 && !atomic_load(&job->done); i++)
        pause_ms(1);
    assert_true(atomic_load(&job->done));
}

/* The writing side is the writer's. */
static Writer *open_writer(Newsroom *room, WriterClock clock)
{
    Fault fault = fault_none();
    Writer *writer;

    store_close(room->desk);
    room->desk = NULL;
    if (writer_start(room->path, NULL, clock, &writer, &fault))
        fail_msg("%s", fault.text);
    return writer;
}

static size_t count_public(Newsroom *room)
{
    PublicList list;

    assert_int_equal(public_list(room->readers, &room->arena,
                                 (ListKey){.language = S("en")}, NULL, TIME_MIN,
                                 LIST_MAX, &list),
                     ERR_OK);
    return list.count;
}

static void many_jobs_share_commits_and_all_are_there(void **state)
{
    Newsroom *room = *state;
    Writer *writer = open_writer(room, (WriterClock){0});
    Job jobs[500] = {0};
    int before = syncs;

    for (int i = 0; i < 500; i++) {
        jobs[i].number = i;
        jobs[i].refuse = i % 10 == 3 ? ERR_INVALID : ERR_OK;
        assert_int_equal(submit(writer, &jobs[i]), ERR_OK);
    }
    for (int i = 0; i < 500; i++) {
        wait_done(&jobs[i]);
        assert_int_equal(jobs[i].err, jobs[i].refuse);
    }
    assert_int_equal(writer_committed(writer), 450);
    assert_true(syncs - before < 250);
    assert_int_equal(count_public(room), 450);
    writer_stop(writer);
    assert_int_equal(store_open(room->path, STORE_WRITE, &room->desk, NULL),
                     ERR_OK);
    room_is_whole(room);
}

static void what_waits_is_done_before_the_stop(void **state)
{
    Newsroom *room = *state;
    Writer *writer = open_writer(room, (WriterClock){0});
    Job jobs[100] = {0};

    for (int i = 0; i < 100; i++) {
        jobs[i].number = i;
        assert_int_equal(submit(writer, &jobs[i]), ERR_OK);
    }
    writer_stop(writer);
    for (int i = 0; i < 100; i++)
        assert_true(jobs[i].done && !jobs[i].err);
    assert_int_equal(count_public(room), 100);
}

static void a_failed_sync_is_never_acknowledged_and_closes_writing(void **state)
{
    Newsroom *room = *state;
    Writer *writer = open_writer(room, (WriterClock){0});
    Job good = {.number = 1}, lost = {.number = 2}, late = {.number = 3};

    assert_int_equal(submit(writer, &good), ERR_OK);
    wait_done(&good);
    assert_int_equal(good.err, ERR_OK);
    assert_false(writer_broken(writer));
    fails = SYNC;
    assert_int_equal(submit(writer, &lost), ERR_OK);
    wait_done(&lost);
    fails = NOTHING; /* the disk is well again: writing stays closed */
    assert_int_equal(lost.err, ERR_IO);
    assert_true(writer_broken(writer));
    assert_int_equal(submit(writer, &late), ERR_CLOSED);
    assert_int_equal(writer_committed(writer), 1);
    assert_int_equal(count_public(room), 1); /* reading goes on */
    writer_stop(writer);
    store_close(room->readers);
    assert_int_equal(store_open(room->path, STORE_WRITE, &room->desk, NULL),
                     ERR_OK);
    assert_int_equal(store_open(room->path, STORE_PUBLIC, &room->readers, NULL),
                     ERR_OK);
    room_is_whole(room);
    assert_in_range(count_public(room), 1, 2); /* what was not acknowledged */
}

/* What an earlier process left in the log is not believed before it lies in the
 * main file. */
static void a_log_that_cannot_be_settled_is_not_written_to(void **state)
{
    Newsroom *room = *state;
    Fault fault = fault_none();
    Writer *writer = NULL;
    Store *store;

    room_publish(room, sample_story(S("urn:1"), S("en"), T0),
                 sample_version(S("Headline")));
    store_close(room->desk);
    room->desk = NULL;
    fails = SYNC_MAIN;
    assert_int_equal(store_open(room->path, STORE_WRITE, &store, &fault),
                     ERR_IO);
    assert_non_null(strstr(fault.text, "log"));
    assert_int_equal(
        writer_start(room->path, NULL, (WriterClock){0}, &writer, &fault),
        ERR_IO);
    assert_int_equal(count_public(room), 1); /* reading goes on */
    fails = NOTHING;
    assert_int_equal(store_open(room->path, STORE_WRITE, &room->desk, &fault),
                     ERR_OK);
    room_is_whole(room);
}

static void a_full_disk_fails_the_job_and_no_more(void **state)
{
    Newsroom *room = *state;
    Writer *writer = open_writer(room, (WriterClock){0});
    Job refused = {.number = 1}, good = {.number = 2};

    fails = WRITE_FULL;
    assert_int_equal(submit(writer, &refused), ERR_OK);
    wait_done(&refused);
    assert_int_equal(refused.err, ERR_FULL);
    assert_false(writer_broken(writer));
    fails = NOTHING;
    assert_int_equal(submit(writer, &good), ERR_OK);
    wait_done(&good);
    assert_int_equal(good.err, ERR_OK);
    assert_int_equal(good.id.number, 1);
    assert_int_equal(count_public(room), 1);
    writer_stop(writer);
}

/* The index of the log has a page for each 32 MiB: the first is there, and for
 * the second there is no room. */
static void a_full_disk_may_show_in_the_index_of_the_log(void **state)
{
    Newsroom *room = *state;
    Writer *writer = open_writer(room, (WriterClock){0});
    Job large = {.number = 1, .body = 40000000}, good = {.number = 2};

    index_room = 1;
    fails = INDEX_FULL;
    assert_int_equal(submit(writer, &large), ERR_OK);
    wait_done(&large);
    assert_int_equal(large.err, ERR_FULL);
    assert_false(writer_broken(writer));
    fails = NOTHING;
    assert_int_equal(submit(writer, &good), ERR_OK);
    wait_done(&good);
    assert_int_equal(good.err, ERR_OK);
    writer_stop(writer);
    assert_int_equal(store_open(room->path, STORE_WRITE, &room->desk, NULL),
                     ERR_OK);
    room_is_whole(room);
    assert_int_equal(count_public(room), 1);
}

static void a_full_disk_is_named_at_opening(void **state)
{
    Newsroom *room = *state;
    Fault fault = fault_none();
    Store *store;

    store_close(room->desk);
    store_close(room->readers);
    room->desk = room->readers = NULL;
    index_room = 0;
    fails = INDEX_FULL;
    assert_int_equal(store_open(room->path, STORE_WRITE, &store, &fault),
                     ERR_FULL);
    assert_non_null(strstr(fault.text, "the disk is full"));
}

/* ---- the clock ---- */

typedef struct Alarm {
    atomic_int calls, ended;
    _Atomic Time next; /* one time, told until it has come */
    _Atomic Time rang;
} Alarm;

static Err ring(Store *store, Arena *arena, Time now, Time *next, void *ctx)
{
    Alarm *alarm = ctx;

    (void)store;
    (void)arena;
    atomic_fetch_add(&alarm->calls, 1);
    *next = TIME_NONE;
    if (!alarm->next) return ERR_OK;
    if (now < alarm->next) {
        *next = alarm->next;
        return ERR_OK;
    }
    alarm->next = 0;
    alarm->rang = now;
    return ERR_OK;
}

static void rung(Err err, void *ctx)
{
    Alarm *alarm = ctx;

    assert_int_equal(err, ERR_OK);
    atomic_fetch_add(&alarm->ended, 1);
}

static void the_clock_is_kept_to_the_moment(void **state)
{
    Newsroom *room = *state;
    Time due = time_now() + 300 * TIME_MS;
    Alarm alarm = {.next = due};
    Writer *writer = open_writer(
        room, (WriterClock){.due = ring, .done = rung, .ctx = &alarm});

    for (int i = 0; i < 3000 && !alarm.rang; i++)
        pause_ms(1);
    writer_stop(writer);
    assert_true(alarm.rang >= due);
    assert_in_range(alarm.calls, 2, 4); /* and not asked in between */
    assert_int_equal(alarm.ended, alarm.calls);
}

static void the_clock_looks_again_when_others_commit(void **state)
{
    Newsroom *room = *state;
    Alarm alarm = {0};
    Writer *writer =
        open_writer(room, (WriterClock){.due = ring, .ctx = &alarm});
    int calls;

    for (int i = 0; i < 3000 && !alarm.calls; i++)
        pause_ms(1);
    calls = alarm.calls;
    assert_int_equal(store_open(room->path, STORE_WRITE, &room->desk, NULL),
                     ERR_OK);
    room_publish(room, sample_story(S("urn:1"), S("en"), T0),
                 sample_version(S("Headline")));
    for (int i = 0; i < 3000 && alarm.calls == calls; i++)
        pause_ms(1);
    assert_true(alarm.calls > calls);
    writer_stop(writer);
}

static int setup(void **state)
{
    fails = NOTHING;
    return newsroom_setup(state);
}

static int install(void **unused)
{
    (void)unused;
    install_disk();
    return 0;
}

#define writer_test(f)                                                         \
    cmocka_unit_test_setup_teardown(f, setup, newsroom_teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        writer_test(many_jobs_share_commits_and_all_are_there),
        writer_test(what_waits_is_done_before_the_stop),
        writer_test(a_failed_sync_is_never_acknowledged_and_closes_writing),
        writer_test(a_log_that_cannot_be_settled_is_not_written_to),
        writer_test(a_full_disk_fails_the_job_and_no_more),
        writer_test(a_full_disk_may_show_in_the_index_of_the_log),
        writer_test(a_full_disk_is_named_at_opening),
        writer_test(the_clock_is_kept_to_the_moment),
        writer_test(the_clock_looks_again_when_others_commit),
    };

    return cmocka_run_group_tests(tests, install, NULL);
}
