/* store/carry_in.h -- takes in everything that a store holds, row by row, as
 * store/carry.h hands it out.
 *
 * What is derived (lists, counts of tags, words) is made anew from the rows,
 * which are looked over one by one: a digest that does not hold, a name that
 * did not come, a number out of its order is ERR_INVALID.
 *
 * Threads: as the Store.
 */
#ifndef STORE_CARRY_IN_H
#define STORE_CARRY_IN_H

#include "store/carry.h"

typedef struct CarryIn CarryIn;

/* Begins to fill where, or goes on with it: a store that is made when it is not
 * there, or has no story, picture or campaign yet, or whose filling from the
 * same source (its id) was stopped. Nobody else can write to it until
 * carry_in_release.  ERR_CONFLICT: it has some of its own. *reached: what is in
 * it already. */
MUST_USE Err carry_in_open(const char *where, Str id, CarryIn **out,
                           CarryCounts *reached, Fault *fault);

/* Takes one row, in the order above; commits from time to time, and then sets
 * *committed. What is there already is passed over. A row that cannot be is
 * ERR_INVALID with its sentence. */
MUST_USE Err carry_put(CarryIn *in, const CarryRow *row, bool *committed,
                       Fault *fault);

/* After the last row; commits. The store stays closed. */
MUST_USE Err carry_in_finish(CarryIn *in, Fault *fault);

/* The store is whole: it may be written to. */
MUST_USE Err carry_in_release(CarryIn *in, Fault *fault);

/* In any state; what was committed stays, for a further attempt. */
void carry_in_close(CarryIn *in);

#endif
