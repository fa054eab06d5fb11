# Shared by the scripts beside this folder: what must be on the machine before Swift can build.
# To be sourced; needs `set -euo pipefail`. Defines repository_root, say, fail, prepare_machine.

repository_root=$(cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/../.." && pwd -P)
swift_version_min=6.2

# Goes to standard error, so that standard output holds results only.
say() { printf '%s\n' "$*" >&2; }

fail() {
    say "$*"
    exit 1
}

# Whether version $1 is at least version $2.
version_reaches() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

require_swift() {
    command -v swift >/dev/null 2>&1 ||
        fail "Swift is not here: install Swift $swift_version_min or newer (https://www.swift.org/install/linux/) and put its 'swift' on the PATH."
    local version
    version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p' | head -n 1)
    [ -n "$version" ] || fail "'swift --version' does not say which Swift this is: is the installation whole?"
    version_reaches "$version" "$swift_version_min" ||
        fail "This is Swift $version: Verdict needs $swift_version_min or newer (https://www.swift.org/install/linux/)."
}

# The header and the name that the linker looks for come in one package, so one of them stands for both.
has_sqlite() {
    if command -v pkg-config >/dev/null 2>&1 && pkg-config --exists sqlite3 2>/dev/null; then
        return 0
    fi
    local header
    for header in /usr/include/sqlite3.h /usr/local/include/sqlite3.h /usr/include/*/sqlite3.h; do
        [ -e "$header" ] && return 0
    done
    return 1
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    else
        sudo -- "$@"
    fi
}

# Runs one package manager; its messages go to standard error like ours.
install_sqlite_with() {
    case $1 in
        apt-get)
            # The lists of a fresh image are empty and those of an old one point to packages that are gone.
            as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends libsqlite3-dev ||
                {
                    as_root apt-get update &&
                        as_root env DEBIAN_FRONTEND=noninteractive \
                            apt-get install -y --no-install-recommends libsqlite3-dev
                }
            ;;
        apk) as_root apk add --no-cache sqlite-dev ;;
        zypper) as_root zypper --non-interactive install sqlite3-devel ;;
        pacman) as_root pacman -S --noconfirm sqlite ;;
        *) as_root "$1" install -y sqlite-devel ;;
    esac >&2
}

require_sqlite() {
    has_sqlite && return
    local advice="install SQLite's development files (libsqlite3-dev on Debian and Ubuntu, sqlite-devel on Fedora) and run this again."
    if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null 2>&1; then
        fail "SQLite's header sqlite3.h is not here, and without root or sudo this script cannot install it: $advice"
    fi
    local manager
    for manager in apt-get dnf microdnf yum apk zypper pacman; do
        command -v "$manager" >/dev/null 2>&1 || continue
        say "Installing SQLite's development files with $manager."
        install_sqlite_with "$manager" || fail "$manager could not install them: $advice"
        has_sqlite || fail "$manager says that it has installed them, but sqlite3.h is still not here: $advice"
        return
    done
    fail "SQLite's header sqlite3.h is not here, and neither is a package manager that this script knows: $advice"
}

prepare_machine() {
    require_swift
    require_sqlite
}
