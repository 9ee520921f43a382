/* replay.c -- runs a fuzz target once over each file of the folders given, so
 * that the corpus is checked by every build, with any compiler. */
#include <dirent.h>
#include <stdio.h>

#include "base/file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay_folder(const char *folder)
{
    Arena arena = arena_open();
    DIR *dir = opendir(folder);
    struct dirent *entry;
    int count = 0;

    if (!dir) {
        fprintf(stderr, "replay: cannot open %s\n", folder);
        return -1;
    }
    while ((entry = readdir(dir))) {
        Str bytes;
        Fault fault = fault_none();

        if (entry->d_name[0] == '.') continue;
        if (file_read(&arena, file_join(&arena, folder, entry->d_name),
                      16 * 1024 * 1024, &bytes, &fault)) {
            fprintf(stderr, "replay: %s: %s\n", fault.where, fault.text);
            count = -1;
            break;
        }
        LLVMFuzzerTestOneInput((const uint8_t *)bytes.ptr, bytes.len);
        count++;
    }
    closedir(dir);
    arena_close(&arena);
    return count;
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        int count = replay_folder(argv[i]);

        if (count <= 0) return 1; /* an empty corpus proves nothing */
        printf("%s: %d inputs\n", argv[i], count);
    }
    return 0;
}
