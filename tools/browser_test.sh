#!/usr/bin/env bash
# Opens the pages of a store of data/articles in headless Chromium. Needs Node, a browser and the packages of web/.
#
#     tools/browser_test.sh [folder for pictures]
set -euo pipefail
cd "$(dirname "$0")/.."

entente=${ENTENTE:-target/release/entente}
folder=$(mktemp -d)
trap 'kill "${server:-}" 2>/dev/null || true; rm -rf "$folder"' EXIT
"$entente" build data/articles --store "$folder/store.db"
"$entente" serve --store "$folder/store.db" --bind 127.0.0.1:0 --quiet 2>"$folder/log" &
server=$!
for _ in $(seq 100); do
    address=$(sed -n 's,^listening at \(http://.*\)/sparql$,\1,p' "$folder/log")
    [ -n "$address" ] && break
    sleep 0.1
done
[ -n "$address" ] || { cat "$folder/log" >&2; exit 1; }
node web/browser_test.mjs "$address" "$@"
