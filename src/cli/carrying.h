/* cli/carrying.h -- tells how far a whole store has been carried: moved,
 * written into a file or read back.
 *
 * Threads: belongs to one.
 */
#ifndef CLI_CARRYING_H
#define CLI_CARRYING_H

#include "cli/bar.h"
#include "store/move.h"

typedef struct Carrying {
    Bar bar;
    MoveStage stage;
} Carrying;

Carrying carrying_begin(void);

/* Good as long as carrying. */
MoveCalls carrying_calls(Carrying *carrying);

/* "3 stories, 4 versions and 5 changes MOVED; 0.1 s" to standard output. */
void carrying_end(Carrying *carrying, const CarryCounts *counts,
                  const char *done);

#endif
