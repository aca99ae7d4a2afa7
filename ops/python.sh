#!/bin/sh
# Prints a Python that is new enough and can make a venv, or says plainly what to install.
# PYTHON=/path/to/python chooses one.
old=""
bare=""
for candidate in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11 python; do
    found=$(command -v "$candidate" 2>/dev/null) || continue
    version=$("$found" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || continue
    if ! "$found" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        old="$old $found ($version)"
    elif ! "$found" -c 'import venv, ensurepip' 2>/dev/null; then
        bare="$bare $found ($version)"
    else
        printf '%s\n' "$found"
        exit 0
    fi
done
{
    echo "需要 Python 3.11 或更高版本（含 venv）。 Python 3.11 or newer, with venv, is needed."
    [ -z "$old" ] || echo "  too old:$old"
    [ -z "$bare" ] || echo "  has no venv:$bare - on Debian and Ubuntu: apt install python3-venv"
    [ -n "$old$bare" ] || echo "  none was found - on Debian and Ubuntu: apt install python3 python3-venv"
    echo "  To choose one yourself: make run PYTHON=/path/to/python3"
} >&2
exit 1
