/* audience/choose.h -- which ad is shown next, so that weights are fair and
 * caps hold.
 *
 * Among the campaigns that fit a place one is drawn by lot, each as likely as
 * its weight (lottery scheduling: C. Waldspurger, W. Weihl, OSDI 1994): fair in
 * every mixture of targets, and over any number of nodes, with nothing to
 * remember.  House ads are drawn only where no other fits.
 *
 * What is shown is on loan until it was seen or CHOOSE_LOAN has gone; later it
 * does not count, and who still has it asks for another.  Nothing is lent that
 * would pass a cap with what is on loan and what was seen; where a cap has come
 * down since, what is on loan counts until the new one is reached.  So no cap
 * is ever passed.
 *
 * Threads: one; times are given, chance is asked of the kernel.
 */
#ifndef AUDIENCE_CHOOSE_H
#define AUDIENCE_CHOOSE_H

#include "story/campaign.h"

#define CHOOSE_LOAN  (5 * TIME_MINUTE)
#define CHOOSE_LOANS ((size_t)1 << 20) /* at once; one more ends the first */

typedef struct Choose Choose;

Choose *choose_open(void);
void choose_close(Choose *choose); /* NULL is nobody */

/* These are the campaigns from now on, copied; may has for each how often it
 * may still be seen here, INT64_MAX where it has no cap: without what was
 * counted until the last choose_mark. What is on loan stays so, also of one
 * that was none of them for a while. A campaign's number stands once. */
void choose_set(Choose *choose, const Campaign *campaigns, const int64_t *may,
                size_t count);

/* What was counted so far is being told to who gives the caps; choose_set says
 * that it was, choose_unmark that it was not. */
void choose_mark(Choose *choose);
void choose_unmark(Choose *choose);

/* While that is not known, no campaign with a cap is lent, and none counts. */
void choose_pause(Choose *choose, bool pause);

int64_t choose_on_loan(Choose *choose, int64_t campaign, Time clock);

/* Of the left that all may see of it, so many are kept for here: a share, or
 * what is on loan and was seen since choose_mark, if that is more. From now on
 * it counts no more often, whatever choose_set said last. */
int64_t choose_hold(Choose *choose, int64_t campaign, int64_t share,
                    int64_t left, Time clock);

/* One for that place that is none of not_these, and, without capped, has no
 * cap; *loan is what choose_seen wants.  False: there is none. now: of the
 * campaigns' dates; clock: monotonic */
bool choose_next(Choose *choose, const AdPlace *place, const int64_t *not_these,
                 size_t not_count, bool capped, Time now, Time clock,
                 int64_t *campaign, uint64_t *loan);

/* There is nothing to show of what was just lent: it is not drawn any more
 * until choose_set says what there is. */
void choose_pass_over(Choose *choose, int64_t campaign, uint64_t loan);

/* It was seen. False: it does not count, since it did already, or the loan is
 * over, or the cap is reached, or there is no such campaign any more. */
bool choose_seen(Choose *choose, int64_t campaign, uint64_t loan, Time clock);

/* One was seen that somebody else had lent, who is no longer there. False: it
 * does not count, since the cap is reached. */
bool choose_count(Choose *choose, int64_t campaign);

#endif
