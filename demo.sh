#!/usr/bin/env bash
# Installs what the build lacks, builds the program, reads the sample articles into a store, and asks it a question.
set -euo pipefail
cd "$(dirname "$0")"

tools/install-libclang.sh
cargo build --release --locked
entente=target/release/entente

echo
echo "$ entente build data/articles"
"$entente" build data/articles
echo
echo "$ entente query who-met-whom"
"$entente" query who-met-whom --format table
