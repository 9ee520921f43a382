/* net/accesslog.h -- one line a request, gathered and appended in whole lines.
 *
 * Each loop has a log of its own over the same file, which must be open for
 * appending: a write holds whole lines only, so that lines never mix.  What
 * came from outside is escaped, so that it cannot forge a line or a field.
 *
 *   combined  Apache's: peer - - [time UTC] "METHOD target HTTP/1.x" status
 *             bytes "referer" "user agent"; other bytes than visible ASCII and
 *             space, and the quote and backslash, are \xHH
 *   JSON      {"time","peer","method","target","status","bytes","referer",
 *             "agent"}; what is no UTF-8 becomes U+FFFD
 *
 * A line is made when the answer begins: bytes is the length of its body, "-"
 * or null for a stream.  A write that fails is counted, and its lines are lost,
 * but for the end of one that is in the file in part: that is tried again.
 *
 * Threads: belongs to one.
 */
#ifndef NET_ACCESSLOG_H
#define NET_ACCESSLOG_H

#include "net/server.h"

typedef struct AccessLog {
    ServerLog format;
    int fd;
    char *lines; /* ACCESSLOG_ROOM bytes, made by the first line */
    size_t len;
    uint64_t lost; /* writes that failed */
} AccessLog;

#define ACCESSLOG_ROOM ((size_t)64 * 1024)

typedef struct AccessLine {
    Time at; /* of the wall clock */
    Str peer, method, target, referer, agent;
    int minor;
    int status;
    int64_t bytes; /* -1: a stream */
} AccessLine;

/* Not with SERVER_LOG_OFF: then nobody need make a line. */
void accesslog_add(AccessLog *log, const AccessLine *line);

/* Writes what was gathered; len is not 0 afterwards when a line was cut. */
void accesslog_flush(AccessLog *log);

void accesslog_close(AccessLog *log); /* flushes; the file stays open */

#endif
