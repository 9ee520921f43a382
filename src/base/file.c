#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/buf.h"

Err file_fault(const char *path, const char *what, Fault *fault)
{
    int code = errno;
    Err err = code == ENOENT                     ? ERR_NOT_FOUND
              : code == ENOSPC || code == EDQUOT ? ERR_FULL
                                                 : ERR_IO;

    fault_set(fault, err, "cannot %s: %s", what, strerror(code));
    fault_where(fault, "%s", path);
    return err;
}

static Err read_all(int fd, Buf *buf)
{
    for (;;) {
        char chunk[65536];
        ssize_t got = read(fd, chunk, sizeof chunk);

        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return ERR_IO;
        if (got == 0) return ERR_OK;
        buf_puts(buf, (Str){chunk, (size_t)got});
        if (buf->failed) return ERR_TOO_BIG;
    }
}

static Err read_whole(Arena *arena, int fd, const char *name, size_t max,
                      Str *out, Fault *fault)
{
    Buf buf = buf_open(arena, max);
    Err err = read_all(fd, &buf);

    if (err == ERR_IO) return file_fault(name, "read it", fault);
    if (err == ERR_TOO_BIG) {
        fault_set(fault, err, "it is larger than %zu bytes", max);
        fault_where(fault, "%s", name);
    }
    return err ? err : buf_end(&buf, out);
}

Err file_read(Arena *arena, const char *path, size_t max, Str *out,
              Fault *fault)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    Err err;

    if (fd < 0) return file_fault(path, "open it", fault);
    err = read_whole(arena, fd, path, max, out, fault);
    close(fd);
    return err;
}

Err file_open_below(const char *folder, const char *name, int *fd,
                    int64_t *bytes, Fault *fault)
{
    /* It does not wait for who might write to a pipe of that name. */
    struct open_how how = {.flags =
                               O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK,
                           .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS |
                                      RESOLVE_NO_MAGICLINKS};
    int at = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    struct stat stat;
    int file;

    if (at < 0) return file_fault(folder, "open it", fault);
    file = (int)syscall(SYS_openat2, at, name, &how, sizeof how);
    close(at);
    if (file < 0) {
        if (errno == ELOOP || errno == EXDEV) errno = ENOENT;
        return file_fault(name, "open it", fault);
    }
    if (fstat(file, &stat) || !S_ISREG(stat.st_mode)) {
        close(file);
        errno = ENOENT;
        return file_fault(name, "open it", fault);
    }
    *fd = file;
    *bytes = stat.st_size;
    return ERR_OK;
}

Err file_read_below(Arena *arena, const char *folder, const char *name,
                    size_t max, Str *out, Fault *fault)
{
    int64_t bytes;
    int fd;
    Err err = file_open_below(folder, name, &fd, &bytes, fault);

    if (err) return err;
    err = read_whole(arena, fd, name, max, out, fault);
    close(fd);
    return err;
}

Err file_read_input(Arena *arena, size_t max, Str *out, Fault *fault)
{
    return read_whole(arena, STDIN_FILENO, "standard input", max, out, fault);
}

static bool write_all(int fd, Str bytes)
{
    while (bytes.len) {
        ssize_t put = write(fd, bytes.ptr, bytes.len);

        if (put < 0 && errno == EINTR) continue;
        if (put < 0) return false;
        bytes = str_skip(bytes, (size_t)put);
    }
    return true;
}

/* A new name is only durable when its folder is. */
static bool sync_folder(const char *path)
{
    char folder[4096];
    char *slash;
    int fd;
    bool ok;

    if (snprintf(folder, sizeof folder, "%s", path) >= (int)sizeof folder)
        return false;
    for (size_t len = strlen(folder); len > 1 && folder[len - 1] == '/';)
        folder[--len] = '\0';
    slash = strrchr(folder, '/');
    if (slash)
        *(slash == folder ? slash + 1 : slash) = '\0';
    else
        snprintf(folder, sizeof folder, ".");
    fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return false;
    ok = fsync(fd) == 0;
    close(fd);
    return ok;
}

/* Whether path is the name of that open file. */
static bool is_named(int fd, const char *path)
{
    struct stat open, named;

    return fstat(fd, &open) == 0 && lstat(path, &named) == 0 &&
           open.st_dev == named.st_dev && open.st_ino == named.st_ino;
}

/* The file beside, made or left by a kill, for this caller alone: two that
 * write the same file would else cut what the other is about to rename. Who
 * waited finds its name given away, and begins again. */
static int open_beside(const char *beside, mode_t mode)
{
    for (;;) {
        int fd =
            open(beside, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, mode);

        if (fd < 0) return fd;
        while (flock(fd, LOCK_EX) != 0)
            if (errno != EINTR) {
                close(fd);
                return -1;
            }
        if (is_named(fd, beside)) return fd;
        close(fd);
    }
}

static Err write_whole(const char *path, mode_t mode, Str bytes, Fault *fault)
{
    char beside[4096];
    int fd;
    bool ok;

    if (snprintf(beside, sizeof beside, "%s.new", path) >= (int)sizeof beside)
        return fault_set(fault, ERR_INVALID, "the path is too long");
    fd = open_beside(beside, mode);
    if (fd < 0) return file_fault(path, "write it", fault);
    ok = ftruncate(fd, 0) == 0 && write_all(fd, bytes) && fsync(fd) == 0 &&
         rename(beside, path) == 0;
    if (!ok) {
        Err err = file_fault(path, "write it", fault);

        unlink(beside);
        close(fd);
        return err;
    }
    close(fd); /* nothing is lost by it: all was synced */
    return sync_folder(path) ? ERR_OK : file_fault(path, "write it", fault);
}

Err file_write(const char *path, Str bytes, Fault *fault)
{
    return write_whole(path, 0644, bytes, fault);
}

Err file_write_secret(const char *path, Str bytes, Fault *fault)
{
    return write_whole(path, 0600, bytes, fault);
}

Err file_write_on(int fd, const char *path, Str bytes, Fault *fault)
{
    return write_all(fd, bytes) ? ERR_OK : file_fault(path, "write it", fault);
}

Err file_mkdir(const char *path, Fault *fault)
{
    if (mkdir(path, 0755) == 0 || errno == EEXIST) return ERR_OK;
    return file_fault(path, "make the folder", fault);
}

Err file_sync_folder(const char *path, Fault *fault)
{
    if (sync_folder(path)) return ERR_OK;
    return file_fault(path, "make its folder durable", fault);
}

bool file_exists(const char *path)
{
    return access(path, F_OK) == 0;
}

char *file_absolute(Arena *arena, const char *path)
{
    char folder[4096];

    if (path[0] == '/' || !getcwd(folder, sizeof folder))
        return str_z(arena, str_from(path));
    return file_join(arena, folder, path);
}

char *file_join(Arena *arena, const char *dir, const char *name)
{
    size_t len = strlen(dir);

    while (len > 1 && dir[len - 1] == '/')
        len--;
    return str_z(arena, str_format(arena, "%.*s/%s", (int)len, dir, name));
}
