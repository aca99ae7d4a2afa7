#!/bin/sh
# Pins every dependency with its hashes; the files name no registry.
# The first argument is the folder that has uv.
set -eu
compile() {
    "$uv" pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
        --no-header --no-emit-index-url --no-emit-find-links "$1" -o "$2"
    echo "$2"
}
uv=$1/uv
compile pyproject.toml ops/requirements.txt
compile ops/requirements-setup.in ops/requirements-setup.txt
compile ops/requirements-dev.in ops/requirements-dev.txt
compile ops/requirements-lock.in ops/requirements-lock.txt
"$1/python" ops/assets.py --lock
echo "package-lock.json ops/lighthouse/package-lock.json"
