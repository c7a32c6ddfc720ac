#!/usr/bin/env bash
# Builds the sample articles and the pairs of the tests into a store, and checks the whole, and what is sure of it, against
# ontology/shapes.ttl with pySHACL.
set -euo pipefail
cd "$(dirname "$0")/.."

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/python"
"$folder/python/bin/pip" install --quiet pyshacl==0.40.1
"$folder/python/bin/python" tools/check_shapes.py --pairs tests/cases/instances/pairs.toml > "$folder/pairs.jsonl"
target/release/entente build --store "$folder/store.db" data/articles "$folder/pairs.jsonl"
target/release/entente export --store "$folder/store.db" --format nquads -o "$folder/all.nq"
target/release/entente export --store "$folder/store.db" --format nquads --min-confidence 0.8 -o "$folder/sure.nq"
"$folder/python/bin/python" tools/check_shapes.py "$folder/all.nq"
"$folder/python/bin/python" tools/check_shapes.py "$folder/sure.nq"
