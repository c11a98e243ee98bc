#!/usr/bin/env bash
# Fuzzes the parsers of VaultFormat, and the stripping of pictures, guided by coverage: libFuzzer with AddressSanitizer, both of which
# come with Swift.
#
#   FUZZ_SECONDS=600 Tests/Fuzz/fuzz.sh            every parser, so many seconds in all
#   FUZZ_SECONDS=60  Tests/Fuzz/fuzz.sh header     one of them, or some
#   Tests/Fuzz/fuzz.sh --keep header               takes what was found into the seeds, as little as gives
#                                                  the same coverage, and no large inputs
#                                                  (then write the new counts into FuzzSeedTests, which
#                                                  tries every seed in every run of the tests)
#
# Ends with 1 when a parser crashed, or printed otherwise than it read: the input lies then in
# .build-fuzz/found/. Put it into Tests/Fuzz/seeds/<parser>/: every run begins with the seeds.
set -euo pipefail
cd "$(dirname "$0")/../.."
self=Tests/Fuzz/fuzz.sh

swiftc=${SWIFTC:-swiftc}
seconds=${FUZZ_SECONDS:-600}
build=.build-fuzz
greatest_seed=4096 # bytes
keep=
if [[ ${1:-} == --keep ]]; then
    keep=1
    shift
fi
parsers=("$@")
((${#parsers[@]} > 0)) || mapfile -t parsers < <(cd Tests/Fuzz/seeds && ls)
for parser in "${parsers[@]}"; do
    [[ -d Tests/Fuzz/seeds/$parser ]] || { echo "fuzz: there is no parser \"$parser\"" >&2; exit 2; }
done

flags=(-O -swift-version 6 -package-name lighttight -parse-as-library -sanitize=fuzzer,address
    -enable-upcoming-feature ExistentialAny -enable-upcoming-feature InternalImportsByDefault
    -enable-upcoming-feature MemberImportVisibility
    -enable-upcoming-feature NonisolatedNonsendingByDefault -enable-experimental-feature Lifetimes)
sources=(Tests/Fuzz/*.swift)
mkdir -p "$build/found"
if [[ ! -e $build/fuzz || $(find Sources/VaultFormat Sources/VaultStripping "${sources[@]}" "$self" -newer "$build/fuzz") ]]; then
    # One module after the other, whole: the fuzzer needs nothing else of the package.
    for room in VaultFormat VaultStripping; do
        "$swiftc" "${flags[@]}" -wmo -module-name "$room" -I "$build" -emit-module \
            -emit-module-path "$build/$room.swiftmodule" -c -o "$build/$room.o" \
            $(find "Sources/$room" -name "*.swift" | sort)
    done
    "$swiftc" "${flags[@]}" -wmo -use-ld=lld -module-name Fuzz -I "$build" -o "$build/fuzz" \
        "${sources[@]}" "$build/VaultFormat.o" "$build/VaultStripping.o"
fi

# Swift's own report of a crash would wait for a key; its hashes differ from run to run, and with them
# what an input covers.
export SWIFT_BACKTRACE=enable=no SWIFT_DETERMINISTIC_HASHING=1

if [[ $keep ]]; then
    for parser in "${parsers[@]}"; do
        merged=$(mktemp -d)
        FUZZ_TARGET=$parser "$build/fuzz" -set_cover_merge=1 "$merged" "Tests/Fuzz/seeds/$parser" \
            "$build/corpus/$parser" 2>/dev/null
        find "$merged" -type f -size "-$((greatest_seed + 1))c" \
            -exec cp -t "Tests/Fuzz/seeds/$parser" {} +
        rm -rf "$merged"
    done
    exit
fi

failed=0
each=$((seconds / ${#parsers[@]}))
((each > 0)) || each=1
for parser in "${parsers[@]}"; do
    corpus=$build/corpus/$parser
    mkdir -p "$corpus"
    log=$build/$parser.log
    if FUZZ_TARGET=$parser "$build/fuzz" -max_total_time="$each" -timeout=10 -rss_limit_mb=2048 \
        -max_len=16384 -artifact_prefix="$build/found/$parser-" -print_final_stats=1 \
        "$corpus" "Tests/Fuzz/seeds/$parser" >"$log" 2>&1; then
        result=held
    else
        result=FAILED failed=1
    fi
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log" | tail -n 1)
    edges=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$log" | tail -n 1)
    printf 'fuzz: %-14s %s after %s inputs, %s edges covered\n' "$parser" "$result" "${runs:-no}" \
        "${edges:-no}"
    # The last lines tell what happened; the log has the rest.
    [[ $result == held ]] || { tail -n 25 "$log" >&2; ls "$build/found" >&2; }
done
exit "$failed"
