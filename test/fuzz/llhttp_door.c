#include "llhttp_door.h"

#include <string.h>

#include <llhttp.h>

static Door *door_of(llhttp_t *parser)
{
    return parser->data;
}

static void keep(Door *door, const char *at, size_t len)
{
    if (len > DOOR_ROOM - door->len) {
        door->full = true;
        return;
    }
    memcpy(door->bytes + door->len, at, len);
    door->len += len;
}

static int on_url(llhttp_t *parser, const char *at, size_t len)
{
    Door *door = door_of(parser);

    if (!door->url_len) door->url = door->len;
    keep(door, at, len);
    door->url_len += len;
    return 0;
}

static int on_name(llhttp_t *parser, const char *at, size_t len)
{
    Door *door = door_of(parser);
    DoorHeader *header = &door->headers[door->header_count];

    if (door->header_count == DOOR_HEADERS_MAX) return -1;
    if (!header->name_len) header->name = door->len;
    keep(door, at, len);
    header->name_len += len;
    return 0;
}

static int on_value(llhttp_t *parser, const char *at, size_t len)
{
    Door *door = door_of(parser);
    DoorHeader *header = &door->headers[door->header_count];

    if (door->header_count == DOOR_HEADERS_MAX) return -1;
    if (!header->value_len) header->value = door->len;
    keep(door, at, len);
    header->value_len += len;
    return 0;
}

static int on_value_complete(llhttp_t *parser)
{
    Door *door = door_of(parser);

    if (!door->head_done) door->header_count++;
    return 0;
}

static int on_headers_complete(llhttp_t *parser)
{
    Door *door = door_of(parser);

    door->head_done = true;
    door->major = parser->http_major;
    door->minor = parser->http_minor;
    door->chunked = parser->flags & F_CHUNKED;
    door->content_length = parser->content_length;
    door->keep_alive = llhttp_should_keep_alive(parser);
    return 0;
}

static int on_body(llhttp_t *parser, const char *at, size_t len)
{
    Door *door = door_of(parser);

    if (!door->body_len) door->body = door->len;
    keep(door, at, len);
    door->body_len += len;
    return 0;
}

static int on_message_complete(llhttp_t *parser)
{
    door_of(parser)->done = true;
    return HPE_PAUSED;
}

void door_read(Door *door, const char *bytes, size_t len)
{
    llhttp_settings_t settings;
    llhttp_t parser;
    llhttp_errno_t err;

    memset(door, 0, sizeof *door);
    llhttp_settings_init(&settings);
    settings.on_url = on_url;
    settings.on_header_field = on_name;
    settings.on_header_value = on_value;
    settings.on_header_value_complete = on_value_complete;
    settings.on_headers_complete = on_headers_complete;
    settings.on_body = on_body;
    settings.on_message_complete = on_message_complete;
    llhttp_init(&parser, HTTP_REQUEST, &settings);
    parser.data = door;
    err = llhttp_execute(&parser, bytes, len);
    if (door->done && err == HPE_PAUSED)
        door->used = (size_t)(llhttp_get_error_pos(&parser) - bytes);
    if (err != HPE_OK && err != HPE_PAUSED && err != HPE_PAUSED_UPGRADE)
        door->done = false;
    if (door->full) door->head_done = door->done = false;
}
