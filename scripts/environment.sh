# Makes .venv ready, or says in a sentence why it can't. Sourced by scripts/play and scripts/test.
# shellcheck shell=bash

PROJECT_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
PROJECT_PYTHON="$PROJECT_ROOT/.venv/bin/python"
REQUIREMENTS="$PROJECT_ROOT/requirements.txt"
INSTALLED="$PROJECT_ROOT/.venv/requirements-installed.txt" # a copy, written last: the proof of a whole install
SETUP_LOG="$PROJECT_ROOT/.venv/install.log"
NEEDED_DISK_MIB=8192 # of which the CPU build of torch uses a quarter; with CUDA it is nearly all

say() { printf '\n== %s\n' "$*"; }

fail() {
    printf '\n%s\n' "$*" >&2
    exit 1
}

prepare_environment() {
    cd "$PROJECT_ROOT"
    is_environment_ready && return
    local python
    python=$(find_python) || fail "$(describe_missing_python)"
    take_setup_lock "$python"
    # Whoever held the lock may have finished the work.
    is_environment_ready || install_environment "$python"
    exec 9>&-
}

is_environment_ready() {
    [[ -x $PROJECT_PYTHON ]] && cmp -s "$REQUIREMENTS" "$INSTALLED"
}

find_python() {
    local candidate
    for candidate in python3.11 python3 python; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    return 1
}

describe_missing_python() {
    local found
    found=$(python3 --version 2>/dev/null) || found="no python3 at all"
    printf '%s' "Python 3.11 was not found (here: $found). Install it and start again: " \
        "'apt install python3.11 python3.11-venv' on Debian and Ubuntu, 'brew install python@3.11' on macOS, " \
        "or https://www.python.org/downloads/."
}

# The lock belongs to file descriptor 9, which pip inherits: a killed start frees it by itself,
# and no second start touches .venv while a pip that outlived its parent still writes to it.
take_setup_lock() {
    local python=$1
    exec 9>"$PROJECT_ROOT/.setup.lock"
    "$python" -c 'import fcntl; fcntl.flock(9, fcntl.LOCK_EX | fcntl.LOCK_NB)' 2>/dev/null && return
    say "Another start is installing into .venv; waiting for it to finish."
    "$python" -c 'import fcntl; fcntl.flock(9, fcntl.LOCK_EX)'
}

install_environment() {
    local python=$1
    check_disk
    make_venv "$python"
    drop_half_written_packages
    if ! has_all_packages; then
        check_registry
        install_packages
    fi
    cp "$REQUIREMENTS" "$INSTALLED.part"
    mv "$INSTALLED.part" "$INSTALLED"
    rm -f "$SETUP_LOG" # tens of megabytes that only a failure needs
    say "Installed. The next start needs no network."
}

check_disk() {
    [[ -d $PROJECT_ROOT/.venv/lib ]] && return # most of it lies there already; pip says when it runs out
    local free_mib
    free_mib=$(df -Pk "$PROJECT_ROOT" | awk 'NR == 2 { print int($4 / 1024) }')
    ((free_mib >= NEEDED_DISK_MIB)) ||
        fail "Only $free_mib MiB are free on the disk of '$PROJECT_ROOT'; the installation needs $NEEDED_DISK_MIB MiB. Free some space and start again."
}

make_venv() {
    local python=$1
    if [[ -d $PROJECT_ROOT/.venv ]]; then
        "$PROJECT_PYTHON" -m pip --version >/dev/null 2>&1 && {
            say "Going on with the installation in .venv."
            return
        }
    fi
    say "Making a Python environment in .venv (first start only)."
    "$python" -m venv --clear "$PROJECT_ROOT/.venv" ||
        fail "Python could not make '.venv'. On Debian and Ubuntu install its venv module ('apt install python3.11-venv') and start again."
}

# A killed pip can leave a package without its RECORD, which the next pip takes for whole.
drop_half_written_packages() {
    local folder
    for folder in "$PROJECT_ROOT"/.venv/lib/python3.11/site-packages/*.dist-info; do
        if [[ -d $folder && ! -f $folder/RECORD ]]; then rm -rf "$folder"; fi
    done
}

has_all_packages() {
    "$PROJECT_PYTHON" -m pip install --quiet --no-index --dry-run -r "$REQUIREMENTS" >/dev/null 2>&1
}

# Fetches one small pinned package: that asks the index and the file host, through pip's own settings.
check_registry() {
    local probe folder
    probe=$(awk '/^itsdangerous==/ { print $1 }' "$REQUIREMENTS")
    folder=$(mktemp -d)
    if ! "$PROJECT_PYTHON" -m pip --quiet --retries 1 --timeout 20 download --no-cache-dir --no-deps \
        --dest "$folder" "$probe" >/dev/null 2>&1; then
        rm -rf "$folder"
        fail "The Python package registry doesn't answer, and .venv isn't complete yet. Connect to the internet (or set PIP_INDEX_URL to your mirror) and start again; what is installed so far is kept."
    fi
    rm -rf "$folder"
}

install_packages() {
    say "Installing the packages of requirements.txt; this takes some minutes, once."
    # pip would compile one file after another, a minute of one core.
    "$PROJECT_PYTHON" -m pip install --no-compile --disable-pip-version-check --log "$SETUP_LOG" \
        -r "$REQUIREMENTS" || fail "$(describe_failed_install)"
    # Some packages have files for other versions of Python, which this one can't compile.
    "$PROJECT_PYTHON" -m compileall -qq -j 0 "$PROJECT_ROOT/.venv/lib" || true
}

describe_failed_install() {
    if grep -qi 'no space left on device' "$SETUP_LOG" 2>/dev/null; then
        printf '%s' "The disk is full, so the installation stopped. Free some space and start again; it goes on where it stopped."
    else
        printf '%s' "The installation stopped (the lines above say where; all of it is in '$SETUP_LOG'). Start again: it goes on where it stopped."
    fi
}

# Browser tests want Debian's Chromium, best the one without windows, which is a third faster.
# Where neither can be had they are skipped, and pytest says so.
install_chromium() {
    command -v chromium-headless-shell >/dev/null 2>&1 && return
    [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null 2>&1 || return 0
    say "Installing Chromium for the browser tests."
    {
        apt-get -qq update
        apt_install chromium-headless-shell || command -v chromium || apt_install chromium
    } >/dev/null 2>&1 || say "Chromium could not be installed; the browser tests will be skipped."
}

apt_install() {
    DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "$1"
}
