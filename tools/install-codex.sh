#!/bin/sh
# Puts the real codex, at the version that the end-to-end tests were written for, into
# .cache/codex, where tests/e2e/codex.py looks for it. Does nothing if it is there already.
set -eu

version=0.169.0
# One checksum for the Node wrapper, then one for each platform's native program.
checksums='
sha512-KhzYlkKPxoNssR8CEm45IjqnFWn7UtlF4CiD3tOJPea51xBs7MaHy0UQG9GSbCqk6Lrjn5QdJDV0QD1/FgWlGw==
sha512-o05NyAOCDygSPRo1yinzxvkRSdmsZyBD9E7mbpmjRanSfM8lypqWtQgEo4XfNkwhuCR2aFu8mlGOsQGFXVbVww==
sha512-NZ/DaQUpcQmxmqee7Z9uC1rzw3GhSbooawcaTe1LN5Yk+WlinUKGdTXJgClRT/9ogQEEM9TWxYzvxPfj5G/xFg==
sha512-K1FKSsSLl9v3z5TeagBQXyQRDBIGB5Jncy5dxsRxwT3aaTqN3AI8VrCfoxBxKMOOU9O2QX1vg7WkBwNVth/s9A==
sha512-5WsWFBbVP78D+6FvNo1MMVxLPZdmcoQlqVJFrF4qx/TmvneLnMQKtLyXkUo54XOTDfoYKpNouTJ/F7gTVA8FnQ==
'

cache=$(cd "$(dirname "$0")/.." && pwd)/.cache
program=node_modules/.bin/codex

fail() {
    echo "install-codex: $*" >&2
    exit 1
}

# Says whether a working codex of the right version stands in folder $1.
works() {
    [ "$("$1/$program" --version 2>/dev/null)" = "codex-cli $version" ]
}

# Checks what npm has unpacked into folder $1: npm compares each package with the checksum that
# the registry names and notes it in this file; here it must also be one of ours.
verify() {
    noted=$(sed -n 's/.*"integrity": "\([^"]*\)".*/\1/p' "$1/node_modules/.package-lock.json")
    [ -n "$noted" ] || fail "npm noted no checksums: npm 7 or newer is needed"
    for sum in $noted; do
        echo "$checksums" | grep -qxF "$sum" || fail "a package has an unknown checksum: $sum"
    done
}

# Without a network one can still work here; but on CI nothing may pass for tested that was not.
unreachable() {
    [ -z "${CI:-}" ] || fail "npm could not install @openai/codex@$version"
    echo "install-codex: NPM COULD NOT INSTALL codex: the tests with it WILL BE SKIPPED" >&2
    exit 0
}

works "$cache/codex" && exit 0

if ! command -v npm >/dev/null; then
    echo "install-codex: NO npm ON THIS MACHINE: the tests with the real codex WILL BE SKIPPED" >&2
    exit 0
fi

mkdir -p "$cache"
staging=$(mktemp -d "$cache/codex.XXXXXX")
chmod 755 "$staging"
trap 'rm -rf "$staging"' EXIT
trap 'exit 1' HUP INT TERM

echo "install-codex: installing @openai/codex@$version into $cache/codex" >&2
npm install --prefix "$staging" --ignore-scripts --include=optional --global=false \
    --no-audit --no-fund --loglevel=error "@openai/codex@$version" >&2 ||
    unreachable
verify "$staging"
works "$staging" || fail "the installed codex does not run; is there a native part for this machine?"
rm -rf "$cache/codex"
mv "$staging" "$cache/codex"
