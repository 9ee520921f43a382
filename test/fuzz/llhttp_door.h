/* llhttp_door.h -- llhttp, asked one question: how it reads one request.  In a
 * file of its own because its header and ours share names. */
#ifndef TEST_FUZZ_LLHTTP_DOOR_H
#define TEST_FUZZ_LLHTTP_DOOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DOOR_HEADERS_MAX 100
#define DOOR_ROOM        65536

typedef struct DoorHeader {
    size_t name, name_len, value, value_len; /* places in bytes */
} DoorHeader;

typedef struct Door {
    bool head_done; /* accepted up to the end of the head */
    bool done;      /* and up to the end of the message */
    size_t used;    /* bytes of the message, when done */
    int major, minor;
    bool chunked, keep_alive;
    uint64_t content_length;
    size_t url, url_len;
    size_t body, body_len;
    size_t header_count;
    DoorHeader headers[DOOR_HEADERS_MAX];
    char bytes[DOOR_ROOM];
    size_t len;
    bool full, in_value; /* private */
} Door;

/* Reads one message from the beginning of bytes; len < DOOR_ROOM / 2. */
void door_read(Door *door, const char *bytes, size_t len);

#endif
