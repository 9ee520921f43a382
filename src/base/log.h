/* base/log.h -- one line on standard error for the operator.
 *
 * Loops and commands log; library rooms return an Err.  A line is written in
 * one call, with control characters of the message replaced, so that nothing
 * from outside can forge a line.
 *
 * Threads: any.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/err.h"

void log_info(const char *format, ...) PRINTF(1, 2);
void log_warn(const char *format, ...) PRINTF(1, 2);
void log_error(const char *format, ...) PRINTF(1, 2);

#endif
