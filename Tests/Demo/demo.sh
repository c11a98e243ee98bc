#!/usr/bin/env bash
# Takes a folder of sample pictures into a vault and back, and says in a line each what happened.
#
# LIGHTTIGHT and SAMPLES name the two programs. Everything happens in a temporary folder, which is
# removed at the end. Ends with 1 when anything comes back other than it went in.
set -euo pipefail

: "${LIGHTTIGHT:?the path of lighttight}" "${SAMPLES:?the path of lighttight-samples}"
large_bytes=${LARGE_BYTES:-200000000}

work=$(mktemp -d "${TMPDIR:-/tmp}/lighttight-demo.XXXXXX")
trap 'rm -rf "$work"' EXIT
exec </dev/null
umask 077
pictures=$work/pictures
vault=$work/vault
returned=$work/returned
passphrase=$work/passphrase
# Neither the person's own vault nor their settings play a part.
unset LIGHTTIGHT_VAULT
export HOME=$work XDG_STATE_HOME=$work/state XDG_CONFIG_HOME=$work/config

# ---- the command line, gathered here ----
common=(--vault "$vault" --passphrase-file "$passphrase")
do_init() { "$LIGHTTIGHT" init "${common[@]}" --recovery-code-out "$work/recovery-code"; }
do_import() { "$LIGHTTIGHT" import "${common[@]}" "$pictures"; }
do_list() { "$LIGHTTIGHT" list "${common[@]}"; }
do_export() { "$LIGHTTIGHT" export "${common[@]}" --all --to "$returned"; }
do_verify() { "$LIGHTTIGHT" verify "${common[@]}"; }
do_status() { "$LIGHTTIGHT" status "${common[@]}"; }

step=0
explain() {
    step=$((step + 1))
    printf '\n%d. %s\n' "$step" "$*"
}

fail() {
    echo "demo: $*" >&2
    exit 1
}

run() {
    local status=0
    "$1" || status=$?
    ((status == 0)) || fail "${1#do_} ended with status $status"
}

# Every regular file below a folder with its SHA-256, names as bytes, sorted.
fingerprints() {
    (cd "$1" && find . -type f -print0 | LC_ALL=C sort -z | xargs -0 -r sha256sum -z)
}

# The folder in the export that holds what was imported: export keeps whole paths.
top_of_export() {
    local folder=$returned entries
    while [[ ! -d $folder/Phone ]]; do
        mapfile -d '' -t entries < <(find "$folder" -mindepth 1 -maxdepth 1 -print0)
        if ((${#entries[@]} != 1)) || [[ ! -d ${entries[0]} ]]; then
            fail 'the export holds no folder "Phone"'
        fi
        folder=${entries[0]}
    done
    printf '%s' "$folder"
}

explain 'Sample pictures: JPEG with place and camera, PNG, GIF, BMP, TIFF; odd names; a twin, a large' \
    'and an empty file; a link and a pipe, which no vault should follow.'
mkdir "$pictures"
"$SAMPLES" demo "$pictures" --large-bytes "$large_bytes"
count=$(find "$pictures" -type f -printf x | wc -c)
echo "$count files, $(du -sh "$pictures" | cut -f 1)"

explain 'A passphrase in a file that only its owner may read; on a terminal you would be asked instead.'
# Thirty random letters: nobody has to remember this one.
LC_ALL=C tr -dc '[:lower:]' </dev/urandom | head -c 30 >"$passphrase" || [[ -s $passphrase ]]
echo >>"$passphrase"

explain 'A vault: the passphrase is stretched by Argon2id, which is meant to take a second, and a recovery' \
    'code is made (the one printed here opens a vault that is about to be removed).'
run do_init

explain 'Import: every picture is read, sealed under a key of its own and packed. The link and the pipe are' \
    'skipped and counted; the twin is stored once and remembered twice.'
run do_import

explain 'List: only with the passphrase; no name may move the cursor, whatever it holds.'
run do_list

explain 'What a thief sees: packs named by their hash. Not one picture, name or camera is in clear.'
(cd "$vault" && find . -type f -printf '%10s  %p\n' | LC_ALL=C sort -k 2 | head -n 12)
for secret in IMG_1000 grandmother Lightbox 'not text'; do
    if grep -rqaF -- "$secret" "$vault"; then
        fail "\"$secret\" can be read in the vault"
    fi
done

explain 'Export: everything opens again, under its old path, name and time.'
run do_export

explain 'Compare: each file, byte for byte, and each name as the bytes it is.'
top=$(top_of_export)
(cd "$pictures" && find . -type f -print0) | while IFS= read -r -d '' name; do
    cmp -- "$pictures/$name" "$top/$name" || fail 'a file came back changed'
    [[ $(stat -c %Y -- "$pictures/$name") == "$(stat -c %Y -- "$top/$name")" ]] ||
        fail 'a file came back with another time'
done
cmp <(fingerprints "$pictures") <(fingerprints "$top") || fail 'the folders differ'
echo "$count files are the same"

explain 'Verify: every byte in the vault is authenticated.'
run do_verify

explain 'Status: how the vault stands.'
run do_status

printf '\nAll is as it was. The vault and the samples are removed again.\n'
