/* format/reject_line.h -- a record that could not be used, as a line of JSON.
 *
 * An object of file, line, column, byte, field, reason, format, and record
 * (the text as it came) or record_base64 (when it is not UTF-8).
 *
 * Threads: any.
 */
#ifndef FORMAT_REJECT_LINE_H
#define FORMAT_REJECT_LINE_H

#include "base/err.h"
#include "base/str.h"

/* With the line end. The result lives in arena. */
Str reject_line(Arena *arena, Str file, const char *format, const Fault *reason,
                Str raw);

#endif
