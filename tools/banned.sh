#!/bin/sh
# Looks for what has no place in the code: calls that cannot be made safe, and
# SQL in C strings (SQL lives in src/store/sql/*.sql).  Comments do not count.
#
#   tools/banned.sh [ROOT]    exit 0: nothing found; 1: a line for each find
set -eu
root=${1:-$(dirname "$0")/..}
cd "$root"

# Everywhere: unbounded copies, hidden state, guessable names.
calls='strcpy|stpcpy|strcat|strncpy|strncat|sprintf|vsprintf|gets|strtok'
calls="$calls|alloca|tmpnam|tempnam|mktemp|rand|srand|random"
calls="$calls|asctime|ctime|gmtime|localtime|setlocale|putenv"
# Not in tests, which may run commands: shells.
shells='system|popen'
# In the program and its tests, which read what others wrote: numbers that are
# not checked.
numbers='atoi|atol|atoll|atof|scanf|sscanf|fscanf'

sql='SELECT .*FROM|INSERT INTO|INSERT OR|REPLACE INTO|UPDATE [a-z_]+ SET'
sql="$sql|DELETE FROM|(CREATE|DROP|ALTER) (TABLE|INDEX|VIEW|TRIGGER)"
# Not in the driver, whose own dialect they are.
settings='PRAGMA |ATTACH |BEGIN IMMEDIATE'

find src tools bench test -name '*.[ch]' 2>/dev/null | sort |
    xargs awk -v calls="$calls" -v shells="$shells" -v numbers="$numbers" \
        -v sql="\"[^\"]*($sql)" -v settings="\"[^\"]*($settings)" '
# The line without its comments; strings are kept.
function bare(line,    out, i, one, two, quote) {
    if (!comment && !index(line, "/*")) return line
    out = ""
    for (i = 1; i <= length(line); i++) {
        one = substr(line, i, 1)
        two = substr(line, i, 2)
        if (comment) {
            if (two == "*/") { comment = 0; i++ }
        } else if (!quote && two == "/*") {
            comment = 1
            i++
        } else {
            out = out one
            if (quote && one == "\\") { i++; out = out substr(line, i, 1) }
            else if (quote) { if (one == quote) quote = "" }
            else if (one == "\"" || one == "\047") quote = one
        }
    }
    return out
}
function found(what) {
    print FILENAME ":" FNR ": " what ": " $0
    bad = 1
}
function calling(names) { return "(^|[^A-Za-z0-9_])(" names ") *[(]" }
BEGIN {
    calls = calling(calls)
    shells = calling(shells)
    numbers = calling(numbers)
}
FNR == 1 {
    comment = 0
    top = FILENAME
    sub(/\/.*/, "", top)
}
{
    code = bare($0)
    if (code ~ calls) found("banned call")
    if (top != "test" && code ~ shells) found("a shell")
    if ((top == "src" || top == "test") && code ~ numbers)
        found("unchecked number")
    if (top == "src" && code ~ sql) found("SQL in C")
    if (top == "src" && FILENAME !~ /^src\/store\/(sqlite|liteopen)\.c$/ && code ~ settings)
        found("SQL in C")
}
END { exit bad }'
