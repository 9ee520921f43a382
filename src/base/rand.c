#include "base/rand.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

void rand_bytes(void *out, size_t size)
{
    char *to = out;

    while (size) {
        ssize_t got = getrandom(to, size, 0);

        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) {
            perror("dateline: getrandom");
            abort();
        }
        to += got;
        size -= (size_t)got;
    }
}
