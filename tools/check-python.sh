#!/usr/bin/env bash
# Builds the Python package into an environment of its own, target/python, and runs its tests and the notebooks.
# On Debian it installs what Python lacks to make such an environment.
set -euo pipefail
cd "$(dirname "$0")/.."

environment=target/python
if ! python3 -c 'import venv, ensurepip' 2>/dev/null; then
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        echo "error: python3 with venv and pip is needed; on Debian: apt-get install python3-venv" >&2
        exit 1
    fi
    apt-get update -q
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends python3 python3-venv
fi
[ -x "$environment/bin/python" ] || python3 -m venv "$environment"

# The libraries first: they change seldom, and their failure says nothing of the package.
"$environment/bin/pip" install -q --disable-pip-version-check pytest pandas pyarrow 'polars>=1.3' matplotlib ipykernel nbclient nbformat networkx SPARQLWrapper rdflib
"$environment/bin/pip" install -q --disable-pip-version-check --force-reinstall --no-deps ./python
# The program that `cargo test --release` built, for the tests of what it exports.
if [ -x target/release/entente ]; then export ENTENTE=target/release/entente; fi
"$environment/bin/python" -m pytest -q python/tests
