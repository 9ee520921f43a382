#!/bin/sh
# What goes out, as accepted in test/data, is valid by others' judgement:
# libxml2's parser, the sitemaps' XSD, the schemas of JSON Feed and ninjs,
# schema.org's vocabulary.  A judge that is not there is named and passed over;
# without any, the test counts as skipped.
set -eu
data=$SOURCE/test/data
judges=$SHARED/data/tools
python=/usr/bin/python3
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
ran=0
bad=0

# why, suffix of the copies, command, formats: each file of the formats is
# given to the command, one at a time.
judge() {
    why=$1 suffix=$2 command=$3
    shift 3
    for format; do
        set -- "$data/$format"/*.out
        [ -f "$1" ] || { echo "no goldens of $format"; bad=1; continue; }
        for file; do
            copy=$room/$format-$(basename "$file" .out).$suffix
            cp "$file" "$copy"
            ran=$((ran + 1))
            $command "$copy" >"$room/said" 2>&1 && continue
            echo "$why: $file"
            cat "$room/said"
            bad=1
        done
    done
}

if command -v xmllint >/dev/null; then
    judge "not well formed" xml "xmllint --noout" rss atom sitemap opensearch
else
    echo "no xmllint (libxml2-utils): XML not judged"
fi
if [ -d "$judges" ] && $python -c 'import jsonschema, lxml' 2>/dev/null; then
    judge "sitemap" xml "$python $judges/sitemap-check.py" sitemap
    judge "JSON Feed" json "$python $judges/jsonfeed-check.py" jsonfeed
    judge "ninjs" json "$python $judges/ninjs-check.py 3.0" ninjs
    judge "JSON-LD" json "$python $judges/jsonld-check.py" jsonld
else
    echo "no $judges, python3-jsonschema or python3-lxml: schemas not judged"
fi
[ $ran -gt 0 ] || [ $bad -gt 0 ] || exit 77
exit $bad
