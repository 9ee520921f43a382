/* media/worker.h -- has a picture drawn by a process that may do nothing else.
 *
 * One process a picture: what goes wrong in a decoder costs that picture.  It
 * is this program itself, which is therefore to call draw_main when its first
 * word is DRAW_COMMAND (and card_main for CARD_COMMAND).
 *
 * Threads: any; a call blocks until the process has ended, WORKER_S at most:
 * it runs when no other wants the processor, so a busy machine takes long.
 */
#ifndef MEDIA_WORKER_H
#define MEDIA_WORKER_H

#include "media/frames.h"

/* Private to the room. */

#define WORKER_S 300

/* All renditions of it, in arena.  What is wrong with the picture is said as
 * sniff_picture and the decoder do: ERR_INVALID, ERR_UNSUPPORTED, ERR_TOO_BIG
 * (pixels, or more time or memory than is given); ERR_IO: the process cannot
 * begin, or finds no libvips. */
MUST_USE Err worker_draw(Arena *arena, Str bytes, Drawn *out, Fault *fault);

/* Runs this program with that one word; bytes are its standard input, and what
 * it says, frames that end with DONE or FAULT, comes back in arena. Errors as
 * above; what a FAULT says is the caller's to read. */
MUST_USE Err worker_run(Arena *arena, const char *command, Str bytes,
                        Str *frames, Fault *fault);

#endif
