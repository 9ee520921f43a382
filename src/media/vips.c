#include "media/vips.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#define LIBRARY "libvips.so.42"

VipsCalls vips_calls;

static const struct {
    const char *name;
    size_t at;
} calls[] = {
#define X(name) {#name, offsetof(VipsCalls, call_##name)},
    VIPS_CALLS(X)
#undef X
};

Err vips_load(Fault *fault)
{
    void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_GLOBAL);

    if (!library)
        return fault_set(fault, ERR_IO,
                         "pictures need %s (Debian's package libvips42): %s",
                         LIBRARY, dlerror());
    for (size_t i = 0; i < COUNT(calls); i++) {
        void *found = dlsym(library, calls[i].name);

        if (!found)
            return fault_set(fault, ERR_IO, "%s has no %s", LIBRARY,
                             calls[i].name);
        memcpy((char *)&vips_calls + calls[i].at, &found, sizeof found);
    }
    /* No code that is made as it goes: no memory may be written and run. */
    (void)setenv("VIPS_NOVECTOR", "1", 1);
    if (VIPS_CALL(vips_init)("dateline"))
        return vips_fault(fault, ERR_IO, LIBRARY);
    VIPS_CALL(vips_block_untrusted_set)(TRUE);
    VIPS_CALL(vips_concurrency_set)(1);
    VIPS_CALL(vips_cache_set_max)(0);
    return ERR_OK;
}

Err vips_fault(Fault *fault, Err err, const char *what)
{
    char text[200];
    size_t len = 0;
    const char *at = VIPS_CALL(vips_error_buffer)();

    for (; *at && *at != '\n' && len < sizeof text - 1; at++)
        if (*at >= ' ' && *at <= '~') text[len++] = *at;
    text[len] = 0;
    return fault_set(fault, err, "%s: %s", what, text);
}
