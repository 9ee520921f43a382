#include "format/stamp.h"

#include <stdio.h>

Stamp stamp_of(Time t)
{
    Stamp stamp = {.len = 0};
    Civil c;
    int len;

    if (t < TIME_MIN || t > TIME_MAX) return stamp;
    c = time_civil(t);
    len = snprintf(stamp.text, sizeof stamp.text,
                   "%04d-%02d-%02dT%02d:%02d:%02dZ", c.year % 10000,
                   c.month % 100, c.day % 100, c.hour % 100, c.minute % 100,
                   c.second % 100);
    stamp.len = len > 0 ? (size_t)len : 0;
    return stamp;
}

Str stamp_str(const Stamp *stamp)
{
    return (Str){stamp->text, stamp->len};
}
