#!/usr/bin/env bash
# Installs what is missing to build (and to test) afterbeep: setup.sh build|test|sanitizer
#
# Asks nothing and changes nothing that is there. A second run only looks, without network, in some milliseconds.
# Debian and Ubuntu: through apt, as root or with `sudo -n`. Elsewhere it says what is needed.
set -euo pipefail
cd "$(dirname "$0")/.."

# thing | packages that bring it | what it is for
build_needs=(
  "linker|gcc libc6-dev|linking"
  "pkg-config|pkg-config|finding ALSA"
  "alsa|libasound2-dev|sound cards (ALSA headers)"
)
test_needs=(
  "pulseaudio|pulseaudio|sound-server tests"
  "pactl|pulseaudio-utils|sound-server tests"
  "alsa-plugins|libasound2-plugins|sound-server tests through ALSA"
  "libpipewire|libpipewire-0.3-dev libspa-0.2-dev clang libclang-dev|building the host PipeWire"
  "pipewire|pipewire pipewire-bin|PipeWire tests"
  "wireplumber|wireplumber|PipeWire tests"
  "pipewire-pulse|pipewire-pulse|PipeWire tests"
  "dbus-daemon|dbus-daemon|PipeWire tests"
  "libjack|libjack-jackd2-dev|building the host JACK"
  "jackd|jackd2|JACK tests"
  "aplay|alsa-utils|JACK tests"
  "sox|sox|reading recordings with other people's programs"
  "ffprobe|ffmpeg|reading recordings with other people's programs"
  "valgrind|valgrind|counting instructions"
  "python3|python3|reading recordings with other people's programs"
)

# The newest of its packages that apt knows; 20 is the first that links.
sanitizer_package() {
  local newest
  newest=$(apt-cache pkgnames libclang-rt- 2>/dev/null | sed -n 's/^libclang-rt-\([0-9]*\)-dev$/\1/p' | sort -n | tail -n 1)
  if [ "${newest:-0}" -ge 20 ]; then echo "libclang-rt-$newest-dev"; else echo libclang-rt-22-dev; fi
}

say() { printf 'setup: %s\n' "$*" >&2; }

is_there() { # thing
  case $1 in
    linker) command -v cc >/dev/null && [ -e "$(cc -print-file-name=crt1.o)" ] ;;
    rtsan) scripts/rtsan.sh --find >/dev/null ;;
    alsa) pkg-config --exists alsa 2>/dev/null ;;
    alsa-plugins)
      compgen -G '/usr/lib*/*/alsa-lib/libasound_module_pcm_pulse.so' >/dev/null \
        || compgen -G '/usr/lib*/alsa-lib/libasound_module_pcm_pulse.so' >/dev/null
      ;;
    libpipewire) scripts/hosts.sh --has pipewire ;;
    libjack) scripts/hosts.sh --has jack ;;
    *) command -v "$1" >/dev/null ;;
  esac
}

# Sets `packages` and `purposes` to what is missing among the needs given.
look() {
  packages=() purposes=()
  local need thing brings purpose
  for need in "$@"; do
    IFS='|' read -r thing brings purpose <<<"$need"
    is_there "$thing" && continue
    # shellcheck disable=SC2206 # several packages, one word each
    packages+=($brings)
    purposes+=("$thing: $purpose")
  done
}

apt=(env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0)

# How this user becomes root for apt; fails where that would need a password.
become_root() {
  [ "$(id -u)" = 0 ] && return
  command -v sudo >/dev/null && sudo -n true 2>/dev/null && apt=(sudo -n "${apt[@]}")
}

# Never at the price of a package that is there: PulseAudio's daemon would throw out a PipeWire desktop's sound.
apt_install() {
  "${apt[@]}" install -y --no-install-recommends --no-remove "$@" </dev/null >/dev/null
}

# Installs `packages`: all at once, or else each that can be.
install_missing() {
  say "installing ${packages[*]}"
  "${apt[@]}" update </dev/null >/dev/null || say "apt-get update failed; trying with the lists that are there"
  apt_install "${packages[@]}" && return
  local package
  for package in "${packages[@]}"; do
    apt_install "$package" || say "could not be installed: $package"
  done
}

tell_the_command() {
  say "missing: ${packages[*]}"
  printf '  %s\n' "${purposes[@]}" >&2
  say "root is needed to install them. Copy this, then run make again:"
  printf '\n  %s\n\n' "sudo apt-get update && sudo apt-get install -y --no-install-recommends --no-remove ${packages[*]}" >&2
  is_there linker && is_there alsa && say "Or leave out the tests that need them:  make test SETUP=build"
  return 0
}

# Gets what is missing among the needs given, by apt where there is one.
get() {
  look "$@"
  [ ${#packages[@]} = 0 ] && return
  if ! command -v apt-get >/dev/null; then
    say "not Debian or Ubuntu. What is missing, with Debian's names of the packages: ${packages[*]}"
    printf '  %s\n' "${purposes[@]}" >&2
  elif become_root; then
    install_missing
  else
    tell_the_command
    exit 1
  fi
  look "$@"
}

check_rust() {
  local cargo=${CARGO:-cargo} wanted version
  wanted=$(sed -n 's/^rust-version = "\(.*\)"$/\1/p' Cargo.toml)
  if ! command -v "$cargo" >/dev/null; then
    say "Rust $wanted or newer is needed, and there is no cargo."
    if [ -x "${CARGO_HOME:-${HOME:-}/.cargo}/bin/cargo" ]; then
      say "It is installed, but not on the PATH of this shell:  . \"${CARGO_HOME:-${HOME:-}/.cargo}/env\""
    else
      tell_how_to_get_rust
    fi
    exit 1
  fi
  version=$("$cargo" --version | cut -d' ' -f2)
  if [ "$(printf '%s\n' "$wanted" "${version%%-*}" | sort -V | head -n 1)" != "$wanted" ]; then
    say "Rust $wanted or newer is needed; $cargo is $version. With rustup:  rustup update stable"
    tell_how_to_get_rust
    exit 1
  fi
}

tell_how_to_get_rust() {
  say "From https://rustup.rs, or where the distribution has it (Debian 13, Ubuntu 24.04):"
  printf '\n  sudo apt-get install rustup && rustup default stable\n\n' >&2
  say "The distribution's own rustc is mostly too old."
}

goal=${1:-}
case $goal in
  build)
    get "${build_needs[@]}"
    [ ${#packages[@]} = 0 ] || exit 1
    ;;
  test)
    # One question to the user, not two.
    get "${build_needs[@]}" "${test_needs[@]}"
    missing="${packages[*]}"
    look "${build_needs[@]}"
    [ ${#packages[@]} = 0 ] || exit 1
    [ -z "$missing" ] || say "goes on without $missing; the tests that need them are skipped"
    ;;
  sanitizer)
    get "rtsan|$(sanitizer_package)|running the audio thread's tests under RealtimeSanitizer"
    [ ${#packages[@]} = 0 ] || exit 1
    ;;
  *)
    echo "usage: $0 build|test|sanitizer" >&2
    exit 2
    ;;
esac
check_rust
