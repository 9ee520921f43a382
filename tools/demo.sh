#!/usr/bin/env bash
# demo.sh PROGRAM DIR [--archive]: makes the demo agency in DIR; one that is
# there is left alone, or brought up to date when what it is made of is newer.
# With --archive it also has the real archive of ../shared, as far as it is in a
# language of the site.
#
# Stories get the pictures of tools/demo/pictures on the way: those of a Debian
# package from where it puts them, drawings as vips renders them; DIR/demo is
# what was brought in. What is not there is told, and the demo goes on without.
set -euo pipefail
program=$(readlink -f "$1")
dir=$2
archive=${3:-}
root=$(readlink -f "$(dirname "$0")/..")
news=${SHARED:-$root/../shared}/data
work=$dir/demo
made=$work/made$archive # its time is when the making began

languages=en,uk,ru
[ -z "$archive" ] || languages=en,uk,ru,ar

lacks() { printf 'demo.sh: %s\n' "$*" >&2; }

# set_to KEY VALUE: a setting of the site.
set_to() { sed -i "s/^$1 =.*/$1 = $2/" "$dir/dateline.conf"; }

# at_once COMMAND ...: runs it beside others, as many as there are processors.
running=0
at_once() {
    if [ "$running" -ge "$(nproc)" ]; then ended; fi
    "$@" &
    running=$((running + 1))
}
ended() {
    wait -n
    running=$((running - 1))
}
all_ended() { while [ "$running" -gt 0 ]; do ended; done; }

# picture STORY FILE FOCUS UNTIL CREDIT RIGHTS: brings it in; its mark is left
# in $work/marks.
picture() {
    local story=$1 file=$2 words=() name values=("${@:3}")
    words=(--alt "$(awk -F'\t' -v s="$story" '$1 == s && $2 == "en" { print $3 }' \
        "$root/tools/demo/pictures/words.tsv")")
    for name in focus until credit rights; do
        [ "${values[0]}" = - ] || words+=("--$name" "${values[0]}")
        values=("${values[@]:1}")
    done
    case $file in
    *.svg)
        vips copy "$root/tools/demo/pictures/$file" "$work/$story.png"
        file=$work/$story.png
        ;;
    esac
    "$program" media add "$dir" "$file" "${words[@]}" --json |
        sed -n 's/.*"mark": *"\([^"]*\)".*/\1/p' >"$work/marks/$story"
}

# banner FILE.svg: draws it beside the campaigns and brings it in.
banner() {
    local to
    to=$work/ads/$(basename "$1" .svg).png
    vips copy "$1" "$to"
    "$program" media add "$dir" "$to" >"$to.log"
}

pictures() {
    local row file without=
    while IFS=$'\t' read -r -a row; do
        file=${row[1]}
        case ${row[0]}:$file in
        '#'*) continue ;;
        *.svg) [ -n "$draws" ] || continue ;;
        *) [ -f "$file" ] || { without=1 && continue; } ;;
        esac
        at_once picture "${row[@]}"
    done <"$root/tools/demo/pictures/pictures.tsv"
    [ -z "$without" ] ||
        lacks 'without its photographs: they are in the package lomiri-wallpapers-16.04'
    [ -z "$draws" ] || for file in "$root"/tools/demo/ads/*.svg; do
        at_once banner "$file"
    done
    all_ended
}

# stories: copies in $work that name their pictures.
stories() {
    local language
    for language in en uk ru; do
        # shellcheck disable=SC2016
        awk -F'\t' -v language="$language" -v work="$work" '
            function quoted(text) {
                gsub(/["\\]/, "\\\\&", text)
                return "\"" text "\""
            }
            FILENAME ~ /words\.tsv$/ {
                if ($2 == language) { alt[$1] = $3; caption[$1] = $4 }
                next
            }
            FNR == 1 {
                if (to) close(to)
                to = FILENAME
                sub(/.*\//, "", to)
                name = to
                sub(/(\.v[0-9]+)?\.md$/, "", name)
                to = work "/" language "/" to
                mark = fences = ""
                if (name in alt) {
                    getline mark <(work "/marks/" name)
                    close(work "/marks/" name)
                }
            }
            $0 == "---" && ++fences == 2 && mark != "" {
                print "picture: " mark >to
                print "picture_alt: " quoted(alt[name]) >to
                print "picture_caption: " quoted(caption[name]) >to
            }
            { print >to }
        ' "$root/tools/demo/pictures/words.tsv" "$root/demo/$language"/*.md
    done
}

sources=("$root/demo" "$root"/tools/demo{,.sh})
if [ -n "$archive" ]; then
    [ -d "$news/news" ] || {
        lacks "$news/news is not there"
        exit 1
    }
    sources+=("$news/news")
fi

again=
if [ ! -f "$dir/dateline.conf" ]; then
    "$program" init "$dir" --name 'Dateline Demo' --languages "$languages"
    set_to ads yes
    set_to no_ads_tags energy,health
elif [ -f "$made" ]; then
    if [ -z "$(find "${sources[@]}" -newer "$made" -print -quit)" ]; then
        echo "$dir is there already"
        exit
    fi
    again=1
elif ! grep -q '^no_ads_tags = energy' "$dir/dateline.conf"; then
    lacks "$dir was made before the demo had pictures and ads; with them it is made anew after: rm -r $dir"
    exit
fi

draws=
if command -v vips >/dev/null; then
    draws=1
else
    lacks 'without its drawings and ads: vips is in the package libvips-tools'
fi

rm -rf "$work"
mkdir -p "$work"/{marks,ads,en,uk,ru}
touch "$work/began"
cp "$root"/tools/demo/ads/*.md "$work/ads"
pictures
stories
# What was corrected once would only be refused now.
[ -z "$again" ] || for file in "$work"/*/*.v2.md; do
    rm "${file%.v2.md}.md"
done
"$program" import "$dir" "$root"/demo/{sections,tags}.yaml "$work"/{en,uk,ru}
[ -z "$draws" ] || "$program" ads add "$dir" "$work"/ads/*.md

if [ -n "$archive" ]; then
    python3 "$news/tools/to-ninjs.py" "$news"/news/*.jsonl.gz |
        grep -E "\"language\": \"(${languages//,/|})\".*\"firstCreated\"" |
        "$program" import "$dir" --format ninjs - ||
        # 1: some were rejected, as it said; the rest is there
        [ $? = 1 ]
fi
mv "$work/began" "$made"
