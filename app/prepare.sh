# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What ./app/run and ./tests/run share: install what is missing, build. Sourced, never run.
# Quiet unless something is done or fails; each step looks first whether there is anything to do.

targets=() # what build makes of a folder; everything where none is named
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

build_packages=(
  gcc libc6-dev meson ninja-build pkg-config
  libglib2.0-dev libglib2.0-dev-bin libsoup-3.0-dev libnice-dev libssl-dev libsodium-dev libusrsctp-dev
  libsqlite3-dev libjansson-dev libpango1.0-dev libpng-dev libqrencode-dev glib-networking libgtk-4-dev gettext
  librsvg2-common # GTK draws the icons with it, and does not ask for it
)
# A desktop for the window's tests and its bench.
desktop_packages=(
  xvfb openbox xfce4-panel lxqt-panel xdotool imagemagick adwaita-icon-theme
  at-spi2-core python3-gi gir1.2-atspi-2.0 dbus
)

say() { printf '%s\n' "$*" >&2; }

# quietly TITLE COMMAND...: shows what the command printed only when it fails.
quietly() {
  local title=$1 log status=0
  shift
  log=$(mktemp)
  "$@" >"$log" 2>&1 </dev/null || status=$?
  if [ "$status" != 0 ]; then
    cat "$log" >&2
    say "$title failed ($status)."
  fi
  rm -f "$log"
  return "$status"
}

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  else
    sudo "$@"
  fi
}

# need_packages NAME...: Debian packages; touches apt only when one is missing.
need_packages() {
  local installed name missing=()
  installed=$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' "$@" 2>/dev/null || true)
  for name in "$@"; do
    grep -qxF "installed $name" <<<"$installed" || missing+=("$name")
  done
  [ ${#missing[@]} = 0 ] && return
  if ! command -v apt-get >/dev/null; then
    say "Please install: ${missing[*]}"
    return 1
  fi
  say "Installing ${missing[*]}"
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || { say "Neither root nor sudo: please install them yourself."; return 1; }
    sudo -v || return # asks for the password now, where it can be seen
  fi
  quietly "apt-get update" as_root apt-get -q update || say "Going on with the package lists as they are."
  quietly "apt-get install" as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get -q install -y --no-install-recommends "${missing[@]}"
}

# Node 18 or later with npm: whatever is on the PATH, otherwise Debian's own.
need_node() {
  local major
  major=$(node -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0)
  if [ "$major" -ge 18 ] && command -v npm >/dev/null; then
    return
  fi
  [ "$major" -ge 18 ] || need_packages nodejs || return
  command -v npm >/dev/null || need_packages npm
}

# need_modules DIR: npm ci, when package-lock.json or the machine's Node changed since the last one.
need_modules() {
  local stamp=$1/node_modules/.bellhop-stamp want
  want="$(sha256sum <"$1/package-lock.json") $(node -p 'process.versions.modules + process.arch')"
  [ "$(cat "$stamp" 2>/dev/null)" = "$want" ] && return
  say "Installing the packages of ${1#"$root"/}"
  quietly "npm ci" env -C "$1" npm ci --no-audit --no-fund || return
  printf '%s\n' "$want" >"$stamp"
}

# build DIR [meson setup argument...]: configures once, then compiles what changed.
build() {
  local folder=$root/$1
  shift
  if [ ! -f "$folder/build.ninja" ]; then
    say "Building in ${folder#"$root"/}"
    rm -rf "$folder"
    quietly "meson setup" meson setup "$folder" "$root" "$@" || return
  fi
  quietly "The build" ninja -C "$folder" "${targets[@]}"
}
