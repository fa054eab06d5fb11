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

# The development files that the build needs, a line each: the header, its name for pkg-config, then the packages of
# Debian and Ubuntu, of Fedora and its kin and openSUSE, of Alpine, and of Arch. SQLite keeps the log; the HTTP client
# asks for zlib.
libraries='sqlite3.h sqlite3 libsqlite3-dev sqlite-devel sqlite-dev sqlite
zlib.h zlib zlib1g-dev zlib-devel zlib-dev zlib'

# Header and library come in one package, so one of them stands for both.
has_library() {
    local header=$1 name=$2 path
    if command -v pkg-config >/dev/null 2>&1 && pkg-config --exists "$name" 2>/dev/null; then
        return 0
    fi
    for path in /usr/include /usr/local/include /usr/include/*-linux-*; do
        [ -e "$path/$header" ] && return 0
    done
    return 1
}

# The packages, as package manager $1 calls them, of the libraries that are not here.
missing_packages() {
    local header name debian fedora alpine arch
    while read -r header name debian fedora alpine arch; do
        has_library "$header" "$name" && continue
        case $1 in
            apt-get) echo "$debian" ;;
            apk) echo "$alpine" ;;
            pacman) echo "$arch" ;;
            zypper) echo "${fedora/#sqlite-/sqlite3-}" ;;
            *) echo "$fedora" ;;
        esac
    done <<<"$libraries"
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    else
        sudo -- "$@"
    fi
}

# Package manager $1 installs the other arguments; its messages go to standard error like ours.
install_with() {
    local manager=$1
    shift
    case $manager in
        apt-get)
            local apt_install=(env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends)
            # The lists of a fresh image are empty and those of an old one point to packages that are gone.
            as_root "${apt_install[@]}" "$@" || { as_root apt-get update && as_root "${apt_install[@]}" "$@"; }
            ;;
        apk) as_root apk add --no-cache "$@" ;;
        zypper) as_root zypper --non-interactive install "$@" ;;
        pacman) as_root pacman -S --noconfirm "$@" ;;
        *) as_root "$manager" install -y "$@" ;;
    esac >&2
}

require_libraries() {
    local missing
    missing=$(missing_packages apt-get | tr '\n' ' ')
    missing=${missing% }
    [ -n "$missing" ] || return 0
    local advice="install the development files of SQLite and zlib (on Debian and Ubuntu: $missing) and run this again."
    if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null 2>&1; then
        fail "The build needs $missing, and without root or sudo this script cannot install them: $advice"
    fi
    local manager packages
    for manager in apt-get dnf microdnf yum apk zypper pacman; do
        command -v "$manager" >/dev/null 2>&1 || continue
        mapfile -t packages < <(missing_packages "$manager")
        say "Installing with $manager what the build needs: ${packages[*]}"
        install_with "$manager" "${packages[@]}" || fail "$manager could not install ${packages[*]}: $advice"
        [ -z "$(missing_packages "$manager")" ] ||
            fail "$manager says that it has installed ${packages[*]}, but the headers are still not here: $advice"
        return 0
    done
    fail "The build needs $missing, and no package manager that this script knows is here: $advice"
}

prepare_machine() {
    require_swift
    require_libraries
}
