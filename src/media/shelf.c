#include "media/shelf.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/file.h"

#define PART 2 /* letters of a mark that name its folder */

Str shelf_original(Arena *arena, Str mark, PictureType type)
{
    return str_format(arena, "%.*s.%s", STR_ARG(mark), picture_extension(type));
}

static bool is_original(Str name)
{
    Str rest = str_skip(name, PICTURE_MARK);

    if (!picture_is_mark(str_slice(name, 0, PICTURE_MARK)) ||
        !str_starts(rest, S(".")))
        return false;
    for (PictureType type = 0; type < PICTURE_TYPE_COUNT; type++)
        if (str_eq(str_skip(rest, 1), str_from(picture_extension(type))))
            return true;
    return false;
}

/* Its name below the folder: "Ab/Ab...". */
static bool place_of(Str name, char *out, size_t size)
{
    PictureName rendition;

    if (!is_original(name) && !picture_named(name, &rendition)) return false;
    snprintf(out, size, "%.*s/%.*s", PART, name.ptr, STR_ARG(name));
    return true;
}

Err shelf_put(const Shelf *shelf, Str name, Str bytes, Fault *fault)
{
    Arena arena;
    char place[100];
    char *path, *folder;
    Err err;

    if (!place_of(name, place, sizeof place))
        return fault_set(fault, ERR_INVALID, "\"%.*s\" is no picture's name",
                         STR_ARG(str_slice(name, 0, 60)));
    arena = arena_open();
    path = file_join(&arena, shelf->folder, place);
    folder = str_z(&arena, (Str){path, strlen(path) - name.len - 1});
    err = file_mkdir(shelf->folder, fault);
    if (!err && !file_exists(folder)) {
        err = file_mkdir(folder, fault);
        if (!err) err = file_sync_folder(folder, fault);
    }
    if (!err && !file_exists(path)) err = file_write(path, bytes, fault);
    if (!err) err = file_sync_folder(path, fault);
    arena_close(&arena);
    return err;
}

/* What no link leads out of. */
static int open_below(int folder, const char *place)
{
    struct open_how how = {.flags = O_RDONLY | O_CLOEXEC | O_NOCTTY,
                           .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS |
                                      RESOLVE_NO_MAGICLINKS};

    return (int)syscall(SYS_openat2, folder, place, &how, sizeof how);
}

Err shelf_open(const Shelf *shelf, Str name, int *fd, int64_t *bytes)
{
    char place[100];
    struct stat stat;
    int folder, file;

    if (!place_of(name, place, sizeof place)) return ERR_INVALID;
    folder = open(shelf->folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) return errno == ENOENT ? ERR_NOT_FOUND : ERR_IO;
    file = open_below(folder, place);
    close(folder);
    if (file < 0)
        return errno == ENOENT || errno == ELOOP || errno == EXDEV
                   ? ERR_NOT_FOUND
                   : ERR_IO;
    if (fstat(file, &stat) || !S_ISREG(stat.st_mode)) {
        close(file);
        return ERR_NOT_FOUND;
    }
    *fd = file;
    *bytes = stat.st_size;
    return ERR_OK;
}
