# shellcheck shell=bash
# What scripts/test and scripts/demo share: a virtual environment from a lock file, and the libraries of the system.
# It calls no sudo: what it may not install, it names with the exact command.

set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
venv="${KAOPING_VENV:-$root/.venv}"
pango="libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"

say() { printf '==> %s\n' "$*"; }
fail() { printf 'Stopped: %s\n' "$*" >&2; exit 1; }

# Run apt-get install as root on Debian and Ubuntu, or end with the command that someone who may must run.
system_packages() {
    local why="$1"; shift
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        say "Installing $* ($why)"
        { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"; } \
            >/dev/null || fail "apt-get could not install $*"
    else
        fail "$why: run  sudo apt-get install $*  (or your system's equivalent), then start again."
    fi
}

usable_python() {
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null
}

find_python() {
    local candidate
    for candidate in ${KAOPING_PYTHON:+"$KAOPING_PYTHON"} python3 python3.13 python3.12 python3.11; do
        if command -v "$candidate" >/dev/null && usable_python "$candidate"; then
            command -v "$candidate"
            return
        fi
    done
    fail "Python 3.11, 3.12 or 3.13 is needed; name it with KAOPING_PYTHON=/path/to/python3."
}

make_environment() {
    usable_python "$venv/bin/python" && "$venv/bin/python" -m pip --version >/dev/null 2>&1 && return
    local python
    python="$(find_python)"
    "$python" -c 'import ensurepip, venv' 2>/dev/null || system_packages "Python's venv is missing" python3-venv
    say "Making $venv with $("$python" --version)"
    rm -rf "$venv"
    "$python" -m venv "$venv"
}

# Install a lock file unless exactly this one (or, for the runtime, the larger one) is installed already.
install_lock() {
    local lock="$root/$1" installed="$venv/installed.lock"
    if cmp -s "$lock" "$installed"; then return; fi
    if [ "$1" = requirements.lock ] && cmp -s "$root/requirements-dev.lock" "$installed"; then return; fi
    say "Installing $(grep -c '^[a-z0-9].*==' "$lock") pinned packages from $1 (once; about a minute)"
    rm -f "$installed"
    "$venv/bin/python" -m pip install -q --disable-pip-version-check --no-input --require-hashes -r "$lock"
    cp "$lock" "$installed"
}

install_project() {
    cmp -s "$root/pyproject.toml" "$venv/installed.toml" && "$venv/bin/python" -c 'import kaoping' 2>/dev/null && return
    say "Installing Kaoping itself"
    "$venv/bin/python" -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e "$root"
    cp "$root/pyproject.toml" "$venv/installed.toml"
}

draws() {
    "$venv/bin/python" - 2>/dev/null <<'PYTHON'
import ctypes, sys
import weasyprint
if sys.platform == "linux":
    ctypes.CDLL("libharfbuzz-subset.so.0")
PYTHON
}

install_pango() {
    if [ "$(uname)" = Darwin ]; then
        export DYLD_FALLBACK_LIBRARY_PATH="${DYLD_FALLBACK_LIBRARY_PATH:-/opt/homebrew/lib:/usr/local/lib}"
    fi
    draws && return
    if [ "$(uname)" = Darwin ]; then
        command -v brew >/dev/null || fail "Pango is missing: install Homebrew, then run  brew install pango"
        say "Installing pango with brew"
        brew install -q pango
    else
        # shellcheck disable=SC2086 # a list of words
        system_packages "Pango, which draws papers and certificates, is missing" $pango
    fi
    draws || fail "WeasyPrint still does not find Pango; its own words: $("$venv/bin/python" -c 'import weasyprint' 2>&1 | tail -1)"
}

# prepare LOCK: everything that the program needs, ready in $venv.
prepare() {
    make_environment
    install_lock "$1"
    install_project
    install_pango
}
