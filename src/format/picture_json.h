/* format/picture_json.h -- a picture of the agency as JSON, for commands.
 *
 * {"picture": 7, "mark": "...", "type": "JPEG", "bytes": 4000000, "width":
 * 4000, "height": 3000, "color": 2109504, "focus_x": 500, "focus_y": 500,
 * "alt": "...", "caption": "...", "credit": "...", "rights": "...", "until":
 * "..."} texts and the date only where they are said, and the number.
 *
 * Threads: pure.
 */
#ifndef FORMAT_PICTURE_JSON_H
#define FORMAT_PICTURE_JSON_H

#include "story/picture.h"
#include "text/jsonout.h"

/* Its pairs, in an object that is open. */
void picture_put_json(Arena *arena, JsonOut *out, const Picture *picture);

#endif
