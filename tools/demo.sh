#!/usr/bin/env bash
# demo.sh PROGRAM DIR [--archive]: makes the demo agency in DIR, or brings the
# one that is there up to date. With --archive it also has the real archive of
# ../shared, as far as it is in a language of the site.
set -euo pipefail
program=$(readlink -f "$1")
dir=$2
archive=${3:-}
root=$(readlink -f "$(dirname "$0")/..")
news=${SHARED:-$root/../shared}/data

languages=en,uk,ru
[ -z "$archive" ] || languages=en,uk,ru,ar

[ -f "$dir/dateline.conf" ] ||
    "$program" init "$dir" --name 'Dateline Demo' --languages "$languages"
"$program" import "$dir" "$root"/demo/{sections,tags}.yaml "$root"/demo/{en,uk,ru}

if [ -n "$archive" ]; then
    [ -d "$news/news" ] || {
        echo "demo.sh: $news/news is not there" >&2
        exit 1
    }
    python3 "$news/tools/to-ninjs.py" "$news"/news/*.jsonl.gz |
        grep -E "\"language\": \"(${languages//,/|})\".*\"firstCreated\"" |
        "$program" import "$dir" --format ninjs - ||
        # 1: some were rejected, as it said; the rest is there
        [ $? = 1 ]
fi
