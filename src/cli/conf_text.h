/* cli/conf_text.h -- the settings as text: what is written is read first.
 *
 * Private to the room.
 *
 * Threads: any.
 */
#ifndef CLI_CONF_TEXT_H
#define CLI_CONF_TEXT_H

#include "cli/conf.h"

#define CONF_FILE "dateline.conf"
#define CONF_MAX  (64 * 1024)

/* The text of DIR/dateline.conf. ERR_INVALID with its line. */
MUST_USE Err conf_read_text(Arena *arena, const char *dir, Str text, Conf *out,
                            Fault *fault);

#endif
