#include "cli/cli.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void cli_line(const Fault *fault, char *out, size_t size)
{
    fault_line(fault, out, size);
    for (char *c = out; *c; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7F) *c = '?';
}

int cli_fail(const char *command, Err err, const Fault *fault)
{
    char line[600] = "";

    if (fault) cli_line(fault, line, sizeof line);
    fprintf(stderr, "dateline %s: %s\n", command,
            line[0] ? line : err_word(err));
    return EXIT_FAILED;
}

void cli_print_usage(FILE *to, const char *first, const Command *command)
{
    int width = (int)strlen(first);
    Str forms = str_from(command->usage);
    Str form;

    for (; str_line(&forms, &form); first = "")
        fprintf(to, "%*sdateline %.*s\n", width, first, STR_ARG(form));
    fprintf(to, "      %s\n", command->help);
}

int cli_usage(const char *name, const char *wrong, ...)
{
    char what[200];
    va_list args;

    va_start(args, wrong);
    vsnprintf(what, sizeof what, wrong, args);
    va_end(args);
    fprintf(stderr, "dateline %s: %s\n", name, what);
    for (size_t i = 0; i < command_count; i++)
        if (strcmp(commands[i].name, name) == 0)
            cli_print_usage(stderr, "usage: ", &commands[i]);
    return EXIT_USAGE;
}

static const CliOption *find_option(const CliOption *options, const char *text,
                                    const char **value)
{
    for (; options->name; options++) {
        size_t len = strlen(options->name);

        if (strncmp(text, options->name, len) != 0) continue;
        if (text[len] != '\0' && text[len] != '=') continue;
        *value = text[len] ? text + len + 1 : NULL;
        return options;
    }
    return NULL;
}

/* *at stands on the option and is moved on when its value is a word apart. */
static bool take_option(int argc, char **argv, int *at,
                        const CliOption *options)
{
    const char *value;
    const CliOption *option = find_option(options, argv[*at] + 2, &value);

    if (!option || (option->flag && value)) {
        cli_usage(argv[0], "unknown option %s", argv[*at]);
        return false;
    }
    if (option->flag) {
        *option->flag = true;
        return true;
    }
    if (!value && *at + 1 < argc) value = argv[++*at];
    if (!value) {
        cli_usage(argv[0], "--%s needs a value", option->name);
        return false;
    }
    *option->value = value;
    return true;
}

bool cli_options(int *argc, char **argv, const CliOption *options)
{
    int kept = 1;
    bool over = false;

    for (int i = 1; i < *argc; i++) {
        if (!over && strcmp(argv[i], "--") == 0) {
            over = true;
        } else if (!over && strncmp(argv[i], "--", 2) == 0) {
            if (!take_option(*argc, argv, &i, options)) return false;
        } else {
            argv[kept++] = argv[i];
        }
    }
    *argc = kept;
    return true;
}
