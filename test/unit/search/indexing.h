/* test/unit/search/indexing.h -- a store whose index is brought up to its log,
 * as the follower does. */
#include "../desk/copydesk.h"

#include "search/indexer.h"

static const Str languages[] = {S_INIT("en"), S_INIT("uk")};

/* Brings the index up to the log, as the follower does. */
static void follow_by(Newsroom *room, Indexer *indexer)
{
    for (;;) {
        IndexStep *step;
        Err err;

        assert_int_equal(indexer_read(indexer, room->desk, true, &step),
                         ERR_OK);
        if (!step) return;
        assert_int_equal(store_begin(room->desk), ERR_OK);
        err = indexer_write(room->desk, &room->arena, step);
        err = store_end(room->desk, err);
        if (err) fail_msg("%s", store_reason(room->desk));
        indexer_wrote(indexer, step, err);
    }
}

static void follow(Newsroom *room)
{
    Indexer *indexer = indexer_open(languages, COUNT(languages));

    follow_by(room, indexer);
    indexer_close(indexer);
}
