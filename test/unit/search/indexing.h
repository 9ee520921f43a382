/* test/unit/search/indexing.h -- a store whose index is brought up to its log,
 * as the follower does. */
#include "../desk/copydesk.h"

#include "search/indexer.h"
#include "search/keeper.h"

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

/* ... and what is related, to where the terms are counted; how many steps. */
static int keep_by(Newsroom *room, Indexer *indexer, Time at_most)
{
    Keeper *keeper = keeper_open(indexer_analyst(indexer));
    KeepStep *step;
    int steps = -1;

    do {
        assert_int_equal(keeper_read(keeper, room->desk,
                                     indexer_counted(indexer), at_most, &step),
                         ERR_OK);
        steps++;
        if (!step) continue;
        assert_int_equal(store_begin(room->desk), ERR_OK);
        assert_int_equal(
            store_end(room->desk, keeper_write(room->desk, &room->arena, step)),
            ERR_OK);
    } while (step);
    keeper_close(keeper);
    return steps;
}

static void follow(Newsroom *room)
{
    Indexer *indexer = indexer_open(languages, COUNT(languages));

    follow_by(room, indexer);
    (void)keep_by(room, indexer, TIME_MINUTE);
    indexer_close(indexer);
}
