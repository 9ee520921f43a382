#include "ingest/rejects.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/hash.h"
#include "format/reject_line.h"
#include "ingest/files.h"

#define NAME_KEPT 60 /* bytes of the imported file's name */

Rejects rejects_open(const char *folder)
{
    return (Rejects){.folder = folder, .file = -1};
}

void rejects_close(Rejects *rejects)
{
    if (rejects->file >= 0) close(rejects->file);
    rejects->file = -1;
}

/* The end of the path in letters that every file system takes. */
static Str plain_name(Arena *arena, Str path)
{
    Buf buf = buf_open(arena, NAME_KEPT);

    path = str_slice(path_name(path), 0, NAME_KEPT);
    for (size_t i = 0; i < path.len; i++) {
        char c = path.ptr[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                     (c >= '0' && c <= '9') || c == '-' || c == '_' ||
                     (c == '.' && i);

        buf_putc(&buf, plain ? c : '_');
    }
    return buf_str(&buf);
}

Err rejects_begin(Rejects *rejects, Arena *arena, Str imported, Fault *fault)
{
    Str name = plain_name(arena, imported);

    rejects_close(rejects);
    name = str_format(
        arena, "%.*s-%08llx.jsonl", STR_ARG(name),
        (unsigned long long)(hash_content(imported).low & 0xFFFFFFFF));
    rejects->path = file_join(arena, rejects->folder, str_z(arena, name));
    if (!unlink(rejects->path) || errno == ENOENT || errno == ENOTDIR)
        return ERR_OK;
    return file_fault(rejects->path, "remove it", fault);
}

static Err open_file(Rejects *rejects, Fault *fault)
{
    Err err = file_mkdir(rejects->folder, fault);

    if (err) return err;
    rejects->file =
        open(rejects->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (rejects->file >= 0) return ERR_OK;
    return file_fault(rejects->path, "open it", fault);
}

Err rejects_put(Rejects *rejects, Arena *arena, Str imported,
                const char *format, const Fault *reason, Str raw, Fault *fault)
{
    Err err = ERR_OK;

    if (rejects->file < 0) err = open_file(rejects, fault);
    if (err) return err;
    if (raw.len > REJECT_MAX) {
        raw = str_slice(raw, 0, REJECT_MAX);
        while (raw.len && ((unsigned char)raw.ptr[raw.len - 1] & 0xC0) == 0x80)
            raw.len--; /* of a character that was cut */
        if (raw.len) raw.len--;
    }
    return file_write_on(rejects->file, rejects->path,
                         reject_line(arena, imported, format, reason, raw),
                         fault);
}
