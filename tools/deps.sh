#!/bin/sh
# Checks every include under src/ against the table in ARCHITECTURE.md: a room
# may include itself, base/ and what its row names.  A header named in a line
# "# private: NAME.h" of a room's meson.build is included only in that room; one
# that calls itself private to it is named there.
#
#   tools/deps.sh [ROOT]      exit 0: all is well; 1: a line for each fault
set -eu
root=${1:-$(dirname "$0")/..}
cd "$root"

# room and what it may use, one pair a line; "*" for every room
table=$(awk -F'|' '/^\| `[a-z]+\/` \|/ {
    gsub(/[`\/ ]/, "", $2)
    count = split($4, uses, ",")
    print $2, $2
    print $2, "base"
    for (i = 1; i <= count; i++) {
        gsub(/^ +| +$/, "", uses[i])
        if (uses[i] == "every room") print $2, "*"
        else if (uses[i] ~ /^[a-z]+$/) print $2, uses[i]
    }
}' ARCHITECTURE.md)
[ -n "$table" ] || { echo "ARCHITECTURE.md: no table of rooms found"; exit 1; }

private=$(grep -H '^# private:' src/*/meson.build 2>/dev/null |
    sed -E 's|^src/([a-z]+)/meson.build:# private: *|\1 |')

bad=0
for header in $(grep -l 'Private to the' src/*/*.h 2>/dev/null); do
    room=${header#src/}
    room=${room%%/*}
    printf '%s\n' "$private" | sed -n "s/^$room / /p" |
        grep -qw "${header##*/}" && continue
    echo "$header:1: is not named as private in src/$room/meson.build"
    bad=1
done

find src -name '*.[ch]' | sort | xargs grep -nH '^ *# *include *"' |
    awk -v table="$table" -v private="$private" '
BEGIN {
    count = split(table, rows, "\n")
    for (i = 1; i <= count; i++) {
        split(rows[i], pair, " ")
        known[pair[1]] = 1
        may[pair[1], pair[2]] = 1
    }
    count = split(private, rows, "\n")
    for (i = 1; i <= count; i++) {
        names = split(rows[i], words, /[ ,]+/)
        for (j = 2; j <= names; j++) owner[words[1] "/" words[j]] = words[1]
    }
}
function fault(place, text) { print place ": " text; bad = 1 }
{
    split($0, at, ":")
    place = at[1] ":" at[2]
    steps = split(at[1], path, "/")
    room = steps > 2 ? path[2] : "cli"      # src/dateline.c
    header = $0
    sub(/^[^"]*"/, "", header)
    sub(/".*/, "", header)
    if (!index(header, "/")) {
        fault(place, "\"" header "\" is not rooted at src/")
        next
    }
    used = header
    sub(/\/.*/, "", used)
    if (!known[room]) fault(place, "room " room " is not in ARCHITECTURE.md")
    else if (!known[used]) fault(place, "there is no room " used)
    else if (!may[room, used] && !may[room, "*"])
        fault(place, room " may not use " used " (see ARCHITECTURE.md)")
    if (header in owner && owner[header] != room)
        fault(place, header " is private to " owner[header])
}
END { exit bad }' || bad=1
exit $bad
