/* dateline.c -- the program: a table of commands. */
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "cli/cli.h"
#include "media/card.h"
#include "media/draw.h"

const Command commands[] = {
    {"init", init_command,
     "init DIR [--name NAME] [--languages en,uk,ru] [--timezone Europe/Kyiv] "
     "[--store postgresql://USER@HOST/NAME]",
     "make a site, or one more node of a store that is there"},
    {"serve", serve_command, "serve DIR [--listen ADDR:PORT] [--check]",
     "serve it until SIGTERM; SIGHUP starts the program anew in place, if "
     "--check finds nothing wrong"},
    {"import", import_command,
     "import DIR [--format "
     "auto|capture|ninjs|rss|atom|html|markdown|names|jsonl] "
     "[--fetch-pictures] [--strict] [--json] FILE...",
     "bring stories in; - is standard input. Pictures that they name come in\n"
     "      from beside the file, and with --fetch-pictures from the net"},
    {"story", story_command,
     "story put DIR FILE [--json]\n"
     "story show DIR NUMBER [--json]\n"
     "story entry DIR NUMBER FILE [--entry N --note TEXT] [--pin] [--key] "
     "[--json]\n"
     "story entry DIR NUMBER --entry N (--mark [--pin] [--key] | --withdraw "
     "--note TEXT) [--json]\n"
     "story entry DIR NUMBER (--end | --resume) [--json]\n"
     "story pin DIR NUMBER [--until TIME] [--json]\n"
     "story unpin DIR NUMBER [--json]\n"
     "story ACT DIR NUMBER [--note TEXT] [--at TIME] [--embargo TIME] "
     "[--json]",
     "one story: ACT is submit, return, approve, publish, schedule, "
     "unschedule,\n"
     "      correct, withdraw, restore, kill, spike or unspike; TIME is\n"
     "      2026-12-01T06:00:00Z"},
    {"media", media_command,
     "media add DIR FILE... [--alt TEXT] [--caption TEXT] [--credit TEXT] "
     "[--rights TEXT] [--until TIME] [--focus X,Y] [--json]\n"
     "media set DIR MARK [--alt TEXT] [--caption TEXT] [--credit TEXT] "
     "[--rights TEXT] [--until TIME|never] [--focus X,Y] [--json]\n"
     "media show DIR MARK [--json]\n"
     "media list DIR [--json]\n"
     "media upload|download DIR",
     "pictures: JPEG, PNG, WebP, AVIF, GIF or TIFF; X,Y is what must stay in\n"
     "      view, in percent from the left and the top; a picture is named by\n"
     "      its mark, which add prints; upload puts what the bucket lacks\n"
     "      there, download what the folder lacks here"},
    {"ads", ads_command,
     "ads add DIR FILE... [--json]\n"
     "ads stop DIR NAME [--json]\n"
     "ads list DIR [--json]\n"
     "ads report DIR NAME [--csv | --picture]",
     "campaigns: a file says what is shown, to whom and how often; one of the\n"
     "      same name takes its place. A report is a table, or lines of CSV, "
     "or\n"
     "      a picture (SVG), of how often it was seen and clicked"},
    {"search", search_command,
     "search DIR [--lang LANGUAGE] [--section SECTION] [--relevance] "
     "[--count N] [--json] WORDS...",
     "what readers would find, newest first; \"a phrase\", -without, tag:T,\n"
     "      section:S, author:A, from:2026-04-14, to:2026 (after -- words may\n"
     "      begin with a dash)"},
    {"export", export_command, "export DIR --format jsonl [FILE]",
     "write everything of a site as lines of JSON, which import reads back"},
    {"migrate", migrate_command, "migrate FROM TO\nmigrate --stop FROM",
     "move a site to another store; each is a site's folder, a data file or\n"
     "      postgresql://USER@HOST/NAME. Asked again it goes on where it was;\n"
     "      --stop gives it up"},
    {"check", check_command, "check DIR", "look whether a site is whole"},
    {"routes", routes_command, "routes [--json]",
     "list every address that is answered"},
    {"version", version_command, "version", "print the version"},
    {"help", help_command, "help", "print this"},
};
const size_t command_count = COUNT(commands);

int version_command(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    puts("dateline " DATELINE_VERSION);
    return EXIT_DONE;
}

static void print_help(FILE *to)
{
    fputs("dateline: a news agency in one program\n\n", to);
    for (size_t i = 0; i < command_count; i++)
        cli_print_usage(to, "  ", &commands[i]);
    fputs("\nExit status: 0 done, 1 refused or failed, 2 wrong usage.\n", to);
}

int help_command(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    print_help(stdout);
    return EXIT_DONE;
}

/* "dateline serve --help"; after "--" it is an operand. */
static bool wants_help(int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--help") == 0) return true;
    return false;
}

static int run(const Command *command, int argc, char **argv)
{
    if (!wants_help(argc, argv)) return command->run(argc, argv);
    cli_print_usage(stdout, "usage: ", command);
    return EXIT_DONE;
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], DRAW_COMMAND) == 0) draw_main();
    if (argc == 2 && strcmp(argv[1], CARD_COMMAND) == 0) card_main();
    if (sodium_init() < 0) {
        fputs("dateline: libsodium cannot be used\n", stderr);
        return EXIT_FAILED;
    }
    if (argc < 2) {
        print_help(stderr);
        return EXIT_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0) return help_command(0, NULL);
    if (strcmp(argv[1], "--version") == 0) return version_command(0, NULL);
    for (size_t i = 0; i < command_count; i++)
        if (strcmp(argv[1], commands[i].name) == 0)
            return run(&commands[i], argc - 1, argv + 1);
    fprintf(stderr, "dateline: there is no command \"%s\"\n\n", argv[1]);
    print_help(stderr);
    return EXIT_USAGE;
}
