/* media/draw.h -- the process in which pictures are decoded and drawn anew.
 *
 * It is this program, started once for each picture (media/worker.h), shut in
 * (media/jail.h) before it looks at the first byte.  The original is its
 * standard input, a file in memory; its standard output gets frames
 * (media/frames.h).
 *
 * Renditions are upright, in sRGB, on white where the picture is transparent,
 * of a film the first frame, and hold no metadata at all.
 *
 * Threads: it is a process.
 */
#ifndef MEDIA_DRAW_H
#define MEDIA_DRAW_H

/* The program's first word for it, for nobody to type. */
#define DRAW_COMMAND "_draw"

/* Does not come back. */
_Noreturn void draw_main(void);

#endif
