/* cli/cli.h -- what the commands share: usage, faults, the table.
 *
 * Exit status: 0 done, 1 refused or failed, 2 wrong usage.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stdio.h>

#include "base/err.h"
#include "base/str.h"

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

typedef struct Command {
    const char *name;
    int (*run)(int argc, char **argv); /* argv[0] is the command's name */
    const char *usage;                 /* after "dateline"; a line a form */
    const char *help;                  /* more lines are indented by six */
} Command;

extern const Command commands[];
extern const size_t command_count;

/* The fault in one line, whatever names of files hold. */
void cli_line(const Fault *fault, char *out, size_t size);

/* Prints the fault, or the error's word where it is empty, to standard error:
 * "dateline COMMAND: where:line: text"; returns EXIT_FAILED. */
int cli_fail(const char *command, Err err, const Fault *fault);

/* Prints "dateline ..." behind first, a line for each form, and the help. */
void cli_print_usage(FILE *to, const char *first, const Command *command);

/* Prints what is wrong and the command's usage; returns EXIT_USAGE. */
int cli_usage(const char *command, const char *wrong, ...) PRINTF(2, 3);

/* Options of a command: "--name VALUE" or "--name=VALUE" fill *value, "--name"
 * of a flag sets *flag.  Everything else stays in argv as operands.
 * A list ends with a NULL name. */
typedef struct CliOption {
    const char *name;   /* "listen" */
    const char **value; /* NULL for a flag */
    bool *flag;
} CliOption;

/* Takes the options out of argv: *argc becomes the number of operands, argv[0]
 * stays. "--" ends the options; "-" is an operand. False, and the usage is
 * printed: an unknown option, or a missing value. */
bool cli_options(int *argc, char **argv, const CliOption *options);

int init_command(int argc, char **argv);
int serve_command(int argc, char **argv);
int story_command(int argc, char **argv);
int ads_command(int argc, char **argv);
int media_command(int argc, char **argv);
int import_command(int argc, char **argv);
int check_command(int argc, char **argv);
int search_command(int argc, char **argv);
int export_command(int argc, char **argv);
int migrate_command(int argc, char **argv);
int routes_command(int argc, char **argv);
int version_command(int argc, char **argv);
int help_command(int argc, char **argv);

#endif
