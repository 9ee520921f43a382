# shellcheck shell=bash
# The checks of ./dev test: one function each, in the order of the list. What a
# check says goes to build/logs/NAME.log; a check that is several tests writes
# "passed failed skipped" to build/logs/NAME.count, any other counts as one.

checks='gcc hardening asan clang unit postgres corpus tree format words shell fuzz npm
    walk seed leaks cli media fetch search fresh http hostile browser pictures ads live coverage hot push crash power
    pg_walk pg_seed pg_leaks pg_cli pg_media pg_fetch pg_pictures pg_ads pg_search search_alike pg_fresh pg_coverage pg_hot pg_push pg_http pg_crash migrate nodes bucket answers cdn'

# Seconds for each fuzz target, and kills in the crash test, of ./dev test.
FUZZ_SECONDS=${FUZZ_SECONDS:-10}
export CRASH_KILLS=${CRASH_KILLS:-200}
SHARED=${SHARED:-$PWD/../shared}
export SHARED

checks_run() {
    local passed=0 failed=0 skipped=0 check began ok
    local p f s

    # shellcheck disable=SC2086
    [ $# -gt 0 ] || set -- $checks
    [ -d "$SHARED" ] || say "skipped: what needs $SHARED, which is not there"
    for check in "$@"; do
        declare -F "check_$check" >/dev/null || fail "there is no check $check"
        began=$SECONDS
        rm -f "build/logs/$check.count"
        ok=0
        # A subshell of its own, so that set -e holds inside (it would not in
        # the condition of an if).
        set +e
        (
            set -e
            "check_$check"
        ) >"build/logs/$check.log" 2>&1 </dev/null
        ok=$?
        set -e
        p=0 f=0 s=0
        if [ -s "build/logs/$check.count" ]; then
            read -r p f s <"build/logs/$check.count"
            [ "$ok" = 0 ] || [ "$f" != 0 ] || f=1
        elif [ "$ok" = 0 ]; then
            p=1
        else
            f=1
        fi
        passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
        printf '%-9s %4d passed %3d failed' "$check" "$p" "$f"
        [ "$s" = 0 ] || printf ' %3d skipped' "$s"
        printf '  %4d s' $((SECONDS - began))
        [ "$f" = 0 ] || printf '  see build/logs/%s.log' "$check"
        printf '\n'
        [ "$f" = 0 ] || [ -z "${CI:-}" ] || told "build/logs/$check.log"
    done
    printf '%d passed, %d failed' "$passed" "$failed"
    [ "$skipped" = 0 ] || printf ', %d skipped' "$skipped"
    printf '\n'
    [ "$failed" = 0 ] && [ "$passed" -gt 0 ]
}

# Where a log has the first test that failed, and how it ends.
told() {
    awk '/^not ok|\[  FAILED  \]|ERROR:/ && !n { n = 30 } n > 0 { print; if (!--n) exit }' "$1"
    tail -n 30 "$1"
}

c_files() { git ls-files -z -- '*.c' '*.h'; }

# ---- builds, each with every warning an error ----

check_gcc() { build_release; }

# What the release was built with, as it stands in the program itself.
check_hardening() {
    local said mark
    build_release
    said=$(readelf -hldsW build/dateline)
    for mark in 'Type: *DYN' 'GNU_RELRO' 'FLAGS_1.*NOW' 'FLAGS_1.*PIE' \
        'GNU_STACK .* RW ' '__stack_chk_fail' '__[a-z]*_chk@GLIBC'; do
        grep -q "$mark" <<<"$said" || { say "not found: $mark"; return 1; }
    done
}

# The sanitizers' own checks make gcc warn of what is not there.
asan_build() {
    build_tree asan gcc -Dwerror=false -Db_sanitize=address,undefined \
        -Darena=malloc
    ninja -C build/asan -j "$(nproc)" --quiet
}
check_asan() { asan_build; }

check_clang() {
    build_tree clang clang -Doptimization=1
    ninja -C build/clang -j "$(nproc)"
}

# ---- tests in C, under the sanitizers ----

meson_suite() { # SUITE [COMMAND ...]: runs it, behind COMMAND if there is one,
    # and counts what the suites' own lines say
    local suite=$1 log=build/asan/meson-logs/testlog.json ok=0
    shift

    asan_build >/dev/null
    rm -f "$log"
    "$@" meson test -C build/asan --no-rebuild --suite "$suite" \
        --num-processes 2 --print-errorlogs || ok=1
    python3 tools/count_tests.py "$log" >"build/logs/$check.count"
    return $ok
}
check_unit() { meson_suite unit; }
check_postgres() { meson_suite postgres tools/postgres.sh; }
check_corpus() { meson_suite fuzz; }
check_tree() { meson_suite tree; }

# ---- the sources ----

check_format() { c_files | xargs -0 clang-format --dry-run -Werror; }

check_words() {
    local po
    for po in site/words/*.po; do msgfmt -c -o /dev/null "$po"; done
}

check_shell() {
    local file check
    for file in dev .ci/run $(git ls-files '*.sh'); do
        bash -n "$file"
    done
    for file in $(git ls-files '*.mjs'); do node --check "$file"; done
    for check in $checks; do
        grep -q "^|[^|]*\`$check\`" doc/testing.md ||
            { say "doc/testing.md has no row of $check"; return 1; }
    done
}

# ---- fuzzing ----

# Sets readers, the names of all fuzz targets.
fuzz_build() {
    build_tree fuzz clang -Dfuzz=true -Db_sanitize=address,undefined \
        -Db_lundef=false -Darena=malloc
    ninja -C build/fuzz build.ninja >build/logs/fuzz-build.log # knows new ones
    mapfile -t readers < <(ninja -C build/fuzz -t targets all |
        sed -n 's|^test/fuzz_\([a-z0-9_]*\): .*|\1|p' | sort)
    ninja -C build/fuzz -j "$(nproc)" "${readers[@]/#/test/fuzz_}" \
        >>build/logs/fuzz-build.log ||
        { tail -n 30 build/logs/fuzz-build.log; return 1; }
}

# fuzz_one SECONDS NAME: what is found new stays in build/fuzz/corpus.
fuzz_one() {
    local found=build/fuzz/corpus/$2 log=build/logs/fuzz-$2.log
    mkdir -p "$found"
    if "build/fuzz/test/fuzz_$2" -max_total_time="$1" -timeout=5 \
        -rss_limit_mb=1024 -print_final_stats=1 \
        -artifact_prefix="build/fuzz/found-$2-" \
        "$found" "test/fuzz/corpus/$2" >"$log" 2>&1; then
        say "$2: $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") runs"
    else
        say "$2: FAILED, see $log"
        return 1
    fi
}

fuzz_run() { # SECONDS [READER ...]
    local seconds=$1
    shift
    [ $# -eq 0 ] || readers=("$@")
    export -f say fuzz_one
    printf '%s\n' "${readers[@]}" |
        xargs -P 2 -I '{}' bash -c 'fuzz_one "$1" "$2"' - "$seconds" '{}'
}

check_fuzz() {
    local log=build/logs/fuzz-readers ok=0
    fuzz_build
    fuzz_run "$FUZZ_SECONDS" | tee "$log" || ok=1
    printf '%d %d 0\n' "$(grep -c ' runs$' "$log")" \
        "$(grep -c FAILED "$log")" >build/logs/fuzz.count
    return $ok
}

# ---- the program as its users meet it ----

check_npm() {
    local lock=test/site/package-lock.json at=test/site/node_modules
    cmp -s "$lock" "$at/.installed" && return
    (cd test/site && npm ci --ignore-scripts)
    cp "$lock" "$at/.installed"
}

# node_tests TREE FILE: with the program of a build tree, counted from TAP.
# With more words, behind that command.
declare -A programs=([release]=build/dateline [asan]=build/asan/src/dateline)
release_build() { build_release; }
node_tests() { # TREE FILE [COMMAND ...]
    local ok=0 tap tree=$1 file=$2
    shift 2
    check_npm
    "${tree}_build"
    DATELINE=$PWD/${programs[$tree]} \
        "$@" node --test --test-reporter=tap "$file" || ok=1
    tap=build/logs/$check.log
    awk '/^# (pass|fail|cancelled|skipped) / { n[$2] = $3 }
        END { print n["pass"] + 0, n["fail"] + n["cancelled"], n["skipped"] + 0 }
        ' "$tap" >"build/logs/$check.count"
    return $ok
}
check_walk() { node_tests asan test/site/walk.test.mjs; }
check_seed() { node_tests asan test/site/seed.test.mjs; }
check_leaks() { node_tests asan test/site/leaks.test.mjs; }
check_cli() { node_tests asan test/site/cli.test.mjs; }
check_media() { node_tests release test/site/media.test.mjs; }
check_fetch() { node_tests asan test/site/fetch.test.mjs; }
check_search() { node_tests asan test/site/search.test.mjs; }
check_fresh() { node_tests release test/site/fresh.test.mjs; }
check_http() { node_tests release test/site/http.test.mjs; }
check_hostile() { node_tests release test/site/hostile.test.mjs; }
check_browser() { node_tests release test/site/browser.test.mjs; }
check_pictures() { node_tests release test/site/pictures.test.mjs; }
check_ads() { node_tests release test/site/ads.test.mjs; }
check_pg_ads() { node_tests release test/site/ads.test.mjs $on_server; }
check_live() { node_tests release test/site/live.test.mjs; }
check_hot() { node_tests release test/site/hot.test.mjs; }
check_coverage() { node_tests release test/site/coverage.test.mjs; }
check_pg_coverage() { node_tests release test/site/coverage.test.mjs $on_server; }
check_push() { node_tests release test/site/push.test.mjs; }
check_pg_push() { node_tests release test/site/push.test.mjs $on_server; }
check_pg_hot() { node_tests release test/site/hot.test.mjs $on_server; }
check_crash() { node_tests release test/crash/crash.test.mjs; }

check_power() { node_tests release test/crash/power.test.mjs; }

# The same where the store is a database of a server.
on_server=tools/postgres.sh
check_pg_walk() { node_tests asan test/site/walk.test.mjs $on_server; }
check_pg_seed() { node_tests asan test/site/seed.test.mjs $on_server; }
check_pg_leaks() { node_tests asan test/site/leaks.test.mjs $on_server; }
check_pg_cli() { node_tests asan test/site/cli.test.mjs $on_server; }
check_pg_media() { node_tests release test/site/media.test.mjs $on_server; }
check_pg_fetch() { node_tests release test/site/fetch.test.mjs $on_server; }
check_pg_pictures() { node_tests release test/site/pictures.test.mjs $on_server; }
check_pg_search() { node_tests asan test/site/search.test.mjs $on_server; }
check_search_alike() { node_tests release test/site/search_alike.test.mjs $on_server; }
check_pg_fresh() { node_tests release test/site/fresh.test.mjs $on_server; }
check_pg_http() { node_tests release test/site/http.test.mjs $on_server; }
check_migrate() { node_tests asan test/site/migrate.test.mjs $on_server; }
check_answers() { node_tests release test/nodes/answers.test.mjs; }
check_cdn() { node_tests asan test/nodes/cdn.test.mjs; }
check_nodes() { node_tests release test/nodes/nodes.test.mjs; }
check_bucket() { node_tests release test/nodes/bucket.test.mjs; }
check_pg_crash() { node_tests release test/crash/crash.test.mjs $on_server; }
