/* test/crash/record.c -- writes down, in order, what a program does to the
 * files of a folder: preloaded into each process of a test.
 *
 *   RECORD_ROOT   the folder, from the root, without links in it
 *   RECORD_LOG    where to write it down; all processes append to it
 *   RECORD_KILL   n: the process kills itself before its n-th change
 *
 * A record is a line, and for a write the bytes behind it:
 *   N inode path         a new file
 *   W inode offset len   written
 *   T inode len          cut or lengthened
 *   S inode              synced: a file or a folder
 *   D inode path         a new folder
 *   R from<TAB>to        renamed
 *   L from<TAB>to        linked
 *   U path               taken away
 * One change at a time, under a lock of the log, so that the order of records
 * is the order of changes.  Memory that is mapped for writing is not seen:
 * SQLite's index of its log, which means nothing after a crash.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define FDS 4096

static const char *root;
static size_t root_len;
static int record = -1;
static long changes, kill_at;
static unsigned long inodes[FDS]; /* 0: not of the folder */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* The function that this one stands before. */
#define REAL(name, result, ...)                                                \
    static result (*real)(__VA_ARGS__);                                        \
    if (!real) real = (result(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

__attribute__((constructor)) static void begin(void)
{
    const char *log = getenv("RECORD_LOG");
    const char *at = getenv("RECORD_KILL");
    REAL("open64", int, const char *, int, ...);

    root = getenv("RECORD_ROOT");
    if (!root || !log) return;
    root_len = strlen(root);
    kill_at = at ? strtol(at, NULL, 10) : 0;
    record = real(log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
}

/* What path is below the folder, or NULL. */
static const char *below(const char *path)
{
    if (record < 0 || strncmp(path, root, root_len) != 0) return NULL;
    if (path[root_len] == '\0') return ".";
    return path[root_len] == '/' ? path + root_len + 1 : NULL;
}

static bool is_ours(int fd)
{
    return fd >= 0 && fd < FDS && inodes[fd] != 0;
}

/* Each change stands between these two. */
static void enter(void)
{
    pthread_mutex_lock(&lock);
    flock(record, LOCK_EX);
    if (++changes == kill_at) kill(getpid(), SIGKILL);
}

static void leave(void)
{
    int code = errno;

    flock(record, LOCK_UN);
    pthread_mutex_unlock(&lock);
    errno = code;
}

static void put(const char *line, const void *bytes, size_t len)
{
    int code = errno;
    REAL("write", ssize_t, int, const void *, size_t);

    if (real(record, line, strlen(line)) < 0 ||
        (len && real(record, bytes, len) != (ssize_t)len))
        abort();
    errno = code;
}

__attribute__((format(printf, 1, 2))) static void note(const char *format, ...)
{
    char line[8192];
    va_list args;

    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    put(line, NULL, 0);
}

/* ---- names ---- */

int open64(const char *path, int flags, ...)
{
    const char *name = below(path);
    struct stat before, stat;
    bool known, changing;
    mode_t mode;
    va_list args;
    int fd;
    REAL("open64", int, const char *, int, ...);

    va_start(args, flags);
    mode = flags & O_CREAT ? va_arg(args, mode_t) : 0;
    va_end(args);
    if (!name) {
        fd = real(path, flags, mode);
        if (fd >= 0 && fd < FDS) inodes[fd] = 0;
        return fd;
    }
    known = lstat(path, &before) == 0;
    changing = flags & O_TRUNC || (flags & O_CREAT && !known);
    if (changing) enter();
    fd = real(path, flags, mode);
    if (fd >= 0 && fd < FDS && fstat(fd, &stat) == 0) {
        inodes[fd] = stat.st_ino;
        if (!known)
            note("N %lu %s\n", stat.st_ino, name);
        else if (flags & O_TRUNC)
            note("T %lu 0\n", stat.st_ino);
    }
    if (changing) leave();
    return fd;
}

int open(const char *path, int flags, ...)
{
    mode_t mode;
    va_list args;

    va_start(args, flags);
    mode = flags & O_CREAT ? va_arg(args, mode_t) : 0;
    va_end(args);
    return open64(path, flags, mode);
}

int close(int fd)
{
    REAL("close", int, int);

    if (fd >= 0 && fd < FDS) inodes[fd] = 0;
    return real(fd);
}

int mkdir(const char *path, mode_t mode)
{
    const char *name = below(path);
    struct stat stat;
    int done;
    REAL("mkdir", int, const char *, mode_t);

    if (!name) return real(path, mode);
    enter();
    done = real(path, mode);
    if (done == 0 && lstat(path, &stat) == 0)
        note("D %lu %s\n", stat.st_ino, name);
    leave();
    return done;
}

int unlink(const char *path)
{
    const char *name = below(path);
    int done;
    REAL("unlink", int, const char *);

    if (!name) return real(path);
    enter();
    done = real(path);
    if (done == 0) note("U %s\n", name);
    leave();
    return done;
}

int rename(const char *from, const char *to)
{
    const char *name = below(from);
    int done;
    REAL("rename", int, const char *, const char *);

    if (!name || !below(to)) return real(from, to);
    enter();
    done = real(from, to);
    if (done == 0) note("R %s\t%s\n", name, below(to));
    leave();
    return done;
}

int link(const char *from, const char *to)
{
    const char *name = below(from);
    int done;
    REAL("link", int, const char *, const char *);

    if (!name || !below(to)) return real(from, to);
    enter();
    done = real(from, to);
    if (done == 0) note("L %s\t%s\n", name, below(to));
    leave();
    return done;
}

/* ---- bytes ---- */

static void note_bytes(int fd, off_t at, const void *bytes, ssize_t len)
{
    char line[100];

    if (len <= 0) return;
    snprintf(line, sizeof line, "W %lu %ld %zd\n", inodes[fd], (long)at, len);
    put(line, bytes, (size_t)len);
}

ssize_t write(int fd, const void *bytes, size_t len)
{
    struct stat stat;
    ssize_t done;
    off_t at;
    REAL("write", ssize_t, int, const void *, size_t);

    if (!is_ours(fd)) return real(fd, bytes, len);
    enter();
    at = lseek(fd, 0, SEEK_CUR);
    if (fcntl(fd, F_GETFL) & O_APPEND && fstat(fd, &stat) == 0)
        at = stat.st_size;
    done = real(fd, bytes, len);
    note_bytes(fd, at, bytes, done);
    leave();
    return done;
}

ssize_t pwrite64(int fd, const void *bytes, size_t len, off64_t at)
{
    ssize_t done;
    REAL("pwrite64", ssize_t, int, const void *, size_t, off64_t);

    if (!is_ours(fd)) return real(fd, bytes, len, at);
    enter();
    done = real(fd, bytes, len, at);
    note_bytes(fd, at, bytes, done);
    leave();
    return done;
}

int ftruncate64(int fd, off64_t len)
{
    int done;
    REAL("ftruncate64", int, int, off64_t);

    if (!is_ours(fd)) return real(fd, len);
    enter();
    done = real(fd, len);
    if (done == 0) note("T %lu %ld\n", inodes[fd], (long)len);
    leave();
    return done;
}

int ftruncate(int fd, off_t len)
{
    return ftruncate64(fd, len);
}

/* ---- what is on the disk ---- */

int fsync(int fd)
{
    int done;
    REAL("fsync", int, int);

    if (!is_ours(fd)) return real(fd);
    enter();
    done = real(fd);
    if (done == 0) note("S %lu\n", inodes[fd]);
    leave();
    return done;
}

int fdatasync(int fd)
{
    int done;
    REAL("fdatasync", int, int);

    if (!is_ours(fd)) return real(fd);
    enter();
    done = real(fd);
    if (done == 0) note("S %lu\n", inodes[fd]);
    leave();
    return done;
}
