#!/bin/sh
# The directions between rooms hold, and the check would see it if not: it is
# run over the tree, then over small trees with one fault each.
set -eu
tools=$SOURCE/tools
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT

"$tools/deps.sh" "$SOURCE"

plant() { # why, path, include, comment
    rm -rf "$room/src"
    mkdir -p "$room/src/story" "$room/src/store" "$room/src/desk"
    cp "$SOURCE/ARCHITECTURE.md" "$room"
    echo '# private: db.h' >"$room/src/store/meson.build"
    echo '#include "base/str.h"' >"$room/src/story/good.h"
    mkdir -p "$(dirname "$room/src/$2")"
    echo "#include \"$3\" /* ${4:-} */" >"$room/src/$2"
}

refused() {
    plant "$@"
    if "$tools/deps.sh" "$room" >"$room/said"; then
        echo "not seen: $1"
        exit 1
    fi
    grep -q "^src/$2:1: " "$room/said" ||
        { echo "no place named: $1"; cat "$room/said"; exit 1; }
}

allowed() {
    plant "$@"
    "$tools/deps.sh" "$room" || { echo "wrongly refused: $1"; exit 1; }
}

allowed "a room's row"            desk/a.c  store/store.h
allowed "everybody may use base"  store/a.c base/str.h
allowed "its own private header"  store/a.c store/db.h
allowed "named as private"        store/db.h base/str.h "Private to the room"
allowed "web may use every room"  web/a.c   press/press.h
refused "base knows no news"      base/a.c  story/story.h
refused "story knows no store"    story/a.c store/store.h
refused "desk is not for press"   press/a.h desk/acts.h
refused "another's private one"   desk/a.c  store/db.h
refused "private and not named"   store/in.h base/str.h "Private to the room"
refused "an unknown room"         shop/a.c  base/str.h
refused "an include without root" desk/a.c  acts.h
