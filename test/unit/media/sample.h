/* sample.h -- the small pictures of test/data/pictures. */
#ifndef TEST_SAMPLE_H
#define TEST_SAMPLE_H

#include <stdlib.h>

#include "base/file.h"
#include "check.h"
#include "story/picture.h"

static inline Str sample(Arena *arena, const char *name)
{
    char path[400];
    Str bytes;

    snprintf(path, sizeof path, "%s/test/data/pictures/%s", getenv("SOURCE"),
             name);
    assert_int_equal(file_read(arena, path, PICTURE_BYTES, &bytes, NULL),
                     ERR_OK);
    return bytes;
}

#endif
