#include "text/embedded.h"

bool embedded_get(Str name, Str *bytes)
{
    size_t low = 0;
    size_t high = embedded_count;

    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = str_cmp(name, embedded_files[middle].name);

        if (!order) {
            *bytes = embedded_files[middle].bytes;
            return true;
        }
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return false;
}
