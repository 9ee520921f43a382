/* format/records.h -- cuts a stream of JSON values into its records.
 *
 * Three forms are told apart by their beginning: values one a line, one array
 * of values, and values that run over several lines.  In the first a broken
 * line spoils only itself.  No value is parsed, only its end is found; a byte
 * is looked at once however often more input arrives.
 *
 *     Records records = records_open();
 *     while (!records_next(&records, window, eof, &record)) ...
 *
 * The window is what was read and not yet taken: it begins at records.taken,
 * and the caller may move it and put more behind it between calls.
 *
 * Threads: a Records belongs to one.
 */
#ifndef FORMAT_RECORDS_H
#define FORMAT_RECORDS_H

#include "format/read.h"

typedef enum RecordForm {
    RECORDS_UNKNOWN,
    RECORDS_LINES,
    RECORDS_ARRAY,
    RECORDS_VALUES, /* one after another, over lines */
} RecordForm;

typedef struct Records {
    RecordForm form;
    int64_t taken; /* bytes of the stream that were given out or passed over */
    int64_t line;  /* of the first byte after them, from 1 */
    bool ended;    /* the array was closed */
    bool skipping; /* inside a record that was too big */
    size_t seen;   /* bytes of the window looked at */
    int depth;
    bool quoted, escaped;
} Records;

typedef struct Record {
    Str bytes; /* without space around, in the window */
    int64_t line;
    int64_t byte;
    bool cut; /* it was over RECORD_MAX: bytes are its beginning */
} Record;

Records records_open(void);

/* The next record of the window; records->taken moves behind it.
 *   ERR_AGAIN      it does not end in the window; never when eof
 *   ERR_NOT_FOUND  nothing but space up to the end; only when eof */
MUST_USE Err records_next(Records *records, Str window, bool eof, Record *out);

#endif
