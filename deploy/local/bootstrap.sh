#!/bin/sh
# Makes .venv and installs requirements files into it, unless that was done before and nothing has changed since.
# Usage: sh deploy/local/bootstrap.sh requirements.txt [more.txt ...]   (from the root of the checkout; PYTHON= names a python)
#
# Plain sh, because there is nothing else yet.
set -u
umask 022

fail() {
    printf 'fasti: %s\n' "$1" >&2
    exit 1
}

is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
    for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11 python}; do
        if is_new_enough "$candidate"; then
            printf '%s\n' "$candidate"
            return
        fi
    done
}

# One stamp per set of files. It names the place as well: a virtual environment that was copied elsewhere is not one.
stamp=".venv/.installed-$(printf '%s-' "$@")"
wanted="$(pwd) $(cat "$@" | cksum)" || fail "a file of $* is missing: this is not a whole checkout"
if [ -x .venv/bin/python ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ] && is_new_enough .venv/bin/python; then
    exit 0
fi

if [ -d .venv ] && ! { is_new_enough .venv/bin/python && [ "$(cat .venv/.place 2>/dev/null)" = "$(pwd)" ]; }; then
    printf 'Making .venv anew: it is unfinished, of another place or of an older Python.\n' >&2
    rm -rf .venv || fail "cannot remove .venv: make $(pwd) writable"
fi
if [ ! -d .venv ]; then
    python=$(find_python)
    if [ -z "$python" ]; then
        found=$("${PYTHON:-python3}" -V 2>&1) || found="none that runs"
        fail "Python 3.11 or newer is needed, found: $found. Install one, or name it: make PYTHON=/path/to/python3.11 up"
    fi
    [ -w . ] || fail "cannot write to $(pwd): make it writable, or copy the checkout to where you may write"
    "$python" -c 'import ensurepip, venv' 2>/dev/null ||
        fail "$python has no venv module. Install it (Debian, Ubuntu: apt install python3-venv), or name another: make PYTHON=..."
    "$python" -m venv .venv || fail "could not make .venv with $python"
    pwd >.venv/.place
fi

printf 'Installing %s into .venv\n' "$*" >&2
arguments=""
for file in "$@"; do
    arguments="$arguments -r $file"
done
# shellcheck disable=SC2086  # one argument per word is meant
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input $arguments ||
    fail "the requirements could not be installed; the lines above say why. Nothing was started."
printf '%s' "$wanted" >"$stamp"
