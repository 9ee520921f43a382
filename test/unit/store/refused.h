/* refused.h -- ways round the wall between readers and the rest, a line each in
 * a file: none may go through. */
#ifndef TEST_REFUSED_H
#define TEST_REFUSED_H

#include "newsroom.h"

#include "store/inside.h"

/* Each line of a file beside these tests, as the readers' handle: all are
 * refused. How many there are. */
static inline size_t room_refuses(Newsroom *room, const char *name)
{
    char path[400];
    char line[400];
    size_t count = 0;
    FILE *file;

    snprintf(path, sizeof path, "%s/test/unit/store/%s", getenv("SOURCE"),
             name);
    file = fopen(path, "r");
    assert_non_null(file);
    room_publish(room, sample_story(S("urn:1"), S("en"), T0),
                 sample_version(S("Headline")));
    while (fgets(line, sizeof line, file)) {
        if (!db_exec(room->readers->db, line))
            fail_msg("went through: %s", line);
        count++;
    }
    fclose(file);
    return count;
}

#endif
