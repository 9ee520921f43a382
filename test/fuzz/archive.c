/* Whole agencies as lines of JSON: any bytes fill a store that is whole, or
 * give a fault, and then the store stays closed. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cli/archive.h"
#include "must.h"

static char folder[] = "/dev/shm/fuzz-archive-XXXXXX";
static char where[64];

static void remove_store(void)
{
    static const char *const ends[] = {"", "-wal", "-shm"};
    char path[80];

    for (size_t i = 0; i < COUNT(ends); i++) {
        snprintf(path, sizeof path, "%s%s", where, ends[i]);
        unlink(path);
    }
}

static void clean_up(void)
{
    remove_store();
    rmdir(folder);
}

static void nobody(void *ctx, const MoveProgress *progress)
{
    (void)ctx;
    (void)progress;
}

static void said(void *ctx, const char *what)
{
    (void)ctx;
    MUST(what[0]);
}

/* In memory, so that many are tried. */
static void find_place(void)
{
    if (where[0]) return;
    MUST(mkdtemp(folder));
    snprintf(where, sizeof where, "%s/a.db", folder);
    atexit(clean_up);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const MoveCalls calls = {nobody, said, NULL};
    CarryCounts counts;
    Fault fault = fault_none();
    int file = memfd_create("archive", 0);
    char path[40];

    find_place();
    MUST(file >= 0 && write(file, data, size) == (ssize_t)size);
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    if (archive_read(path, where, &calls, &counts, &fault))
        MUST(fault.text[0]);
    else
        MUST(!store_look(where, NULL));
    close(file);
    remove_store();
    return 0;
}
