/* media/jail.h -- a process shuts itself in, for good.
 *
 * What it may do after that is compute, ask for memory, begin threads, read and
 * write what is open already, and end.  It can open no file, reach no net,
 * start no program, see no other process.  Two walls, each enough alone:
 * Landlock (where the kernel has it) takes the file system and TCP away, a
 * seccomp filter every system call that is not named.  A call that is refused
 * fails as not permitted.
 *
 * Sources: landlock(7), seccomp(2), Linux.
 *
 * Threads: before any other was begun.
 */
#ifndef MEDIA_JAIL_H
#define MEDIA_JAIL_H

#include "base/err.h"

/* Private to the room. */

#define JAIL_MEMORY ((uint64_t)512 * 1024 * 1024) /* bytes of addresses */
#define JAIL_CPU_S  5

/* Bounds memory, time of the processor, and files: none may grow. Threads get
 * small stacks. */
MUST_USE Err jail_bound(Fault *fault);

/* Shuts it. What is loaded later must be loaded before. */
MUST_USE Err jail_shut(Fault *fault);

/* The same, but for fonts and what finds them, which it may read.  Where the
 * kernel has no Landlock it may read any file that its user may; what it makes
 * of them leaves through what is open already. */
MUST_USE Err jail_shut_with_fonts(Fault *fault);

#endif
