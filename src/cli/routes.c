/* cli/routes.c -- prints the table of addresses; the tests walk it. */
#include <stdio.h>

#include "base/buf.h"
#include "cli/cli.h"
#include "text/json.h"
#include "web/routes.h"

static void put_methods(JsonOut *out, unsigned methods)
{
    json_put_key(out, "methods");
    json_put_array(out);
    if (methods & METHOD_GET) {
        json_put_str(out, S("GET"));
        json_put_str(out, S("HEAD"));
    }
    if (methods & METHOD_POST) json_put_str(out, S("POST"));
    json_put_end(out);
}

static void put_json(Buf *buf)
{
    JsonOut out = json_out(buf);

    json_put_array(&out);
    for (size_t i = 0; i < route_count; i++) {
        const Route *route = &routes[i];

        json_put_object(&out);
        json_pair_str(&out, "pattern", route->pattern);
        put_methods(&out, route->methods);
        json_pair_str(&out, "role", str_from(role_word(route->role)));
        json_pair_bool(&out, "cacheable", route->cacheable);
        json_pair_str(&out, "surface", str_from(surface_word(route->surface)));
        json_pair_str(&out, "host",
                      route->host == HOST_SITE ? S("site") : S("operator"));
        json_put_end(&out);
    }
    json_put_end(&out);
}

int routes_command(int argc, char **argv)
{
    bool json = false;
    CliOption options[] = {{"json", NULL, &json}, {NULL, NULL, NULL}};
    Arena arena = arena_open();

    if (!cli_options(&argc, argv, options)) return EXIT_USAGE;
    if (argc != 1) return cli_usage(argv[0], "expected no operand");
    if (json) {
        Buf buf = buf_open(&arena, 1024 * 1024);

        put_json(&buf);
        printf("%.*s\n", STR_ARG(buf_str(&buf)));
    }
    for (size_t i = 0; !json && i < route_count; i++)
        printf("%-9s %-8s %-9s %.*s\n",
               routes[i].methods & METHOD_POST ? "POST" : "GET HEAD",
               surface_word(routes[i].surface), role_word(routes[i].role),
               STR_ARG(routes[i].pattern));
    arena_close(&arena);
    return EXIT_DONE;
}
