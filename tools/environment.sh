#!/bin/sh
# Make the Python environment of this project and install one requirements file into it.
#
#   sh tools/environment.sh ENVIRONMENT REQUIREMENTS_FILE
#
# PYTHON=/path/to/python chooses the interpreter; otherwise the newest suitable one found is taken.
set -eu

environment=$1
requirements=$2

suitable='import sys; sys.exit(0 if (3, 11) <= sys.version_info[:2] < (3, 14) else 1)'
can_make_environments='import ensurepip, venv'

works() { "$@" >/dev/null 2>&1; }

stop() {
    echo "$1" >&2
    exit 1
}

find_python() {
    chosen=
    without_venv=
    for candidate in ${PYTHON:-python3.13 python3.12 python3.11 python3 python}; do
        works "$candidate" -c "$suitable" || continue
        if works "$candidate" -c "$can_make_environments"; then
            chosen=$candidate
            return
        fi
        without_venv=$candidate
    done
}

if ! works "$environment/bin/python" -c "$suitable" || ! works "$environment/bin/python" -m pip --version; then
    find_python
    if [ -z "$chosen" ] && [ -n "$without_venv" ] && works command -v apt-get && [ "$(id -u)" = 0 ]; then
        echo "Installing Debian's python3-venv, which $without_venv lacks."
        works apt-get update || true
        works apt-get install -y python3-venv || true
        find_python
    fi
    if [ -z "$chosen" ] && [ -n "$without_venv" ]; then
        stop "Found $without_venv, but it cannot make environments: run 'sudo apt install python3-venv', then try again."
    fi
    if [ -z "$chosen" ]; then
        found=$("${PYTHON:-python3}" --version 2>/dev/null || echo "no Python")
        stop "Found $found; hccviz needs Python 3.11, 3.12 or 3.13: install one (from python.org, or 'sudo apt install python3 python3-venv'), then try again."
    fi
    echo "Making an environment in $environment with $("$chosen" --version)."
    "$chosen" -m venv --clear "$environment"
fi

echo "Installing the libraries of $requirements into $environment (about a minute the first time)."
"$environment/bin/python" -m pip install -qq --disable-pip-version-check --no-input -r "$requirements" ||
    stop "The libraries of $requirements could not be installed: the lines above say why. Is this machine online?"
