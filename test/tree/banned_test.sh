#!/bin/sh
# No banned call and no SQL stands in the code, and the check would see it.
set -eu
tools=$SOURCE/tools
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
mkdir -p "$room/src/store" "$room/test" "$room/bench"

"$tools/banned.sh" "$SOURCE"

refused() { # why, path, code
    printf '%s\n' "$3" >"$room/$2"
    if "$tools/banned.sh" "$room" >/dev/null; then
        echo "not seen: $1"
        exit 1
    fi
    rm "$room/$2"
}

allowed() {
    printf '%s\n' "$3" >"$room/$2"
    "$tools/banned.sh" "$room" || { echo "wrongly refused: $1"; exit 1; }
    rm "$room/$2"
}

refused "a call"             src/a.c       '    strcpy(to, from);'
refused "with a space"       src/a.c       'n = atoi (text);'
refused "after a comment"    src/a.c       '/* why */ system("ls");'
refused "in a test"          test/a.c      'sprintf(out, "x");'
refused "a test's number"    test/a.c      'n = atol(text);'
refused "a shell in a bench" bench/a.c     'system("ls");'
refused "SQL"                src/store/a.c 'db("SELECT a FROM b");'
refused "SQL in the driver"  src/store/sqlite.c 'db("DELETE FROM b");'
refused "SQL in its other half" src/store/liteopen.c 'db("DELETE FROM b");'
refused "a pragma"           src/store/a.c 'db("PRAGMA user_version");'
allowed "the driver's own"   src/store/sqlite.c 'db("PRAGMA user_version");'
allowed "its other half's"   src/store/liteopen.c 'db("PRAGMA user_version");'
refused "a setting elsewhere" src/store/store.c 'db("PRAGMA user_version");'
allowed "part of a name"     src/a.c       'str_atoi(text); buf_gets(b);'
allowed "a comment"          src/a.c       '/* not strcpy(a, b) */'
allowed "a longer comment"   src/a.c       '/* one
 * strcpy(a, b), SELECT a FROM b "
 */'
allowed "a bench's number"   bench/a.c     'n = atoi(argv[1]);'
allowed "a test's command"   test/a.c      'system("rm -r x");'
allowed "SQL in a test"      test/a.c      'db("SELECT a FROM b");'
