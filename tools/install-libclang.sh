#!/usr/bin/env bash
# Makes sure that the store can be built: RocksDB needs a C++ compiler, and its bindings libclang with its headers.
# Does nothing where both are there. On Debian and its relatives it installs what is missing and says so; elsewhere it names it.
set -euo pipefail

any_file() {
    compgen -G "$1" >/dev/null
}

has_libclang() {
    [ -n "${LIBCLANG_PATH:-}" ] && return 0
    any_file '/usr/lib*/libclang[-.]*so*' || any_file '/usr/lib*/*/libclang[-.]*so*' || any_file '/usr/lib*/*/*/libclang[-.]*so*' ||
        any_file '/usr/local/lib*/libclang[-.]*so*' || any_file '/usr/local/opt/llvm*/lib/libclang.dylib' ||
        any_file '/opt/homebrew/opt/llvm*/lib/libclang.dylib' || any_file '/Library/Developer/CommandLineTools/usr/lib/libclang.dylib'
}

has_headers() {
    [ "$(uname)" != Linux ] || [ -n "${BINDGEN_EXTRA_CLANG_ARGS:-}" ] ||
        any_file '/usr/lib*/clang/*/include/stddef.h' || any_file '/usr/lib*/llvm*/lib*/clang/*/include/stddef.h' ||
        any_file '/usr/local/lib*/clang/*/include/stddef.h'
}

has_compiler() {
    command -v "${CXX:-c++}" >/dev/null
}

# The version that this release of Debian stands on, or else the newest that it has.
debian_version() {
    local version
    version=$(apt-cache show libclang-dev 2>/dev/null | sed -n 's/^Depends:.*libclang-\([0-9]*\)-dev.*/\1/p' | head -n 1)
    if [ -z "$version" ]; then
        version=$(apt-cache search --names-only '^libclang-common-[0-9]+-dev$' | sed 's/^libclang-common-\([0-9]*\).*/\1/' | sort -n | tail -n 1)
    fi
    echo "$version"
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        echo "error: this needs root: $*" >&2
        exit 1
    fi
}

install_on_debian() {
    local packages=() version
    as_root apt-get update -q
    if ! has_libclang || ! has_headers; then
        version=$(debian_version)
        if [ -z "$version" ]; then
            echo "error: no package of libclang found; install one, then run this again" >&2
            exit 1
        fi
        packages+=("libclang1-$version" "libclang-common-$version-dev")
    fi
    has_compiler || packages+=(g++)
    echo "installing ${packages[*]}"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${packages[@]}"
}

if has_libclang && has_headers && has_compiler; then
    exit 0
fi
if command -v apt-get >/dev/null; then
    install_on_debian
else
    echo "error: the build needs a C++ compiler and libclang with its headers; install them, then run this again:" >&2
    echo "    Fedora:   dnf install gcc-c++ clang-libs clang-resource-filesystem clang-devel" >&2
    echo "    Arch:     pacman -S gcc clang" >&2
    echo "    Alpine:   apk add g++ clang-dev" >&2
    echo "    macOS:    xcode-select --install" >&2
    exit 1
fi
