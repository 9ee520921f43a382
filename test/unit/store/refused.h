/* refused.h -- ways round the walls: between readers and the rest, a line each
 * in a file, and to edit what was written. None may go through. */
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

static inline void room_edits_refused(Newsroom *room, const char *const *edits,
                                      size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (db_exec(room->desk->db, edits[i]) != ERR_CONFLICT)
            fail_msg("went through: %s", edits[i]);
}

/* What was saved and what the log says, as the writer's handle. */
static inline void room_keeps_history(Newsroom *room)
{
    static const char *const edits[] = {
        "UPDATE version SET headline = headline",
        "DELETE FROM version",
        "UPDATE change SET at = at",
        "DELETE FROM change",
        "UPDATE entry SET note = note",
        "DELETE FROM entry",
    };
    Story story = room_publish(room, sample_story(S("urn:1"), S("en"), T0),
                               sample_version(S("Headline")));

    room_cover(room, story.id, true);
    room_edits_refused(room, edits, COUNT(edits));
}

#endif
