#include "media/shelf.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

#define PART 2 /* letters of a mark that name its folder */

Str shelf_original(Arena *arena, Str mark, PictureType type)
{
    return str_format(arena, "%.*s.%s", STR_ARG(mark), picture_extension(type));
}

static bool is_original(Str name, ShelfName *out)
{
    Str mark = str_slice(name, 0, PICTURE_MARK);
    Str rest = str_skip(name, PICTURE_MARK);

    if (!picture_is_mark(mark) || !str_starts(rest, S("."))) return false;
    for (PictureType type = 0; type < PICTURE_TYPE_COUNT; type++)
        if (str_eq(str_skip(rest, 1), str_from(picture_extension(type)))) {
            *out = (ShelfName){mark, 0, type};
            return true;
        }
    return false;
}

bool shelf_named(Str name, ShelfName *out)
{
    PictureName rendition;

    if (is_original(name, out)) return true;
    if (!picture_named(name, &rendition)) return false;
    *out = (ShelfName){rendition.mark, rendition.width, rendition.type};
    return true;
}

/* Its name below the folder: "Ab/Ab...". */
static bool place_of(Str name, char *out, size_t size)
{
    ShelfName said;

    if (!shelf_named(name, &said)) return false;
    snprintf(out, size, "%.*s/%.*s", PART, name.ptr, STR_ARG(name));
    return true;
}

/* Whoever made a folder may have been killed before its name was on disk, and
 * then nobody would see to it: so a name is made durable before anything is put
 * beneath it, by whoever puts it there. */
static Err make_folder(const Shelf *shelf, const char *folder, Fault *fault)
{
    Err err = file_mkdir(shelf->folder, fault);

    if (!err) err = file_sync_folder(shelf->folder, fault);
    return err ? err : file_mkdir(folder, fault);
}

static Err write_new(const char *folder, const char *path, Str bytes,
                     Fault *fault)
{
    Err err = file_sync_folder(folder, fault);

    return err ? err : file_write(path, bytes, fault);
}

Err shelf_put(const Shelf *shelf, Str name, Str bytes, Fault *fault)
{
    Arena arena;
    char place[100];
    char *path, *folder;
    Err err = ERR_OK;

    if (!place_of(name, place, sizeof place))
        return fault_set(fault, ERR_INVALID, "\"%.*s\" is no picture's name",
                         STR_ARG(str_slice(name, 0, 60)));
    arena = arena_open();
    path = file_join(&arena, shelf->folder, place);
    folder = str_z(&arena, (Str){path, strlen(path) - name.len - 1});
    if (!file_exists(folder)) err = make_folder(shelf, folder, fault);
    if (!err && !file_exists(path)) err = write_new(folder, path, bytes, fault);
    if (!err) err = file_sync_folder(path, fault);
    arena_close(&arena);
    return err;
}

Err shelf_open(const Shelf *shelf, Str name, int *fd, int64_t *bytes)
{
    char place[100];

    if (!place_of(name, place, sizeof place)) return ERR_INVALID;
    return file_open_below(shelf->folder, place, fd, bytes, NULL);
}

bool shelf_has(const Shelf *shelf, Str name)
{
    int64_t bytes;
    int fd;

    if (shelf_open(shelf, name, &fd, &bytes)) return false;
    close(fd);
    return bytes > 0;
}
