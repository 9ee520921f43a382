/* media/vips.h -- libvips, loaded by the process that draws, and only there.
 *
 * It brings a hundred libraries along, which a server that hands out bytes need
 * not have in its memory: 21 MiB and 20 ms of each start. So the program is not
 * linked with it; what is called stands in a table that is filled at run time.
 *
 * Threads: those of the process that draws, after vips_load.
 */
#ifndef MEDIA_VIPS_H
#define MEDIA_VIPS_H

#include <vips/vips.h>

#include "base/err.h"

/* Private to the room. */

#define VIPS_CALLS(X)                                                          \
    X(vips_init)                                                               \
    X(vips_block_untrusted_set)                                                \
    X(vips_cache_set_max)                                                      \
    X(vips_concurrency_set)                                                    \
    X(vips_error_buffer)                                                       \
    X(vips_error_clear)                                                        \
    X(vips_image_new_from_buffer)                                              \
    X(vips_image_copy_memory)                                                  \
    X(vips_image_get_data)                                                     \
    X(vips_image_get_typeof)                                                   \
    X(vips_image_get_string)                                                   \
    X(vips_image_get_blob)                                                     \
    X(vips_image_get_width)                                                    \
    X(vips_image_get_height)                                                   \
    X(vips_image_get_format)                                                   \
    X(vips_image_get_bands)                                                    \
    X(vips_image_new_from_memory)                                              \
    X(vips_image_get_orientation_swap)                                         \
    X(vips_image_hasalpha)                                                     \
    X(vips_thumbnail_buffer)                                                   \
    X(vips_text)                                                               \
    X(vips_flatten)                                                            \
    X(vips_colourspace)                                                        \
    X(vips_resize)                                                             \
    X(vips_jpegsave_buffer)                                                    \
    X(vips_webpsave_buffer)                                                    \
    X(vips_heifsave_buffer)                                                    \
    X(vips_array_double_new)                                                   \
    X(vips_area_unref)                                                         \
    X(g_object_unref)                                                          \
    X(g_free)

typedef struct VipsCalls {
#define X(name) __typeof__(name) *call_##name;
    VIPS_CALLS(X)
#undef X
} VipsCalls;

extern VipsCalls vips_calls;

#define VIPS_CALL(name) (*vips_calls.call_##name)

/* Loads and begins it, with one thread for each step and no loaders that are
 * called untrusted. ERR_IO: it is not there. */
MUST_USE Err vips_load(Fault *fault);

/* what, and what libvips says, in one line of ASCII. */
Err vips_fault(Fault *fault, Err err, const char *what);

#endif
